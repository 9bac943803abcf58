//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package term

import "golang.org/x/sys/unix"

// The requests that read and set a terminal's mode.
const (
	getMode          = unix.TIOCGETA
	setMode          = unix.TIOCSETA
	setModeDropTyped = unix.TIOCSETAF
)
