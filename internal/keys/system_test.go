package keys

import (
	"bytes"
	"errors"
	"testing"

	"github.com/usher-admin/usher/internal/account"
)

// escrowed returns the fixture key sealed to the fixture system key.
func escrowed(t testing.TB) []byte {
	t.Helper()
	public := must[[]byte](t)(systemKeyFixture().Public(placeFixture().Instance))
	return must[[]byte](t)(SealToSystem(public, placeFixture(), scopeFixture(), orgKeyFixture()))
}

func TestTheSystemKeyOpensWhatWasSealedToIt(t *testing.T) {
	got := must[OrgKey](t)(systemKeyFixture().OpenOrgKey(placeFixture(), scopeFixture(), escrowed(t)))
	want := orgKeyFixture()
	sameBytes(t, "organisation key", got[:], want[:])
	if bytes.Equal(escrowed(t), escrowed(t)) {
		t.Error("sealed twice: got the same envelope, want two")
	}
}

func TestAMovedEscrowDoesNotOpen(t *testing.T) {
	envelope := escrowed(t)
	for _, m := range moves() {
		if m.secret != orgKeyFixture() || m.purpose != PurposePassword {
			continue // what is moved here is the place or the scope
		}
		if _, err := systemKeyFixture().OpenOrgKey(m.place, m.scope, envelope); !errors.Is(err, ErrSealed) {
			t.Errorf("%s: got error %v, want ErrSealed", m.name, err)
		}
	}
	other := systemKeyFixture()
	other[0] ^= 1
	if _, err := other.OpenOrgKey(placeFixture(), scopeFixture(), envelope); !errors.Is(err, ErrSealed) {
		t.Errorf("another system key: got error %v, want ErrSealed", err)
	}
}

func TestADamagedEscrowDoesNotOpen(t *testing.T) {
	envelope := escrowed(t)
	refuse := func(how string, at int, damaged []byte, want error) {
		t.Helper()
		if _, err := systemKeyFixture().OpenOrgKey(placeFixture(), scopeFixture(), damaged); !errors.Is(err, want) {
			t.Errorf("%s %d: got error %v, want %v", how, at, err, want)
		}
	}
	for bit := range len(envelope) * 8 {
		damaged := bytes.Clone(envelope)
		damaged[bit/8] ^= 1 << (bit % 8)
		want := ErrSealed
		if bit < 8 {
			want = ErrVersion
		}
		refuse("flipped bit", bit, damaged, want)
	}
	for n := range envelope {
		refuse("cut to bytes", n, envelope[:n], ErrSealed)
	}
	refuse("lengthened by bytes", 1, append(bytes.Clone(envelope), 0), ErrSealed)
	zero := bytes.Clone(envelope)
	clear(zero[1 : 1+escrowEncap])
	refuse("with a zero point of bytes", escrowEncap, zero, ErrSealed)
}

func TestASystemKeyKnowsItsPublicHalf(t *testing.T) {
	s, instance := systemKeyFixture(), placeFixture().Instance
	public := must[[]byte](t)(s.Public(instance))
	other, elsewhere := s, instance
	other[19] ^= 1
	elsewhere[0] ^= 1
	rows := []struct {
		name     string
		key      SystemKey
		public   []byte
		instance account.InstanceID
		want     bool
	}{
		{"the key itself", s, public, instance, true},
		{"another key", other, public, instance, false},
		{"another instance", s, public, elsewhere, false},
		{"a cut public half", s, public[:31], instance, false},
		{"no public half", s, nil, instance, false},
		{"a zero key", SystemKey{}, public, instance, false},
		{"a zero key without a public half", SystemKey{}, nil, instance, false},
	}
	for _, row := range rows {
		if got := row.key.Matches(row.public, row.instance); got != row.want {
			t.Errorf("%s: got %t, want %t", row.name, got, row.want)
		}
	}
}

func TestWhatCannotBeSealedToTheSystemKey(t *testing.T) {
	public := must[[]byte](t)(systemKeyFixture().Public(placeFixture().Instance))
	rows := []struct {
		name   string
		public []byte
		key    OrgKey
	}{
		{"a zero key", public, OrgKey{}},
		{"to no public half", nil, orgKeyFixture()},
		{"to half a public half", public[:16], orgKeyFixture()},
		{"to a zero point", make([]byte, 32), orgKeyFixture()},
	}
	for _, row := range rows {
		if envelope, err := SealToSystem(row.public, placeFixture(), scopeFixture(), row.key); err == nil || envelope != nil {
			t.Errorf("%s: got envelope %x and error %v, want an error", row.name, envelope, err)
		}
	}
	if _, err := (SystemKey{}).OpenOrgKey(placeFixture(), scopeFixture(), escrowed(t)); !errors.Is(err, errNoSecret) {
		t.Errorf("opened with a zero key: got error %v, want %v", err, errNoSecret)
	}
}
