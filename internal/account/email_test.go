package account

import (
	"errors"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestParseEmail(t *testing.T) {
	long := strings.Repeat("a", 64)
	label := strings.Repeat("b", 63)
	for _, row := range []struct{ name, typed, want string }{
		{"a plain address", "anna@example.org", "anna@example.org"},
		{"one letter on each side", "a@b.c", "a@b.c"},
		{"capitals are small letters", "Anna.Berg@EXAMPLE.Org", "anna.berg@example.org"},
		{"dots between atoms", "a.b.c.d@example.org", "a.b.c.d@example.org"},
		{"digits alone", "1234567890@example.org", "1234567890@example.org"},
		{"all the signs of an atom", "!#$%&'*+-/=?^_`{|}~@example.org", "!#$%&'*+-/=?^_`{|}~@example.org"},
		{"a tag makes another address", "anna+2@example.org", "anna+2@example.org"},
		{"hyphens at the ends of the local part", "-anna-@example.org", "-anna-@example.org"},
		{"hyphens within labels", "anna@e-x-a.mple-1.org", "anna@e-x-a.mple-1.org"},
		{"a label of digits that is not the last", "anna@123.org", "anna@123.org"},
		{"a local part of 64 bytes", long + "@example.org", long + "@example.org"},
		{"a label of 63 bytes", "a@" + label + ".org", "a@" + label + ".org"},
		{"254 bytes", long + "@" + label + "." + label + "." + label[:57] + ".org", long + "@" + label + "." + label + "." + label[:57] + ".org"},
		{"a one-letter top-level domain", "anna@example.x", "anna@example.x"},
		{"letters with accents", "Åsa.Öberg@example.org", "åsa.öberg@example.org"},
		{"accents written apart are composed", "a\u030asa@example.org", "\u00e5sa@example.org"},
		{"other scripts", "用户@例え.テスト", "用户@xn--r8jz45g.xn--zckzah"},
		{"digits of other scripts", "user٣@example.org", "user٣@example.org"},
		{"marks on letters", "หนังสือ@example.org", "หนังสือ@example.org"},
		{"all sigmas are one", "ΟΔΥΣΣΕΥΣ@example.org", "οδυσσευσ@example.org"},
		{"the final sigma too", "οδυσσευς@example.org", "οδυσσευσ@example.org"},
		{"a sharp s stays", "Straße@example.org", "straße@example.org"},
		{"a capital sharp s is a small one", "STRAẞE@example.org", "straße@example.org"},
		{"the sign for kelvin is a k", "\u212aarl@example.org", "karl@example.org"},
		{"a domain in Unicode becomes its A-label", "anna@bücher.example", "anna@xn--bcher-kva.example"},
		{"a domain as A-label stays", "anna@XN--Bcher-KVA.example", "anna@xn--bcher-kva.example"},
		{"an ideographic full stop is a dot", "anna@example。org", "anna@example.org"},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, err := ParseEmail(row.typed)
			if err != nil || string(got) != row.want {
				t.Errorf("ParseEmail(%q) = %q, %v; want %q", row.typed, string(got), err, row.want)
			}
		})
	}
}

