package account

import (
	"strings"
	"testing"
)

func TestParseDomain(t *testing.T) {
	label := strings.Repeat("a", 63)
	longest := label + "." + label + "." + label + "." + label[:57] + ".org"
	for _, row := range []struct{ name, typed, want, shown string }{
		{"a plain domain", "example.org", "example.org", "example.org"},
		{"capitals", "EXAMPLE.Org", "example.org", "example.org"},
		{"many labels", "a.b.c.d.e.example.org", "a.b.c.d.e.example.org", "a.b.c.d.e.example.org"},
		{"253 bytes", longest, longest, longest},
		{"hyphens within", "a-b--c.org", "a-b--c.org", "a-b--c.org"},
		{"digits before the last label", "192.0.2.org", "192.0.2.org", "192.0.2.org"},
		{"a last label that begins with a digit", "example.1a", "example.1a", "example.1a"},
		{"Unicode", "bücher.example", "xn--bcher-kva.example", "bücher.example"},
		{"Unicode in capitals", "BÜCHER.example", "xn--bcher-kva.example", "bücher.example"},
		{"an accent written apart", "bu\u0308cher.example", "xn--bcher-kva.example", "bücher.example"},
		{"an A-label", "xn--bcher-kva.example", "xn--bcher-kva.example", "bücher.example"},
		{"an A-label in capitals", "XN--BCHER-KVA.EXAMPLE", "xn--bcher-kva.example", "bücher.example"},
		{"a sharp s is not two s", "faß.de", "xn--fa-hia.de", "faß.de"},
		{"two s", "fass.de", "fass.de", "fass.de"},
		{"a final sigma", "βόλος.com", "xn--nxasmm1c.com", "βόλος.com"},
		{"full width", "ｅｘａｍｐｌｅ．ｏｒｇ", "example.org", "example.org"},
		{"ideographic full stops", "日本語。jp", "xn--wgv71a119e.jp", "日本語.jp"},
		{"a half width full stop", "日本語｡jp", "xn--wgv71a119e.jp", "日本語.jp"},
		{"a ligature", "ﬁsh.org", "fish.org", "fish.org"},
		{"a soft hyphen counts for nothing", "exam\u00adple.org", "example.org", "example.org"},
		{"a joiner where the script needs it", "ශ්\u200dරී.com", "xn--10cl1a0b660p.com", "ශ්\u200dරී.com"},
		{"a non-joiner where the script needs it", "نامه\u200cای.com", "xn--mgba3gch31f060k.com", "نامه\u200cای.com"},
		{"right to left", "אבג.com", "xn--4dbcd.com", "אבג.com"},
		{"a top-level domain in Unicode", "пример.рф", "xn--e1afmkfd.xn--p1ai", "пример.рф"},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, err := ParseDomain(row.typed)
			if err != nil || string(got) != row.want {
				t.Fatalf("ParseDomain(%q) = %q, %v; want %q", row.typed, string(got), err, row.want)
			}
			if got.String() != row.shown {
				t.Errorf("it is shown as %q, want %q", got.String(), row.shown)
			}
		})
	}
}

func TestParseDomainRefuses(t *testing.T) {
	label := strings.Repeat("a", 63)
	for _, row := range []struct{ name, typed, want string }{
		{"nothing", "", "the domain is missing"},
		{"one label", "localhost", "the domain needs a dot"},
		{"a dot alone", ".", "may not end with a dot"},
		{"a dot at the end", "example.org.", "may not end with a dot"},
		{"an ideographic dot at the end", "example.org。", "may not end with a dot"},
		{"a dot at the beginning", ".example.org", "nothing before a dot"},
		{"two dots", "example..org", "nothing before a dot"},
		{"a label of 64 bytes", "a" + label + ".org", "a label longer than 63 bytes"},
		{"a label of 64 bytes as A-label", "ü" + label[:56] + ".org", "a label longer than 63 bytes"},
		{"254 bytes", label + "." + label + "." + label + "." + label[:58] + ".org", "longer than 253 bytes"},
		{"a novel", strings.Repeat("a.", 1000) + "org", "longer than 253 bytes"},
		{"a number as the last label", "example.42", "may not end in a number"},
		{"full width digits as the last label", "example.４２", "may not end in a number"},
		{"an IPv4 address", "192.0.2.1", "an IP address"},
		{"a full width IPv4 address", "１９２.０.２.１", "may not end in a number"},
		{"an IPv6 address", "2001:db8::1", "an IP address"},
		{"an IPv6 address with a zone", "fe80::1%eth0", "an IP address"},
		{"an IP literal", "[192.0.2.1]", "an IP address"},
		{"a wildcard", "*.example.org", "a wildcard"},
		{"an @ before", "@example.org", "may not hold '@'"},
		{"an address", "anna@example.org", "may not hold '@'"},
		{"a scheme", "https://example.org", "may not hold ':'"},
		{"a port", "example.org:25", "may not hold ':'"},
		{"a path", "example.org/", "may not hold '/'"},
		{"an underscore", "_dmarc.example.org", "may not hold '_'"},
		{"a space before", " example.org", "may not hold ' '"},
		{"a line break after", "example.org\n", `may not hold '\n'`},
		{"a no-break space", "exam\u00a0ple.org", "not valid"},
		{"a hyphen at the beginning", "-example.org", "not valid"},
		{"a hyphen at the end", "example-.org", "not valid"},
		{"hyphens in the third and fourth place", "ab--cd.org", "not valid"},
		{"an A-label of nothing", "xn--.org", "nothing before a dot"},
		{"an A-label of ASCII", "xn--example-.org", "not valid"},
		{"an A-label that does not decode", "xn--99999999.org", "not valid"},
		{"an A-label of a character nobody sees", "xn--zug.example", "not valid"},
		{"an A-label of letters not composed", "xn--bucher-xyd.example", "not valid"},
		{"a joiner out of place", "a\u200db.org", "not valid"},
		{"a mark at the beginning", "\u0301a.org", "not valid"},
		{"right to left mixed with left to right", "אa.com", "not valid"},
		{"a right-to-left override", "\u202emoc.elpmaxe", "not valid"},
		{"a sign that becomes a Hebrew letter past the rule for those", "a\u2135b.org", "no stable A-label"},
		{"a full width slash", "example.org／a", "not valid"},
		{"an unassigned character", "a\U000e0fff.org", "not valid"},
		{"bytes that are not UTF-8", "ex\xffample.org", "not UTF-8"},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, err := ParseDomain(row.typed)
			if err == nil {
				t.Fatalf("ParseDomain(%q) = %q; want an error with %q", row.typed, string(got), row.want)
			}
			if got != "" || KindOf(err) != Invalid || CodeOf(err) != "domain.invalid" || !strings.Contains(err.Error(), row.want) {
				t.Errorf("ParseDomain(%q) = %q, %v (code %q); want domain.invalid with %q", row.typed, string(got), err, CodeOf(err), row.want)
			}
			checkShowable(t, err)
		})
	}
}

func TestParseDomainHintsAtTheAt(t *testing.T) {
	_, err := ParseDomain("@example.org")
	if got, want := hintOf(err), "type it without the @: example.org"; got != want {
		t.Errorf("got the hint %q, want %q", got, want)
	}
}

// What no parser made is shown as it is.
func TestDomainStringOfADamagedLabel(t *testing.T) {
	for _, d := range []Domain{"", "xn--.org", "xn--99999999.org", "xn--Bcher-KVA.example"} {
		if got := d.String(); got != string(d) {
			t.Errorf("Domain(%q).String() = %q, want it unchanged", string(d), got)
		}
	}
}
