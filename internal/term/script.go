package term

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// TB is the part of testing.TB that a Script needs. The package testing stays
// out of the program this way.
type TB interface {
	Helper()
	Errorf(format string, args ...any)
	Cleanup(func())
}

// A Step is one question a Script expects, and its answer.
type Step struct {
	way    string // "Ask", "AskSecret" or "Confirm"
	prompt string
	answer string
	err    error
}

// Answer expects an Ask and answers it with text.
func Answer(prompt, text string) Step { return Step{way: "Ask", prompt: prompt, answer: text} }

// Secret expects an AskSecret and answers it with text.
func Secret(prompt, text string) Step { return Step{way: "AskSecret", prompt: prompt, answer: text} }

// Yes expects a Confirm and agrees.
func Yes(question string) Step { return Step{way: "Confirm", prompt: question, answer: "y"} }

// No expects a Confirm and refuses.
func No(question string) Step { return Step{way: "Confirm", prompt: question, answer: "n"} }

// Interrupt turns a step into one where the person presses Ctrl-C instead of
// answering: Interrupt(Secret("Password", "")).
func Interrupt(s Step) Step {
	s.err = interrupted()
	return s
}

// Script is a Terminal for tests: it expects exactly its questions, in their
// order, and fails the test on any other one and on any that was not asked.
type Script struct {
	t     TB
	steps []Step
	told  []string
}

// NewScript returns a Script that expects the steps. It looks at the end of the
// test whether all were asked.
func NewScript(t TB, steps ...Step) *Script {
	s := &Script{t: t, steps: slices.Clone(steps)}
	t.Cleanup(func() {
		for _, step := range s.steps {
			t.Errorf("never asked: %s %q", step.way, step.prompt)
		}
	})
	return s
}

// Available reports true: a Script can be asked.
func (s *Script) Available() bool { return true }

// Ask answers as the next step says.
func (s *Script) Ask(ctx context.Context, prompt string) (string, error) {
	s.t.Helper()
	return s.next(ctx, "Ask", prompt)
}

// AskSecret answers as the next step says.
func (s *Script) AskSecret(ctx context.Context, prompt string) ([]byte, error) {
	s.t.Helper()
	answer, err := s.next(ctx, "AskSecret", prompt)
	if err != nil {
		return nil, err
	}
	return []byte(answer), nil
}

// Confirm answers as the next step says.
func (s *Script) Confirm(ctx context.Context, question string) (bool, error) {
	s.t.Helper()
	answer, err := s.next(ctx, "Confirm", question)
	return err == nil && answer == "y", err
}

// Tell notes what was said.
func (s *Script) Tell(text string) { s.told = append(s.told, text) }

// Told returns what was said, a line each.
func (s *Script) Told() string { return strings.Join(s.told, "\n") }

// next takes the next step, which has to be the question asked.
func (s *Script) next(ctx context.Context, way, prompt string) (string, error) {
	s.t.Helper()
	if ctx.Err() != nil {
		return "", interrupted()
	}
	if len(s.steps) == 0 {
		s.t.Errorf("asked: %s %q, want no question", way, prompt)
		return "", fmt.Errorf("no answer to %q in the script", prompt)
	}
	step := s.steps[0]
	s.steps = s.steps[1:]
	if step.way != way || step.prompt != prompt {
		s.t.Errorf("asked: %s %q, want %s %q", way, prompt, step.way, step.prompt)
		return "", fmt.Errorf("another question than %q in the script", prompt)
	}
	return step.answer, step.err
}
