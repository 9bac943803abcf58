package keys

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/usher-admin/usher/internal/account"
)

const storedFixture = "four rusty rails at dawn"

func TestAStoredPasswordIsKeptAsItIs(t *testing.T) {
	for _, row := range []struct {
		name, value, code string
	}{
		{"ordinary", "hunter2", ""},
		{"of several lines", "-----BEGIN KEY-----\nabc\n-----END KEY-----\n", ""},
		{"with spaces around it", "  x  ", ""},
		{"not composed", "a\u030a", ""},
		{"a formula", "=1+1", ""},
		{"empty", "", "secret.empty"},
		{"an escape sequence", "a\x1b[31m", "secret.control"},
		{"a carriage return", "a\r\nb", "secret.control"},
		{"writing turned round", "a\u202eb", "secret.control"},
		{"an invisible space", "a\u200bb", "secret.control"},
		{"a byte of another encoding", "a\xe5", "secret.not_text"},
		{"as long as can be", strings.Repeat("å", MaxStored), ""},
		{"longer", strings.Repeat("å", MaxStored+1), "secret.too_long"},
	} {
		got, err := NewStoredPassword(row.value)
		if account.CodeOf(err) != row.code {
			t.Errorf("%s: got error %v, want code %q", row.name, err, row.code)
		}
		if err == nil && got.Reveal() != row.value {
			t.Errorf("%s: got another value back", row.name)
		}
		if err != nil && len(row.value) > 0 && strings.Contains(err.Error(), row.value) {
			t.Errorf("%s: the error repeats the value", row.name)
		}
	}
}

func TestAStoredPasswordHidesInOtherStructs(t *testing.T) {
	p := must[StoredPassword](t)(NewStoredPassword(storedFixture))
	type outer struct{ hidden StoredPassword }
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%q"} {
		if text := fmt.Sprintf(verb, outer{p}); strings.Contains(text, "rusty") {
			t.Errorf("%s: got %s", verb, text)
		}
	}
	if got := (StoredPassword{}); !got.IsZero() || got.Reveal() != "" {
		t.Errorf("the zero value holds %q", got.Reveal())
	}
}

func TestTheFileDoesNotTellShortFromLong(t *testing.T) {
	v, place, scope := vaultKeyFixture(), placeFixture(), scopeFixture()
	short := must[[]byte](t)(v.SealSecret(stream(), scope, place, []byte("one"), []byte("x")))
	long := must[[]byte](t)(v.SealSecret(stream(), scope, place, []byte("one"), bytes.Repeat([]byte("x"), padBlock-1)))
	if len(short) != len(long) {
		t.Errorf("got envelopes of %d and %d bytes, want one size", len(short), len(long))
	}
}

func TestFillingComesOffAsItWentOn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plaintext := rapid.SliceOfN(rapid.SampledFrom([]byte{0, padMark, 'x'}), 0, 3*padBlock).Draw(t, "plaintext")
		filled := padded(plaintext)
		if len(filled)%padBlock != 0 {
			t.Fatalf("got %d bytes, want a multiple of %d", len(filled), padBlock)
		}
		got, err := unpadded(filled)
		if err != nil || !bytes.Equal(got, plaintext) {
			t.Fatalf("got %x, %v; want %x", got, err, plaintext)
		}
	})
	for _, filled := range [][]byte{nil, make([]byte, padBlock), []byte("no filling")} {
		if _, err := unpadded(filled); !errors.Is(err, ErrSealed) {
			t.Errorf("unpadded(%q): got %v, want ErrSealed", filled, err)
		}
	}
}

func TestTheMarkOfANameTellsNothingElsewhere(t *testing.T) {
	v, place, scope := vaultKeyFixture(), placeFixture(), scopeFixture()
	mark := func(v VaultKey, instance account.InstanceID, scope account.Scope, name string) [checkSize]byte {
		return must[[checkSize]byte](t)(v.NameMark(instance, scope, name))
	}
	own := mark(v, place.Instance, scope, "firewall")
	if own != mark(v, place.Instance, scope, "firewall") {
		t.Error("one name got two marks")
	}
	other := v
	other[0] ^= 1
	instance := place.Instance
	instance[0] ^= 1
	for name, got := range map[string][checkSize]byte{
		"another name":     mark(v, place.Instance, scope, "firewal"),
		"another key":      mark(other, place.Instance, scope, "firewall"),
		"another instance": mark(v, instance, scope, "firewall"),
		"another scope":    mark(v, place.Instance, account.Scope{Org: scope.Org}, "firewall"),
	} {
		if got == own {
			t.Errorf("%s has the same mark", name)
		}
	}
	if _, err := (VaultKey{}).NameMark(place.Instance, scope, "firewall"); !errors.Is(err, errNoSecret) {
		t.Errorf("under a zero key: got error %v, want %v", err, errNoSecret)
	}
}
