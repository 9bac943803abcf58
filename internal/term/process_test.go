//go:build linux

package term

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"github.com/usher-admin/usher/internal/account"
)

const childVariable = "USHER_TERM_TEST_CHILD"

// TestMain lets the test's binary play the program that asks.
func TestMain(m *testing.M) {
	if os.Getenv(childVariable) != "" {
		os.Exit(child())
	}
	os.Exit(m.Run())
}

// child asks for a secret on its terminal while data comes in on standard
// input, and prints both.
func child() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	secret, err := Open("/dev/tty").AskSecret(ctx, "Password")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		if account.KindOf(err) == account.Interrupted {
			return 130
		}
		return 1
	}
	data, err := io.ReadAll(os.Stdin)
	if err != nil {
		return 1
	}
	fmt.Printf("secret %q, data %q\n", secret, data)
	return 0
}

// program is the child, with the screen as its controlling terminal.
type program struct {
	*exec.Cmd
	stdout, stderr bytes.Buffer
}

func start(t *testing.T, s *screen) *program {
	t.Helper()
	p := &program{Cmd: exec.Command(os.Args[0])}
	p.Env = append(os.Environ(), childVariable+"=1")
	p.Stdin = strings.NewReader("one\ntwo\n")
	p.Stdout, p.Stderr = &p.stdout, &p.stderr
	if s != nil {
		p.ExtraFiles = []*os.File{s.tty}
		p.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 3}
	} else {
		p.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Process.Kill() })
	return p
}

func (p *program) check(t *testing.T, code int, stdout, stderr string) {
	t.Helper()
	_ = p.Wait()
	if got := p.ProcessState.ExitCode(); got != code {
		t.Errorf("got exit %d; want %d", got, code)
	}
	if got := p.stdout.String(); got != stdout {
		t.Errorf("got standard output %q; want %q", got, stdout)
	}
	if got := p.stderr.String(); got != stderr {
		t.Errorf("got standard error %q; want %q", got, stderr)
	}
}

func TestProcessAsksOnItsTerminalWhileStandardInputCarriesData(t *testing.T) {
	s := newScreen(t)
	p := start(t, s)
	s.waitFor("Password: ")
	if s.echoes() {
		t.Error("the terminal echoes while a secret is typed")
	}
	s.typeIn("correct horse\r")
	p.check(t, 0, `secret "correct horse", data "one\ntwo\n"`+"\n", "")
	if !s.echoes() {
		t.Error("the terminal is left without echo")
	}
	if text := s.text(); strings.Contains(text, "horse") {
		t.Errorf("the screen shows the secret: %q", text)
	}
}

func TestProcessThatIsStoppedLeavesTheTerminalAsItWas(t *testing.T) {
	tests := []struct {
		name string
		stop func(s *screen, p *program)
	}{
		{"Ctrl-C", func(s *screen, _ *program) { s.typeIn("half" + ctrlC) }},
		{"Ctrl-D", func(s *screen, _ *program) { s.typeIn(ctrlD) }},
		{"a signal from elsewhere", func(_ *screen, p *program) { _ = p.Process.Signal(syscall.SIGTERM) }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newScreen(t)
			before := s.mode()
			p := start(t, s)
			s.waitFor("Password: ")
			test.stop(s, p)
			p.check(t, 130, "", "interrupted\n")
			if after := s.mode(); after != before {
				t.Errorf("got mode %+v; want it restored to %+v", after, before)
			}
			s.until("the cursor is on a new line", func() bool { return strings.HasSuffix(s.text(), "\r\n") })
		})
	}
}

func TestProcessWithoutATerminalDoesNotReadStandardInputInstead(t *testing.T) {
	p := start(t, nil)
	p.check(t, 1, "", `there is no terminal to ask "Password" on`+"\n")
}
