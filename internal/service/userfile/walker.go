package userfile

import (
	"encoding/json"
	"strings"
)

// walker steps through JSON that is known to be valid, and so takes little
// notice of what it steps over. It leaves to the caller which keys matter:
// decoding a whole user for the few texts an import needs takes three times as
// long, and hides a key that stands twice.
type walker struct {
	s string
	i int
}

// peek steps over white space and returns the byte after it, 0 at the end.
func (w *walker) peek() byte {
	for w.i < len(w.s) {
		switch c := w.s[w.i]; c {
		case ' ', '\t', '\r', '\n':
			w.i++
		default:
			return c
		}
	}
	return 0
}

// into steps over c if it comes next.
func (w *walker) into(c byte) {
	if w.peek() == c {
		w.i++
	}
}

func (w *walker) comma() { w.into(',') }
func (w *walker) colon() { w.into(':') }

// text reads the string that comes next.
func (w *walker) text() string {
	raw := w.skip()
	if len(raw) < 2 {
		return ""
	}
	if strings.IndexByte(raw, '\\') < 0 {
		return raw[1 : len(raw)-1]
	}
	var s string
	if err := json.Unmarshal([]byte(raw), &s); err != nil {
		return ""
	}
	return s
}

// skip steps over the value that comes next and returns it as it stands.
func (w *walker) skip() string {
	w.peek()
	from, depth := w.i, 0
	for w.i < len(w.s) {
		switch w.s[w.i] {
		case '"':
			w.skipString()
		case '{', '[':
			depth++
			w.i++
		case '}', ']':
			depth--
			w.i++
		default:
			w.skipPlain()
		}
		if depth <= 0 {
			break
		}
	}
	return w.s[from:w.i]
}

// skipString steps over a string.
func (w *walker) skipString() {
	for w.i++; w.i < len(w.s); w.i++ {
		switch w.s[w.i] {
		case '\\':
			w.i++
		case '"':
			w.i++
			return
		}
	}
}

// skipPlain steps over what is neither string nor bracket: a number, a word, or
// between values a comma, a colon, white space.
func (w *walker) skipPlain() {
	if n := strings.IndexAny(w.s[w.i:], `,:{}[]" `+"\t\r\n"); n > 0 {
		w.i += n
	} else if n == 0 {
		w.i++
	} else {
		w.i = len(w.s)
	}
}
