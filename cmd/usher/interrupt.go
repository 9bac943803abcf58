package main

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

// interruptible is a context that ends with the first signal to end; the second
// ends the process. It listens from the moment somebody first looks at it: most
// commands are over before anything in them could be called off, and listening
// costs a thread. Until then a signal ends the process at once, when nothing was
// begun that has to be ended in order; but for SIGQUIT, at which the runtime would
// print where it stands.
type interruptible struct {
	begin func() context.Context
}

func newInterruptible() interruptible {
	signal.Ignore(syscall.SIGQUIT)
	return interruptible{begin: sync.OnceValue(func() context.Context {
		ctx, stop := signal.NotifyContext(context.Background(), interruptions()...)
		context.AfterFunc(ctx, stop)
		return ctx
	})}
}

// Deadline tells of none.
func (interruptible) Deadline() (time.Time, bool) { return time.Time{}, false }

// Done is closed by the first signal.
func (i interruptible) Done() <-chan struct{} { return i.begin().Done() }

// Err is set by the first signal.
func (i interruptible) Err() error { return i.begin().Err() }

// Value finds nothing of ours; context looks here for what to be ended with.
func (i interruptible) Value(key any) any { return i.begin().Value(key) }

// interruptions are the signals that ask usher to end. The terminal that hangs
// up is one, unless whoever started usher wanted it to outlive the terminal.
func interruptions() []os.Signal {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGQUIT}
	if !signal.Ignored(syscall.SIGHUP) {
		signals = append(signals, syscall.SIGHUP)
	}
	return signals
}
