package password

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/usher-admin/usher/internal/account"
	"pgregory.net/rapid"
)

func TestNewList(t *testing.T) {
	for _, test := range []struct{ name, words, want string }{
		{"nothing", "", ""},
		{"one entry without a line break", "Zlatan", "zlatan\n"},
		{"entries are sorted and kept once", "winter\nautumn\nWinter\n", "autumn\nwinter\n"},
		{"lines of Windows, with its mark", "\ufeffwinter\r\nautumn\r\n", "autumn\nwinter\n"},
		{"blank lines and short entries are left out", "\n  \nabc\nabcd\n", "abcd\n"},
		{"accents and case are folded", "Göteborg\nGOTEBORG\n", "goteborg\n"},
		{"spaces inside stay", " stora torget ", "stora torget\n"},
		{"a number sign is no comment", "#winter", "#winter\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			list, err := NewList([]byte(test.words))
			if err != nil || string(list.Bytes()) != test.want || list.Len() != strings.Count(test.want, "\n") {
				t.Errorf("NewList(%q) = %q of %d, %v; want %q", test.words, list.Bytes(), list.Len(), err, test.want)
			}
		})
	}
}

// growing returns lines of 120 kB that NFKC makes more than ten times as long.
func growing() string {
	var lines strings.Builder
	for i := range 500 {
		fmt.Fprintf(&lines, "%s%d\n", strings.Repeat("\ufdfa", 80), i)
	}
	return lines.String()
}

func TestNewListRefuses(t *testing.T) {
	for _, test := range []struct{ name, words, says string }{
		{"more than a mebibyte", strings.Repeat("x", MaxListBytes+1), "larger"},
		{"a file that is no text", "winter\n\xff\xfe", "line 2"},
		{"a line of 257 characters", "winter\nautumn\n" + strings.Repeat("x", 257), "line 3"},
		{"a control character", "win\x00ter", "line 1"},
		{"text that grows beyond the bound", growing(), "larger"},
	} {
		t.Run(test.name, func(t *testing.T) {
			list, err := NewList([]byte(test.words))
			if account.KindOf(err) != account.Invalid || account.CodeOf(err) != "password.blocklist" || list.Len() != 0 {
				t.Fatalf("NewList = %d entries, %v; want Invalid, password.blocklist", list.Len(), err)
			}
			if !strings.Contains(err.Error(), test.says) {
				t.Errorf("error %q does not say %q", err, test.says)
			}
		})
	}
}

// TestSearchAgainstAPlainLoop holds the binary searches against loops over all
// entries.
func TestSearchAgainstAPlainLoop(t *testing.T) {
	entry := rapid.StringMatching(`[abc]{4,9}`)
	rapid.Check(t, func(t *rapid.T) {
		entries := rapid.SliceOfN(entry, 0, 40).Draw(t, "entries")
		text := rapid.StringMatching(`[abc]{0,12}`).Draw(t, "text")
		list, err := NewList([]byte(strings.Join(entries, "\n")))
		if err != nil {
			t.Fatal(err)
		}
		list = StoredList(list.Bytes())
		longest := 0
		for _, e := range entries {
			if strings.HasPrefix(text, e) {
				longest = max(longest, len(e))
			}
			if !list.has(e) {
				t.Fatalf("has(%q) = false", e)
			}
		}
		if got := list.longest(text); got != longest {
			t.Fatalf("longest(%q) = %d; want %d", text, got, longest)
		}
		if got, want := list.has(text), slices.Contains(entries, text); got != want {
			t.Fatalf("has(%q) = %v; want %v", text, got, want)
		}
	})
}

func TestStoredListOfAnythingDoesNoHarm(t *testing.T) {
	for _, stored := range []string{"", "\n", "\n\n\n", "zz\naa", "no line break", "\xff\n\x00"} {
		list := StoredList([]byte(stored))
		if list.Contains(plain(t, "vermilion otter kayak")) {
			t.Errorf("a list of %q contains an unrelated password", stored)
		}
	}
}

func TestContains(t *testing.T) {
	list, err := NewList([]byte("Vinterviken\nacme"))
	if err != nil {
		t.Fatal(err)
	}
	for password, want := range map[string]bool{
		"vinterviken": true, "V1NTERV1KEN!": true, "acme-acme-acme!": true, "acm3acm3": true,
		"vinter": false, "vinterviken kayak otter": false, "macmeister kayak": false,
	} {
		if got := list.Contains(plain(t, password)); got != want {
			t.Errorf("Contains(%q) = %v; want %v", password, got, want)
		}
	}
	if (List{}).Contains(plain(t, "vinterviken")) {
		t.Error("the empty list contains something")
	}
}

func TestEveryEmbeddedEntryIsBlocked(t *testing.T) {
	list := Common()
	if list.Len() < 15000 {
		t.Fatalf("the embedded list has %d entries; want about 18,000", list.Len())
	}
	previous := ""
	for line := range strings.Lines(string(list.Bytes())) {
		entry := strings.TrimSuffix(line, "\n")
		switch {
		case entry <= previous:
			t.Fatalf("%q does not come after %q", entry, previous)
		case fold(entry) != entry || utf8.RuneCountInString(entry) < LowestMinLength:
			t.Fatalf("%q is not folded, or no policy allows it", entry)
		case !list.has(entry):
			t.Fatalf("%q is not found", entry)
		case !Blocked(plain(t, strings.ToUpper(entry)+"7")):
			t.Fatalf("%q in capitals, with a digit, is not blocked", entry)
		}
		previous = entry
	}
}

func TestBlocklistNamesItsOrigin(t *testing.T) {
	text, err := os.ReadFile("blocklist.LICENSE")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"@zxcvbn-ts/language-common", "Permission is hereby granted", "Copyright (c)"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("blocklist.LICENSE does not hold %q", want)
		}
	}
}

func BenchmarkBlocked(b *testing.B) {
	for _, test := range []struct{ name, text string }{
		{"ordinary", "correct horse battery staple"}, {"longest", worst()[1]},
	} {
		pw := plain(b, test.text)
		b.Run(test.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Blocked(pw)
			}
		})
	}
}
