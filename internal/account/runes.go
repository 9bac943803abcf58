package account

import (
	"strconv"
	"unicode"
)

const (
	zeroWidthNonJoiner = '\u200c' // Persian and other scripts spell with it
	zeroWidthJoiner    = '\u200d' // Indic scripts and emoji are joined by it
	graphemeJoiner     = '\u034f' // what normalisation puts into a heap of marks
	brailleBlank       = '\u2800' // a symbol to Unicode, a space to the eye
)

// quoted returns s in quotes, fit to be shown in an error: what could steer a
// terminal is escaped, and whoever pasted a novel sees its first 80 characters.
func quoted(s string) string {
	const most = 80
	count := 0
	for i := range s {
		if count == most {
			return strconv.Quote(s[:i]) + "…"
		}
		count++
	}
	return strconv.Quote(s)
}

// runeFault says what a character is that no text may hold, "" for a character
// that is fine. Joiners are fine: some scripts cannot be written without.
func runeFault(r rune) string {
	switch {
	case ' ' <= r && r <= '~', r == zeroWidthJoiner, r == zeroWidthNonJoiner:
		return ""
	case unicode.IsControl(r):
		return controlName(r)
	case r == '\u2028', r == '\u2029':
		return "a line separator"
	case unicode.Is(unicode.Bidi_Control, r):
		return "a bidirectional control"
	case unicode.Is(unicode.Noncharacter_Code_Point, r):
		return "no character at all"
	case invisible(r):
		return "an invisible character"
	}
	return ""
}

func controlName(r rune) string {
	switch r {
	case '\n', '\r':
		return "a line break"
	case '\t':
		return "a tab"
	}
	return "a control character"
}

// invisible reports whether r, which is no control, leaves no trace on the screen by itself, so that
// two texts could differ and look alike. Selectors of a glyph's variant are
// not counted: they show in the glyph before them, and emoji need them.
func invisible(r rune) bool {
	if unicode.Is(unicode.Cf, r) {
		return !unicode.Is(unicode.Prepended_Concatenation_Mark, r)
	}
	return unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}

// blank reports whether nobody would see anything of s.
func blank(s string) bool {
	for _, r := range s {
		if !unicode.IsSpace(r) && r != brailleBlank && !invisible(r) && !unicode.Is(unicode.Variation_Selector, r) {
			return false
		}
	}
	return true
}