func TestParseEmailRefuses(t *testing.T) {
	label := strings.Repeat("b", 63)
	for _, row := range []struct{ name, typed, want string }{
		{"nothing", "", "the address is missing"},
		{"no @", "anna.example.org", "an @ is missing"},
		{"only an @", "@", "nothing stands before the @"},
		{"no local part", "@example.org", "nothing stands before the @"},
		{"no domain", "anna@", "the domain is missing"},
		{"two @", "anna@berg@example.org", "it has more than one @"},
		{"two @ side by side", "anna@@example.org", "it has more than one @"},
		{"a domain without a dot", "a@b", "the domain needs a dot"},
		{"a dot at the beginning", ".anna@example.org", "begins or ends with a dot"},
		{"a dot at the end", "anna.@example.org", "begins or ends with a dot"},
		{"two dots in a row", "anna..berg@example.org", "two dots in a row"},
		{"a local part of 65 bytes", strings.Repeat("a", 65) + "@example.org", "longer than 64 bytes"},
		{"a local part of 65 bytes in 33 letters", strings.Repeat("å", 33) + "@example.org", "longer than 64 bytes"},
		{"255 bytes", strings.Repeat("a", 64) + "@" + label + "." + label + "." + label[:58] + ".org", "longer than 254 bytes"},
		{"255 bytes with the domain in ASCII", strings.Repeat("a", 64) + "@" + strings.Repeat("ü.", 23) + "ab.org", "longer than 254 bytes with its domain"},
		{"a label of 64 bytes", "a@b" + label + ".org", "a label longer than 63 bytes"},
		{"a space within", "anna berg@example.org", `character 5 is ' '`},
		{"a space before the @", "anna @example.org", `character 5 is ' '`},
		{"a space after the @", "anna@ example.org", "more than a bare address"},
		{"a space before", " anna@example.org", "white space around it"},
		{"a line break after", "anna@example.org\n", "white space around it"},
		{"a carriage return and line break after", "anna@example.org\r\n", "white space around it"},
		{"a folded line", "anna@\r\n example.org", `the domain may not hold '\r'`},
		{"a header smuggled in", "anna@example.org\r\nBcc: eve@example.org", "more than one @"},
		{"a NUL", "an\x00na@example.org", `character 3 is '\x00'`},
		{"a DEL", "an\x7fna@example.org", `character 3 is '\x7f'`},
		{"a control of C1", "an\u0085na@example.org", "character 3 is U+0085, a control character"},
		{"a control in the domain", "anna@exam\x01ple.org", `the domain may not hold '\x01'`},
		{"a quoted string", `"anna"@example.org`, "more than a bare address"},
		{"a quoted string with a space", `"anna berg"@example.org`, "more than a bare address"},
		{"a quoted @", `"a@b"@example.org`, "more than a bare address"},
		{"an empty quoted string", `""@example.org`, `character 1 is '"'`},
		{"a quotation mark within", `an"na@example.org`, `character 3 is '"'`},
		{"a backslash", `an\na@example.org`, `character 3 is '\\'`},
		{"a comment after the local part", "anna(work)@example.org", `character 5 is '('`},
		{"a comment before", "(work)anna@example.org", `character 1 is '('`},
		{"a comment after", "anna@example.org(work)", "more than a bare address"},
		{"an open comment", "anna@example.org(work", `the domain may not hold '('`},
		{"a display name", "Anna Berg <anna@example.org>", "more than a bare address"},
		{"angle brackets", "<anna@example.org>", "more than a bare address"},
		{"a list of two", "anna@example.org,eve@example.org", "it has more than one @"},
		{"a semicolon after", "anna@example.org;", `the domain may not hold ';'`},
		{"a group", "team: anna@example.org;", "more than a bare address"},
		{"a mailto link", "mailto:anna@example.org", `character 7 is ':'`},
		{"an IPv4 literal", "anna@[192.0.2.1]", "an IP address"},
		{"an IPv6 literal", "anna@[IPv6:2001:db8::1]", "an IP address"},
		{"a bare IPv4 address", "anna@192.0.2.1", "an IP address"},
		{"a number as the last label", "anna@example.123", "may not end in a number"},
		{"a hyphen at the beginning of a label", "anna@-example.org", "not valid"},
		{"a hyphen at the end of a label", "anna@example-.org", "not valid"},
		{"a dot at the beginning of the domain", "anna@.example.org", "nothing before a dot"},
		{"a dot at the end of the domain", "anna@example.org.", "may not end with a dot"},
		{"two dots in the domain", "anna@example..org", "nothing before a dot"},
		{"an underscore in the domain", "anna@exam_ple.org", `the domain may not hold '_'`},
		{"a wildcard domain", "anna@*.example.org", "a wildcard"},
		{"a percent hack with two @", "anna%example.org@@example.org", "more than one @"},
		{"a right-to-left override", "anna\u202egro@example.org", "character 5 is U+202E, a bidirectional control"},
		{"a right-to-left override in the domain", "anna@example\u202e.org", "not valid"},
		{"a zero width space", "an\u200bna@example.org", "character 3 is U+200B, an invisible character"},
		{"a zero width joiner", "an\u200dna@example.org", "character 3 is U+200D, which an address may not hold"},
		{"a soft hyphen", "an\u00adna@example.org", "character 3 is U+00AD, an invisible character"},
		{"a variation selector", "an\ufe0fna@example.org", "character 3 is U+FE0F"},
		{"a letter that cannot be seen", "an\u3164na@example.org", "character 3 is U+3164, an invisible character"},
		{"a no-break space", "an\u00a0na@example.org", "character 3 is U+00A0"},
		{"an ideographic space", "an\u3000na@example.org", "character 3 is U+3000"},
		{"an emoji", "💩@example.org", "character 1 is U+1F4A9"},
		{"a full width @", "anna＠example.org", "an @ is missing"},
		{"a mark with nothing below it", "\u0301anna@example.org", "character 1 is U+0301, a mark without a letter"},
		{"a mark on a dot", "a.\u0301a@example.org", "character 3 is U+0301, a mark without a letter"},
		{"a sign that normalises to a semicolon", "a\u037eb@example.org", "character 2 is U+037E"},
		{"a sign that normalises to one of an atom", "a\u1fefb@example.org", "character 2 is U+1FEF"},
		{"more marks than a letter carries", "a" + strings.Repeat("\u0301", 31) + "@example.org", "U+034F"},
		{"bytes that are not UTF-8", "an\xffna@example.org", "it is not UTF-8"},
		{"half a character", "anna@example.\xc3", "it is not UTF-8"},
		{"an A-label that is none", "anna@xn--a-ä.org", "not valid"},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, err := ParseEmail(row.typed)
			if err == nil {
				t.Fatalf("ParseEmail(%q) = %q; want an error with %q", row.typed, string(got), row.want)
			}
			if got != "" || KindOf(err) != Invalid || CodeOf(err) != "email.invalid" || !strings.Contains(err.Error(), row.want) {
				t.Errorf("ParseEmail(%q) = %q, %v (kind %d, code %q); want Invalid email.invalid with %q",
					row.typed, string(got), err, KindOf(err), CodeOf(err), row.want)
			}
			checkShowable(t, err)
		})
	}
}

