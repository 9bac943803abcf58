package term

import (
	"bytes"
	"context"

	"github.com/usher-admin/usher/internal/account"
)

// Terminal asks a person and waits for the answer. Every question ends with an
// Interrupted error when ctx is done or the person ends the input, and with a
// Usage error, "usage.no_terminal", when there is nobody to ask; the caller
// adds the hint that names its flag. Prompts are written as they stand, so
// foreign text in them has to be made safe before.
type Terminal interface {
	// Available reports whether there is a terminal to ask on.
	Available() bool
	// Ask asks for one line and returns it without its end.
	Ask(ctx context.Context, prompt string) (string, error)
	// AskSecret asks for one line that is not shown while it is typed. The
	// bytes are what was typed, in whatever encoding, without the line's end.
	AskSecret(ctx context.Context, prompt string) ([]byte, error)
	// Confirm asks a question that "y" or "yes" answers with yes; everything
	// else, also an empty line, means no.
	Confirm(ctx context.Context, question string) (bool, error)
	// Tell writes a line to the person; without a terminal it does nothing.
	Tell(text string)
}

// newSecretTries is how often AskNewSecret asks for the pair.
const newSecretTries = 3

// AskNewSecret asks for a secret that is about to be set, and for the same
// again, because a slip of the finger cannot be seen. Answers that differ are
// asked for anew, up to three times; then the error is Invalid,
// "password.mismatch".
func AskNewSecret(ctx context.Context, t Terminal, prompt string) ([]byte, error) {
	for try := 1; ; try++ {
		first, err := t.AskSecret(ctx, prompt)
		if err != nil {
			return nil, err
		}
		second, err := t.AskSecret(ctx, prompt+", again")
		if err != nil {
			clear(first)
			return nil, err
		}
		same := bytes.Equal(first, second)
		clear(second)
		if same {
			return first, nil
		}
		clear(first)
		if try == newSecretTries {
			return nil, account.Errorf(account.Invalid, "the two answers differed %d times", try).Coded("password.mismatch")
		}
		t.Tell("The two answers differ; please try again.")
	}
}

func interrupted() error {
	return account.Errorf(account.Interrupted, "interrupted").Coded("interrupted")
}

// noTerminal is the error for a question that nobody can be asked. The cause
// is kept out of the text: that a device is missing helps nobody.
func noTerminal(prompt string, cause error) error {
	err := account.Errorf(account.Usage, "there is no terminal to ask %q on", prompt).Coded("usage.no_terminal")
	err.Cause = cause
	return err
}
