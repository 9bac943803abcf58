package cli

import (
	"strings"
	"unicode/utf8"
)

// helpWidth is the number of columns that every terminal has.
const helpWidth = 80

// verbWidth is how wide the names of commands are set, in every group of them
// alike.
const verbWidth = 11

// rowWidth bounds the left column of a list; what is longer gets its text on
// the next line.
const rowWidth = 26

// pageBytes holds most pages of help: a buffer that grows in many steps touches
// as many fresh pages of memory, and help is judged by its first millisecond.
const pageBytes = 4 << 10

// page is a page of help while it is put together.
type page struct {
	strings.Builder
	bold bool // titles, on a terminal that shows it
}

func newPage(bold bool) *page {
	p := &page{bold: bold}
	p.Grow(pageBytes)
	return p
}

// title begins a new section.
func (p *page) title(title string) {
	p.WriteByte('\n')
	if p.bold {
		title = "\x1b[1m" + title + "\x1b[0m"
	}
	p.WriteString(title + ":\n")
}

// text adds paragraphs, filled anew.
func (p *page) text(s string) {
	reflow(&p.Builder, s)
	p.WriteByte('\n')
}

// lines adds a section of lines that stay as they are, if there are any.
func (p *page) lines(title, lines string) {
	if lines != "" {
		p.title(title)
		p.WriteString(lines + "\n")
	}
}

// words adds a section of names, if there are any.
func (p *page) words(title string, names []string) {
	if len(names) > 0 {
		p.title(title)
		p.WriteString("  ")
		fill(&p.Builder, strings.Join(names, ", "), 2, helpWidth-2)
		p.WriteByte('\n')
	}
}

// list adds a section in two columns, if it has rows; the left column is at
// least so wide.
func (p *page) list(title string, rows []Row, width int) {
	if len(rows) == 0 {
		return
	}
	p.title(title)
	for _, r := range rows {
		if n := utf8.RuneCountInString(r.Name); n <= rowWidth {
			width = max(width, n)
		}
	}
	indent := width + 4
	for _, r := range rows {
		p.WriteString("  ")
		p.WriteString(r.Name)
		gap := width + 2 - utf8.RuneCountInString(r.Name)
		if gap < 2 {
			p.WriteByte('\n')
			gap = indent
		}
		blanks(&p.Builder, gap)
		fill(&p.Builder, r.Text, indent, helpWidth-indent)
		p.WriteByte('\n')
	}
}

// reflow fills the lines of every paragraph anew. Lines that are set in stay as
// they are.
func reflow(b *strings.Builder, text string) {
	text = strings.TrimRight(text, "\n")
	for text != "" {
		if strings.HasPrefix(text, " ") || strings.HasPrefix(text, "\n") {
			line, rest, _ := strings.Cut(text, "\n")
			b.WriteString(line)
			text = rest
		} else {
			end := endOfRun(text)
			fill(b, text[:end], 0, helpWidth)
			text = strings.TrimPrefix(text[end:], "\n")
		}
		if text != "" {
			b.WriteByte('\n')
		}
	}
}

// endOfRun returns where the lines end that are filled together.
func endOfRun(text string) int {
	for i := range len(text) - 1 {
		if text[i] == '\n' && (text[i+1] == '\n' || text[i+1] == ' ') {
			return i
		}
	}
	return len(text)
}

// fill breaks words into lines of at most width columns, those after the first
// set in by indent.
func fill(b *strings.Builder, text string, indent, width int) {
	column := 0
	for word := range strings.FieldsSeq(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case column == 0:
		case column+1+n > width:
			b.WriteByte('\n')
			blanks(b, indent)
			column = 0
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += n
	}
}

func blanks(b *strings.Builder, n int) {
	for range n {
		b.WriteByte(' ')
	}
}
