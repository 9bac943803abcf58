package keys

import (
	"errors"
	"strings"
	"testing"

	"github.com/usher-admin/usher/internal/account"
)

// The written form of orgKeyFixture, computed apart from this package.
const orgKeyText = "UK-04106-1050R-3GG28-A1C60-T3GF2-08H44-RMY0"

func TestWaysOfTypingAKey(t *testing.T) {
	bare := strings.ReplaceAll(strings.TrimPrefix(orgKeyText, "UK-"), "-", "")
	rows := []struct{ name, text string }{
		{"as it was shown", orgKeyText},
		{"in small letters", strings.ToLower(orgKeyText)},
		{"without the prefix", strings.TrimPrefix(orgKeyText, "UK-")},
		{"without anything between", bare},
		{"with the prefix and without anything between", "UK" + bare},
		{"with spaces for hyphens", strings.ReplaceAll(orgKeyText, "-", " ")},
		{"with dots for hyphens", strings.ReplaceAll(orgKeyText, "-", ".")},
		{"with non-breaking spaces", strings.ReplaceAll(orgKeyText, "-", "\u00a0")},
		{"with narrow non-breaking spaces", strings.ReplaceAll(orgKeyText, "-", "\u202f")},
		{"with en dashes", strings.ReplaceAll(orgKeyText, "-", "\u2013")},
		{"with em dashes and spaces", strings.ReplaceAll(orgKeyText, "-", " \u2014 ")},
		{"with non-breaking hyphens", strings.ReplaceAll(orgKeyText, "-", "\u2011")},
		{"with minus signs", strings.ReplaceAll(orgKeyText, "-", "\u2212")},
		{"with middle dots", strings.ReplaceAll(orgKeyText, "-", "\u00b7")},
		{"broken over lines", strings.ReplaceAll(orgKeyText, "-", "-\r\n\t")},
		{"with a byte order mark and a soft hyphen", "\ufeff" + strings.ReplaceAll(orgKeyText, "-", "\u00ad")},
		{"with zero-width spaces in every place", strings.Join(strings.Split(orgKeyText, ""), "\u200b")},
		{"with O for 0", strings.ReplaceAll(orgKeyText, "0", "O")},
		{"with o for 0", strings.ReplaceAll(orgKeyText, "0", "o")},
		{"with I for 1", strings.ReplaceAll(orgKeyText, "1", "I")},
		{"with l for 1", strings.ReplaceAll(orgKeyText, "1", "l")},
		{"with space around and a line end", "  " + orgKeyText + "\n"},
		{"in full-width forms", fullWidth(orgKeyText)},
		{"in small full-width forms", fullWidth(strings.ToLower(orgKeyText))},
		{"with a space inside the prefix", "u k " + bare},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			got, err := ParseOrgKey(row.text)
			if err != nil {
				t.Fatalf("got error %v, want the key", err)
			}
			want := orgKeyFixture()
			sameBytes(t, "key", got[:], want[:])
		})
	}
}

func TestEverySmallLetterIsThatLetter(t *testing.T) {
	for r := 'a'; r <= 'z'; r++ {
		if got, want := plain(r), plain(r-'a'+'A'); got != want {
			t.Errorf("plain(%q): got %q, want %q", r, got, want)
		}
	}
	for _, r := range "`{@[" {
		if got := plain(r); got != r {
			t.Errorf("plain(%q): got %q, want it as it is", r, got)
		}
	}
}

// fullWidth writes ASCII as an East Asian keyboard does.
func fullWidth(text string) string {
	return strings.Map(func(r rune) rune { return r + 0xFEE0 }, text)
}

