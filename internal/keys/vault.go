package keys

import (
	"errors"
	"fmt"
	"io"

	"github.com/usher-admin/usher/internal/account"
)

// VaultKey is what the stored passwords of a scope are sealed under, 256 random
// bits. It is itself sealed under the organisation key, so a new organisation
// key reseals this one and not every password. The zero value is no key.
type VaultKey [32]byte

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

// SealSecret seals a stored password under a key of its own, derived from the
// vault key and its id. It fails as Seal does, and without an id.
func (v VaultKey) SealSecret(random io.Reader, scope account.Scope, place Place, id, plaintext []byte) ([]byte, error) {
	info, err := secretInfo(scope, place, id)
	if err != nil {
		return nil, err
	}
	return sealFor(random, v[:], info, place, plaintext)
}

// OpenSecret returns the stored password of an id; it fails as Open does.
func (v VaultKey) OpenSecret(scope account.Scope, place Place, id, envelope []byte) ([]byte, error) {
	info, err := secretInfo(scope, place, id)
	if err != nil {
		return nil, err
	}
	return openFor(v[:], info, place, envelope)
}

// secretInfo returns what the key of one stored password is derived for.
func secretInfo(scope account.Scope, place Place, id []byte) ([]byte, error) {
	if len(id) == 0 {
		return nil, errNoID
	}
	return sealingInfo(PurposeSecret, place.Instance, scope, id)
}
