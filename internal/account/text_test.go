package account

import (
	"strings"
	"testing"
)

func TestCleanText(t *testing.T) {
	for _, row := range []struct{ name, typed, want string }{
		{"nothing", "", ""},
		{"plain words", "Acme North Ltd.", "Acme North Ltd."},
		{"spaces around are kept", "  Acme ", "  Acme "},
		{"accents written apart are composed", "A\u030akesson", "\u00c5kesson"},
		{"a no-break space", "Acme\u00a0Ltd", "Acme\u00a0Ltd"},
		{"every script", "Ελλάδα Россия 日本 ไทย हिन्दी العربية עברית", "Ελλάδα Россия 日本 ไทย हिन्दी العربية עברית"},
		{"a joiner in a name", "ශ්\u200dරී ලංකා", "ශ්\u200dරී ලංකා"},
		{"a non-joiner in a name", "نامه\u200cای", "نامه\u200cای"},
		{"an emoji of several", "👩\u200d👩\u200d👧 ❤\ufe0f", "👩\u200d👩\u200d👧 ❤\ufe0f"},
		{"an Arabic sign that is seen though of the format kind", "\u0600١٢", "\u0600١٢"},
		{"private use", "\ue000 \U00100000", "\ue000 \U00100000"},
		{"the replacement character, typed", "a\ufffdb", "a\ufffdb"},
		{"marks in a heap", "Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ͙͎̯̹̞͓G̻O̭̗̮", "Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ͙͎̯̹̞͓G̻O̭̗̮"},
		{"a formula", `=cmd|' /C calc'!A0`, `=cmd|' /C calc'!A0`},
		{"a script tag", "<script>alert(1)</script>", "<script>alert(1)</script>"},
		{"a database joke", "Robert'); DROP TABLE users;--", "Robert'); DROP TABLE users;--"},
		{"words that programs take for values", "null undefined NaN true -1 1E+02 $HOME %s {0}", "null undefined NaN true -1 1E+02 $HOME %s {0}"},
		{"a place that filters stumble over", "Scunthorpe", "Scunthorpe"},
		{"a hundred letters", strings.Repeat("å", 100), strings.Repeat("å", 100)},
		{"a hundred letters written apart", strings.Repeat("a\u030a", 100), strings.Repeat("\u00e5", 100)},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, err := CleanText("name", row.typed, 100)
			if err != nil || got != row.want {
				t.Errorf("CleanText(%q) = %q, %v; want %q", row.typed, got, err, row.want)
			}
		})
	}
}

func TestCleanTextRefuses(t *testing.T) {
	for _, row := range []struct{ name, typed, code, want string }{
		{"spaces alone", "   ", "text.invalid", "name: it has nothing but white space"},
		{"spaces of other widths alone", "\u3000\u00a0\u2003", "text.invalid", "name: it has nothing but white space"},
		{"a joiner alone", "\u200d", "text.invalid", "name: it has nothing but white space"},
		{"a Braille blank alone", "\u2800", "text.invalid", "name: it has nothing but white space"},
		{"a variation selector alone", "\ufe0f", "text.invalid", "name: it has nothing but white space"},
		{"a NUL", "a\x00b", "text.invalid", "name: character 2 is U+0000, a control character"},
		{"an escape sequence", "\x1b[2J", "text.invalid", "name: character 1 is U+001B, a control character"},
		{"a bell", "a\a", "text.invalid", "name: character 2 is U+0007, a control character"},
		{"a DEL", "ab\x7f", "text.invalid", "name: character 3 is U+007F, a control character"},
		{"a control of C1", "å\u009b2J", "text.invalid", "name: character 2 is U+009B, a control character"},
		{"a tab", "a\tb", "text.invalid", "name: character 2 is U+0009, a tab"},
		{"a line break", "a\nb", "text.invalid", "name: character 2 is U+000A, a line break"},
		{"a carriage return", "a\rb", "text.invalid", "name: character 2 is U+000D, a line break"},
		{"a next line", "a\u0085b", "text.invalid", "name: character 2 is U+0085, a control character"},
		{"a line separator", "a\u2028b", "text.invalid", "name: character 2 is U+2028, a line separator"},
		{"a paragraph separator", "a\u2029b", "text.invalid", "name: character 2 is U+2029, a line separator"},
		{"a right-to-left override", "invoice\u202efdp.exe", "text.invalid", "name: character 8 is U+202E, a bidirectional control"},
		{"a left-to-right embedding", "\u202aa", "text.invalid", "name: character 1 is U+202A, a bidirectional control"},
		{"an isolate", "a\u2066b", "text.invalid", "name: character 2 is U+2066, a bidirectional control"},
		{"the end of an isolate", "a\u2069b", "text.invalid", "name: character 2 is U+2069, a bidirectional control"},
		{"a left-to-right mark", "a\u200eb", "text.invalid", "name: character 2 is U+200E, a bidirectional control"},
		{"a right-to-left mark", "a\u200fb", "text.invalid", "name: character 2 is U+200F, a bidirectional control"},
		{"an Arabic letter mark", "a\u061cb", "text.invalid", "name: character 2 is U+061C, a bidirectional control"},
		{"a zero width space", "a\u200bb", "text.invalid", "name: character 2 is U+200B, an invisible character"},
		{"a soft hyphen", "a\u00adb", "text.invalid", "name: character 2 is U+00AD, an invisible character"},
		{"a byte order mark", "\ufeffname", "text.invalid", "name: character 1 is U+FEFF, an invisible character"},
		{"a word joiner", "a\u2060b", "text.invalid", "name: character 2 is U+2060, an invisible character"},
		{"a tag character", "a\U000e0041", "text.invalid", "name: character 2 is U+E0041, an invisible character"},
		{"an annotation anchor", "a\ufff9", "text.invalid", "name: character 2 is U+FFF9, an invisible character"},
		{"a Hangul filler", "\u3164", "text.invalid", "name: character 1 is U+3164, an invisible character"},
		{"a noncharacter", "a\ufdd0", "text.invalid", "name: character 2 is U+FDD0, no character at all"},
		{"the last noncharacter", "a\U0010ffff", "text.invalid", "name: character 2 is U+10FFFF, no character at all"},
		{"a byte that is not UTF-8", "åb\xff", "text.invalid", "name: character 3 is the byte 0xFF, which is not UTF-8"},
		{"half a character", "a\xc3", "text.invalid", "name: character 2 is the byte 0xC3, which is not UTF-8"},
		{"a surrogate", "\xed\xa0\x80", "text.invalid", "name: character 1 is the byte 0xED, which is not UTF-8"},
		{"a slash in too many bytes", "\xc0\xaf", "text.invalid", "name: character 1 is the byte 0xC0, which is not UTF-8"},
		{"a heap of 31 marks", "x" + strings.Repeat("\u0323", 31), "text.invalid", "name: it has more than 30 marks on one letter"},
		{"a hundred and one letters", strings.Repeat("å", 101), "text.too_long", "name: it has 101 characters, at most 100 are allowed"},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, err := CleanText("name", row.typed, 100)
			if got != "" || err == nil || err.Error() != row.want || CodeOf(err) != row.code || KindOf(err) != Invalid {
				t.Errorf("CleanText(%q) = %q, %v (code %q); want Invalid %s: %s", row.typed, got, err, CodeOf(err), row.code, row.want)
			}
		})
	}
}

