package account

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// How long texts may be, in characters.
const (
	MaxName   = 200
	MaxReason = 1000
	MaxNotes  = 10000
)

// CleanText returns one line of text as usher keeps it, in NFC. It refuses
// what is not UTF-8, control characters, line breaks, controls of the writing
// direction, invisible characters, and text that nobody would see; and more
// than maxRunes characters, counted in NFC. Empty text passes: whether a field
// may be empty is the caller's to say. It trims nothing. The error is Invalid,
// "text.invalid" or "text.too_long"; it begins with the field and does not
// repeat the text.
func CleanText(field, s string, maxRunes int) (string, error) {
	return cleanText(field, s, maxRunes, false)
}

// CleanName returns a name of at most MaxName characters, without the spaces
// around it. An empty name is Invalid: who may leave it out does not ask.
func CleanName(field, s string) (string, error) {
	name := strings.TrimFunc(s, func(r rune) bool { return unicode.Is(unicode.Zs, r) })
	if name == "" {
		return "", Errorf(Invalid, "%s: it is empty", field).Coded("text.invalid")
	}
	return cleanText(field, name, MaxName, false)
}

// CleanReason returns a reason of at most MaxReason characters. Empty means
// that none was given.
func CleanReason(field, s string) (string, error) {
	return cleanText(field, s, MaxReason, false)
}

// CleanNotes returns notes of at most MaxNotes characters, which may have
// tabs and several lines. Lines end with \n, whatever they ended with.
func CleanNotes(field, s string) (string, error) {
	return cleanText(field, strings.ReplaceAll(s, "\r\n", "\n"), MaxNotes, true)
}

// Composed returns a text to look for in the form that texts are kept in, NFC:
// some keyboards and clipboards give a letter and its marks apart.
func Composed(s string) string { return norm.NFC.String(s) }

// cleanText is CleanText, with tabs and line breaks allowed if lines is set.
func cleanText(field, s string, maxRunes int, lines bool) (string, error) {
	if s == "" {
		return "", nil
	}
	if err := findBadRune(field, s, lines); err != nil {
		return "", err
	}
	clean := norm.NFC.String(s)
	if strings.ContainsRune(clean, graphemeJoiner) {
		// It was not there before: the normaliser breaks up what it calls an
		// endless heap of marks, and the result would not be the text typed.
		return "", Errorf(Invalid, "%s: it has more than 30 marks on one letter", field).Coded("text.invalid")
	}
	if count := utf8.RuneCountInString(clean); count > maxRunes {
		return "", Errorf(Invalid, "%s: it has %d characters, at most %d are allowed", field, count, maxRunes).Coded("text.too_long")
	}
	if blank(clean) {
		return "", Errorf(Invalid, "%s: it has nothing but white space", field).Coded("text.invalid")
	}
	return clean, nil
}

// findBadRune returns the error about the first character of s that no text
// may hold.
func findBadRune(field, s string, lines bool) error {
	position := 0
	for i, r := range s {
		position++
		if lines && (r == '\n' || r == '\t') {
			continue
		}
		if r == utf8.RuneError && !strings.HasPrefix(s[i:], "\ufffd") {
			return Errorf(Invalid, "%s: character %d is the byte 0x%02X, which is not UTF-8", field, position, s[i]).Coded("text.invalid")
		}
		if fault := runeFault(r); fault != "" {
			return Errorf(Invalid, "%s: character %d is %U, %s", field, position, r, fault).Coded("text.invalid")
		}
	}
	return nil
}

// IsFormula reports whether a spreadsheet might run s. Spaces before it do not
// help, since some programs drop them; the wide forms are run in East Asian
// versions.
func IsFormula(s string) bool {
	for _, r := range s {
		switch r {
		case '=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠':
			return true
		}
		if !unicode.IsSpace(r) {
			return false
		}
	}
	return false
}

// GuardFormula puts a quote before a text that a spreadsheet might run, also
// where quotes stand before it already, so that UnguardFormula gives it back.
func GuardFormula(s string) string {
	if IsFormula(strings.TrimLeft(s, "'")) {
		return "'" + s
	}
	return s
}

// UnguardFormula takes off the quote that GuardFormula put there.
func UnguardFormula(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && IsFormula(strings.TrimLeft(rest, "'")) {
		return rest
	}
	return s
}
