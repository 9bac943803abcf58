package keys

import (
	"bytes"
	"errors"
	"hash/crc32"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/usher-admin/usher/internal/account"
)

// tokenKinds are all kinds there are.
func tokenKinds() []TokenKind {
	return []TokenKind{Session, Service, InviteLink, PasswordLink, OrgKeyLink}
}

func TestATokenIsReadAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := Token(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "token"))
		kind := rapid.SampledFrom(tokenKinds()).Draw(t, "kind")
		text := want.Reveal(kind)
		if got, err := ParseToken(kind, " \t"+text+"\r\n"); err != nil || got != want {
			t.Fatalf("got another token or error %v, want the same token", err)
		}
		if last := text[len(text)-1]; last == '-' || last == '_' {
			t.Fatalf("got a text that ends in %q, want a letter or digit", last)
		}
	})
}

// wrongTokens are texts that are no session, each from a good one.
func wrongTokens() map[string]string {
	good := tokenFixture().Reveal(Session)
	body := len(good) - tailChars
	return map[string]string{
		"nothing":                    "",
		"only white space":           " \n",
		"only the prefix":            "usher_s_",
		"one character more":         good + "A",
		"a space inside":             good[:20] + " " + good[20:],
		"a token of another kind":    tokenFixture().Reveal(Service),
		"another prefix on the same": "usher_t_" + good[8:],
		"the prefix in capitals":     "USHER_S_" + good[8:],
		"standard base 64":           strings.ReplaceAll(strings.ReplaceAll(good, "-", "+"), "_", "/"),
		"a tail of another":          good[:body] + "AAAAAA",
		"no tail":                    good[:body],
		"bits that no token has, and their right tail": notCanonical(good),
		"very long": good + strings.Repeat("A", 1_000_000),
		"signs that are no base 64, and their right tail": "usher_s_" + strings.Repeat("!", tokenChars) + tail("usher_s_"+strings.Repeat("!", tokenChars)),
	}
}

// notCanonical sets a bit in the last character of a token that stands for no
// bit of it, and gives it the tail it needs.
func notCanonical(good string) string {
	body := good[:len(good)-tailChars]
	body = body[:len(body)-1] + string(body[len(body)-1]+1)
	return body + tail(body)
}

func TestWrongTokensGiveOneError(t *testing.T) {
	for name, text := range wrongTokens() {
		t.Run(name, func(t *testing.T) {
			got, err := ParseToken(Session, text)
			if got != (Token{}) || !sameError(err, ErrToken()) {
				t.Errorf("got error %v, want %v and a zero token", err, ErrToken())
			}
		})
	}
	if account.KindOf(ErrToken()) != account.Unauthenticated || account.CodeOf(ErrToken()) != "auth.bad_token" {
		t.Errorf("got %v, want kind Unauthenticated and code auth.bad_token", ErrToken())
	}
	if _, err := ParseToken(0, tokenFixture().Reveal(Session)); !sameError(err, ErrToken()) {
		t.Errorf("a token of no kind: got error %v, want %v", err, ErrToken())
	}
	if _, err := ParseToken(InviteLink, tokenFixture().Reveal(Session)); !sameError(err, ErrLink()) {
		t.Errorf("a session as a link: got error %v, want %v", err, ErrLink())
	}
}

// sameError reports whether two errors of package account say the same in all.
func sameError(got, want error) bool {
	var g, w *account.Error
	return errors.As(got, &g) && errors.As(want, &w) && *g == *w
}

func TestACutOrMistypedTokenIsNoticed(t *testing.T) {
	good := tokenFixture().Reveal(Service)
	for n := range good {
		if _, err := ParseToken(Service, good[:n]); err == nil {
			t.Errorf("cut to %d characters: got no error, want one", n)
		}
		if _, err := ParseToken(Service, good[n+1:]); err == nil {
			t.Errorf("without the first %d characters: got no error, want one", n+1)
		}
		for _, c := range []byte("A_z5-") {
			if c == good[n] {
				continue
			}
			if _, err := ParseToken(Service, good[:n]+string(c)+good[n+1:]); err == nil {
				t.Errorf("character %d changed to %q: got no error, want one", n+1, c)
			}
		}
	}
}

