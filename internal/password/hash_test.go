package password

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/usher-admin/usher/internal/account"
	"pgregory.net/rapid"
)

// cheap are costs that a test can wait for.
func cheap() Params { return Params{Memory: 64, Time: 1, Threads: 1} }

func TestHashWritesThePHCStringOfTheDefaultCosts(t *testing.T) {
	// The same salt, password and costs as the vector of the reference command.
	const want = "$argon2id$v=19$m=65536,t=3,p=4$MDEyMzQ1Njc4OWFiY2RlZg$fcxg8bazWR3zjJWElsCwxxNkptqmdaZ6HjseXL0devE"
	got, err := Hash(strings.NewReader("0123456789abcdef"), plain(t, horse))
	if err != nil || got != want {
		t.Fatalf("Hash = %s, %v; want %s", got, err, want)
	}
	if NeedsRehash(got) {
		t.Error("NeedsRehash of a default hash = true; want false")
	}
}

func TestHashThenVerify(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.StringN(1, 40, -1).Draw(t, "password")
		other := rapid.StringN(1, 40, -1).Draw(t, "other")
		pw, err := Prepare([]byte(raw))
		if err != nil {
			t.Skip("cannot be prepared")
		}
		encoded, err := HashWith(cheap(), rand.Reader, pw)
		if err != nil {
			t.Fatal(err)
		}
		if ok, err := Verify(encoded, pw); !ok || err != nil {
			t.Fatalf("Verify = %v, %v; want true", ok, err)
		}
		if _, err := RecogniseForeign(encoded); err != nil {
			t.Fatalf("RecogniseForeign: %v", err)
		}
		wrong, err := Prepare([]byte(other))
		if err != nil || bytes.Equal(wrong.Bytes(), pw.Bytes()) {
			return
		}
		if ok, err := Verify(encoded, wrong); ok || err != nil {
			t.Fatalf("Verify of %q against %q = %v, %v; want false", other, raw, ok, err)
		}
	})
}

func TestTwoHashesOfOnePasswordDiffer(t *testing.T) {
	a, _ := HashWith(cheap(), rand.Reader, plain(t, horse))
	b, _ := HashWith(cheap(), rand.Reader, plain(t, horse))
	if a == b || a == "" {
		t.Errorf("both hashes are %q", a)
	}
}

func TestOneSpellingIsAsGoodAsTheOther(t *testing.T) {
	// e with an accent, as one character and as two.
	encoded, err := HashWith(cheap(), rand.Reader, plain(t, "caf\u00e9 au lait"))
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := Verify(encoded, plain(t, "cafe\u0301 au lait")); !ok || err != nil {
		t.Errorf("Verify of the other spelling = %v, %v; want true", ok, err)
	}
}

func TestHashRefuses(t *testing.T) {
	for _, test := range []struct {
		name   string
		params Params
		random io.Reader
		pw     Plain
	}{
		{"no password", cheap(), rand.Reader, Plain{}},
		{"randomness that ends early", cheap(), strings.NewReader("short"), plain(t, horse)},
		{"no passes", Params{Memory: 64, Threads: 1}, rand.Reader, plain(t, horse)},
		{"no lanes", Params{Memory: 64, Time: 1}, rand.Reader, plain(t, horse)},
		{"more memory than is allowed", Params{Memory: 2 << 20, Time: 1, Threads: 1}, rand.Reader, plain(t, horse)},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got, err := HashWith(test.params, test.random, test.pw); err == nil {
				t.Errorf("HashWith = %s; want an error", got)
			}
		})
	}
	_, err := HashWith(cheap(), strings.NewReader(""), plain(t, horse))
	if !errors.Is(err, io.EOF) {
		t.Errorf("error %v does not hold its cause", err)
	}
}

