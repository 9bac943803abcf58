package audit

import (
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// appendText appends a named string behind what stands before it in an object.
func appendText(dst []byte, name, s string) []byte {
	return appendQuoted(appendName(dst, name), s)
}

func appendName(dst []byte, name string) []byte {
	dst = append(dst, ',', '"')
	dst = append(dst, name...)
	return append(dst, '"', ':')
}

// appendQuoted appends a JSON string. Whatever could steer a terminal or break
// the line is escaped, so that a line can be looked at raw, in an archive too.
func appendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		if c := s[i]; c >= ' ' && c <= '~' && c != '"' && c != '\\' {
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if n > 1 && !unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			i += n
			continue
		}
		dst = appendEscaped(append(dst, s[start:i]...), r)
		i += n
		start = i
	}
	return append(append(dst, s[start:]...), '"')
}

// appendEscaped appends a character as \" or \u202e; a byte that is no UTF-8
// comes as the replacement character.
func appendEscaped(dst []byte, r rune) []byte {
	switch r {
	case '"', '\\':
		return append(dst, '\\', byte(r))
	case utf8.RuneError:
		return utf8.AppendRune(dst, r)
	}
	if high, low := utf16.EncodeRune(r); high != unicode.ReplacementChar {
		return appendUnit(appendUnit(dst, high), low)
	}
	return appendUnit(dst, r)
}

// appendUnit appends one UTF-16 unit as \u202e.
func appendUnit(dst []byte, unit rune) []byte {
	const digits = "0123456789abcdef"
	return append(dst, '\\', 'u', digits[unit>>12&15], digits[unit>>8&15], digits[unit>>4&15], digits[unit&15])
}
