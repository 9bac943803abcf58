package main

import (
	"os"
	"strconv"
	"strings"
	"syscall"

	xterm "golang.org/x/term"
)

// unsetLoginUID is what Linux gives a process that descends from no login.
const unsetLoginUID = 1<<32 - 1

// loginUID returns the user id of the login this process descends from, also
// under sudo; -1 where the system does not tell. It is read without what the
// library does for files that one may have to wait for.
func loginUID() int {
	fd, err := syscall.Open("/proc/self/loginuid", syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return -1
	}
	defer syscall.Close(fd) //nolint:errcheck // only read
	var text [16]byte
	n, err := syscall.Read(fd, text[:])
	if err != nil {
		return -1
	}
	uid, err := strconv.ParseUint(strings.TrimSpace(string(text[:n])), 10, 32)
	if err != nil || uid == unsetLoginUID {
		return -1
	}
	return int(uid)
}

// terminalName returns the terminal that one of the standard streams is, "" if
// none is.
func terminalName() string {
	for fd := range 3 {
		if !xterm.IsTerminal(fd) {
			continue
		}
		name, err := os.Readlink("/proc/self/fd/" + strconv.Itoa(fd))
		if err == nil && (strings.HasPrefix(name, "/dev/pts/") || strings.HasPrefix(name, "/dev/tty")) {
			return name
		}
	}
	return ""
}
