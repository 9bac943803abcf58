package store

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
)

// guard runs fn and turns a panic that a damaged file causes, in the engine or
// while its mapped pages are read, into the "damaged" error. A page that is
// missing from the file is a fault of the memory system, which Go makes a
// panic only when asked. Any other panic is a mistake of usher's own and goes
// on up.
func guard(path string, fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		cause := recover()
		if cause == nil {
			return
		}
		if !causedByFile(cause) {
			panic(cause)
		}
		err = damagedError(path, inWords(cause))
	}()
	return fn()
}

// inWords says what a panic was about. What Go says of its own means nothing to
// who reads it.
func inWords(cause any) string {
	if _, own := cause.(runtime.Error); own {
		return "its pages do not fit together"
	}
	return fmt.Sprint(cause)
}

// causedByFile reports whether a recovered panic comes from the file: it is a
// memory fault with an address, or was raised by the engine or on a page rather
// than by what usher makes of them.
func causedByFile(cause any) bool {
	if _, fault := cause.(interface{ Addr() uintptr }); fault {
		return true
	}
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for passed := false; ; {
		frame, more := frames.Next()
		switch {
		case frame.Function == "runtime.gopanic":
			passed = true // what comes before is this recovery
		case !passed:
		case strings.HasPrefix(frame.Function, "go.etcd.io/bbolt"), strings.Contains(frame.Function, "/internal/store/pagefile."):
			return true
		case strings.Contains(frame.Function, "/usher/internal/"):
			return false // a mistake of usher's own
		}
		if !more {
			return false
		}
	}
}
