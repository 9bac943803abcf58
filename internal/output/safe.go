package output

import (
	"strconv"
	"unicode"
	"unicode/utf8"
)

// Safe returns untrusted text in a form that can be shown on a terminal, in a
// table or in an error: control characters, bidirectional controls, other
// invisible format characters and line separators become \u{202e}, bytes that
// are no UTF-8 become \x{ff}. Ordinary text comes back as it is, without an
// allocation. The result is for reading, not for parsing: a backslash that
// stood in the text stays as it is.
func Safe(s string) string {
	if nextUnsafe(s, 0) == len(s) {
		return s
	}
	return string(appendSafe(make([]byte, 0, len(s)+16), s))
}

// plainASCII reports whether b is a printable ASCII character.
func plainASCII(b byte) bool { return b-0x20 < 0x7f-0x20 }

// nextUnsafe returns where the first character of s at or after i stands that
// must not be shown as it is, len(s) if there is none.
func nextUnsafe(s string, i int) int {
	for i < len(s) {
		if plainASCII(s[i]) {
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if broken(r, n) || steers(r) && !joins(s, i, n) {
			return i
		}
		i += n
	}
	return i
}

// appendSafe appends Safe(s).
func appendSafe(dst []byte, s string) []byte {
	for start := 0; ; {
		i := nextUnsafe(s, start)
		dst = append(dst, s[start:i]...)
		if i == len(s) {
			return dst
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if broken(r, n) {
			dst = append(dst, `\x{`...)
			r = rune(s[i])
		} else {
			dst = append(dst, `\u{`...)
		}
		dst = strconv.AppendUint(dst, uint64(r), 16)
		dst = append(dst, '}')
		start = i + n
	}
}

// broken reports whether a decoded rune stands for a byte that is no UTF-8.
func broken(r rune, n int) bool { return r == utf8.RuneError && n <= 1 }

// steers reports whether r could move the cursor, change the order or colour
// of what a terminal shows, or stand in a text without being seen.
func steers(r rune) bool {
	switch {
	case r < 0xa0:
		return r < 0x20 || r >= 0x7f
	case r < 0x600: // letters of Europe, among which is one format character
		return r == 0xad
	case r == '\u2028' || r == '\u2029':
		return true
	}
	return unicode.Is(unicode.Cf, r)
}

// joins reports whether the rune of n bytes at s[i:] is a joiner or non-joiner
// between two characters that need such, as in Persian names and composed
// emoji. Between letters of Latin, Greek or Cyrillic, or at an end, it has no
// business and can only make two names look alike.
func joins(s string, i, n int) bool {
	if r, _ := utf8.DecodeRuneInString(s[i:]); r != '\u200c' && r != '\u200d' {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	after, _ := utf8.DecodeRuneInString(s[i+n:])
	return joinable(before) && joinable(after)
}

func joinable(r rune) bool {
	return r >= 0x600 && r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsSymbol(r))
}
