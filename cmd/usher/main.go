// Command usher is an admin tool for a small directory of people, kept in one
// file on this machine. This file takes from the process what package cli needs
// of the world: streams, clock, randomness, environment, signals.
package main

import (
	"context"
	"crypto/rand"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	xterm "golang.org/x/term"

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

func main() { os.Exit(run(environment())) }

func run(env cli.Env) int {
	ctx, stop := signal.NotifyContext(context.Background(), interruptions()...)
	defer stop()
	// The first signal asks the command to end; the second ends it.
	context.AfterFunc(ctx, stop)
	return cli.Main(ctx, env)
}

// interruptions are the signals that ask usher to end. The terminal that hangs
// up is one, unless whoever started usher wanted it to outlive the terminal.
func interruptions() []os.Signal {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGQUIT}
	if !signal.Ignored(syscall.SIGHUP) {
		signals = append(signals, syscall.SIGHUP)
	}
	return signals
}

func environment() cli.Env {
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
		Origin:         origin(os.Getenv("SUDO_USER")),
		Hash:           password.Default(),
		Detach:         detach,
		Version:        cli.Version{Version: version, Commit: commit, Date: date, Go: runtime.Version()},
	}
}
