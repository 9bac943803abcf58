package keys

import (
	"fmt"
	"io"

	"github.com/usher-admin/usher/internal/account"
)

// SealKey seals an organisation key under the token itself, for the record of a
// session, service token or link that carries it. As the file keeps only the
// hash of the token, deleting the record ends the key with it.
func (t Token) SealKey(random io.Reader, place Place, scope account.Scope, k OrgKey) ([]byte, error) {
	if allZero(k[:]) {
		return nil, fmt.Errorf("carry an organisation key: %w", errNoSecret)
	}
	return Seal(random, t[:], PurposeCarry, scope, place, k[:])
}

// OpenKey returns the organisation key that the token carries; it fails as Open
// does.
func (t Token) OpenKey(place Place, scope account.Scope, envelope []byte) (OrgKey, error) {
	plaintext, err := Open(t[:], PurposeCarry, scope, place, envelope)
	if err != nil {
		return OrgKey{}, err
	}
	return orgKeyFrom(plaintext)
}
