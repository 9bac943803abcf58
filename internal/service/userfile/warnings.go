package userfile

import (
	"fmt"

	"github.com/usher-admin/usher/internal/account"
)

// tally counts what a file has that is no fault but worth a word.
type tally struct {
	clearText int // passwords in clear text
	md5       int // MD5 hashes
	examples  int // the example of a template
	formulas  int // names that a spreadsheet would take for formulas
}

// countFormulas counts names that begin like a formula. They are text here, and
// are made harmless when usher writes CSV.
func (t *tally) countFormulas(row *Row) {
	if isFormula(row.First) || isFormula(row.Last) {
		t.formulas++
	}
}

func isFormula(s string) bool {
	if len(s) < 2 {
		return false
	}
	switch s[0] {
	case '=', '+', '-', '@':
		return true
	}
	return false
}

// Warnings says what of the rows read so far was left out or may surprise, a
// sentence each. It is complete after io.EOF.
func (r *Reader) Warnings() []string {
	var all []string
	add := func(n int, noun, format string, args ...any) {
		if n > 0 {
			all = append(all, fmt.Sprintf(format, append([]any{account.Count(n, noun)}, args...)...))
		}
	}
	needLink := func(n int) string { return account.Agree(n, "this user needs", "these users need") }
	if r.encoding == encodingWindows1252 {
		all = append(all, "the file is not UTF-8 and was read as Windows-1252: look at the letters with accents")
	}
	t := r.tally
	add(t.clearText, "row", "%s with a password in clear text; it was left out, so %s a link", needLink(t.clearText))
	add(t.md5, "row", "%s with an MD5 hash; it was left out, so %s a link", needLink(t.md5))
	add(t.examples, "example", "%s of the template left out")
	add(t.formulas, "row", "%s with a name that begins like a formula; it is kept as text")
	return all
}
