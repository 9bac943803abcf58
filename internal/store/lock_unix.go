//go:build unix

package store

import (
	"errors"
	"os"
	"syscall"
)

// flock takes the lock of an open file, shared or alone; with block it waits.
func flock(file *os.File, alone, block bool) error {
	how := syscall.LOCK_SH
	if alone {
		how = syscall.LOCK_EX
	}
	if !block {
		how |= syscall.LOCK_NB
	}
	for {
		err := syscall.Flock(int(file.Fd()), how)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}

// unlock gives the lock of an open file back.
func unlock(file *os.File) error { return syscall.Flock(int(file.Fd()), syscall.LOCK_UN) }

func isLocked(err error) bool { return errors.Is(err, syscall.EWOULDBLOCK) }

// isNoFile reports whether err says that what should be opened is a folder, a
// symbolic link or a device.
func isNoFile(err error) bool {
	return errors.Is(err, syscall.EISDIR) || errors.Is(err, syscall.ELOOP) || errors.Is(err, syscall.ENXIO)
}

func isReadOnly(err error) bool { return errors.Is(err, syscall.EROFS) }
