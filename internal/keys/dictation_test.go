package keys

import (
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"github.com/usher-admin/usher/internal/account"
)

// keyTexts are a few secrets that differ in every way that matters to a check:
// all characters low, all high, and mixed.
func keyTexts() [][secretBytes]byte {
	var low, high, mixed [secretBytes]byte
	for i := range high {
		high[i] = 0xff
	}
	_, _ = io.ReadFull(stream(), mixed[:])
	return [][secretBytes]byte{low, high, mixed, orgKeyFixture()}
}

func TestKeysAreWrittenInGroupsThatCanBeDictated(t *testing.T) {
	shape := regexp.MustCompile(`^U[KS](-[0-9A-HJKMNP-TV-Z]{5}){6}-[0-9A-HJKMNP-TV-Z]{4}$`)
	for _, secret := range keyTexts() {
		for _, text := range []string{OrgKey(secret).Reveal(), SystemKey(secret).Reveal()} {
			if !shape.MatchString(text) {
				t.Errorf("got %q, want two letters, six groups of five and one of four", text)
			}
		}
	}
}

func TestAKeyIsReadAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret := [secretBytes]byte(rapid.SliceOfN(rapid.Byte(), secretBytes, secretBytes).Draw(t, "secret"))
		k, err := ParseOrgKey(OrgKey(secret).Reveal())
		if err != nil || k != OrgKey(secret) {
			t.Fatalf("organisation key: got another key or error %v, want the same key", err)
		}
		s, err := ParseSystemKey(SystemKey(secret).Reveal())
		if err != nil || s != SystemKey(secret) {
			t.Fatalf("system key: got another key or error %v, want the same key", err)
		}
		if _, err := ParseOrgKey(SystemKey(secret).Reveal()); err == nil {
			t.Fatal("a system key read as an organisation key: got no error, want one")
		}
	})
}

// TestNoWeightIsZeroAndNoTwoAreAlike is the proof: as every character counts
// its weight modulo a prime, a change by d at weight w shows if w*d is not zero,
// and a swap of two characters that differ by d at weights v and w if (v-w)*d
// is not. Both hold for every d a character can change by.
func TestNoWeightIsZeroAndNoTwoAreAlike(t *testing.T) {
	var weights [keyChars]int
	for i := range weights {
		var one [keyChars]byte
		one[i] = 1
		weights[i] = int(remainder(one))
	}
	for i, w := range weights {
		for d := 1; d < int(base); d++ {
			if w*d%prime == 0 {
				t.Errorf("character %d changed by %d: got the same remainder, want another", i+1, d)
			}
			for j, v := range weights[:i] {
				if (w-v)*d%prime == 0 {
					t.Errorf("characters %d and %d, which differ by %d, swapped: got the same remainder, want another", j+1, i+1, d)
				}
			}
		}
	}
}

func TestEverySingleWrongCharacterIsRefused(t *testing.T) {
	for _, secret := range keyTexts() {
		text := OrgKey(secret).Reveal()
		for i := range text {
			if text[i] == '-' {
				continue
			}
			for _, c := range []byte(alphabet + "U") {
				if c == text[i] {
					continue
				}
				wrong := text[:i] + string(c) + text[i+1:]
				if _, err := ParseOrgKey(wrong); err == nil {
					t.Errorf("character %d changed from %q to %q: got no error, want one", i+1, text[i], c)
				}
			}
		}
	}
}

func TestEverySwapOfTwoCharactersIsRefused(t *testing.T) {
	swaps := 0
	for _, secret := range keyTexts() {
		text := []byte(strings.ReplaceAll(SystemKey(secret).Reveal(), "-", ""))
		for i := range text {
			for j := range i {
				if text[i] == text[j] {
					continue
				}
				swaps++
				wrong := append([]byte(nil), text...)
				wrong[i], wrong[j] = wrong[j], wrong[i]
				if _, err := ParseSystemKey(string(wrong)); err == nil {
					t.Errorf("characters %d and %d swapped: got no error, want one", j+1, i+1)
				}
			}
		}
	}
	if swaps < 600 {
		t.Errorf("got only %d swaps to try, want at least 600", swaps)
	}
}

