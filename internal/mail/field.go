package mail

import (
	"encoding/base64"
	"mime"
	netmail "net/mail"
	"strings"
	"unicode/utf8"
)

// lineWidth is where a line of a head ends that can: RFC 2047 allows 76 octets
// where there are encoded words.
const lineWidth = 76

// field returns a field of a head, folded at its spaces. A break of the line
// in its value becomes a space: nothing but usher begins a field.
func field(name, value string) string {
	var b strings.Builder
	b.WriteString(name + ":")
	width := len(name) + 1
	for word := range strings.SplitSeq(withoutBreaks(value), " ") {
		if width+1+len(word) > lineWidth && word != "" {
			b.WriteString("\r\n")
			width = 0
		}
		b.WriteString(" " + word)
		width += 1 + len(word)
	}
	b.WriteString("\r\n")
	return b.String()
}

func withoutBreaks(value string) string {
	return strings.NewReplacer("\r\n", " ", "\r", " ", "\n", " ").Replace(value)
}

// words returns a text as it stands in a head: as it is, or in encoded words.
func words(text string) string {
	if mustEncode(text) {
		return encoded(text)
	}
	return mime.QEncoding.Encode("utf-8", text)
}

// address returns an address with its name as it stands in a head. A backslash
// has a meaning of its own there, which the standard library overlooks in names
// that it encodes.
func address(a *netmail.Address) string {
	if mustEncode(a.Name) || strings.Contains(a.Name, `\`) {
		bare := netmail.Address{Address: a.Address}
		return encoded(a.Name) + " " + bare.String()
	}
	return a.String()
}

// mustEncode reports whether a text has to be encoded although all of it could
// stand in a head: where it would be taken for an encoded word, or is too long
// for a line.
func mustEncode(text string) bool {
	return strings.Contains(text, "=?") || longest(text) > lineWidth-2
}

func longest(text string) int {
	most := 0
	for word := range strings.SplitSeq(text, " ") {
		most = max(most, len(word))
	}
	return most
}

// encoded returns a text in encoded words (RFC 2047) of at most 72 octets,
// none of which ends inside a letter.
func encoded(text string) string {
	const most = 45 // octets, which are 60 of base64
	text = strings.ToValidUTF8(text, "�")
	var out []string
	for len(text) > 0 {
		n := min(most, len(text))
		for n < len(text) && !utf8.RuneStart(text[n]) {
			n--
		}
		out = append(out, "=?utf-8?b?"+base64.StdEncoding.EncodeToString([]byte(text[:n]))+"?=")
		text = text[n:]
	}
	return strings.Join(out, " ")
}
