package keys

import (
	"fmt"
	"io"
)

// SystemKey is the secret of the system user, 160 random bits, shown once by
// init. The file keeps only the public half of a key pair made from it. The
// zero value is no key.
type SystemKey [secretBytes]byte

// NewSystemKey returns a fresh key. It fails only when random does.
func NewSystemKey(random io.Reader) (SystemKey, error) {
	var s SystemKey
	if _, err := io.ReadFull(random, s[:]); err != nil {
		return SystemKey{}, fmt.Errorf("make a system key: %w", err)
	}
	return s, nil
}

// ParseSystemKey reads a key as somebody typed or pasted it, as ParseOrgKey
// does. What cannot be a key gives an account.Invalid error with the code
// "systemkey.mistyped", which never repeats what was typed.
func ParseSystemKey(s string) (SystemKey, error) {
	secret, err := parseKey(s, systemKeyForm(), orgKeyForm())
	return SystemKey(secret), err
}

// Reveal returns the key in the form that people write down and read aloud. It
// is the only way from a key to its text.
func (s SystemKey) Reveal() string { return spell(s, systemKeyForm()) }
