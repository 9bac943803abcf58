// How many processors there are is looked up once: most commands are over before
// it could change, and to watch it takes something that runs beside them.
//
//go:debug updatemaxprocs=0

// Command usher is an admin tool for a small directory of people, kept in one
// file on this machine. This file takes from the process what package cli needs
// of the world: streams, clock, randomness, environment, signals.
package main

import (
	"crypto/rand"
	"os"
	"runtime"
	"sync"
	"time"

	xterm "golang.org/x/term"

	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/cli"
	"github.com/usher-admin/usher/internal/password"
	"github.com/usher-admin/usher/internal/term"
)

// Set by the linker.
var (
	version = "dev"
	commit  = ""
	date    = ""
)

func main() {
	makeRoom(len(os.Args) == 0)
	signals := newInterruptible()
	os.Exit(cli.Main(signals, environment(signals)))
}

func environment(signals *interruptible) cli.Env {
	width, _, _ := xterm.GetSize(int(os.Stdout.Fd()))
	return cli.Env{
		Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		StdoutTerminal: xterm.IsTerminal(int(os.Stdout.Fd())),
		StderrTerminal: xterm.IsTerminal(int(os.Stderr.Fd())),
		Width:          width,
		StdoutGone:     unread(os.Stdout.Fd()),
		Terminal:       term.Open("/dev/tty"),
		LookupEnv:      os.LookupEnv,
		Now:            time.Now,
		Location:       time.Local,
		Random:         rand.Reader,
		Root:           os.Geteuid() == 0,
		Origin:         sync.OnceValue(func() audit.Origin { return origin(os.Getenv("SUDO_USER")) }),
		Hash:           password.Default(),
		Detach: func(args []string, stdin []byte) error {
			signals.listen() // what usher ignores, its children would
			return detach(args, stdin)
		},
		Undisturbed: signals.undisturbed,
		Again:       again,
		Version:     cli.Version{Version: version, Commit: commit, Date: date, Go: runtime.Version()},
	}
}
