package keys

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"github.com/usher-admin/usher/internal/account"
)

func TestWhatIsSealedOpensInItsPlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.SliceOfN(rapid.ByteRange(1, 255), minSecret, 64).Draw(t, "secret")
		plaintext := rapid.SliceOf(rapid.Byte()).Draw(t, "plaintext")
		place := Place{
			Instance: placeFixture().Instance,
			Bucket:   rapid.String().Draw(t, "bucket"),
			Key:      rapid.SliceOf(rapid.Byte()).Draw(t, "key"),
			Schema:   rapid.Uint32().Draw(t, "schema"),
		}
		scope := account.Scope{Org: account.OrgID(rapid.Uint32().Draw(t, "org")), Site: account.SiteID(rapid.Uint32().Draw(t, "site"))}
		envelope, err := Seal(stream(), secret, PurposePassword, scope, place, plaintext)
		if err != nil {
			t.Fatalf("Seal: got error %v, want none", err)
		}
		got, err := Open(secret, PurposePassword, scope, place, envelope)
		if err != nil || !bytes.Equal(got, plaintext) {
			t.Fatalf("Open: got %x and error %v, want %x", got, err, plaintext)
		}
	})
}

// moved is one way in which an envelope can stand where it does not belong.
type moved struct {
	name    string
	secret  OrgKey
	purpose Purpose
	scope   account.Scope
	place   Place
}

// moves returns every such way, each a single step from the fixtures.
func moves() []moved {
	home := func() moved {
		return moved{secret: orgKeyFixture(), purpose: PurposePassword, scope: scopeFixture(), place: placeFixture()}
	}
	rows := map[string]func(*moved){
		"under another key, by one bit":                func(m *moved) { m.secret[19] ^= 1 },
		"for another purpose":                          func(m *moved) { m.purpose = PurposeVault },
		"in another organisation":                      func(m *moved) { m.scope.Org++ },
		"in another site":                              func(m *moved) { m.scope.Site++ },
		"in the organisation itself":                   func(m *moved) { m.scope.Site = 0 },
		"with organisation and site swapped":           func(m *moved) { m.scope = account.Scope{Org: 300, Site: 7} },
		"in another instance":                          func(m *moved) { m.place.Instance[0] ^= 1 },
		"in another bucket":                            func(m *moved) { m.place.Bucket = "sites" },
		"in a bucket that begins alike":                func(m *moved) { m.place.Bucket = "user" },
		"under another key of the bucket":              func(m *moved) { m.place.Key[2]++ },
		"under a key that begins alike":                func(m *moved) { m.place.Key = m.place.Key[:2] },
		"under no key":                                 func(m *moved) { m.place.Key = nil },
		"with a byte moved from the key to the bucket": func(m *moved) { m.place.Bucket, m.place.Key = "users\x01", []byte{2, 3} },
		"in another schema":                            func(m *moved) { m.place.Schema++ },
		"in no place":                                  func(m *moved) { m.place = Place{} },
	}
	list := make([]moved, 0, len(rows))
	for name, change := range rows {
		m := home()
		m.name = name
		change(&m)
		list = append(list, m)
	}
	return list
}

func TestAMovedEnvelopeDoesNotOpen(t *testing.T) {
	envelope := must[[]byte](t)(orgKeyFixture().Seal(stream(), PurposePassword, scopeFixture(), placeFixture(), []byte("a hash")))
	for _, m := range moves() {
		t.Run(m.name, func(t *testing.T) {
			got, err := m.secret.Open(m.purpose, m.scope, m.place, envelope)
			if !errors.Is(err, ErrSealed) || got != nil {
				t.Errorf("got %q and error %v, want ErrSealed", got, err)
			}
		})
	}
}

func TestSwappedEnvelopesDoNotOpen(t *testing.T) {
	k := orgKeyFixture()
	here, there := placeFixture(), placeFixture()
	there.Key = []byte{1, 2, 4}
	first := must[[]byte](t)(k.Seal(stream(), PurposePassword, scopeFixture(), here, []byte("first")))
	second := must[[]byte](t)(k.Seal(stream(), PurposePassword, scopeFixture(), there, []byte("second")))
	if _, err := k.Open(PurposePassword, scopeFixture(), here, second); !errors.Is(err, ErrSealed) {
		t.Errorf("the second in the place of the first: got error %v, want ErrSealed", err)
	}
	if _, err := k.Open(PurposePassword, scopeFixture(), there, first); !errors.Is(err, ErrSealed) {
		t.Errorf("the first in the place of the second: got error %v, want ErrSealed", err)
	}
}

