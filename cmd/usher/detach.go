package main

import (
	"os"
	"os/exec"
	"syscall"
)

// detach starts usher again in a session of its own, so that it outlives the
// terminal. It has nothing of this process but its environment and folder, and
// what it reads from standard input, which a pipe holds when this process is
// gone.
func detach(args []string, stdin []byte) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	out, in, err := os.Pipe()
	if err != nil {
		return err
	}
	defer in.Close()
	defer out.Close()
	cmd := exec.Command(self, args...)
	cmd.Stdin = out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return err
	}
	if _, err := in.Write(stdin); err != nil {
		return err
	}
	return cmd.Process.Release()
}