func TestTheCheckOfATokenIsTheUsualCRC(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		if got, want := checksum(text), crc32.ChecksumIEEE([]byte(text)); got != want {
			t.Errorf("got %x, want %x", got, want)
		}
	})
}

func TestATokenHasAHashForEachKind(t *testing.T) {
	seen := map[[32]byte]TokenKind{}
	for _, kind := range append(tokenKinds(), 0) {
		hash := tokenFixture().Hash(kind)
		if twin, twice := seen[hash]; twice {
			t.Errorf("kinds %q and %q: got one hash, want two", kind, twin)
		}
		seen[hash] = kind
	}
}

func TestNoKindHasNoText(t *testing.T) {
	for _, kind := range []TokenKind{0, OrgKeyLink + 1, 255} {
		if got := tokenFixture().Reveal(kind); got != "" {
			t.Errorf("kind %d: got %q, want nothing", uint8(kind), got)
		}
		if got := kind.String(); got != "" {
			t.Errorf("kind %d: got the word %q, want none", uint8(kind), got)
		}
	}
}

func TestATokenCarriesAKeyToItsPlaceOnly(t *testing.T) {
	tok, k, place, scope := tokenFixture(), orgKeyFixture(), placeFixture(), scopeFixture()
	envelope := must[[]byte](t)(tok.SealKey(stream(), place, scope, k))
	got := must[OrgKey](t)(tok.OpenKey(place, scope, envelope))
	sameBytes(t, "key", got[:], k[:])
	for bit := range len(tok) * 8 {
		other := tok
		other[bit/8] ^= 1 << (bit % 8)
		if _, err := other.OpenKey(place, scope, envelope); !errors.Is(err, ErrSealed) {
			t.Errorf("a token with bit %d flipped: got error %v, want ErrSealed", bit, err)
		}
	}
	for _, m := range moves() {
		if m.secret != k || m.purpose != PurposePassword {
			continue // what is moved here is the place or the scope
		}
		if _, err := tok.OpenKey(m.place, m.scope, envelope); !errors.Is(err, ErrSealed) {
			t.Errorf("%s: got error %v, want ErrSealed", m.name, err)
		}
	}
}

func TestATokenCarriesKeysOnly(t *testing.T) {
	tok, place, scope := tokenFixture(), placeFixture(), scopeFixture()
	if _, err := tok.SealKey(stream(), place, scope, OrgKey{}); !errors.Is(err, errNoSecret) {
		t.Errorf("a zero key: got error %v, want %v", err, errNoSecret)
	}
	for _, n := range []int{0, 19, 21} {
		envelope := must[[]byte](t)(Seal(stream(), tok[:], PurposeCarry, scope, place, bytes.Repeat([]byte{1}, n)))
		if _, err := tok.OpenKey(place, scope, envelope); !errors.Is(err, ErrSealed) {
			t.Errorf("%d bytes in place of a key: got error %v, want ErrSealed", n, err)
		}
	}
}

func FuzzParseToken(f *testing.F) {
	for _, kind := range tokenKinds() {
		f.Add(uint8(kind), tokenFixture().Reveal(kind))
	}
	for _, text := range wrongTokens() {
		f.Add(uint8(Session), text[:min(len(text), 200)])
	}
	f.Fuzz(func(t *testing.T, kind uint8, text string) {
		got, err := ParseToken(TokenKind(kind), text)
		if err == nil && got.Reveal(TokenKind(kind)) != strings.TrimSpace(text) {
			t.Fatalf("ParseToken(%d, %q): got a token of another text", kind, text)
		}
		if err != nil && (got != (Token{}) || account.KindOf(err) != account.Unauthenticated) {
			t.Fatalf("ParseToken(%d, %q): got %v, want kind Unauthenticated and a zero token", kind, text, err)
		}
	})
}
