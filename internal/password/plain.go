package password

import (
	"fmt"
	"io"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/usher-admin/usher/internal/account"
)

// MaxLength is the number of characters a password may have, counted after
// NFKC.
const MaxLength = 256

// maxTyped bounds the bytes that are normalised at all. Composition shortens
// text, but never from more than this to MaxLength characters.
const maxTyped = 16 * MaxLength

// hidden is what is printed in place of a password.
const hidden = "[password]"

// Plain is a prepared password. It prints as nothing of itself, whatever the
// verb, also inside other structs. The zero Plain holds no password: it can be
// neither hashed nor verified.
type Plain struct {
	// A function, because fmt and its like print unexported fields of other
	// structs without asking their methods, and follow pointers; of a function
	// they know the address alone. It also keeps == from comparing passwords.
	open func() prepared
}

// prepared keeps both forms: the normalised one for our own hashes, the typed
// one for hashes of systems that did not normalise.
type prepared struct {
	text  string
	typed []byte
}

// Prepare makes a Plain of what was typed, without its line break: UTF-8, 1 to
// 256 characters after NFKC, none of them a control character or a line break.
// Errors are Invalid, coded password.empty, password.too_long,
// password.not_text or password.control.
func Prepare(raw []byte) (Plain, error) {
	switch {
	case len(raw) == 0:
		return Plain{}, account.Errorf(account.Invalid, "the password is empty").Coded("password.empty")
	case len(raw) > maxTyped:
		return Plain{}, tooLong()
	case !utf8.Valid(raw):
		return Plain{}, account.Errorf(account.Invalid, "the password is not UTF-8 text").Coded("password.not_text")
	}
	text := norm.NFKC.String(string(raw))
	if utf8.RuneCountInString(text) > MaxLength {
		return Plain{}, tooLong()
	}
	for _, r := range string(raw) {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return Plain{}, account.Errorf(account.Invalid,
				"the password contains a control character or a line break").Coded("password.control")
		}
	}
	p := prepared{text: text, typed: append([]byte(nil), raw...)}
	return Plain{func() prepared { return p }}, nil
}

func tooLong() error {
	return account.Errorf(account.Invalid, "the password has more than %d characters", MaxLength).
		Coded("password.too_long")
}

// IsZero reports whether pw holds no password.
func (pw Plain) IsZero() bool { return pw.open == nil }

// Bytes returns a copy of the normalised password, nil for the zero Plain.
func (pw Plain) Bytes() []byte {
	if pw.IsZero() {
		return nil
	}
	return []byte(pw.text())
}

// Typed returns a copy of what was typed, before it was normalised, nil for the
// zero Plain: for a directory that keeps the password its own way.
func (pw Plain) Typed() []byte {
	if pw.IsZero() {
		return nil
	}
	return append([]byte(nil), pw.open().typed...)
}

// Length returns the number of characters after NFKC.
func (pw Plain) Length() int { return utf8.RuneCountInString(pw.text()) }

func (pw Plain) text() string {
	if pw.IsZero() {
		return ""
	}
	return pw.open().text
}

// forms returns what a hash may have been made of: one entry when typing and
// normalising gave the same bytes, as they nearly always do. Our own hashes
// are of the first; a hash taken over may be of either.
func (pw Plain) forms() [][]byte {
	if pw.IsZero() {
		return nil
	}
	p := pw.open()
	if p.text == string(p.typed) {
		return [][]byte{p.typed}
	}
	return [][]byte{[]byte(p.text), p.typed}
}

// String returns a placeholder.
func (pw Plain) String() string { return hidden }

// Format writes a placeholder for every verb.
func (pw Plain) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, hidden) }

// MarshalJSON returns null.
func (pw Plain) MarshalJSON() ([]byte, error) { return []byte("null"), nil }

// MarshalText returns a placeholder.
func (pw Plain) MarshalText() ([]byte, error) { return []byte(hidden), nil }
