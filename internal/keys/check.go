package keys

import (
	"crypto/subtle"

	"github.com/usher-admin/usher/internal/account"
)

// checkSize is the size of a check value in bytes. At 128 bits no other key
// fits it by chance, and of the key's 160 bits it gives nothing away.
const checkSize = 16

// fingerprintBytes gives 40 bits, eight characters: enough for a person to tell
// sheets apart, no use for finding a key.
const fingerprintBytes = 5

// CheckValue returns the value that tells a wrong organisation key from a wrong
// password. It can stand readable in the file. A zero key has none: its check
// value is zero, and Matches says no to that.
func (k OrgKey) CheckValue(instance account.InstanceID, scope account.Scope) [checkSize]byte {
	derived, err := derive(k[:], bind([]byte(PurposeCheck), instance[:], scopeBytes(scope)), checkSize)
	if err != nil {
		return [checkSize]byte{}
	}
	return [checkSize]byte(derived)
}

// Matches reports, in constant time, whether k is the key of the scope that
// left this check value.
func (k OrgKey) Matches(instance account.InstanceID, scope account.Scope, check [checkSize]byte) bool {
	own := k.CheckValue(instance, scope)
	return !allZero(own[:]) && subtle.ConstantTimeCompare(own[:], check[:]) == 1
}

// Fingerprint returns eight letters and digits that name the key within its
// instance, for installation sheets: enough to tell which key a sheet is about.
// A zero key has none.
func (k OrgKey) Fingerprint(instance account.InstanceID) string {
	return fingerprint(k, orgKeyForm(), instance)
}

// Fingerprint returns eight letters and digits that name the system key within
// its instance, as of an organisation key.
func (s SystemKey) Fingerprint(instance account.InstanceID) string {
	return fingerprint(s, systemKeyForm(), instance)
}

// fingerprint derives a public name for a secret of a kind.
func fingerprint(secret [secretBytes]byte, form keyForm, instance account.InstanceID) string {
	derived, err := derive(secret[:], bind([]byte(purposeFingerprint), []byte(form.noun), instance[:]), fingerprintBytes)
	if err != nil {
		return ""
	}
	var bits uint64
	for _, b := range derived {
		bits = bits<<8 | uint64(b)
	}
	text := make([]byte, fingerprintBytes*8/5)
	for i := len(text) - 1; i >= 0; i-- {
		text[i] = alphabet[bits&31]
		bits >>= 5
	}
	return string(text)
}
