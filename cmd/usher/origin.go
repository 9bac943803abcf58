package main

import (
	"os"
	"strconv"
	"strings"

	"github.com/usher-admin/usher/internal/audit"
)

// unsetLoginUID is what Linux gives a process that descends from no login.
const unsetLoginUID = 1<<32 - 1

// origin tells who is at the machine, for the log; sudo names the one it works
// for in the environment.
func origin(sudoUser string) audit.Origin {
	host, _ := os.Hostname()
	return audit.Origin{
		UID:      os.Getuid(),
		LoginUID: loginUID(),
		SudoUser: clip(sudoUser),
		TTY:      terminalName(),
		Host:     host,
		PID:      os.Getpid(),
	}
}

// clip keeps a text that whoever calls usher can set from filling the log: no
// user's name is that long.
func clip(name string) string {
	const longest = 200
	if len(name) <= longest {
		return name
	}
	return name[:longest] + "…"
}

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
