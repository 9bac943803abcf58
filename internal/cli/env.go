package cli

import (
	"context"
	"io"
	"time"

	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/password"
	"github.com/usher-admin/usher/internal/term"
)

// Env is the world as a command sees it. main fills it from the process; tests
// fill it as they like.
type Env struct {
	Args   []string // without the program's name
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer

	StdoutTerminal bool
	StderrTerminal bool
	Width          int // of the terminal, in columns; 0: unknown
	// StdoutGone reports whether nobody reads standard output any more; nil:
	// that cannot be told.
	StdoutGone func() bool

	Terminal  term.Terminal
	LookupEnv func(name string) (string, bool)
	Now       func() time.Time
	Location  *time.Location
	Random    io.Reader
	Root      bool                // runs as root
	Origin    func() audit.Origin // who is at the machine; looked up when first asked
	Hash      password.Params     // what a password hash costs
	// Undisturbed is called when a change is about to be written: from then on no
	// signal may end the process before it knows what became of it. nil: none does.
	Undisturbed func()
	// Detach starts usher again with other arguments, as a process that outlives
	// this one and has nothing of it but stdin, and does not wait for it.
	Detach  func(args []string, stdin []byte) error
	Version Version
	// Again runs usher with other arguments and waits for it, until ctx ends: then
	// it is killed. It returns what it wrote and its exit code, -1 if a signal ended
	// it. nil: it cannot be done.
	Again func(ctx context.Context, args []string) (stdout, stderr []byte, exit int, err error)
}

// Version is what the program was built from.
type Version struct {
	Version string
	Commit  string
	Date    string
	Go      string
}
