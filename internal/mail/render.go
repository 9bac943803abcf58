package mail

import (
	"html"
	"strings"
	"unicode/utf8"
)

// textWidth is where lines of plain text end; typed lines and links go on.
const textWidth = 72

const typed = "    " // begins a line to be typed or pasted

// plain returns the mail as plain text.
func (c composed) plain() string {
	var b strings.Builder
	for _, p := range c.paragraphs {
		if strings.HasPrefix(p, typed) {
			b.WriteString(p + "\n\n")
			continue
		}
		wrap(&b, p)
		b.WriteByte('\n')
	}
	b.WriteString("-- \n")
	wrap(&b, c.signature)
	return b.String()
}

// wrap writes a paragraph in lines. It breaks at plain spaces only: those that
// French sets before a colon hold.
func wrap(b *strings.Builder, paragraph string) {
	width := 0
	for i, word := range strings.Split(paragraph, " ") {
		size := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case width+1+size > textWidth:
			b.WriteByte('\n')
			width = 0
		default:
			b.WriteByte(' ')
			width++
		}
		b.WriteString(word)
		width += size
	}
	b.WriteByte('\n')
}

// html returns the mail as HTML: the same words, with nothing to fetch. Every
// text is escaped; the only attribute that is not fixed is the link's own.
func (c composed) html(language string) string {
	var b strings.Builder
	b.WriteString(`<!DOCTYPE html>` + "\n" + `<html lang="` + html.EscapeString(language) + `"><head><meta charset="utf-8"><title>`)
	b.WriteString(html.EscapeString(c.subject))
	b.WriteString("</title></head>\n" + `<body style="font-family:sans-serif;line-height:1.5;max-width:38em">` + "\n")
	for _, p := range c.paragraphs {
		b.WriteString(c.htmlParagraph(p))
	}
	b.WriteString(`<p style="color:#666;font-size:85%">` + html.EscapeString(c.signature) + "</p>\n</body></html>\n")
	return b.String()
}

func (c composed) htmlParagraph(p string) string {
	if !strings.HasPrefix(p, typed) {
		return "<p>" + html.EscapeString(p) + "</p>\n"
	}
	lines := strings.ReplaceAll(strings.TrimPrefix(p, typed), "\n"+typed, "\n")
	if lines == c.link && strings.HasPrefix(c.link, "https://") {
		escaped := html.EscapeString(c.link)
		return `<p style="word-break:break-all"><a href="` + escaped + `">` + escaped + "</a></p>\n"
	}
	return `<pre style="background:#f4f4f4;padding:.7em;white-space:pre-wrap;word-break:break-all">` + html.EscapeString(lines) + "</pre>\n"
}
