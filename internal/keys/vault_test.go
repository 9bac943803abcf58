package keys

import (
	"errors"
	"testing"
)

func TestAStoredPasswordOpensUnderItsIDOnly(t *testing.T) {
	v, place, scope := vaultKeyFixture(), placeFixture(), scopeFixture()
	envelope := must[[]byte](t)(v.SealSecret(stream(), scope, place, []byte("one"), []byte("hunter2")))
	sameBytes(t, "password", must[[]byte](t)(v.OpenSecret(scope, place, []byte("one"), envelope)), []byte("hunter2"))
	for _, id := range []string{"two", "on", "one\x00", "\x03one"} {
		if _, err := v.OpenSecret(scope, place, []byte(id), envelope); !errors.Is(err, ErrSealed) {
			t.Errorf("id %q: got error %v, want ErrSealed", id, err)
		}
	}
	other := v
	other[31] ^= 1
	if _, err := other.OpenSecret(scope, place, []byte("one"), envelope); !errors.Is(err, ErrSealed) {
		t.Errorf("another vault key: got error %v, want ErrSealed", err)
	}
	if _, err := Open(v[:], PurposeSecret, scope, place, envelope); !errors.Is(err, ErrSealed) {
		t.Errorf("without the id: got error %v, want ErrSealed", err)
	}
	for _, m := range moves() {
		if m.secret != orgKeyFixture() || m.purpose != PurposePassword {
			continue // what is moved here is the place or the scope
		}
		if _, err := v.OpenSecret(m.scope, m.place, []byte("one"), envelope); !errors.Is(err, ErrSealed) {
			t.Errorf("%s: got error %v, want ErrSealed", m.name, err)
		}
	}
}

func TestAStoredPasswordNeedsAnIDAndAKey(t *testing.T) {
	v, place, scope := vaultKeyFixture(), placeFixture(), scopeFixture()
	if _, err := v.SealSecret(stream(), scope, place, nil, []byte("hunter2")); !errors.Is(err, errNoID) {
		t.Errorf("sealed without an id: got error %v, want %v", err, errNoID)
	}
	if _, err := v.OpenSecret(scope, place, nil, []byte{sealVersion}); !errors.Is(err, errNoID) {
		t.Errorf("opened without an id: got error %v, want %v", err, errNoID)
	}
	if _, err := (VaultKey{}).SealSecret(stream(), scope, place, []byte("one"), nil); !errors.Is(err, errNoSecret) {
		t.Errorf("under a zero key: got error %v, want %v", err, errNoSecret)
	}
}

func TestAVaultKeyOpensUnderItsOrganisationKeyOnly(t *testing.T) {
	k, v := orgKeyFixture(), vaultKeyFixture()
	envelope := must[[]byte](t)(k.SealVault(stream(), scopeFixture(), placeFixture(), v))
	got := must[VaultKey](t)(k.OpenVault(scopeFixture(), placeFixture(), envelope))
	sameBytes(t, "vault key", got[:], v[:])
	for _, m := range moves() {
		if m.purpose != PurposePassword {
			continue // the purpose is not the caller's choice here
		}
		if _, err := m.secret.OpenVault(m.scope, m.place, envelope); !errors.Is(err, ErrSealed) {
			t.Errorf("%s: got error %v, want ErrSealed", m.name, err)
		}
	}
	if _, err := k.SealVault(stream(), scopeFixture(), placeFixture(), VaultKey{}); !errors.Is(err, errNoSecret) {
		t.Errorf("a zero vault key: got error %v, want %v", err, errNoSecret)
	}
	for _, n := range []int{0, 31, 33} {
		envelope := must[[]byte](t)(k.Seal(stream(), PurposeVault, scopeFixture(), placeFixture(), make([]byte, n)))
		if _, err := k.OpenVault(scopeFixture(), placeFixture(), envelope); !errors.Is(err, ErrSealed) {
			t.Errorf("%d bytes in place of a vault key: got error %v, want ErrSealed", n, err)
		}
	}
}
