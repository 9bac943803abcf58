//go:build unix

// Package plainfile opens files that nobody has to wait for, as those on a disk.
// It leaves out the runtime's poller, which os.OpenFile asks of every file whether
// one can wait for it: the first to ask has it made, with a thread that then waits
// for nothing, and a short command does not live long enough to be worth that.
package plainfile

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// Strictly is a flag for files that must be plain ones: a symbolic link is
// refused, and a pipe is opened without waiting for its other end, to be refused
// by who looks what was opened.
const Strictly = syscall.O_NOFOLLOW | syscall.O_NONBLOCK

// Open opens a file as os.OpenFile does.
func Open(path string, flag int, mode fs.FileMode) (*os.File, error) {
	fd, err := open(path, flag, mode)
	if err == nil && flag&syscall.O_NONBLOCK != 0 {
		if err = syscall.SetNonblock(fd, false); err != nil {
			_ = syscall.Close(fd)
		}
	}
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	return os.NewFile(uintptr(fd), path), nil
}

func open(path string, flag int, mode fs.FileMode) (int, error) {
	for {
		fd, err := syscall.Open(path, flag|syscall.O_CLOEXEC, uint32(mode.Perm()))
		if !errors.Is(err, syscall.EINTR) {
			return fd, err
		}
	}
}