func TestNeedsRehash(t *testing.T) {
	b43, b22 := strings.Repeat("A", 43), strings.Repeat("A", 22)
	for _, test := range []struct {
		name, encoded string
		want          bool
	}{
		{"our own costs", "$argon2id$v=19$m=65536,t=3,p=4$" + b22 + "$" + b43, false},
		{"more of everything", "$argon2id$v=19$m=131072,t=4,p=8$" + b22 + "$" + b43, false},
		{"fewer lanes, which is no weakness", "$argon2id$v=19$m=65536,t=3,p=1$" + b22 + "$" + b43, false},
		{"less memory", "$argon2id$v=19$m=65535,t=3,p=4$" + b22 + "$" + b43, true},
		{"fewer passes", "$argon2id$v=19$m=65536,t=2,p=4$" + b22 + "$" + b43, true},
		{"a shorter salt", "$argon2id$v=19$m=65536,t=3,p=4$AAAAAAAAAAA$" + b43, true},
		{"a shorter tag", "$argon2id$v=19$m=65536,t=3,p=4$" + b22 + "$" + b22, true},
		{"argon2i", "$argon2i$v=19$m=65536,t=3,p=4$" + b22 + "$" + b43, true},
		{"a foreign form", "{SSHA}FRfoHKnu+Vlv6XlHv5/4Z6kH8ibw8fLz9PX29w==", true},
		{"our own form behind a foreign name", "{ARGON2}$argon2id$v=19$m=65536,t=3,p=4$" + b22 + "$" + b43, true},
		{"nothing", "", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := NeedsRehash(test.encoded); got != test.want {
				t.Errorf("NeedsRehash(%s) = %v; want %v", test.encoded, got, test.want)
			}
		})
	}
}

// TestDummyFillsAsMuchMemory holds Dummy against Verify by what they allocate,
// which follows from the costs as the time does, and does not waver.
func TestDummyFillsAsMuchMemory(t *testing.T) {
	pw := plain(t, horse)
	encoded, err := Hash(rand.Reader, pw)
	if err != nil {
		t.Fatal(err)
	}
	fast := "{SSHA}FRfoHKnu+Vlv6XlHv5/4Z6kH8ibw8fLz9PX29w=="
	wrong := plain(t, "something else")
	verify := allocated(func() { _, _ = Verify(encoded, wrong) })
	dummy := allocated(func() { Dummy(wrong) })
	foreign := allocated(func() { _, _ = Verify(fast, wrong) })
	if verify < 60<<20 {
		t.Errorf("Verify fills %d bytes; want about 64 MiB", verify)
	}
	if dummy < verify*9/10 || dummy > verify*11/10 {
		t.Errorf("Dummy fills %d bytes, Verify %d; want the same", dummy, verify)
	}
	if foreign < verify*9/10 {
		t.Errorf("a wrong password on a fast foreign hash fills %d bytes, on ours %d; want as much", foreign, verify)
	}
}

func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func TestVerifyWithoutAPassword(t *testing.T) {
	// {SHA} of no bytes at all.
	if ok, err := Verify("{SHA}2jmj7l5rSw0yVb/vlWAYkK/YBwk=", Plain{}); ok || err != nil {
		t.Errorf("Verify with no password = %v, %v; want false", ok, err)
	}
}

// low are ceilings so low that whatever passes them is done at once. They run
// through the same checks as the ones in force.
func low() ceiling {
	return ceiling{
		memory: 1 << 10, passes: 2, threads: 4, work: 2 << 10, scryptMemory: 1 << 10,
		bcryptCost: 5, shaRounds: 5000, pbkdf2Iterations: 5000,
	}
}

// hang is far above what anything under the low ceilings takes, even on a
// machine that is busy with other tests.
const hang = 5 * time.Second

func FuzzVerify(f *testing.F) {
	for _, v := range vectors {
		f.Add(v.encoded)
	}
	f.Add("$argon2id$v=19$m=4294967295,t=4294967295,p=255$AAAAAAAAAAA$" + strings.Repeat("A", 43))
	f.Add("$scrypt$ln=63,r=1073741824,p=1073741824$$" + strings.Repeat("A", 43))
	f.Add("$7$zzzzzzzzzzz$" + strings.Repeat("A", 43))
	f.Add("$y$jzz$$" + strings.Repeat("A", 43))
	pw := plain(f, horse)
	f.Fuzz(func(t *testing.T, encoded string) {
		start := time.Now()
		name, err := RecogniseForeign(encoded)
		if took := time.Since(start); took > hang {
			t.Errorf("RecogniseForeign took %v", took)
		}
		if (name == "") == (err == nil) {
			t.Errorf("RecogniseForeign = %q, %v; want a name or an error", name, err)
		}
		if err != nil && account.KindOf(err) != account.Invalid {
			t.Errorf("RecogniseForeign: %v is not Invalid", err)
		}
		c, err := parse(encoded, low())
		if err != nil {
			return
		}
		start = time.Now()
		size := allocated(func() { _, err = c.matches(pw) })
		if took := time.Since(start); took > hang || size > 8<<20 || err != nil {
			t.Errorf("verifying took %v and %d bytes, error %v", took, size, err)
		}
	})
}

func BenchmarkHash(b *testing.B) {
	pw := plain(b, horse)
	for b.Loop() {
		if _, err := Hash(rand.Reader, pw); err != nil {
			b.Fatal(err)
		}
	}
}