func TestWhatIsSaidOfAMistypedKey(t *testing.T) {
	const wrongLength = "the organisation key is mistyped: it has %s letters and digits and should have 34, not counting the UK in front"
	length := func(n string) string { return strings.Replace(wrongLength, "%s", n, 1) }
	const mistyped = "the organisation key is mistyped"
	const other = "this is a system key, where an organisation key belongs"
	system := systemKeyFixture().Reveal()
	rows := []struct{ name, text, want string }{
		{"nothing typed", "", length("0")},
		{"only the prefix", "UK-", length("0")},
		{"half a prefix", "U", length("0")},
		{"one character", "0", mistyped + ": it has 1 letter or digit and should have 34, not counting the UK in front"},
		{"the last group forgotten", orgKeyText[:len(orgKeyText)-5], length("30")},
		{"one character too many", orgKeyText + "0", length("35")},
		{"very much too long", strings.Repeat("0", 100_000), length("100000")},
		{"a wrong character", strings.Replace(orgKeyText, "3GG28", "3GG29", 1), mistyped},
		{"a U, which could be a V", strings.Replace(orgKeyText, "T3GF2", "T3GU2", 1), mistyped + ": group 5 has a character that stands in no key"},
		{"a sign", strings.Replace(orgKeyText, "RMY0", "RM?0", 1), mistyped + ": group 7 has a character that stands in no key"},
		{"two signs, of which the first is told", strings.NewReplacer("04106", "*4106", "RMY0", "RM*0").Replace(orgKeyText), mistyped + ": group 1 has a character that stands in no key"},
		{"a Cyrillic twin", strings.Replace(orgKeyText, "A1C60", "\u04101C60", 1), mistyped + ": group 4 has a character that stands in no key"},
		{"bytes that are no text", strings.Replace(orgKeyText, "04106", "\xff4106", 1), mistyped + ": group 1 has a character that stands in no key"},
		{"a prefix of no kind", "UX" + orgKeyText[2:], mistyped},
		{"a prefix with a control character", "U\x00" + orgKeyText[2:], mistyped},
		{"a prefix with a letter that only ends like K", "U\u014b" + orgKeyText[2:], mistyped},
		{"two prefixes", "UK" + orgKeyText, length("36")},
		{"an organisation key under the prefix of the system key", "US" + orgKeyText[2:], mistyped},
		{"a system key", system, other},
		{"a system key without its prefix", system[3:], other},
		{"half a system key", system[:20], other},
		{"a system key under the prefix of an organisation key", "UK" + system[2:], mistyped},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			_, err := ParseOrgKey(row.text)
			if err == nil {
				t.Fatal("got no error, want one")
			}
			if err.Error() != row.want {
				t.Errorf("message:\n got %s\nwant %s", err, row.want)
			}
			if account.KindOf(err) != account.Invalid || account.CodeOf(err) != "orgkey.mistyped" {
				t.Errorf("got kind %d and code %q, want Invalid and orgkey.mistyped", account.KindOf(err), account.CodeOf(err))
			}
		})
	}
}

func TestWhatIsSaidOfAMistypedSystemKey(t *testing.T) {
	rows := []struct{ name, text, want string }{
		{"an organisation key", orgKeyText, "this is an organisation key, where a system key belongs"},
		{"too short", "US-1234", "the system key is mistyped: it has 4 letters and digits and should have 34, not counting the US in front"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			s, err := ParseSystemKey(row.text)
			if err == nil || err.Error() != row.want || s != (SystemKey{}) {
				t.Errorf("message:\n got %v\nwant %s", err, row.want)
			}
			if account.KindOf(err) != account.Invalid || account.CodeOf(err) != "systemkey.mistyped" {
				t.Errorf("got kind %d and code %q, want Invalid and systemkey.mistyped", account.KindOf(err), account.CodeOf(err))
			}
		})
	}
}

func TestErrorsNeverRepeatWhatWasTyped(t *testing.T) {
	wrong := strings.Replace(orgKeyText, "RMY0", "RMY1", 1)
	for _, text := range []string{wrong, wrong + "0", systemKeyFixture().Reveal(), strings.Replace(orgKeyText, "RMY0", "RM!0", 1)} {
		_, err := ParseOrgKey(text)
		var told *account.Error
		if !errors.As(err, &told) {
			t.Fatalf("got error %v, want an account.Error", err)
		}
		for _, group := range strings.Split(text, "-")[1:] {
			if strings.Contains(told.Message+told.Hint, group) {
				t.Errorf("got %q with hint %q, which repeats the group %q", told.Message, told.Hint, group)
			}
		}
	}
}
