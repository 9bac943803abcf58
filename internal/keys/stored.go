package keys

import (
	"fmt"
	"unicode"
	"unicode/utf8"

	"github.com/usher-admin/usher/internal/account"
)

// MaxStored is how many characters the value of a stored password may have. A
// private key or a list of recovery codes is one too.
const MaxStored = 10_000

// StoredPassword is the value of a stored password in clear. It prints as
// nothing of itself, whatever the verb, also inside other structs. The zero
// value holds none.
type StoredPassword struct {
	// A function, because fmt and its like print unexported fields of other
	// structs without asking their methods; of a function they know the address
	// alone.
	open func() string
}

// NewStoredPassword takes a value exactly as it was given: UTF-8, 1 to
// MaxStored characters, several lines if need be. What could steer a terminal or
// turn the writing round is refused, so that the value shown is the value kept.
// Errors are Invalid, coded secret.empty, secret.too_long or secret.control, and
// repeat nothing.
func NewStoredPassword(value string) (StoredPassword, error) {
	switch {
	case value == "":
		return StoredPassword{}, account.Errorf(account.Invalid, "the value is empty").Coded("secret.empty")
	case !utf8.ValidString(value):
		return StoredPassword{}, account.Errorf(account.Invalid, "the value is not UTF-8 text").Coded("secret.not_text").
			Hintf("encode it first, for instance with base64")
	case utf8.RuneCountInString(value) > MaxStored:
		return StoredPassword{}, account.Errorf(account.Invalid, "the value has more than %d characters", MaxStored).Coded("secret.too_long")
	}
	for _, r := range value {
		if steering(r) {
			return StoredPassword{}, account.Errorf(account.Invalid, "the value has a control character or one that nobody sees").
				Coded("secret.control").
				Hintf("lines end with a line feed alone; encode anything else first, for instance with base64")
		}
	}
	return StoredPassword{open: func() string { return value }}, nil
}

// steering reports whether r may stand in no value.
func steering(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case r == '\u2028' || r == '\u2029':
		return true
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
}

// IsZero reports whether p holds no value.
func (p StoredPassword) IsZero() bool { return p.open == nil }

// Reveal returns the value, "" for none. It is the only way to it.
func (p StoredPassword) Reveal() string {
	if p.open == nil {
		return ""
	}
	return p.open()
}

const storedRedacted = "[stored password]"

// String returns "[stored password]", never the value.
func (StoredPassword) String() string { return storedRedacted }

// GoString returns "[stored password]", never the value.
func (StoredPassword) GoString() string { return storedRedacted }

// Format writes "[stored password]" for every verb, never the value.
func (StoredPassword) Format(f fmt.State, _ rune) { redact(f, storedRedacted) }

// MarshalText returns "[stored password]", never the value.
func (StoredPassword) MarshalText() ([]byte, error) { return []byte(storedRedacted), nil }

// MarshalJSON returns the JSON string "[stored password]", never the value.
func (StoredPassword) MarshalJSON() ([]byte, error) { return []byte(`"` + storedRedacted + `"`), nil }
