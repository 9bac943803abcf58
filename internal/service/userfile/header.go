package userfile

import (
	"bytes"
	"strings"

	"github.com/usher-admin/usher/internal/account"
)

// readHeader finds the header line, the delimiter it uses, and the names of
// its columns. Before it may stand blank lines, the version line of Microsoft's
// templates, and the line with which Excel names its delimiter.
func readHeader(l *lexer) (names []string, err error) {
	l.delimiter = 0
	for l.more() {
		line := firstLine(l.window())
		switch given, ok := delimiterLine(line); {
		case ok:
			l.delimiter = given
		case !isPreamble(line):
			if l.delimiter == 0 {
				l.delimiter = guessDelimiter(l.window())
			}
			return readNames(l)
		}
		l.pos += len(line)
		if l.more() && (l.buf[l.pos] == '\n' || l.buf[l.pos] == '\r') {
			l.endLine()
		}
	}
	if err := l.failure(); err != nil {
		return nil, readError(err)
	}
	return nil, emptyFile()
}

func readError(err error) error {
	return account.Errorf(account.Invalid, "cannot read the file: %w", err).Coded("file.unreadable")
}

func firstLine(w []byte) []byte {
	if n := bytes.IndexAny(w, "\r\n"); n >= 0 {
		return w[:n]
	}
	return w
}

// isPreamble reports whether a line before the header says nothing: blank, or
// a version (version:v1.0).
func isPreamble(line []byte) bool {
	text := strings.ToLower(string(bytes.Trim(line[:min(len(line), shownRunes)], " \t,;\"")))
	return text == "" && len(line) <= shownRunes || strings.HasPrefix(text, "version:")
}

// delimiterLine reads a line such as sep=;
func delimiterLine(line []byte) (delimiter byte, ok bool) {
	if len(line) != len("sep=;") || !bytes.EqualFold(line[:4], []byte("sep=")) {
		return 0, false
	}
	switch d := line[4]; d {
	case ',', ';', '\t':
		return d, true
	}
	return 0, false
}

// guessDelimiter returns the one of comma, semicolon and tab that stands most
// often in the header line, outside quotation marks; a comma if none does.
func guessDelimiter(w []byte) byte {
	best, most := byte(','), 0
	for _, d := range []byte{',', ';', '\t'} {
		if n := countInLine(w, d); n > most {
			best, most = d, n
		}
	}
	return best
}

// countInLine counts d in the first line of w, outside quotation marks.
func countInLine(w []byte, d byte) (n int) {
	quoted := false
	for _, b := range w {
		switch {
		case b == '"':
			quoted = !quoted
		case quoted:
		case b == d:
			n++
		case b == '\n' || b == '\r':
			return n
		}
	}
	return n
}

// readNames reads the header line. Empty names at its end, as spreadsheets
// leave them, are not columns.
func readNames(l *lexer) (names []string, err error) {
	limit, number := l.maxCell, l.line
	l.maxCell = MaxColumnName
	defer func() { l.maxCell = limit }()
	for at := stopCell; at == stopCell; {
		c := cell{keep: true}
		at = l.read(&c)
		if c.flaw != 0 || len(names) == MaxColumns {
			return nil, account.Errorf(account.Invalid, "line %d is not a line of column names", number).
				Coded("import.header").
				Hintf("the file needs one: at most %d names of at most %d bytes, quotation marks in pairs", MaxColumns, MaxColumnName)
		}
		if !legible(c.text) {
			return nil, account.Errorf(account.Invalid, "the column names in line %d are no text", number).
				Coded(codeEncoding).
				Hintf("save the file as UTF-8 and try again")
		}
		names = append(names, strings.TrimSpace(string(c.text)))
	}
	for len(names) > 0 && names[len(names)-1] == "" {
		names = names[:len(names)-1]
	}
	return names, nil
}
