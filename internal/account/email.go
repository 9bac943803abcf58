package account

import (
	"fmt"
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Email is an e-mail address in canonical form: NFC, lower case, the domain as
// its A-label. Two spellings of one address are equal; anna+2@ and anna@ are
// two addresses. It is what is stored, compared and written to.
type Email string

const (
	maxEmailBytes = 254 // of RFC 5321's 256 two are brackets
	maxLocalBytes = 64
)

// ParseEmail reads one bare address: a dot-atom, which may have letters and
// digits of any script, an @ and a domain as ParseDomain takes it. It refuses
// names, comments, quotes, IP addresses and white space, also around the
// address. The error is Invalid, "email.invalid".
func ParseEmail(s string) (Email, error) {
	if plainEmail(s) {
		return Email(strings.ToLower(s)), nil
	}
	return readEmail(s)
}

// Local returns the part before the @.
func (e Email) Local() string { return string(e[:max(0, e.at())]) }

// Domain returns the domain.
func (e Email) Domain() Domain { return Domain(e[e.at()+1:]) }

// String returns the address as people write it, with its domain in Unicode.
// It parses to the same address again. The canonical form is string(e).
func (e Email) String() string {
	if !strings.Contains(string(e), "xn--") || e.at() < 0 {
		return string(e)
	}
	return e.Local() + "@" + e.Domain().String()
}

// WithTag returns the alias of the address that carries a tag, anna+2@ for
// anna@ and "2": another address of mostly the same person. It returns "" if
// that would be no address, because the tag is none or the local part is full.
func (e Email) WithTag(tag string) Email {
	if tag == "" {
		return ""
	}
	alias, err := ParseEmail(e.Local() + "+" + tag + "@" + string(e.Domain()))
	if err != nil {
		return ""
	}
	return alias
}

func (e Email) at() int { return strings.LastIndexByte(string(e), '@') }

// plainEmail reports whether s is an address that readEmail would take and
// only turn into lower case. It is the short way, for imports of a million.
func plainEmail(s string) bool {
	if len(s) > maxEmailBytes {
		return false
	}
	at := strings.IndexByte(s, '@')
	if at < 1 || at > maxLocalBytes || s[at-1] == '.' {
		return false
	}
	before := byte('.')
	for i := range at {
		c := s[i]
		if !isAtom(c) && (c != '.' || before == '.') {
			return false
		}
		before = c
	}
	return plainDomain(s[at+1:])
}

// isAtom reports whether c is what RFC 5322 calls atext.
func isAtom(c byte) bool {
	switch c {
	case '!', '#', '$', '%', '&', '\'', '*', '+', '-', '/', '=', '?', '^', '_', '`', '{', '|', '}', '~':
		return true
	}
	return isLetter(c) || isDigit(c)
}

// readEmail is ParseEmail the long way, for every script and every mistake.
func readEmail(s string) (Email, error) {
	if fault := outlineFault(s); fault != "" {
		return "", invalidEmail(s, fault)
	}
	parsed, readable := mail.ParseAddress(s)
	if readable == nil && parsed.Address != s {
		return "", notBare(s, parsed.Address)
	}
	at := strings.LastIndexByte(s, '@')
	local, fault := readLocal(s[:at])
	if fault != "" {
		return "", invalidEmail(s, fault)
	}
	domain, fault := readDomain(s[at+1:])
	if fault != "" {
		return "", invalidEmail(s, fault)
	}
	if readable != nil { // none is known; but two readers must agree
		return "", invalidEmail(s, "it is not an e-mail address")
	}
	if len(local)+1+len(domain) > maxEmailBytes {
		return "", invalidEmail(s, "it is longer than 254 bytes with its domain in ASCII")
	}
	return Email(local + "@" + string(domain)), nil
}

// outlineFault says what is wrong with an address as a whole.
func outlineFault(s string) string {
	switch {
	case s == "":
		return "the address is missing"
	case len(s) > maxEmailBytes:
		return "it is longer than 254 bytes"
	case !utf8.ValidString(s):
		return "it is not UTF-8"
	case strings.Trim(s, " \t\r\n\v\f") != s:
		return "it has white space around it"
	case !strings.Contains(s, "@"):
		return "an @ is missing"
	}
	return ""
}

// readLocal returns the canonical local part, or what is wrong with it. What
// was typed and what becomes of it are both checked: normalising can make a
// plain character out of a strange one, and the other way round.
func readLocal(typed string) (string, string) {
	if fault := localFault(typed); fault != "" {
		return "", fault
	}
	local := norm.NFC.String(strings.Map(lowerRune, norm.NFC.String(typed)))
	return local, localFault(local)
}

// localFault says what is wrong with a local part.
func localFault(local string) string {
	switch {
	case local == "":
		return "nothing stands before the @"
	case len(local) > maxLocalBytes:
		return "the part before the @ is longer than 64 bytes"
	case strings.HasPrefix(local, ".") || strings.HasSuffix(local, "."):
		return "the part before the @ begins or ends with a dot"
	case strings.Contains(local, ".."):
		return "the part before the @ has two dots in a row"
	case strings.Contains(local, "@"):
		return "it has more than one @"
	}
	position, before := 0, '.'
	for _, r := range local {
		position++
		if fault := localRuneFault(r, before); fault != "" {
			return fmt.Sprintf("character %d is %s", position, fault)
		}
		before = r
	}
	return ""
}

// localRuneFault says why r may not stand in a local part after the character
// before it.
func localRuneFault(r, before rune) string {
	if r < utf8.RuneSelf {
		if r == '.' || isAtom(byte(r)) {
			return ""
		}
		return fmt.Sprintf("%q, which an address may not hold", r)
	}
	if fault := runeFault(r); fault != "" {
		return fmt.Sprintf("%U, %s", r, fault)
	}
	switch {
	case unicode.In(r, unicode.L, unicode.Nd):
		return ""
	case unicode.Is(unicode.Variation_Selector, r) || !unicode.Is(unicode.M, r):
		return fmt.Sprintf("%U, which an address may not hold", r)
	case !unicode.In(before, unicode.L, unicode.Nd, unicode.M):
		return fmt.Sprintf("%U, a mark without a letter", r)
	}
	return ""
}

// lowerRune returns the small letter for all cases of a letter. The standard
// way alone would keep ς from σ, though both have one capital.
func lowerRune(r rune) rune {
	lower := unicode.ToLower(unicode.ToUpper(r))
	for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
		if other == lower && unicode.IsLetter(r) {
			return lower
		}
	}
	return unicode.ToLower(r)
}

// notBare returns the error about an address with something around it, such
// as "Anna <anna@example.org>".
func notBare(s, inner string) error {
	err := invalidEmail(s, "it is more than a bare address: no name, comment, quotes or spaces")
	if plainEmail(inner) {
		err = err.Hintf("type only %s", inner)
	}
	return err
}

func invalidEmail(s, fault string) *Error {
	return Errorf(Invalid, "%s: %s", quoted(s), fault).Coded("email.invalid")
}
