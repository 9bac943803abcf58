package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"
	"github.com/rogpeppe/go-internal/testscript"
)

// This file puts a terminal before usher. That of testscript (ttyin, ttyout) is
// closed as soon as the program has ended, and what it showed last is lost where
// nobody got to reading it, as happens on a busy machine.

// terminalProgram is what the test binary is called to be a terminal.
const terminalProgram = "terminal"

// endOfInput is what Ctrl-D types.
const endOfInput = "\x04"

// cmdTerminal is "terminal FILE": the next usher runs on a terminal, on which
// somebody types what is in the file, and then Ctrl-D.
func cmdTerminal(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: terminal FILE")
	}
	houseOf(ts).typed = ts.ReadFile(args[0])
}

// cmdShown is "shown PATTERN": the terminal showed that.
func cmdShown(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: shown PATTERN")
	}
	pattern, err := regexp.Compile("(?m)" + args[0])
	ts.Check(err)
	screen := ts.ReadFile(houseOf(ts).screen())
	if pattern.MatchString(screen) == neg {
		ts.Fatalf("wanted %s, not: %t; the terminal showed:\n%s", args[0], neg, screen)
	}
}

// screen is the file of what the terminal showed last.
func (h *house) screen() string { return filepath.Join(h.own, "screen") }

// onTerminal returns the words that run a command on the terminal that was
// wanted for it, if one was.
func (h *house) onTerminal(ts *testscript.TestScript, words []string) []string {
	if h.typed == "" {
		return words
	}
	keys := filepath.Join(h.own, "keys")
	ts.Check(os.WriteFile(keys, []byte(h.typed), 0o600))
	h.typed = ""
	return append([]string{terminalProgram, keys, h.screen()}, words...)
}

// runTerminal is the program "terminal KEYS SCREEN COMMAND ARG...", which ends
// with the exit code of the command.
func runTerminal(args []string) int {
	keys, err := os.ReadFile(args[0])
	if err != nil {
		fmt.Fprintf(os.Stderr, "terminal: %v\n", err)
		return exitHarness
	}
	cmd := exec.Command(args[2], args[3:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), variableTTY+"=yes")
	shown, err := onTerminal(cmd, string(keys)+endOfInput)
	if err := errors.Join(err, os.WriteFile(args[1], shown, 0o600)); err != nil {
		fmt.Fprintf(os.Stderr, "terminal: %v\n", err)
		return exitHarness
	}
	return cmd.ProcessState.ExitCode()
}

// onTerminal makes a terminal that of this process and runs a command on it. It
// returns all that was shown there: reading ends when nobody has it open any more.
// The session is this process's, because what was written and not yet read is
// thrown away when the one whose session it is ends.
func onTerminal(cmd *exec.Cmd, typed string) (shown []byte, err error) {
	if _, err := syscall.Setsid(); err != nil {
		return nil, err
	}
	unheard := make(chan os.Signal, 1) // Ctrl-C is the command's, and the end of the terminal is wanted
	signal.Notify(unheard, syscall.SIGINT, syscall.SIGHUP)
	keys, tty, err := pty.Open()
	if err != nil {
		return nil, err
	}
	defer keys.Close()
	_, _, failed := syscall.Syscall(syscall.SYS_IOCTL, tty.Fd(), syscall.TIOCSCTTY, 0)
	if failed != 0 {
		return nil, failed
	}
	cmd.ExtraFiles = []*os.File{tty} // so that somebody has it open until the end
	err = cmd.Start()
	_ = tty.Close()
	if err != nil {
		return nil, err
	}
	go func() { _, _ = io.WriteString(keys, typed) }()
	shown, err = io.ReadAll(keys)
	if errors.Is(err, syscall.EIO) { // how Linux says that it is the end
		err = nil
	}
	var code *exec.ExitError
	if failed := cmd.Wait(); !errors.As(failed, &code) {
		err = errors.Join(err, failed)
	}
	return shown, err
}

// Whoever writes much on a terminal and ends at once has written it all.
func TestATerminalShowsAllThatWasWritten(t *testing.T) {
	t.Parallel()
	const lines = 100
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	keys, screen := filepath.Join(folder, "keys"), filepath.Join(folder, "screen")
	if err := os.WriteFile(keys, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for range 30 {
		cmd := exec.Command(self, keys, screen, "sh", "-c",
			`exec 3>/dev/tty; i=0; while [ $i -lt 100 ]; do echo "line $i" >&3; i=$((i+1)); done; exit 3`)
		cmd.Args[0] = terminalProgram
		_ = cmd.Run() // the exit code tells
		shown, err := os.ReadFile(screen)
		if n := strings.Count(string(shown), "line "); err != nil || n != lines || cmd.ProcessState.ExitCode() != 3 {
			t.Fatalf("%d lines of %d were shown, %v, %v", n, lines, err, cmd.ProcessState)
		}
	}
}
