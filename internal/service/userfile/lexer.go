package userfile

import "bytes"

// lexer cuts CSV into cells. It differs from encoding/csv in what foreign files
// need: a lone CR ends a line, a bad quotation mark spoils its row and not the
// rest of the file, and a cell without end does not fill the memory.
type lexer struct {
	*input
	delimiter byte
	maxCell   int
	quoteLine int  // the line of the last quotation mark that opened a cell
	afterCR   bool // the last byte inside quotation marks was a CR
}

// stop is what ends a cell.
type stop uint8

const (
	stopCell   stop = iota // a delimiter: another cell follows
	stopRecord             // a line break, or the end of the text
)

// flaw is what is wrong with how a cell is written.
type flaw uint8

const (
	flawStrayQuote flaw = 1 << iota // a quotation mark where none may be
	flawOpenQuote                   // a quotation mark that nothing closes
	flawTooLong                     // more than maxCell bytes
)

// cell is one cell on its way through the lexer.
type cell struct {
	text []byte // what is appended to
	keep bool   // whether anybody wants the text
	size int    // of the text, also where it is not kept
	said bool   // there is more in it than white space
	flaw flaw
}

func (c *cell) add(b []byte, limit int) {
	c.size += len(b)
	c.said = c.said || len(bytes.TrimSpace(b)) > 0
	switch {
	case c.size > limit:
		c.flaw |= flawTooLong
	case c.keep:
		c.text = append(c.text, b...)
	}
}

// read reads one cell. Blanks before it are not part of it, so that a quotation
// mark after them counts.
func (l *lexer) read(c *cell) stop {
	l.skipBlanks()
	if !l.more() || l.buf[l.pos] != '"' {
		return l.readBare(c, false)
	}
	if !l.readQuoted(c) {
		return stopRecord
	}
	l.skipBlanks()
	return l.readBare(c, true)
}

func (l *lexer) skipBlanks() {
	for l.more() && l.buf[l.pos] == ' ' {
		l.pos++
	}
}

// readBare reads up to the delimiter or line break. After a closed quotation
// there may be nothing but these.
func (l *lexer) readBare(c *cell, quoted bool) stop {
	for l.more() {
		w := l.window()
		n := l.bareLength(w)
		if quoted && n > 0 {
			c.flaw |= flawStrayQuote
		}
		c.add(w[:n], l.maxCell)
		l.pos += n
		if n == len(w) {
			continue
		}
		switch w[n] {
		case l.delimiter:
			l.pos++
			return stopCell
		case '"':
			c.flaw |= flawStrayQuote
			c.add(w[n:n+1], l.maxCell)
			l.pos++
		default:
			l.endLine()
			return stopRecord
		}
	}
	return stopRecord
}

// bareLength returns how many bytes of w mean nothing but themselves.
func (l *lexer) bareLength(w []byte) int {
	for i, b := range w {
		if b == l.delimiter || b == '"' || b == '\n' || b == '\r' {
			return i
		}
	}
	return len(w)
}

// readQuoted reads from an opening quotation mark over the closing one; false:
// there is none.
func (l *lexer) readQuoted(c *cell) bool {
	l.pos++
	l.quoteLine, l.afterCR = l.line, false
	for l.more() {
		w := l.window()
		n := bytes.IndexByte(w, '"')
		if n < 0 {
			n = len(w)
		}
		l.countLines(w[:n])
		c.add(w[:n], l.maxCell)
		l.pos += n
		if n == len(w) {
			continue
		}
		l.pos++
		if !l.more() || l.buf[l.pos] != '"' {
			return true
		}
		c.add(l.buf[l.pos:l.pos+1], l.maxCell)
		l.pos++
	}
	c.flaw |= flawOpenQuote
	return false
}

// countLines counts the line breaks in b, which is inside quotation marks. The
// two bytes of a CR LF may come in two calls.
func (l *lexer) countLines(b []byte) {
	if bytes.IndexByte(b, '\n') < 0 && bytes.IndexByte(b, '\r') < 0 {
		l.afterCR = false
		return
	}
	for _, c := range b {
		if c == '\r' || c == '\n' && !l.afterCR {
			l.line++
		}
		l.afterCR = c == '\r'
	}
}