func TestCleanName(t *testing.T) {
	for _, row := range []struct{ name, typed, want, wrong string }{
		{"spaces around go", " \u00a0Anna Berg\u3000 ", "Anna Berg", ""},
		{"200 letters", strings.Repeat("ö", 200), strings.Repeat("ö", 200), ""},
		{"200 letters and a space", strings.Repeat("ö", 200) + " ", strings.Repeat("ö", 200), ""},
		{"201 letters", strings.Repeat("ö", 201), "", "first name: it has 201 characters, at most 200 are allowed"},
		{"nothing", "", "", "first name: it is empty"},
		{"spaces alone", " \u2003 ", "", "first name: it is empty"},
		{"a line break around does not go", "Anna\n", "", "first name: character 5 is U+000A, a line break"},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, err := CleanName("first name", row.typed)
			checkCleaned(t, got, err, row.want, row.wrong)
		})
	}
}

func TestCleanReason(t *testing.T) {
	long := strings.Repeat("r", 1000)
	got, err := CleanReason("reason", long)
	checkCleaned(t, got, err, long, "")
	got, err = CleanReason("reason", "")
	checkCleaned(t, got, err, "", "")
	got, err = CleanReason("reason", long+"r")
	checkCleaned(t, got, err, "", "reason: it has 1001 characters, at most 1000 are allowed")
	got, err = CleanReason("reason", "left\nus")
	checkCleaned(t, got, err, "", "reason: character 5 is U+000A, a line break")
}

func TestCleanNotes(t *testing.T) {
	long := strings.Repeat("n", 9999) + "\n"
	for _, row := range []struct{ name, typed, want, wrong string }{
		{"lines and tabs", "one\n\ttwo\n", "one\n\ttwo\n", ""},
		{"lines as Windows ends them", "one\r\ntwo\r\n", "one\ntwo\n", ""},
		{"10000 characters with their line breaks", long, long, ""},
		{"10001 characters", long + "n", "", "notes: it has 10001 characters, at most 10000 are allowed"},
		{"a carriage return alone", "one\rtwo", "", "notes: character 4 is U+000D, a line break"},
		{"a form feed", "one\ftwo", "", "notes: character 4 is U+000C, a control character"},
		{"a position is counted over the lines", "one\r\ntwo\x00", "", "notes: character 8 is U+0000, a control character"},
		{"line breaks alone", "\n\n", "", "notes: it has nothing but white space"},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, err := CleanNotes("notes", row.typed)
			checkCleaned(t, got, err, row.want, row.wrong)
		})
	}
}

// checkCleaned fails unless the text, or the words of the error, are what was
// wanted.
func checkCleaned(t *testing.T, got string, err error, want, wrong string) {
	t.Helper()
	text := ""
	if err != nil {
		text = err.Error()
	}
	if got != want || text != wrong {
		t.Errorf("got %q and the error %q, want %q and the error %q", got, text, want, wrong)
	}
}

func TestIsFormula(t *testing.T) {
	for text, want := range map[string]bool{
		"": false, "a=b": false, "anna@example.org": false, " x": false,
		"=1": true, "+46": true, "-x": true, "@SUM": true, "\t=1": true, " \u00a0=1": true, "＝1": true,
	} {
		if got := IsFormula(text); got != want {
			t.Errorf("IsFormula(%q): got %t, want %t", text, got, want)
		}
	}
}

func TestAGuardedFormulaComesBack(t *testing.T) {
	for text, want := range map[string]string{
		"=1": "'=1", "'=1": "''=1", "''-x": "'''-x", "'n Boer": "'n Boer", "'": "'", "": "", "a=b": "a=b",
	} {
		if got := GuardFormula(text); got != want || UnguardFormula(got) != text {
			t.Errorf("%q: got %q and back %q, want %q and the same", text, got, UnguardFormula(got), want)
		}
	}
}
