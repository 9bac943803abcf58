package keys

import (
	"testing"

	"github.com/usher-admin/usher/internal/account"
)

func TestACheckValueKnowsItsKeyOnly(t *testing.T) {
	k, instance, scope := orgKeyFixture(), placeFixture().Instance, scopeFixture()
	check := k.CheckValue(instance, scope)
	if !k.Matches(instance, scope, check) {
		t.Error("the key itself: got no match, want one")
	}
	for bit := range len(k) * 8 {
		other := k
		other[bit/8] ^= 1 << (bit % 8)
		if other.Matches(instance, scope, check) {
			t.Errorf("a key with bit %d flipped: got a match, want none", bit)
		}
	}
	for bit := range len(check) * 8 {
		damaged := check
		damaged[bit/8] ^= 1 << (bit % 8)
		if k.Matches(instance, scope, damaged) {
			t.Errorf("a check value with bit %d flipped: got a match, want none", bit)
		}
	}
	other := instance
	other[15] ^= 1
	if k.Matches(other, scope, check) {
		t.Error("in another instance: got a match, want none")
	}
	if k.Matches(instance, account.Scope{Org: scope.Org}, check) {
		t.Error("in the organisation of the site: got a match, want none")
	}
}

func TestAZeroKeyMatchesNothing(t *testing.T) {
	var zero OrgKey
	instance, scope := placeFixture().Instance, scopeFixture()
	if check := zero.CheckValue(instance, scope); check != [checkSize]byte{} || zero.Matches(instance, scope, check) {
		t.Errorf("got check value %x and a match, want zeros and none", check)
	}
	if got := zero.Fingerprint(instance); got != "" {
		t.Errorf("fingerprint: got %q, want none", got)
	}
	if got := (SystemKey{}).Fingerprint(instance); got != "" {
		t.Errorf("fingerprint of the system key: got %q, want none", got)
	}
}

func TestAFingerprintGivesNothingElseAway(t *testing.T) {
	secret, instance := run(1, 20), placeFixture().Instance
	k, s := OrgKey(secret), SystemKey(secret)
	other := instance
	other[0] ^= 1
	seen := map[string]string{}
	for name, text := range map[string]string{
		"an organisation key":                 k.Fingerprint(instance),
		"the same bytes as a system key":      s.Fingerprint(instance),
		"an organisation key elsewhere":       k.Fingerprint(other),
		"a system key elsewhere":              s.Fingerprint(other),
		"the beginning of the key as written": k.Reveal()[3:8] + k.Reveal()[9:12],
	} {
		if len(text) != 8 {
			t.Errorf("%s: got %q, want eight characters", name, text)
		}
		if twin, twice := seen[text]; twice {
			t.Errorf("%s and %s: got %q for both, want two fingerprints", name, twin, text)
		}
		seen[text] = name
	}
}

// TestPublicValuesAreNoBeginningsOfKeys guards what HKDF leaves to its users:
// for one info, a short output is the beginning of a long one.
func TestPublicValuesAreNoBeginningsOfKeys(t *testing.T) {
	for _, purpose := range []Purpose{PurposeCheck, purposeFingerprint, purposeSystemPair, purposeEscrow} {
		if purpose.seals() {
			t.Errorf("purpose %q: got that it seals, want that it does not", string(purpose))
		}
	}
	for _, purpose := range []Purpose{PurposePassword, PurposeVault, PurposeSecret, PurposeCarry} {
		if !purpose.seals() {
			t.Errorf("purpose %q: got that it does not seal, want that it does", string(purpose))
		}
	}
}
