package keys

import (
	"crypto/ecdh"
	"crypto/hpke"
	"crypto/subtle"
	"fmt"

	"github.com/usher-admin/usher/internal/account"
)

// escrowVersion is the first byte of an envelope to the system key: RFC 9180,
// base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305.
const escrowVersion = 1

const (
	escrowEncap    = 32                   // the encapsulated key, in bytes
	escrowOverhead = 1 + escrowEncap + 16 // with version and tag
)

// escrowKEM returns how keys are agreed on with the system key.
func escrowKEM() hpke.KEM { return hpke.DHKEM(ecdh.X25519()) }

// pair returns the key pair of the system user in an instance.
func (s SystemKey) pair(instance account.InstanceID) (hpke.PrivateKey, error) {
	seed, err := derive(s[:], bind([]byte(purposeSystemPair), instance[:]), keySize)
	if err != nil {
		return nil, fmt.Errorf("system key: %w", err)
	}
	pair, err := escrowKEM().DeriveKeyPair(seed)
	if err != nil {
		return nil, fmt.Errorf("system key: %w", err)
	}
	return pair, nil
}

// Public returns the public half of the key pair made from s, which the file
// keeps. It fails only for a zero key.
func (s SystemKey) Public(instance account.InstanceID) ([]byte, error) {
	pair, err := s.pair(instance)
	if err != nil {
		return nil, err
	}
	return pair.PublicKey().Bytes(), nil
}

// Matches reports, in constant time, whether s is the system key whose public
// half the instance keeps.
func (s SystemKey) Matches(public []byte, instance account.InstanceID) bool {
	own, err := s.Public(instance)
	return err == nil && subtle.ConstantTimeCompare(own, public) == 1
}

// SealToSystem seals an organisation key so that only the system key opens it,
// needing no more than its public half. It takes no source of randomness, as
// the standard library's HPKE has none but its own, the operating system's.
func SealToSystem(public []byte, place Place, scope account.Scope, k OrgKey) ([]byte, error) {
	if allZero(k[:]) {
		return nil, fmt.Errorf("escrow: %w", errNoSecret)
	}
	recipient, err := escrowKEM().NewPublicKey(public)
	if err != nil {
		return nil, fmt.Errorf("escrow: public half of the system key: %w", err)
	}
	encap, sender, err := hpke.NewSender(recipient, hpke.HKDFSHA256(), hpke.ChaCha20Poly1305(), escrowInfo(place, scope))
	if err != nil {
		return nil, fmt.Errorf("escrow: %w", err)
	}
	sealed, err := sender.Seal(place.bytes(), k[:])
	if err != nil {
		return nil, fmt.Errorf("escrow: %w", err)
	}
	return append(append([]byte{escrowVersion}, encap...), sealed...), nil
}

// OpenOrgKey returns the organisation key of an envelope of SealToSystem. An
// envelope that does not open gives ErrSealed, one of another version
// ErrVersion.
func (s SystemKey) OpenOrgKey(place Place, scope account.Scope, envelope []byte) (OrgKey, error) {
	if err := checkEnvelope(envelope, escrowVersion, escrowOverhead); err != nil {
		return OrgKey{}, err
	}
	pair, err := s.pair(place.Instance)
	if err != nil {
		return OrgKey{}, err
	}
	plaintext, err := openTo(pair, escrowInfo(place, scope), place.bytes(), envelope[1:])
	if err != nil {
		return OrgKey{}, err
	}
	return orgKeyFrom(plaintext)
}

// escrowInfo returns what the keys of the escrow are derived for.
func escrowInfo(place Place, scope account.Scope) []byte {
	return bind([]byte(purposeEscrow), place.Instance[:], scopeBytes(scope))
}

// openTo opens what was sealed to the public half of pair: the encapsulated key
// and the ciphertext.
func openTo(pair hpke.PrivateKey, info, place, sealed []byte) ([]byte, error) {
	recipient, err := hpke.NewRecipient(sealed[:escrowEncap], pair, hpke.HKDFSHA256(), hpke.ChaCha20Poly1305(), info)
	if err != nil {
		return nil, fmt.Errorf("escrow: %w", ErrSealed)
	}
	plaintext, err := recipient.Open(place, sealed[escrowEncap:])
	if err != nil {
		return nil, fmt.Errorf("escrow: %w", ErrSealed)
	}
	return plaintext, nil
}
