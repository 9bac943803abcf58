package main

import (
	"os"

	"github.com/usher-admin/usher/internal/audit"
)

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
