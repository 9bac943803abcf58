//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package term

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// errNoTerminal is the cause when a device opens but is no terminal.
var errNoTerminal = errors.New("not a terminal")

// openDevice opens a terminal for questions. It must not become the
// controlling terminal of a process that has none.
func openDevice(dev string) (*os.File, error) {
	file, err := os.OpenFile(dev, os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		return nil, err
	}
	err = onDescriptor(file, func(fd int) error {
		if !term.IsTerminal(fd) {
			return errNoTerminal
		}
		return nil
	})
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return file, nil
}

// setLineMode makes the terminal hand out edited lines, with or without echo,
// whatever mode it was left in, and send a signal on Ctrl-C. The function it
// returns takes that back; with dropTyped it also throws away what was typed
// and not read, which the shell would show otherwise.
func setLineMode(file *os.File, e echo) (undo func(dropTyped bool) error, err error) {
	var before unix.Termios
	err = onDescriptor(file, func(fd int) error {
		got, err := unix.IoctlGetTermios(fd, getMode)
		if err != nil {
			return err
		}
		before = *got
		asking := before
		asking.Iflag |= unix.ICRNL
		asking.Lflag |= unix.ICANON | unix.ISIG
		asking.Lflag &^= unix.ECHO | unix.ECHONL
		if e == shown {
			asking.Lflag |= unix.ECHO
		}
		return unix.IoctlSetTermios(fd, setMode, &asking)
	})
	return func(dropTyped bool) error {
		return onDescriptor(file, func(fd int) error {
			if dropTyped {
				return unix.IoctlSetTermios(fd, setModeDropTyped, &before)
			}
			return unix.IoctlSetTermios(fd, setMode, &before)
		})
	}, err
}

// onDescriptor runs ask on the file's descriptor. File.Fd would do it too, but
// makes every later read one that cannot be ended.
func onDescriptor(file *os.File, ask func(fd int) error) error {
	conn, err := file.SyscallConn()
	if err != nil {
		return err
	}
	var asked error
	if err := conn.Control(func(fd uintptr) { asked = ask(int(fd)) }); err != nil {
		return err
	}
	return asked
}
