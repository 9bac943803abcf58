package account

import (
	"net/mail"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// addresses are where the fuzzing of addresses and domains begins.
var addresses = [...]string{
	"", "@", "a@b", "anna@example.org", "Anna+2@EXAMPLE.Org", "åsa@bücher.example", "a@xn--bcher-kva.example",
	"Anna <anna@example.org>", `"anna berg"@example.org`, "anna(work)@example.org", "anna@[192.0.2.1]", "anna@192.0.2.1",
	"a..b@example.org", ".a@example.org", "a@-b.org", "a@b-.org", "a@ab--cd.org", "a@example.org.", "a@example。org",
	"a\u202eb@example.org", "a\u0301@example.org", "\u0301a@example.org", "a\u037eb@example.org", "ΣΑΣ@example.org",
	"İı@example.org", "ſ\u212a@example.org", "a@faß.de", "a@ශ්\u200dරී.com", "a@אבג.com", "a@xn--.org", "a@xn--99999999.org",
	"a@x" + "\u0323\u0323\u0323\u0323\u0323\u0323\u0323\u0323\u0323\u0323\u0323\u0323\u0323\u0323\u0323\u0323" + ".org",
	"ᾳ\u0345@example.org", "a\r\nb@example.org", "a\xff@example.org", "𐀀@example.org", "a@ｅｘ．ｏｒｇ",
}

func FuzzParseEmail(f *testing.F) {
	for _, s := range addresses {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e, err := ParseEmail(s)
		if err != nil {
			if e != "" || KindOf(err) != Invalid || CodeOf(err) != "email.invalid" {
				t.Errorf("ParseEmail(%q) = %q, %#v; want nothing and email.invalid", s, string(e), err)
			}
			checkShowable(t, err)
			return
		}
		checkEmail(t, s, e)
	})
}

// checkEmail fails unless e has what every address promises.
func checkEmail(t *testing.T, s string, e Email) {
	t.Helper()
	spellings := []string{string(e), e.String()}
	// A few capitals cannot be turned back, such as SS.
	if upper := strings.ToUpper(string(e)); strings.ToLower(upper) == string(e) {
		spellings = append(spellings, upper)
	}
	for _, other := range spellings {
		if again, err := ParseEmail(other); err != nil || again != e {
			t.Errorf("ParseEmail(%q) = %q, but of %q it makes %q, %v", s, string(e), other, string(again), err)
		}
	}
	if len(e) > 254 || len(e.Local()) > 64 || len(e.Local()) == 0 || e.Domain() == "" {
		t.Errorf("ParseEmail(%q) = %q, with parts of %d and %d bytes", s, string(e), len(e.Local()), len(e.Domain()))
	}
	if a, err := mail.ParseAddress(string(e)); err != nil || a.Address != string(e) || a.Name != "" {
		t.Errorf("ParseEmail(%q) = %q, but net/mail reads it as %v, %v", s, string(e), a, err)
	}
	if !norm.NFC.IsNormalString(string(e)) {
		t.Errorf("ParseEmail(%q) = %q, which is not NFC", s, string(e))
	}
	for _, r := range e {
		if unicode.IsControl(r) || unicode.IsSpace(r) || unicode.IsUpper(r) && unicode.ToLower(r) != r || unicode.Is(unicode.Cf, r) || r == utf8.RuneError {
			t.Errorf("ParseEmail(%q) = %q, which holds %U", s, string(e), r)
		}
	}
	checkDomain(t, s, e.Domain())
}

// The short way for plain addresses and the long way are one.
func FuzzPlainEmail(f *testing.F) {
	for _, s := range addresses {
		f.Add(s)
	}
	for _, s := range [...]string{"a@b.c1", "a@b.1c", "a@b.11", "a@b.-c", "a@b.c-", "a@b..c", "a.@b.cc", "a!#$%&'*+-/=?^_`{|}~@b.cc", "a\"@b.cc", "a@b.c_d", "a@ab--c.org", "a@ab--.org", "a@--.org"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		long, err := readEmail(s)
		if short := plainEmail(s); short && (err != nil || strings.ToLower(s) != string(long)) {
			t.Errorf("%q is plain, but the long way makes %q, %v of it", s, string(long), err)
		} else if !short && err == nil && strings.ToLower(s) == string(long) && isASCII(s) && !strings.Contains(s, "--") {
			t.Errorf("%q is not plain, but the long way only turns it into %q", s, string(long))
		}
		_, host, _ := strings.Cut(s, "@")
		mapped, fault := mapDomain(host)
		if plainDomain(host) && (fault != "" || strings.ToLower(host) != string(mapped)) {
			t.Errorf("the domain %q is plain, but the long way makes %q, %q of it", host, string(mapped), fault)
		}
	})
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

func FuzzParseDomain(f *testing.F) {
	for _, s := range addresses {
		_, host, _ := strings.Cut(s, "@")
		f.Add(host)
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDomain(s)
		if err != nil {
			if d != "" || KindOf(err) != Invalid || CodeOf(err) != "domain.invalid" {
				t.Errorf("ParseDomain(%q) = %q, %#v; want nothing and domain.invalid", s, string(d), err)
			}
			checkShowable(t, err)
			return
		}
		checkDomain(t, s, d)
		_ = Domain(s).String()
	})
}

