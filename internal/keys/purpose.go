package keys

import (
	"fmt"

	"github.com/usher-admin/usher/internal/account"
)

// Purpose is what a key is derived for. Keys of different purposes have
// nothing in common, even if the secret, instance and scope are the same.
type Purpose string

// The purposes. Their texts are part of the file format: a changed one opens
// nothing that was sealed before.
const (
	PurposePassword Purpose = "password"                 // a user's password hash, under K
	PurposeVault    Purpose = "vault"                    // the vault key of a scope, under K
	PurposeSecret   Purpose = "secret"                   // a stored password, under the vault key
	PurposeCarry    Purpose = "carried organisation key" // K, under a session, token or link
	PurposeCheck    Purpose = "check"                    // the check value of K; nothing is sealed for it

	purposeSecretName  Purpose = "secret name"     // the mark of a stored password's name, under the vault key
	purposeFingerprint Purpose = "fingerprint"     // of a key, for people to compare
	purposeSystemPair  Purpose = "system key pair" // the key pair of the system user
	purposeEscrow      Purpose = "escrow"          // K, to the public half of that pair
)

// seals reports whether envelopes are made for the purpose. The others derive
// values that are public; a sealing key that begins like one of those would be
// given away by it.
func (p Purpose) seals() bool {
	switch p {
	case PurposePassword, PurposeVault, PurposeSecret, PurposeCarry:
		return true
	default:
		return false
	}
}

// sealingInfo returns what a sealing key is derived for, with whatever more
// tells it apart, or an error if nothing is sealed for the purpose.
func sealingInfo(purpose Purpose, instance account.InstanceID, scope account.Scope, more ...[]byte) ([]byte, error) {
	if !purpose.seals() {
		return nil, fmt.Errorf("nothing is sealed for the purpose %q", string(purpose))
	}
	fields := append([][]byte{[]byte(purpose), instance[:], scopeBytes(scope)}, more...)
	return bind(fields...), nil
}
