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
// ends the process. To listen costs a thread and half a millisecond, and most
// commands are over before anything in them could be called off. So it listens
// once somebody waits for it (Done), or some time after somebody first looked
// (Err). Until then a signal ends the process at once, when nothing was begun that
// has to be ended in order; but for SIGQUIT, at which the runtime would print
// where it stands.
type interruptible struct {
	mu     sync.Mutex
	timer  *time.Timer     // nil: nobody has looked yet
	caught context.Context // nil: not listening yet
	endure []os.Signal     // the signals to end, for as long as they are not heard
}

// unheard is how long a command may go on before it listens.
const unheard = 100 * time.Millisecond

func newInterruptible() *interruptible {
	signal.Ignore(syscall.SIGQUIT)
	return &interruptible{}
}

// listen begins to listen, unless it was begun before.
func (i *interruptible) listen() context.Context {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.caught == nil {
		ctx, stop := signal.NotifyContext(context.Background(), i.signals()...)
		context.AfterFunc(ctx, stop)
		i.caught = ctx
	}
	return i.caught
}

// soon begins to listen in a while.
func (i *interruptible) soon() {
	if i.timer == nil {
		i.timer = time.AfterFunc(unheard, func() { i.listen() })
	}
}

// undisturbed has signals wait while a change is being written: half of it would
// be none, but whoever is told that usher was interrupted relies on nothing having
// changed. What comes before it listens again is not heard, as if it had come when
// the change was done.
func (i *interruptible) undisturbed() {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.caught == nil {
		signals := i.signals()
		i.endure = signals
		signal.Ignore(signals...)
		i.soon()
	}
}

// Deadline tells of none.
func (*interruptible) Deadline() (time.Time, bool) { return time.Time{}, false }

// Done is closed by the first signal.
func (i *interruptible) Done() <-chan struct{} { return i.listen().Done() }

// Err is set by the first signal.
func (i *interruptible) Err() error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.caught == nil {
		i.soon()
		return nil
	}
	return i.caught.Err()
}

// Value finds nothing of ours; context looks here for what to be ended with.
func (i *interruptible) Value(key any) any { return i.listen().Value(key) }

// signals are those that ask usher to end. The terminal that hangs up is one,
// unless whoever started usher wanted it to outlive the terminal.
func (i *interruptible) signals() []os.Signal {
	if i.endure != nil { // by now usher itself ignores them
		return i.endure
	}
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGQUIT}
	if !signal.Ignored(syscall.SIGHUP) {
		signals = append(signals, syscall.SIGHUP)
	}
	return signals
}
