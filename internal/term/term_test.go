package term

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/usher-admin/usher/internal/account"
)

func TestNewSecretIsAskedTwice(t *testing.T) {
	const first, again = "New password", "New password, again"
	pair := func(a, b string) []Step { return []Step{Secret(first, a), Secret(again, b)} }
	differ := pair("one", "two")
	tests := []struct {
		name  string
		steps [][]Step
		want  string
		kind  account.Kind
		told  int
	}{
		{"the same twice", [][]Step{pair("horse", "horse")}, "horse", 0, 0},
		{"a slip, then the same", [][]Step{pair("horse", "hosre"), pair("horse", "horse")}, "horse", 0, 1},
		{"two slips, then the same", [][]Step{differ, differ, pair("horse", "horse")}, "horse", 0, 2},
		{"three slips", [][]Step{differ, differ, differ}, "", account.Invalid, 2},
		{"one is the beginning of the other", [][]Step{pair("horse", "hors"), pair("x", "x")}, "x", 0, 1},
		{"interrupted at first", [][]Step{{Interrupt(Secret(first, ""))}}, "", account.Interrupted, 0},
		{"interrupted at the second", [][]Step{{Secret(first, "x"), Interrupt(Secret(again, ""))}}, "", account.Interrupted, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var steps []Step
			for _, s := range test.steps {
				steps = append(steps, s...)
			}
			script := NewScript(t, steps...)
			got, err := AskNewSecret(t.Context(), script, first)
			if string(got) != test.want || account.KindOf(err) != test.kind {
				t.Errorf("got %q, %v; want %q, kind %d", got, err, test.want, test.kind)
			}
			if test.kind == account.Invalid && account.CodeOf(err) != "password.mismatch" {
				t.Errorf("got code %q; want password.mismatch", account.CodeOf(err))
			}
			if n := strings.Count(script.Told(), "differ"); n != test.told {
				t.Errorf("told %d times that they differ; want %d", n, test.told)
			}
		})
	}
}

func TestReadLineTakesOneLine(t *testing.T) {
	tests := []struct {
		name string
		r    io.Reader
		want string
	}{
		{"a byte at a time", iotest.OneByteReader(strings.NewReader("horse\r\n")), "horse"},
		{"the end with the data", iotest.DataErrReader(strings.NewReader("horse\n")), "horse"},
		{"a carriage return alone is part of the line", strings.NewReader("a\rb\n"), "a\rb"},
		{"only line ends", strings.NewReader("\r\n"), ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got, err := readLine(test.r); string(got) != test.want || err != nil {
				t.Errorf("got %q, %v; want %q", got, err, test.want)
			}
		})
	}
}

func TestReadLineGivesNoPartOfALine(t *testing.T) {
	tests := []struct {
		name string
		r    io.Reader
		want account.Kind
	}{
		{"the input ends before the line", strings.NewReader("horse"), account.Interrupted},
		{"the reader fails", iotest.ErrReader(errors.New("line is dead")), account.Unexpected},
		{"the reader fails in the middle", iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader("horse\n"))), account.Unexpected},
		{"no line end in sight", strings.NewReader(strings.Repeat("x", 10000)), account.Invalid},
		{"one byte too many", strings.NewReader(strings.Repeat("x", maxLine+1) + "\n"), account.Invalid},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := readLine(test.r)
			if got != nil || err == nil || account.KindOf(err) != test.want {
				t.Errorf("got %q, %v; want an error of kind %d", got, err, test.want)
			}
		})
	}
}

// judge stands in for a test that a Script may fail.
type judge struct {
	complaints []string
	cleanups   []func()
}

func (*judge) Helper() {}

func (j *judge) Errorf(format string, args ...any) {
	j.complaints = append(j.complaints, fmt.Sprintf(format, args...))
}

func (j *judge) Cleanup(f func()) { j.cleanups = append(j.cleanups, f) }

func TestScriptFailsOnWhatIsNotInIt(t *testing.T) {
	tests := []struct {
		name string
		step []Step
		run  func(ctx context.Context, s *Script) error
		want string
	}{
		{"a question too many", nil, func(ctx context.Context, s *Script) error {
			_, err := s.Ask(ctx, "Name")
			return err
		}, `asked: Ask "Name", want no question`},
		{"another question", []Step{Answer("E-mail", "x")}, func(ctx context.Context, s *Script) error {
			_, err := s.Ask(ctx, "Name")
			return err
		}, `asked: Ask "Name", want Ask "E-mail"`},
		{"a secret asked in the open", []Step{Secret("Password", "x")}, func(ctx context.Context, s *Script) error {
			_, err := s.Ask(ctx, "Password")
			return err
		}, `asked: Ask "Password", want AskSecret "Password"`},
		{"a question too few", []Step{Yes("Delete?")}, func(context.Context, *Script) error {
			return errors.New("not asked")
		}, `never asked: Confirm "Delete?"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			j := &judge{}
			s := NewScript(j, test.step...)
			if err := test.run(t.Context(), s); err == nil {
				t.Error("got no error; want one")
			}
			for _, f := range j.cleanups {
				f()
			}
			if got := strings.Join(j.complaints, "\n"); got != test.want {
				t.Errorf("got complaint %q; want %q", got, test.want)
			}
		})
	}
}

func TestScriptAnswers(t *testing.T) {
	var terminal Terminal = NewScript(t, Answer("Name", "Anna"), Yes("Go on?"), No("Really?"), Interrupt(Yes("Sure?")))
	if !terminal.Available() {
		t.Error("got no terminal; want one")
	}
	if got, err := terminal.Ask(t.Context(), "Name"); got != "Anna" || err != nil {
		t.Errorf("got %q, %v; want Anna", got, err)
	}
	if got, err := terminal.Confirm(t.Context(), "Go on?"); !got || err != nil {
		t.Errorf("got %v, %v; want yes", got, err)
	}
	if got, err := terminal.Confirm(t.Context(), "Really?"); got || err != nil {
		t.Errorf("got %v, %v; want no", got, err)
	}
	if got, err := terminal.Confirm(t.Context(), "Sure?"); got || account.KindOf(err) != account.Interrupted {
		t.Errorf("got %v, %v; want interrupted", got, err)
	}
	done, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := terminal.AskSecret(done, "Password"); account.KindOf(err) != account.Interrupted {
		t.Errorf("got %v with a context that is done; want interrupted", err)
	}
}
