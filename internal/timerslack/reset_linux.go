package timerslack

import (
	"runtime"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

const (
	allowed = 3 * time.Millisecond  // what the entry asks for
	usual   = 50 * time.Microsecond // what Linux gives a thread
)

// Reset has the threads of the program wake in time again, but for the runtime's
// monitor and perhaps one that waits for nothing but timers; and those that are
// made from now on. It does so once, and not where the program began elsewhere; it
// is for whoever is about to make work for several threads, and takes some 200 µs.
func Reset() { reset() }

// reset goes over the threads twice: one may sleep just then.
var reset = sync.OnceFunc(func() {
	if slack, err := unix.PrctlRetInt(unix.PR_GET_TIMERSLACK, 0, 0, 0, 0); err != nil || time.Duration(slack) != allowed {
		return
	}
	threads, _ := runtime.ThreadCreateProfile(nil)
	resetThreads(threads)
	go func() {
		time.Sleep(2 * allowed)
		resetThreads(threads)
	}()
})

// resetThreads runs something on as many threads as are asked for. A goroutine
// that keeps its thread waits there until as many others have one, so that none
// has the thread of another. The monitor, and who else runs none, are among those
// counted, and so some are made.
func resetThreads(threads int) {
	var all sync.WaitGroup
	all.Add(threads)
	for range threads {
		go func() {
			resetThread() // before anything makes a thread from it
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			resetThread()
			all.Done()
			all.Wait()
		}()
	}
	all.Wait()
}

func resetThread() { _ = unix.Prctl(unix.PR_SET_TIMERSLACK, uintptr(usual), 0, 0, 0) }
