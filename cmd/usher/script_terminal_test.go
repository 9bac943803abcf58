package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
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
	shown, err := onTerminal(cmd, string(keys)+endOfInput)
	if err := errors.Join(err, os.WriteFile(args[1], shown, 0o600)); err != nil {
		fmt.Fprintf(os.Stderr, "terminal: %v\n", err)
		return exitHarness
	}
	return cmd.ProcessState.ExitCode()
}

// onTerminal runs a command on a terminal of its own and returns all that was
// shown there: reading ends when nobody has it open any more.
func onTerminal(cmd *exec.Cmd, typed string) (shown []byte, err error) {
	keys, tty, err := pty.Open()
	if err != nil {
		return nil, err
	}
	defer keys.Close() //nolint:errcheck // all was read
	cmd.ExtraFiles = []*os.File{tty}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 3}
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
	for range 30 {
		cmd := exec.Command("sh", "-c", `i=0; while [ $i -lt 100 ]; do echo "line $i" >/dev/tty; i=$((i+1)); done; exit 3`)
		shown, err := onTerminal(cmd, "")
		if n := strings.Count(string(shown), "\r\n"); err != nil || n != lines || cmd.ProcessState.ExitCode() != 3 {
			t.Fatalf("%d lines of %d were shown, %v, %v", n, lines, err, cmd.ProcessState)
		}
	}
}
