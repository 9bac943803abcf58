package main

import (
	"os"
	"strconv"
	"strings"
)

// unsetLoginUID is what Linux gives a process that descends from no login.
const unsetLoginUID = 1<<32 - 1

// loginUID returns the user id of the login this process descends from, also
// under sudo; -1 where the system does not tell.
func loginUID() int {
	text, err := os.ReadFile("/proc/self/loginuid")
	if err != nil {
		return -1
	}
	uid, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 32)
	if err != nil || uid == unsetLoginUID {
		return -1
	}
	return int(uid)
}

// terminalName returns the terminal that one of the standard streams is, "" if
// none is.
func terminalName() string {
	for fd := range 3 {
		name, err := os.Readlink("/proc/self/fd/" + strconv.Itoa(fd))
		if err == nil && (strings.HasPrefix(name, "/dev/pts/") || strings.HasPrefix(name, "/dev/tty")) {
			return name
		}
	}
	return ""
}
