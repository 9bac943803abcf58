package keys

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/usher-admin/usher/internal/account"
)

// VaultKey is what the stored passwords of a scope are sealed under, 256 random
// bits. It is itself sealed under the organisation key, and replaced with it. The
// zero value is no key.
type VaultKey [32]byte

// padBlock is what the content of a stored password is filled up to a multiple
// of, in bytes, so that the file does not tell a short password from a long one.
const padBlock = 64

// padMark begins the filling; zeros follow.
const padMark = 0x80

// errNoID is a mistake of the caller.
var errNoID = errors.New("a stored password without an id")

// NewVaultKey returns a fresh key. It fails only when random does.
func NewVaultKey(random io.Reader) (VaultKey, error) {
	var v VaultKey
	if _, err := io.ReadFull(random, v[:]); err != nil {
		return VaultKey{}, fmt.Errorf("make a vault key: %w", err)
	}
	return v, nil
}

// SealVault seals the vault key of a scope under its organisation key.
func (k OrgKey) SealVault(random io.Reader, scope account.Scope, place Place, v VaultKey) ([]byte, error) {
	if allZero(v[:]) {
		return nil, fmt.Errorf("seal a vault key: %w", errNoSecret)
	}
	return k.Seal(random, PurposeVault, scope, place, v[:])
}

// OpenVault returns the vault key of a scope; it fails as Open does.
func (k OrgKey) OpenVault(scope account.Scope, place Place, envelope []byte) (VaultKey, error) {
	plaintext, err := k.Open(PurposeVault, scope, place, envelope)
	if err != nil {
		return VaultKey{}, err
	}
	if len(plaintext) != len(VaultKey{}) {
		return VaultKey{}, fmt.Errorf("open a vault key: %w", ErrSealed)
	}
	return VaultKey(plaintext), nil
}

// SealSecret seals a part of a stored password under a key of its own, derived
// from the vault key and its id. It fails as Seal does, and without an id.
func (v VaultKey) SealSecret(random io.Reader, scope account.Scope, place Place, id, plaintext []byte) ([]byte, error) {
	info, err := secretInfo(scope, place, id)
	if err != nil {
		return nil, err
	}
	return sealFor(random, v[:], info, place, padded(plaintext))
}

// OpenSecret returns what SealSecret sealed for an id; it fails as Open does.
func (v VaultKey) OpenSecret(scope account.Scope, place Place, id, envelope []byte) ([]byte, error) {
	info, err := secretInfo(scope, place, id)
	if err != nil {
		return nil, err
	}
	plaintext, err := openFor(v[:], info, place, envelope)
	if err != nil {
		return nil, err
	}
	return unpadded(plaintext)
}

// padded returns plaintext with its filling.
func padded(plaintext []byte) []byte {
	size := (len(plaintext)/padBlock + 1) * padBlock
	filled := make([]byte, size)
	copy(filled, plaintext)
	filled[len(plaintext)] = padMark
	return filled
}

// unpadded takes the filling off. Content without one was sealed by something
// else.
func unpadded(filled []byte) ([]byte, error) {
	plaintext := bytes.TrimRight(filled, "\x00")
	if len(plaintext) == 0 || plaintext[len(plaintext)-1] != padMark {
		return nil, fmt.Errorf("open a stored password: %w", ErrSealed)
	}
	return plaintext[:len(plaintext)-1], nil
}

// NameMark returns what stands in the file in place of the name of a stored
// password: the same for the same name, and nothing to who lacks the key. The
// caller has made names that count as one equal.
func (v VaultKey) NameMark(instance account.InstanceID, scope account.Scope, name string) ([checkSize]byte, error) {
	derived, err := derive(v[:], bind([]byte(purposeSecretName), instance[:], scopeBytes(scope), []byte(name)), checkSize)
	if err != nil {
		return [checkSize]byte{}, fmt.Errorf("mark a name: %w", err)
	}
	return [checkSize]byte(derived), nil
}

// secretInfo returns what the key of one stored password is derived for.
func secretInfo(scope account.Scope, place Place, id []byte) ([]byte, error) {
	if len(id) == 0 {
		return nil, errNoID
	}
	return sealingInfo(PurposeSecret, place.Instance, scope, id)
}
