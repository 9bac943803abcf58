package output

import (
	"slices"
	"unicode/utf16"
	"unicode/utf8"
)

// appendQuoted appends s as a JSON string.
func appendQuoted(dst []byte, s string) []byte { return appendBehind(dst, `"`, s) }

// appendBehind appends s as a JSON string behind what ends in its first quotation
// mark. Most texts are copied, into room that is made at once.
func appendBehind(dst []byte, before, s string) []byte {
	if !isVerbatim(s) {
		return appendChecked(append(dst, before...), s)
	}
	from := len(dst)
	at := from + len(before)
	end := at + len(s)
	dst = slices.Grow(dst, end+1-from)[:end+1]
	copy(dst[from:], before)
	copy(dst[at:], s)
	dst[end] = '"'
	return dst
}

// appendChecked appends s, of which some characters may be escaped, and the
// quotation mark at its end.
func appendChecked(dst []byte, s string) []byte {
	start := 0
	for i := 0; i < len(s); {
		if b := s[i]; plainASCII(b) && b != '"' && b != '\\' {
			i++
			continue
		}
		if i+1 < len(s) && isLetterOfEurope(s[i], s[i+1]) {
			i += 2
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r >= utf8.RuneSelf && !broken(r, n) && !steers(r) {
			i += n
			continue
		}
		dst = append(dst, s[start:i]...)
		dst = appendEscaped(dst, r)
		i += n
		start = i
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"')
}

// isLetterOfEurope reports whether two bytes are a character of the blocks from
// Latin to Greek, as in most names that are not ASCII: none of these is escaped.
func isLetterOfEurope(a, b byte) bool { return a-0xc3 <= 0xcf-0xc3 && b&0xc0 == 0x80 }

// appendEscaped appends one character as a JSON escape.
func appendEscaped(dst []byte, r rune) []byte {
	switch {
	case r == '"' || r == '\\':
		return append(dst, '\\', byte(r))
	case r == '\n':
		return append(dst, `\n`...)
	case r == '\r':
		return append(dst, `\r`...)
	case r == '\t':
		return append(dst, `\t`...)
	case r > 0xffff:
		high, low := utf16.EncodeRune(r)
		return appendHex(appendHex(dst, high), low)
	}
	return appendHex(dst, r)
}

// appendHex appends one UTF-16 unit as \u202e.
func appendHex(dst []byte, unit rune) []byte {
	const digits = "0123456789abcdef"
	return append(dst, '\\', 'u', digits[unit>>12&15], digits[unit>>8&15], digits[unit>>4&15], digits[unit&15])
}

// isVerbatim reports whether s is made only of ASCII that a JSON string holds
// as it is, as most texts are. It looks at eight bytes at a time, because an
// export spends most of its time here.
func isVerbatim(s string) bool {
	const word = 8
	if len(s) < word {
		return !hasSpecial(loadShort(s))
	}
	for i := 0; i < len(s)-word; i += word {
		if hasSpecial(loadWord(s[i:])) {
			return false
		}
	}
	return !hasSpecial(loadWord(s[len(s)-word:])) // may overlap the one before
}

// loadShort returns the bytes of a text of fewer than eight, some of them twice,
// with spaces in the place of what is missing.
func loadShort(s string) uint64 {
	const spaces = 0x2020202020202020
	n := len(s)
	switch {
	case n >= 4:
		return uint64(loadHalf(s)) | uint64(loadHalf(s[n-4:]))<<32
	case n >= 2:
		return spaces>>32<<32 | uint64(s[0]) | uint64(s[1])<<8 | uint64(s[n-2])<<16 | uint64(s[n-1])<<24
	case n == 1:
		return spaces>>8<<8 | uint64(s[0])
	}
	return spaces
}

// loadHalf returns the first four bytes of s.
func loadHalf(s string) uint32 {
	_ = s[3]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

// loadWord returns the first eight bytes of s.
func loadWord(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// hasSpecial reports whether one of the eight bytes in x is a control
// character, DEL, a quotation mark, a backslash or not ASCII. Each term has
// the high bit of some byte set if there is such a byte, and of none if not.
func hasSpecial(x uint64) bool {
	const (
		each = 0x0101010101010101
		high = each * 0x80
	)
	quote := x ^ each*'"'
	slash := x ^ each*'\\'
	found := x | (x + each) | // not ASCII; DEL, which one more makes so
		(x-each*0x20)&^x | // below a space
		(quote-each)&^quote | // zero where a quotation mark was
		(slash-each)&^slash
	return found&high != 0
}