// checkDomain fails unless d has what every domain promises.
func checkDomain(t *testing.T, s string, d Domain) {
	t.Helper()
	for _, other := range []string{string(d), d.String(), strings.ToUpper(string(d))} {
		if again, err := ParseDomain(other); err != nil || again != d {
			t.Errorf("ParseDomain(%q) = %q, but of %q it makes %q, %v", s, string(d), other, string(again), err)
		}
	}
	labels := strings.Split(string(d), ".")
	if len(d) > 253 || len(labels) < 2 {
		t.Errorf("ParseDomain(%q) = %q, with %d bytes and %d labels", s, string(d), len(d), len(labels))
	}
	for _, label := range labels {
		if len(label) < 1 || len(label) > 63 || strings.Trim(label, "-") != label || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			t.Errorf("ParseDomain(%q) = %q, with the label %q", s, string(d), label)
		}
	}
}

func FuzzCleanText(f *testing.F) {
	for _, s := range [...]string{"", " ", "Anna", "A\u030a", "a\nb", "a\tb\r\n", "\u202e", "\u200d", "❤\ufe0f", "\ufdd0", "a\xff", "\u034f", "ᄀ\u1161\u11a8", "\u1100\u1161" + "\u0323", "x\u0323\u0323\u0323\u0323\u0323\u0323\u0323\u0323\u0323\u0323\u0323\u0323\u0323\u0323\u0323\u0323\u0323\u0323\u0323\u0323\u0323\u0323\u0323\u0323\u0323\u0323\u0323\u0323\u0323\u0323\u0323\u0323"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, clean := range []func(field, s string) (string, error){CleanName, CleanReason, CleanNotes} {
			got, err := clean("text", s)
			if err != nil {
				if code := CodeOf(err); got != "" || KindOf(err) != Invalid || code != "text.invalid" && code != "text.too_long" {
					t.Errorf("of %q it makes %q, %#v; want nothing and text.invalid or text.too_long", s, got, err)
				}
				checkShowable(t, err)
				continue
			}
			if again, err := clean("text", got); err != nil || again != got {
				t.Errorf("of %q it makes %q, and of that %q, %v", s, got, again, err)
			}
			if !utf8.ValidString(got) || !norm.NFC.IsNormalString(got) || utf8.RuneCountInString(got) > MaxNotes {
				t.Errorf("of %q it makes %q, which is no clean text", s, got)
			}
			for _, r := range got {
				if unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Bidi_Control, r) {
					t.Errorf("of %q it makes %q, which holds %U", s, got, r)
				}
			}
		}
	})
}

func FuzzParseDuration(f *testing.F) {
	for _, s := range [...]string{"90s", "15m", "12h", "7d", "2w", "1d12h", "2 weeks", "1.5h", "0", "-1h", "36525d", "9223372036854775807ns", "garbage", "1µs"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDuration(s)
		if err != nil {
			if d != 0 || KindOf(err) != Invalid || CodeOf(err) != "time.invalid" {
				t.Errorf("ParseDuration(%q) = %v, %#v; want nothing and time.invalid", s, d, err)
			}
			return
		}
		if d < 0 || d > maxDuration {
			t.Errorf("ParseDuration(%q) = %v, want 0 to 100 years", s, d)
		}
		if again, err := ParseDuration(d.String()); err != nil || again != d {
			t.Errorf("ParseDuration(%q) = %v, and of that %v, %v", s, d, again, err)
		}
		if std, err := time.ParseDuration(s); err == nil && !strings.Contains(s, ".") && std != d {
			t.Errorf("ParseDuration(%q) = %v, but Go says %v", s, d, std)
		}
	})
}

func FuzzParseTime(f *testing.F) {
	for _, s := range [...]string{"now", "today", "7d", "2 weeks ago", "2026-01-31", "2026-01-31 15:04", "2026-01-31T15:04:05Z", "2026-01-31T15:04:05.5+02:00", "2026-02-30", "0001-01-01T00:00:00+14:00"} {
		f.Add(s)
	}
	now := noon()
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ParseTime(s, now, time.UTC)
		if err != nil {
			if !got.IsZero() || KindOf(err) != Invalid || CodeOf(err) != "time.invalid" {
				t.Errorf("ParseTime(%q) = %v, %#v; want nothing and time.invalid", s, got, err)
			}
			checkShowable(t, err)
			return
		}
		if text := got.Format(time.RFC3339Nano); got.Year() > 0 && got.Year() < 10000 {
			if again, err := ParseTime(text, now, nil); err != nil || !again.Equal(got) {
				t.Errorf("ParseTime(%q) = %s, and of that %v, %v", s, text, again, err)
			}
		}
		if std, err := time.Parse(time.RFC3339, s); err == nil && !std.Equal(got) {
			t.Errorf("ParseTime(%q) = %v, but Go says %v", s, got, std)
		}
		if future, err := ParseFutureDate(s, now, time.UTC); err == nil && !future.After(now) {
			t.Errorf("ParseFutureDate(%q) = %v, which is not after %v", s, future, now)
		}
	})
}
