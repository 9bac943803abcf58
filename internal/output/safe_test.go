package output

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestSafe(t *testing.T) {
	for _, row := range []struct{ name, in, want string }{
		{"nothing", "", ""},
		{"ordinary text stays", `Anna O'Neil \ "x" <a@b> ~`, `Anna O'Neil \ "x" <a@b> ~`},
		{"letters of any script stay", "Åsa 李小龙 ܐܒ שלום", "Åsa 李小龙 ܐܒ שלום"},
		{"combining letters and a no-break space stay", "e\u0301\u00a0x", "e\u0301\u00a0x"},
		{"a replacement character that was typed stays", "\ufffd", "\ufffd"},
		{"escape sequences are shown", "\x1b[31mred\x1b]0;title\a", `\u{1b}[31mred\u{1b}]0;title\u{7}`},
		{"line breaks are shown", "a\r\nb\tc\x00", `a\u{d}\u{a}b\u{9}c\u{0}`},
		{"delete and the second control set are shown", "\x7f\u0080\u009b31m\u009f", `\u{7f}\u{80}\u{9b}31m\u{9f}`},
		{"bidirectional controls are shown", "exe\u202egpj\u202c \u2066x\u2069\u200e\u200f\u061c", `exe\u{202e}gpj\u{202c} \u{2066}x\u{2069}\u{200e}\u{200f}\u{61c}`},
		{"line separators are shown", "a\u2028b\u2029", `a\u{2028}b\u{2029}`},
		{"what cannot be seen is shown", "a\u200bb\u00adc\ufeffd\u2060\U000e0041", `a\u{200b}b\u{ad}c\u{feff}d\u{2060}\u{e0041}`},
		{"broken UTF-8 is shown byte by byte", "a\xff\xc3(\xed\xa0\x80", `a\x{ff}\x{c3}(\x{ed}\x{a0}\x{80}`},
		{"a raw C1 byte is broken, not a control", "\x9b31m", `\x{9b}31m`},
		{"a Persian name keeps its non-joiner", "علی\u200cرضا", "علی\u200cرضا"},
		{"after something shown it is still kept", "\x01علی\u200cرضا", "\\u{1}علی\u200cرضا"},
		{"a family stays together", "👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"},
		{"a joiner after a variation selector stays", "❤\ufe0f\u200d🔥", "❤\ufe0f\u200d🔥"},
		{"joiners in Latin are shown", "ad\u200dmin\u200c", `ad\u{200d}min\u{200c}`},
		{"a joiner with Latin at its left is shown", "a\u200dی", `a\u{200d}ی`},
		{"a joiner with Latin at its right is shown", "ی\u200da", `ی\u{200d}a`},
		{"joiners at the ends are shown", "\u200dی\u200c", `\u{200d}ی\u{200c}`},
		{"two joiners are shown", "ی\u200d\u200dی", `ی\u{200d}\u{200d}ی`},
		{"a joiner beside a broken byte is shown", "ی\u200d\xff", `ی\u{200d}\x{ff}`},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := Safe(row.in); got != row.want {
				t.Errorf("got  %+q\nwant %+q", got, row.want)
			}
		})
	}
}

func TestSafeAllocatesNothingForOrdinaryText(t *testing.T) {
	for _, s := range []string{"anna@example.org", "Åsa 李 👩‍👩‍👧"} {
		if n := testing.AllocsPerRun(100, func() { Safe(s) }); n != 0 {
			t.Errorf("%q: %v allocations, want 0", s, n)
		}
	}
}

// Every character of Unicode that steers or hides is shown, and no other.
func TestSafeKnowsEveryCharacter(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !utf8.ValidRune(r) || r > 0x20000 && r < 0xe0000 || r > 0xe1000 {
			continue // ideographs, unassigned planes, private use: much and all alike
		}
		hidden := unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
		if shown := Safe(string(r)) != string(r); shown != hidden {
			t.Errorf("%U: shown %v, want %v", r, shown, hidden)
		}
	}
}

func FuzzSafe(f *testing.F) {
	for _, s := range []string{"", "plain", "\x1b[2J", "\xff\xfe", "\u202eabc", "علی\u200cرضا", "\u200d\u200d", `\u{202e}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Safe(s)
		requireHarmless(t, got)
		if again := Safe(got); again != got {
			t.Fatalf("safe text changed again: %q, then %q", got, again)
		}
		if joined := Safe("x" + s + "x"); !strings.HasPrefix(joined, "x") || !strings.HasSuffix(joined, "x") {
			t.Fatalf("got %q around %q", joined, s)
		}
	})
}