// checkShowable fails if an error could steer a terminal or fill a screen.
func checkShowable(t *testing.T, err error) {
	t.Helper()
	text := err.Error()
	for _, r := range text {
		if !unicode.IsPrint(r) {
			t.Errorf("the error %q holds %U", text, r)
		}
	}
	// 80 characters that become \U0010ffff each, and the reason.
	if n := utf8.RuneCountInString(text); n > 80*10+1200 {
		t.Errorf("the error has %d characters", n)
	}
}

func hintOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Hint
	}
	return ""
}

func TestParseEmailNamesTheInput(t *testing.T) {
	_, err := ParseEmail("a@b")
	if want := `"a@b": the domain needs a dot`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	_, err = ParseEmail(strings.Repeat("\u202e", 100))
	if want := `"` + strings.Repeat(`\u202e`, 80) + `"…: it is longer than 254 bytes`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestParseEmailOffersTheBareAddress(t *testing.T) {
	for typed, want := range map[string]string{
		"Anna Berg <anna@example.org>": "type only anna@example.org",
		`"anna"@example.org`:           "type only anna@example.org",
		`"anna berg"@example.org`:      "",
		"Anna <anna@localhost>":        "",
	} {
		_, err := ParseEmail(typed)
		if err == nil || hintOf(err) != want {
			t.Errorf("ParseEmail(%q) says %v and hints %q; want the hint %q", typed, err, hintOf(err), want)
		}
	}
}

// Two letters that differ only by case, in the sense of Unicode, are one.
func TestLowerRuneFoldsEveryCase(t *testing.T) {
	const last = 0x1ffff // no letter above has cases
	for r := rune(0); r <= last; r++ {
		low := lowerRune(r)
		if again := lowerRune(low); again != low {
			t.Errorf("lowerRune(%U) = %U, and that becomes %U", r, low, again)
		}
		other := unicode.SimpleFold(r)
		if unicode.IsLetter(r) && unicode.IsLetter(other) && lowerRune(other) != low {
			t.Errorf("lowerRune(%U) = %U but lowerRune(%U) = %U; want the same", r, low, other, lowerRune(other))
		}
	}
}

func TestEmailParts(t *testing.T) {
	e := Email("anna+2@xn--bcher-kva.example")
	if e.Local() != "anna+2" || e.Domain() != "xn--bcher-kva.example" || e.String() != "anna+2@bücher.example" {
		t.Errorf("got %q, %q, %q", e.Local(), string(e.Domain()), e.String())
	}
	var none Email
	if none.Local() != "" || none.Domain() != "" || none.String() != "" {
		t.Errorf("no address has the parts %q, %q, %q", none.Local(), string(none.Domain()), none.String())
	}
}

func TestWithTag(t *testing.T) {
	full := Email(strings.Repeat("a", 63) + "@example.org")
	for _, row := range []struct {
		name      string
		email     Email
		tag, want string
	}{
		{"a number", "anna@example.org", "2", "anna+2@example.org"},
		{"a word in capitals", "anna@example.org", "Work", "anna+work@example.org"},
		{"after another tag", "anna+2@example.org", "3", "anna+2+3@example.org"},
		{"the domain keeps its A-label", "anna@xn--bcher-kva.example", "2", "anna+2@xn--bcher-kva.example"},
		{"no tag", "anna@example.org", "", ""},
		{"a tag with a space", "anna@example.org", "a b", ""},
		{"a local part that is full", full, "2", ""},
		{"no address", "", "2", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := row.email.WithTag(row.tag); string(got) != row.want {
				t.Errorf("WithTag(%q) = %q, want %q", row.tag, string(got), row.want)
			}
		})
	}
}