func TestEveryLostDoubledOrAddedCharacterIsRefused(t *testing.T) {
	text := strings.ReplaceAll(orgKeyFixture().Reveal(), "-", "")
	for i := range text {
		for what, wrong := range map[string]string{
			"lost":    text[:i] + text[i+1:],
			"doubled": text[:i+1] + text[i:],
			"added":   text[:i] + "7" + text[i:],
		} {
			if _, err := ParseOrgKey(wrong); err == nil {
				t.Errorf("character %d %s: got no error, want one", i+1, what)
			}
		}
	}
}

func TestAKeyHasOneTextOnly(t *testing.T) {
	// The two check characters can say 1024 numbers, the remainder only 1021.
	for first := range byte(base) {
		for second := range byte(base) {
			var values [keyChars]byte
			values[keyChars-2], values[keyChars-1] = first, second
			form := keyForm{remainder: remainder(values)}
			if number := int(first)*int(base) + int(second); fits(values, form) != (number < prime) {
				t.Errorf("check number %d: got fits %t, want %t", number, fits(values, form), number < prime)
			}
		}
	}
}

func TestAFailingSourceOfRandomnessMakesNoKey(t *testing.T) {
	broken := errors.New("broken")
	for name, source := range map[string]io.Reader{
		"a source that fails at once":      iotest.ErrReader(broken),
		"a source that ends too early":     strings.NewReader("too short"),
		"a source that fails in between":   io.MultiReader(strings.NewReader("0123"), iotest.ErrReader(broken)),
		"a source that has nothing to say": strings.NewReader(""),
	} {
		k, err := NewOrgKey(source)
		if err == nil || k != (OrgKey{}) {
			t.Errorf("%s: organisation key: got error %v, want one and a zero key", name, err)
		}
	}
	if s, err := NewSystemKey(iotest.ErrReader(broken)); !errors.Is(err, broken) || s != (SystemKey{}) {
		t.Errorf("system key: got error %v, want %v and a zero key", err, broken)
	}
	if v, err := NewVaultKey(iotest.ErrReader(broken)); !errors.Is(err, broken) || v != (VaultKey{}) {
		t.Errorf("vault key: got error %v, want %v and a zero key", err, broken)
	}
	if tok, err := NewToken(iotest.ErrReader(broken)); !errors.Is(err, broken) || tok != (Token{}) {
		t.Errorf("token: got error %v, want %v and a zero token", err, broken)
	}
}

func TestNewKeysAreTheRandomness(t *testing.T) {
	want := make([]byte, 32)
	_, _ = io.ReadFull(stream(), want)
	k := must[OrgKey](t)(NewOrgKey(stream()))
	sameBytes(t, "organisation key", k[:], want[:20])
	s := must[SystemKey](t)(NewSystemKey(stream()))
	sameBytes(t, "system key", s[:], want[:20])
	v := must[VaultKey](t)(NewVaultKey(stream()))
	sameBytes(t, "vault key", v[:], want)
	tok := must[Token](t)(NewToken(stream()))
	sameBytes(t, "token", tok[:], want)
}

func FuzzParseOrgKey(f *testing.F) {
	f.Add(orgKeyFixture().Reveal())
	f.Add(systemKeyFixture().Reveal())
	f.Add("uk 0410610505")
	f.Add("U\x00U\xffK-０４１０６")
	f.Fuzz(func(t *testing.T, text string) {
		k, err := ParseOrgKey(text)
		if err == nil {
			again, err := ParseOrgKey(k.Reveal())
			if err != nil || again != k {
				t.Fatalf("ParseOrgKey(%q): got a key that is not read again: %v", text, err)
			}
			if _, err := ParseSystemKey(text); err == nil {
				t.Fatalf("ParseSystemKey(%q): got no error, want one for an organisation key", text)
			}
			return
		}
		if k != (OrgKey{}) {
			t.Fatalf("ParseOrgKey(%q): got a key beside an error, want none", text)
		}
		if account.KindOf(err) != account.Invalid || account.CodeOf(err) != "orgkey.mistyped" {
			t.Fatalf("ParseOrgKey(%q): got %v, want kind Invalid and code orgkey.mistyped", text, err)
		}
	})
}
