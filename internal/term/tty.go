package term

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"sync"

	"github.com/usher-admin/usher/internal/account"
)

// TTY is a Terminal on a device, such as /dev/tty. That is another thing than
// standard input, which can carry data while questions are asked.
type TTY struct {
	dev string

	mu   sync.Mutex // one question at a time
	file *os.File   // nil until the first question, and after an interrupt
}

// Open returns the terminal behind a device. The device is opened by the first
// question, so a device that is missing, or no terminal, shows only then.
func Open(dev string) *TTY { return &TTY{dev: dev} }

// Close lets go of the device.
func (t *TTY) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.drop()
}

// Available reports whether the device is a terminal that can be opened.
func (t *TTY) Available() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.open() == nil
}

// Ask asks for one line, shown while it is typed.
func (t *TTY) Ask(ctx context.Context, prompt string) (string, error) {
	line, err := t.question(ctx, prompt, ": ", shown)
	return string(line), err
}

// AskSecret asks for one line with the echo off.
func (t *TTY) AskSecret(ctx context.Context, prompt string) ([]byte, error) {
	return t.question(ctx, prompt, ": ", hidden)
}

// Confirm asks for a yes.
func (t *TTY) Confirm(ctx context.Context, question string) (bool, error) {
	line, err := t.question(ctx, question, " [y/N] ", shown)
	if err != nil {
		return false, err
	}
	answer := strings.ToLower(strings.TrimSpace(string(line)))
	return answer == "y" || answer == "yes", nil
}

// Tell writes a line to the terminal. It is said to whoever is looking, so
// nobody looking is no error.
func (t *TTY) Tell(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.open() == nil {
		_, _ = io.WriteString(t.file, text+"\n")
	}
}

// echo says whether an answer can be seen while it is typed.
type echo bool

const (
	shown  echo = true
	hidden echo = false
)

// question puts one question and returns the line typed. The mode is set before
// the prompt is written, so whoever answers fast is not seen either, and taken
// back before anything else is written.
func (t *TTY) question(ctx context.Context, prompt, mark string, e echo) ([]byte, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	ctx.Done() // whoever interrupts from now on gets his terminal back first
	if ctx.Err() != nil {
		return nil, interrupted()
	}
	if err := t.open(); err != nil {
		return nil, noTerminal(prompt, err)
	}
	undo, err := setLineMode(t.file, e)
	if err != nil {
		return nil, noTerminal(prompt, err)
	}
	line, err := exchange(ctx, t.file, prompt+mark)
	if failed := undo(err != nil); failed != nil && err == nil {
		err = account.Errorf(account.Unexpected, "cannot restore the terminal: %w", failed).Hintf("type: stty sane")
	}
	if err != nil || e == hidden {
		_, _ = io.WriteString(t.file, "\n") // the Enter that nobody saw
	}
	if err != nil {
		clear(line)
		_ = t.drop() // ends the reading that may still go on
		return nil, err
	}
	return line, nil
}

// open opens the device unless it is open.
func (t *TTY) open() error {
	if t.file != nil {
		return nil
	}
	file, err := openDevice(t.dev)
	if err != nil {
		return err
	}
	t.file = file
	return nil
}

func (t *TTY) drop() error {
	if t.file == nil {
		return nil
	}
	file := t.file
	t.file = nil
	return file.Close()
}

// exchange writes the prompt and waits for a line or for the end of ctx. The
// reading is left behind then: closing the file ends it where the system can,
// and where it cannot the process is about to end.
func exchange(ctx context.Context, file *os.File, prompt string) ([]byte, error) {
	if _, err := io.WriteString(file, prompt); err != nil {
		return nil, account.Errorf(account.Unexpected, "cannot write to the terminal: %w", err)
	}
	type answer struct {
		line []byte
		err  error
	}
	answered := make(chan answer, 1)
	go func() {
		line, err := readLine(file)
		answered <- answer{line, err}
	}()
	select {
	case <-ctx.Done():
		return nil, interrupted()
	case a := <-answered:
		if ctx.Err() != nil {
			clear(a.line)
			return nil, interrupted()
		}
		return a.line, a.err
	}
}

// maxLine is the longest answer in bytes. A terminal keeps 4,095 bytes of a
// line and drops the rest unnoticed, so a line of that length may be a part.
const maxLine = 4094

// readLine reads one line and returns it without its end. The terminal hands
// out whole lines and never more than one at a time, so nothing of the next
// answer is lost. The end of the input is an interruption: half an answer is
// not what somebody meant who pressed Ctrl-D or lost his connection.
func readLine(r io.Reader) ([]byte, error) {
	buf := make([]byte, maxLine+2)
	for n := 0; ; {
		m, err := r.Read(buf[n:])
		n += m
		if n > 0 && buf[n-1] == '\n' {
			return trimLine(buf[:n])
		}
		if err == nil && n < len(buf) {
			continue
		}
		clear(buf)
		switch {
		case err == nil:
			return nil, tooLong()
		case errors.Is(err, io.EOF):
			return nil, interrupted()
		}
		return nil, account.Errorf(account.Unexpected, "cannot read from the terminal: %w", err)
	}
}

// trimLine takes the end off a line: the line feed, and the carriage return
// that pasted text may have before it.
func trimLine(line []byte) ([]byte, error) {
	end := len(line) - 1
	if end > 0 && line[end-1] == '\r' {
		end--
	}
	if end > maxLine {
		clear(line)
		return nil, tooLong()
	}
	return line[:end], nil
}

func tooLong() error {
	return account.Errorf(account.Invalid, "the answer is longer than %d bytes", maxLine).Coded("value.too_long")
}
