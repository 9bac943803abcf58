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

// page is a page of help while it is put together.
type page struct {
	strings.Builder
	bold bool // titles, on a terminal that shows it
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
func (p *page) text(s string) { p.WriteString(reflow(s) + "\n") }

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
		lines := fill(strings.Join(names, ", "), helpWidth-2)
		p.lines(title, "  "+strings.ReplaceAll(lines, "\n", "\n  "))
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
	indent := strings.Repeat(" ", width+4)
	for _, r := range rows {
		p.WriteString("  " + r.Name)
		gap := width + 2 - utf8.RuneCountInString(r.Name)
		if gap < 2 {
			p.WriteString("\n" + indent)
		} else {
			p.WriteString(strings.Repeat(" ", gap))
		}
		p.WriteString(strings.ReplaceAll(fill(r.Text, helpWidth-len(indent)), "\n", "\n"+indent))
		p.WriteByte('\n')
	}
}

// reflow fills the lines of every paragraph anew. Lines that are set in stay as
// they are.
func reflow(text string) string {
	var b strings.Builder
	var run []string
	end := func() {
		if len(run) > 0 {
			b.WriteString(fill(strings.Join(run, " "), helpWidth) + "\n")
		}
		run = nil
	}
	for line := range strings.SplitSeq(text, "\n") {
		if line != "" && line[0] != ' ' {
			run = append(run, line)
			continue
		}
		end()
		b.WriteString(line + "\n")
	}
	end()
	return strings.TrimRight(b.String(), "\n")
}

// fill breaks words into lines of at most width columns.
func fill(text string, width int) string {
	var b strings.Builder
	column := 0
	for _, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case column == 0:
		case column+1+n > width:
			b.WriteByte('\n')
			column = 0
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += n
	}
	return b.String()
}
