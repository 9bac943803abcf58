package main

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// A span is some text in one style: the names of CSS classes, "" for plain.
type span struct{ style, text string }

// A line is what stands beside each other.
type line []span

func (l line) text() string {
	var b strings.Builder
	for _, s := range l {
		b.WriteString(s.text)
	}
	return b.String()
}

// screenLines reads what was sent to a terminal: text, ends of lines, bold and
// colours. Lines that are too long go on in the next, as on a terminal.
func screenLines(shown []byte) (lines []line) {
	var current line
	style, column := "", 0
	end := func() { lines, current, column = append(lines, current), nil, 0 }
	for len(shown) > 0 {
		if code, size := sequence(shown); size > 0 {
			style = styled(style, code)
			shown = shown[size:]
			continue
		}
		r, size := utf8.DecodeRune(shown)
		shown = shown[size:]
		switch {
		case r == '\n':
			end()
		case r < ' ':
		default:
			if column == columns {
				end()
			}
			column++
			if last := len(current) - 1; last >= 0 && current[last].style == style {
				current[last].text += string(r)
			} else {
				current = append(current, span{style, string(r)})
			}
		}
	}
	if len(current) > 0 {
		end()
	}
	return lines
}

// sequence returns the parameters of a sequence of graphics that b begins with,
// and its length; other sequences of a terminal are passed over.
func sequence(b []byte) (parameters string, size int) {
	if len(b) < 2 || b[0] != 0x1b || b[1] != '[' {
		return "", 0
	}
	for i := 2; i < len(b); i++ {
		if b[i] >= 0x40 && b[i] <= 0x7e {
			if b[i] == 'm' {
				return "m" + string(b[2:i]), i + 1
			}
			return "", i + 1
		}
	}
	return "", len(b)
}

// styled returns the style after a sequence of graphics.
func styled(style, sequence string) string {
	parameters, graphics := strings.CutPrefix(sequence, "m")
	if !graphics {
		return style
	}
	for parameter := range strings.SplitSeq(parameters, ";") {
		switch n, _ := strconv.Atoi(parameter); {
		case n == 0:
			style = ""
		case n == 1:
			style = strings.TrimSpace(style + " b")
		case n == 2:
			style = strings.TrimSpace(style + " d")
		case n >= 30 && n <= 37, n >= 90 && n <= 97:
			style = strings.TrimSpace(style + " c" + parameter)
		}
	}
	return style
}

// pages divides lines into screens. What is below a title stays together where
// it can; several short ones share a screen.
func pages(lines []line) (all [][]line) {
	var page []line
	for _, part := range parts(lines) {
		if len(page) > 0 && len(page)+1+len(part) > rows {
			all, page = append(all, page), nil
		}
		if len(page) > 0 {
			page = append(page, nil)
		}
		page = append(page, part...)
		for len(page) > rows {
			all, page = append(all, page[:rows]), page[rows:]
		}
	}
	if len(page) > 0 {
		all = append(all, page)
	}
	return all
}

// parts divides lines where a title begins, without empty lines at the edges.
func parts(lines []line) (all [][]line) {
	var part []line
	end := func() {
		for len(part) > 0 && part[len(part)-1].text() == "" {
			part = part[:len(part)-1]
		}
		if len(part) > 0 {
			all = append(all, part)
		}
		part = nil
	}
	for _, l := range lines {
		if strings.HasPrefix(l.text(), "== ") {
			end()
		}
		if len(part) > 0 || l.text() != "" {
			part = append(part, l)
		}
	}
	end()
	return all
}
