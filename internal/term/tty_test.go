//go:build linux

package term

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/usher-admin/usher/internal/account"
)

const (
	ctrlC     = "\x03"
	ctrlD     = "\x04"
	ctrlU     = "\x15"
	backspace = "\x7f"
)

type reply struct {
	text string
	err  error
}

// askSecret asks in the background, once the prompt is on the screen.
func askSecret(ctx context.Context, s *screen, tty *TTY) chan reply {
	s.t.Helper()
	got := make(chan reply, 1)
	go func() {
		text, err := tty.AskSecret(ctx, "Password")
		got <- reply{string(text), err}
	}()
	s.waitFor("Password: ")
	return got
}

func TestSecretIsReadWithoutEcho(t *testing.T) {
	long := strings.Repeat("x", maxLine)
	tests := []struct {
		name, typed, want string
	}{
		{"a line", "correct horse\n", "correct horse"},
		{"an empty line", "\n", ""},
		{"enter as the key sends it", "correct horse\r", "correct horse"},
		{"backspace takes a letter back", "horsf" + backspace + "e\n", "horse"},
		{"the whole line taken back", "wrong" + ctrlU + "right\n", "right"},
		{"blanks at both ends belong to the secret", "  x  \n", "  x  "},
		{"bytes that are no UTF-8", "p\xe4ss\xff\n", "p\xe4ss\xff"},
		{"decomposed letters stay decomposed", "pa\u0308ss\n", "pa\u0308ss"},
		{"the longest line", long + "\n", long},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newScreen(t)
			before := s.mode()
			tty := Open(s.tty.Name())
			defer tty.Close()
			answer := askSecret(t.Context(), s, tty)
			if s.echoes() {
				t.Error("the terminal echoes while a secret is typed")
			}
			s.typeIn(test.typed)
			got := <-answer
			if got.err != nil || got.text != test.want {
				t.Errorf("got %q, %v; want %q", got.text, got.err, test.want)
			}
			if after := s.mode(); after != before {
				t.Errorf("got mode %+v; want it restored to %+v", after, before)
			}
			s.waitFor("Password: \r\n")
			if text := s.text(); text != "Password: \r\n" {
				t.Errorf("the screen shows %q; want the prompt alone", text)
			}
		})
	}
}

func TestLineThatTheTerminalCutIsRefused(t *testing.T) {
	s := newScreen(t)
	tty := Open(s.tty.Name())
	defer tty.Close()
	answer := askSecret(t.Context(), s, tty)
	s.typeIn(strings.Repeat("x", 5000) + "\n")
	got := <-answer
	if account.KindOf(got.err) != account.Invalid || account.CodeOf(got.err) != "value.too_long" || got.text != "" {
		t.Errorf("got %d bytes, %v; want value.too_long", len(got.text), got.err)
	}
}

// Every way an answer can fail to come must leave the terminal as it was, the
// cursor on a new line, and nothing typed to whoever reads next.
func TestTerminalIsRestoredWhenNoAnswerComes(t *testing.T) {
	tests := []struct {
		name string
		fail func(s *screen, cancel func())
	}{
		{"a signal ends the context", func(_ *screen, cancel func()) { cancel() }},
		{"the input ends", func(s *screen, _ func()) { s.typeIn(ctrlD) }},
		{"the input ends in the middle of typing", func(s *screen, _ func()) { s.typeIn("half" + ctrlD + ctrlD) }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newScreen(t)
			before := s.mode()
			tty := Open(s.tty.Name())
			defer tty.Close()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			answer := askSecret(ctx, s, tty)
			test.fail(s, cancel)
			got := <-answer
			if account.KindOf(got.err) != account.Interrupted || got.err.Error() != "interrupted" || got.text != "" {
				t.Errorf("got %q, %v; want interrupted", got.text, got.err)
			}
			if after := s.mode(); after != before {
				t.Errorf("got mode %+v; want it restored to %+v", after, before)
			}
			s.waitFor("Password: \r\n")
			checkNextProgramReads(s)
		})
	}
}

// checkNextProgramReads types a line for whoever comes after the question, who
// must not find anything before it.
func checkNextProgramReads(s *screen) {
	s.t.Helper()
	s.typeIn("next\n")
	buf := make([]byte, 100)
	n, err := s.tty.Read(buf)
	if err != nil || string(buf[:n]) != "next\n" {
		s.t.Errorf("the next program reads %q, %v; want only what was typed for it", buf[:n], err)
	}
}

// The question is one that shows what is typed, so that the test can see when
// the terminal has it.
func TestHalfTypedAnswerIsNotLeftToTheShell(t *testing.T) {
	s := newScreen(t)
	tty := Open(s.tty.Name())
	defer tty.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		s.waitFor("Name: ")
		s.typeIn("half a na")
		s.waitFor("half a na")
		cancel()
	}()
	if got, err := tty.Ask(ctx, "Name"); account.KindOf(err) != account.Interrupted {
		t.Errorf("got %q, %v; want interrupted", got, err)
	}
	checkNextProgramReads(s)
}