func TestADamagedEnvelopeDoesNotOpen(t *testing.T) {
	k := orgKeyFixture()
	envelope := must[[]byte](t)(k.Seal(stream(), PurposePassword, scopeFixture(), placeFixture(), []byte("a hash")))
	refuse := func(how string, at int, damaged []byte, want error) {
		t.Helper()
		if got, err := k.Open(PurposePassword, scopeFixture(), placeFixture(), damaged); !errors.Is(err, want) || got != nil {
			t.Errorf("%s %d: got %q and error %v, want %v", how, at, got, err, want)
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
	refuse("lengthened by bytes", MaxSealed, append(bytes.Clone(envelope), make([]byte, MaxSealed)...), ErrSealed)
}

func TestSealsOfTheSameAreNotAlike(t *testing.T) {
	random := stream()
	first := must[[]byte](t)(orgKeyFixture().Seal(random, PurposePassword, scopeFixture(), placeFixture(), []byte("a hash")))
	second := must[[]byte](t)(orgKeyFixture().Seal(random, PurposePassword, scopeFixture(), placeFixture(), []byte("a hash")))
	if bytes.Equal(first[1:25], second[1:25]) || bytes.Equal(first[25:], second[25:]) {
		t.Errorf("got the nonce or the ciphertext twice:\n%x\n%x", first, second)
	}
}

func TestWhatCannotBeSealed(t *testing.T) {
	k := orgKeyFixture()
	broken := errors.New("broken")
	rows := []struct {
		name string
		seal func() ([]byte, error)
		want string
	}{
		{"under a zero key", func() ([]byte, error) {
			return OrgKey{}.Seal(stream(), PurposePassword, scopeFixture(), placeFixture(), nil)
		}, "missing, too short or all zero"},
		{"under a short secret", func() ([]byte, error) {
			return Seal(stream(), run(1, 15), PurposePassword, scopeFixture(), placeFixture(), nil)
		}, "missing, too short or all zero"},
		{"for a purpose that derives public values", func() ([]byte, error) {
			return k.Seal(stream(), PurposeCheck, scopeFixture(), placeFixture(), nil)
		}, `nothing is sealed for the purpose "check"`},
		{"for an unknown purpose", func() ([]byte, error) {
			return k.Seal(stream(), "pasword", scopeFixture(), placeFixture(), nil)
		}, `nothing is sealed for the purpose "pasword"`},
		{"more than an envelope holds", func() ([]byte, error) {
			return k.Seal(stream(), PurposePassword, scopeFixture(), placeFixture(), make([]byte, MaxSealed+1))
		}, "are more than"},
		{"without randomness", func() ([]byte, error) {
			return k.Seal(iotest.ErrReader(broken), PurposePassword, scopeFixture(), placeFixture(), nil)
		}, "broken"},
		{"with too little randomness", func() ([]byte, error) {
			return k.Seal(bytes.NewReader(run(1, 23)), PurposePassword, scopeFixture(), placeFixture(), nil)
		}, "unexpected EOF"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			envelope, err := row.seal()
			if err == nil || !strings.Contains(err.Error(), row.want) || envelope != nil {
				t.Errorf("got envelope %x and error %v, want an error with %q", envelope, err, row.want)
			}
		})
	}
}

func TestTheLargestEnvelopeOpens(t *testing.T) {
	k := orgKeyFixture()
	envelope := must[[]byte](t)(k.Seal(stream(), PurposeSecret, scopeFixture(), placeFixture(), make([]byte, MaxSealed)))
	got := must[[]byte](t)(k.Open(PurposeSecret, scopeFixture(), placeFixture(), envelope))
	if len(got) != MaxSealed {
		t.Errorf("got %d bytes, want %d", len(got), MaxSealed)
	}
}

func TestOpeningIsRefusedWithoutASecretOrPurpose(t *testing.T) {
	envelope := must[[]byte](t)(orgKeyFixture().Seal(stream(), PurposePassword, scopeFixture(), placeFixture(), nil))
	if _, err := (OrgKey{}).Open(PurposePassword, scopeFixture(), placeFixture(), envelope); !errors.Is(err, errNoSecret) {
		t.Errorf("under a zero key: got error %v, want %v", err, errNoSecret)
	}
	if _, err := orgKeyFixture().Open(PurposeCheck, scopeFixture(), placeFixture(), envelope); err == nil {
		t.Error("for a purpose that derives public values: got no error, want one")
	}
}

func TestNoTwoListsOfFieldsBindAlike(t *testing.T) {
	fields := rapid.SliceOfN(rapid.SliceOfN(rapid.ByteRange(0, 2), 0, 3), 0, 4)
	rapid.Check(t, func(t *rapid.T) {
		a, b := fields.Draw(t, "a"), fields.Draw(t, "b")
		alike := len(a) == len(b)
		for i := 0; alike && i < len(a); i++ {
			alike = bytes.Equal(a[i], b[i])
		}
		if bytes.Equal(bind(a...), bind(b...)) != alike {
			t.Fatalf("got bound alike %t, want %t", !alike, alike)
		}
	})
}

func FuzzOpenEnvelope(f *testing.F) {
	k := orgKeyFixture()
	good := must[[]byte](f)(k.Seal(stream(), PurposePassword, scopeFixture(), placeFixture(), []byte("a hash")))
	public := must[[]byte](f)(systemKeyFixture().Public(placeFixture().Instance))
	f.Add(good)
	f.Add(must[[]byte](f)(SealToSystem(public, placeFixture(), scopeFixture(), k)))
	f.Add([]byte{})
	f.Add([]byte{2})
	f.Add(make([]byte, escrowOverhead+secretBytes))
	f.Fuzz(func(t *testing.T, envelope []byte) {
		refused := func(who string, err error) {
			if err != nil && !errors.Is(err, ErrSealed) && !errors.Is(err, ErrVersion) {
				t.Fatalf("%s: got error %v, want ErrSealed or ErrVersion", who, err)
			}
		}
		plaintext, err := k.Open(PurposePassword, scopeFixture(), placeFixture(), envelope)
		refused("organisation key", err)
		if err == nil && !bytes.Equal(envelope, good) {
			t.Fatalf("got %q from an envelope that nobody sealed: %x", plaintext, envelope)
		}
		_, err = systemKeyFixture().OpenOrgKey(placeFixture(), scopeFixture(), envelope)
		refused("system key", err)
		_, err = tokenFixture().OpenKey(placeFixture(), scopeFixture(), envelope)
		refused("token", err)
		_, err = vaultKeyFixture().OpenSecret(scopeFixture(), placeFixture(), []byte("id"), envelope)
		refused("vault key", err)
	})
}
