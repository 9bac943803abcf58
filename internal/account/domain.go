package account

import (
	"net/netip"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// Domain is an e-mail domain in canonical form: its A-label, lower case,
// without a dot at the end. Two spellings of one domain are equal.
type Domain string

const (
	maxDomainBytes = 253
	maxLabelBytes  = 63
	// A domain may be longer as typed than as an A-label, but not by more than
	// four bytes a character.
	maxTypedDomainBytes = 4 * maxDomainBytes
)

// ParseDomain reads a domain of at least two labels, in any spelling that UTS
// 46 takes for one: capitals, full width, Unicode or A-label. It refuses IP
// addresses, wildcards, underscores and a dot at the end. The error is
// Invalid, "domain.invalid".
func ParseDomain(s string) (Domain, error) {
	d, fault := readDomain(s)
	if fault == "" {
		return d, nil
	}
	err := Errorf(Invalid, "%s: %s", quoted(s), fault).Coded("domain.invalid")
	if bare, ok := strings.CutPrefix(s, "@"); ok && plainDomain(bare) {
		err = err.Hintf("type it without the @: %s", bare)
	}
	return "", err
}

// String returns the domain as people write it, in Unicode. What it returns
// parses to the same domain again.
func (d Domain) String() string {
	if !strings.Contains(string(d), "xn--") {
		return string(d)
	}
	shown, err := idna.Display.ToUnicode(string(d))
	if err != nil {
		return string(d)
	}
	if again, fault := mapDomain(shown); fault != "" || again != d {
		return string(d)
	}
	return shown
}

// readDomain returns the canonical domain, or what is wrong with it.
func readDomain(s string) (Domain, string) {
	if plainDomain(s) {
		return Domain(strings.ToLower(s)), ""
	}
	return mapDomain(s)
}

// plainDomain reports whether s is a domain that mapDomain would take and only
// turn into lower case. It is the short way, for most of what is ever read.
func plainDomain(s string) bool {
	if len(s) > maxDomainBytes {
		return false
	}
	labels, start, digits := 1, 0, true
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '.':
			if !plainLabel(s[start:i]) {
				return false
			}
			labels, start, digits = labels+1, i+1, true
		case isLetter(c) || c == '-':
			digits = false
		case !isDigit(c):
			return false
		}
	}
	return labels > 1 && !digits && plainLabel(s[start:])
}

// plainLabel reports whether the letters, digits and hyphens of a label stand
// where they may. Whatever has two hyphens after two letters goes the long
// way: it may be an A-label.
func plainLabel(label string) bool {
	n := len(label)
	if n == 0 || n > maxLabelBytes || label[0] == '-' || label[n-1] == '-' {
		return false
	}
	return n < 4 || label[2] != '-' || label[3] != '-'
}

// mapDomain is readDomain the long way, through UTS 46.
func mapDomain(s string) (Domain, string) {
	if fault := typedDomainFault(s); fault != "" {
		return "", fault
	}
	ascii, err := idna.Lookup.ToASCII(s)
	if err != nil {
		return "", "the domain is not valid: " + strings.TrimPrefix(err.Error(), "idna: ")
	}
	if fault := domainFault(ascii); fault != "" {
		return "", fault
	}
	// The mapping lets a few labels through whose A-label it would refuse
	// itself. A domain that cannot be read again is none.
	if again, err := idna.Lookup.ToASCII(ascii); err != nil || again != ascii {
		return "", "the domain is not valid: it has no stable A-label"
	}
	return Domain(ascii), ""
}

// typedDomainFault says what is wrong with a domain before it is mapped, in
// clearer words than the mapping could.
func typedDomainFault(s string) string {
	switch {
	case s == "":
		return "the domain is missing"
	case len(s) > maxTypedDomainBytes:
		return "the domain is longer than 253 bytes"
	case !utf8.ValidString(s):
		return "the domain is not UTF-8"
	case isAddress(s):
		return "an IP address stands where a domain is needed"
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '*':
			return "a wildcard stands where one domain is needed"
		case c < utf8.RuneSelf && !isDomainByte(c):
			return "the domain may not hold " + strconv.QuoteRune(rune(c))
		}
	}
	return ""
}

// domainFault says what is wrong with an A-label domain that UTS 46 has let
// through, because lengths and empty labels are not its business.
func domainFault(ascii string) string {
	switch {
	case strings.HasSuffix(ascii, "."):
		return "the domain may not end with a dot"
	case len(ascii) > maxDomainBytes:
		return "the domain is longer than 253 bytes"
	case !strings.Contains(ascii, "."):
		return "the domain needs a dot"
	}
	last := ""
	for label := range strings.SplitSeq(ascii, ".") {
		if label == "" {
			return "the domain has nothing before a dot"
		}
		if len(label) > maxLabelBytes {
			return "the domain has a label longer than 63 bytes"
		}
		last = label
	}
	if strings.Trim(last, "0123456789") == "" {
		return "the domain may not end in a number"
	}
	return ""
}

// isAddress reports whether s is an IP address, or a literal of one.
func isAddress(s string) bool {
	_, err := netip.ParseAddr(s)
	return err == nil || strings.HasPrefix(s, "[")
}

func isDomainByte(c byte) bool { return isLetter(c) || isDigit(c) || c == '-' || c == '.' }

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