func TestQuestionAfterAnInterruptedOneIsAsked(t *testing.T) {
	s := newScreen(t)
	tty := Open(s.tty.Name())
	defer tty.Close()
	ctx, cancel := context.WithCancel(t.Context())
	answer := askSecret(ctx, s, tty)
	cancel()
	<-answer
	if _, err := tty.Ask(ctx, "Name"); account.KindOf(err) != account.Interrupted {
		t.Errorf("got %v with a context that is done; want interrupted", err)
	}
	s.typeIn("Anna\n")
	got, err := tty.Ask(t.Context(), "Name")
	if err != nil || got != "Anna" {
		t.Errorf("got %q, %v; want the line after the interrupt", got, err)
	}
	s.waitFor("Name: ")
	if text := s.text(); strings.Count(text, "Name: ") != 1 {
		t.Errorf("the screen shows %q; want the second question once", text)
	}
}

func TestAskShowsWhatIsTyped(t *testing.T) {
	s := newScreen(t)
	tty := Open(s.tty.Name())
	defer tty.Close()
	go func() {
		s.waitFor("E-mail: ")
		s.typeIn("anna@example.org\n")
	}()
	got, err := tty.Ask(t.Context(), "E-mail")
	if err != nil || got != "anna@example.org" {
		t.Errorf("got %q, %v; want the line", got, err)
	}
	s.waitFor("E-mail: anna@example.org\r\n")
}

func TestAnswersTypedAheadAreTakenLineByLine(t *testing.T) {
	s := newScreen(t)
	tty := Open(s.tty.Name())
	defer tty.Close()
	s.typeIn("first\nsecond\nthird\n")
	for _, want := range []string{"first", "second", "third"} {
		if got, err := tty.AskSecret(t.Context(), "Line"); err != nil || string(got) != want {
			t.Errorf("got %q, %v; want %q", got, err, want)
		}
	}
}

func TestTerminalLeftRawStillEditsAndRestoresToRaw(t *testing.T) {
	s := newScreen(t)
	raw := s.mode()
	raw.Lflag &^= unix.ICANON | unix.ISIG | unix.ECHO
	raw.Iflag &^= unix.ICRNL
	if err := unix.IoctlSetTermios(int(s.tty.Fd()), setMode, &raw); err != nil {
		t.Fatal(err)
	}
	tty := Open(s.tty.Name())
	defer tty.Close()
	s.typeIn("")
	answer := askSecret(t.Context(), s, tty)
	s.typeIn("horsf" + backspace + "e\r")
	if got := <-answer; got.err != nil || got.text != "horse" {
		t.Errorf("got %q, %v; want the edited line", got.text, got.err)
	}
	if after := s.mode(); after != raw {
		t.Errorf("got mode %+v; want it restored to %+v", after, raw)
	}
}

func TestOnlyYesIsYes(t *testing.T) {
	tests := []struct {
		name, typed string
		want        bool
	}{
		{"y", "y\n", true},
		{"yes", "yes\n", true},
		{"capitals", "YES\n", true},
		{"blanks around it", " y \n", true},
		{"an empty line is no", "\n", false},
		{"n", "n\n", false},
		{"a word that begins with y", "yesterday\n", false},
		{"anything else", "sure\n", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newScreen(t)
			tty := Open(s.tty.Name())
			defer tty.Close()
			s.typeIn(test.typed)
			got, err := tty.Confirm(t.Context(), "Delete anna@example.org?")
			if err != nil || got != test.want {
				t.Errorf("got %v, %v; want %v", got, err, test.want)
			}
			s.waitFor("Delete anna@example.org? [y/N] ")
		})
	}
}

func TestConfirmIsNoYesWhenInterrupted(t *testing.T) {
	s := newScreen(t)
	tty := Open(s.tty.Name())
	defer tty.Close()
	s.typeIn(ctrlD)
	got, err := tty.Confirm(t.Context(), "Delete?")
	if got || account.KindOf(err) != account.Interrupted {
		t.Errorf("got %v, %v; want false and interrupted", got, err)
	}
}

func TestWithoutATerminalTheErrorSaysWhatWouldHaveBeenAsked(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("y\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, dev string }{
		{"the device is missing", filepath.Join(t.TempDir(), "missing")},
		{"the device is a file", file},
		{"the device is no terminal", os.DevNull},
		{"no device is named", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tty := Open(test.dev)
			if tty.Available() {
				t.Error("got an available terminal; want none")
			}
			tty.Tell("nobody hears this")
			_, err := tty.AskSecret(t.Context(), "System key")
			const want = `there is no terminal to ask "System key" on`
			if account.KindOf(err) != account.Usage || account.CodeOf(err) != "usage.no_terminal" || err.Error() != want {
				t.Errorf("got %v, %s; want %s", err, account.CodeOf(err), want)
			}
			if err := tty.Close(); err != nil {
				t.Errorf("got %v on closing; want no error", err)
			}
		})
	}
}

func TestTellWritesALine(t *testing.T) {
	s := newScreen(t)
	tty := Open(s.tty.Name())
	defer tty.Close()
	if !tty.Available() {
		t.Fatal("got no terminal; want one")
	}
	tty.Tell("Keep it safe.")
	s.waitFor("Keep it safe.\r\n")
}
