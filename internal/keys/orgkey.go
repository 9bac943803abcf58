package keys

import (
	"fmt"
	"io"

	"github.com/usher-admin/usher/internal/account"
)

// OrgKey is the secret of an organisation or of a site, 160 random bits.
// Without it nobody of its scope signs in and no stored password of it opens.
// The zero value is no key: it seals nothing and opens nothing.
type OrgKey [secretBytes]byte

// NewOrgKey returns a fresh key. It fails only when random does.
func NewOrgKey(random io.Reader) (OrgKey, error) {
	var k OrgKey
	if _, err := io.ReadFull(random, k[:]); err != nil {
		return OrgKey{}, fmt.Errorf("make an organisation key: %w", err)
	}
	return k, nil
}

// ParseOrgKey reads a key as somebody typed or pasted it. Letter case, spaces,
// line breaks, dashes, dots and the prefix do not matter; O is read as 0, I and
// L as 1. What cannot be a key gives an account.Invalid error with the code
// "orgkey.mistyped", which never repeats what was typed.
func ParseOrgKey(s string) (OrgKey, error) {
	secret, err := parseKey(s, orgKeyForm(), systemKeyForm())
	return OrgKey(secret), err
}

// Reveal returns the key in the form that people write down and read aloud. It
// is the only way from a key to its text.
func (k OrgKey) Reveal() string { return spell(k, orgKeyForm()) }

// Seal seals plaintext under the key, for one purpose, scope and place; see the
// function Seal.
func (k OrgKey) Seal(random io.Reader, purpose Purpose, scope account.Scope, place Place, plaintext []byte) ([]byte, error) {
	return Seal(random, k[:], purpose, scope, place, plaintext)
}

// Open returns what was sealed under the key for the same purpose, scope and
// place; see the function Open.
func (k OrgKey) Open(purpose Purpose, scope account.Scope, place Place, envelope []byte) ([]byte, error) {
	return Open(k[:], purpose, scope, place, envelope)
}

// orgKeyFrom returns the key that an opened envelope held. Another length means
// that something else was sealed there.
func orgKeyFrom(plaintext []byte) (OrgKey, error) {
	if len(plaintext) != secretBytes {
		return OrgKey{}, fmt.Errorf("open an organisation key: %w", ErrSealed)
	}
	return OrgKey(plaintext), nil
}
