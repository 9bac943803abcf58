package password

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"math"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

func TestGenerate(t *testing.T) {
	form := regexp.MustCompile(`^([a-hjkmnp-z2-9]{5}-){3}[a-hjkmnp-z2-9]{5}$`)
	seen := map[string]bool{}
	for range 200 {
		got, err := Generate(rand.Reader)
		if err != nil || !form.MatchString(got) || seen[got] {
			t.Fatalf("Generate = %q, %v; want a new one of four groups", got, err)
		}
		seen[got] = true
		if faults := (Policy{}).Check(plain(t, got), Context{Words: []string{"Anna Svensson"}}); faults != nil {
			t.Errorf("Generate = %q, which is weak: %v", got, faults)
		}
	}
	if bits := freeChars * math.Log2(float64(len(alphabet))); bits < 95 {
		t.Errorf("a temporary password has %.1f bits; want 95", bits)
	}
}

func TestGenerateDrawsAgainWhenTheDrawIsWeak(t *testing.T) {
	// Twenty zero bytes draw twenty a; then come others.
	random := io.MultiReader(bytes.NewReader(make([]byte, freeChars)), rand.Reader)
	got, err := Generate(random)
	if err != nil || strings.Contains(got, "aaaaa") {
		t.Errorf("Generate = %q, %v; want a strong one", got, err)
	}
}

func TestGenerateFails(t *testing.T) {
	broken := errors.New("no randomness")
	if got, err := Generate(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("Generate = %q, %v; want the reader's error", got, err)
	}
	if got, err := Generate(io.LimitReader(rand.Reader, 7)); err == nil {
		t.Errorf("Generate of seven bytes = %q; want an error", got)
	}
	if got, err := Generate(zeros{}); err == nil {
		t.Errorf("Generate of zeros = %q; want an error", got)
	}
	if got, err := GenerateFor(rand.Reader, Policy{MinLength: 3}); err == nil {
		t.Errorf("GenerateFor a policy that is not valid = %q; want an error", got)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestGenerateForMeetsEveryPolicy(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		policy := Policy{MinLength: rapid.IntRange(LowestMinLength, MaxLength).Draw(t, "length")}
		for _, count := range []*int{&policy.MinDigits, &policy.MinLower, &policy.MinUpper, &policy.MinSpecial} {
			*count = rapid.IntRange(0, maxCount).Draw(t, "count")
		}
		if policy.Validate() != nil {
			t.Skip("not valid")
		}
		got, err := GenerateFor(rand.Reader, policy)
		if err != nil {
			t.Fatal(err)
		}
		pw, err := Prepare([]byte(got))
		if err != nil {
			t.Fatalf("%q cannot be prepared: %v", got, err)
		}
		if faults := policy.Check(pw, Context{}); faults != nil {
			t.Fatalf("%q is weak: %v", got, faults)
		}
		if strings.ContainsAny(got, "0O1lI'\"`\\$!&;|<>*~ ") {
			t.Fatalf("%q holds an ambiguous character or one of the shell's", got)
		}
	})
}

// TestDrawIsUnbiased feeds every byte once and counts what comes out.
func TestDrawIsUnbiased(t *testing.T) {
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	for _, chars := range []string{alphabet, digitChars, lowerChars, upperChars, specialChars} {
		b := builder{random: bytes.NewReader(every)}
		count := map[byte]int{}
		for {
			c := b.draw(chars)
			if b.err != nil {
				break
			}
			count[c]++
		}
		for i := range len(chars) {
			if got, want := count[chars[i]], 256/len(chars); got != want {
				t.Errorf("%q of %q comes %d times; want %d", chars[i], chars, got, want)
			}
		}
		if len(count) != len(chars) {
			t.Errorf("%q has a character twice", chars)
		}
	}
}
