package keys

import (
	"bytes"
	"encoding/hex"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/usher-admin/usher/internal/account"
)

// stream returns randomness that is the same in every run.
func stream() io.Reader { return rand.NewChaCha8([32]byte([]byte("the same randomness in every run"))) }

// run returns n bytes that count up from first.
func run(first byte, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = first + byte(i)
	}
	return b
}

func orgKeyFixture() OrgKey       { return OrgKey(run(1, 20)) }
func systemKeyFixture() SystemKey { return SystemKey(run(101, 20)) }
func tokenFixture() Token         { return Token(run(32, 32)) }
func vaultKeyFixture() VaultKey   { return VaultKey(run(200, 32)) }
func scopeFixture() account.Scope { return account.Scope{Org: 7, Site: 300} }
func placeFixture() Place {
	return Place{Instance: account.InstanceID(run(0xa0, 16)), Bucket: "users", Key: []byte{1, 2, 3}, Schema: 5}
}

// unhex reads the hexadecimal of a vector.
func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatalf("the vector %q is no hexadecimal: %v", s, err)
	}
	return b
}

// must returns v, or ends the test.
func must[T any](t testing.TB) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatalf("got error %v, want none", err)
		}
		return v
	}
}

// sameBytes fails unless got is want.
func sameBytes(t testing.TB, what string, got, want []byte) {
	t.Helper()
	if !bytes.Equal(got, want) {
		t.Errorf("%s:\n got %x\nwant %x", what, got, want)
	}
}

// reader gives exactly these bytes as randomness.
func reader(b []byte) io.Reader { return bytes.NewReader(b) }
