package userfile

import "fmt"

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
	add := func(n int, format string) {
		if n > 0 {
			all = append(all, fmt.Sprintf(format, n))
		}
	}
	if r.encoding == encodingWindows1252 {
		all = append(all, "the file is not UTF-8 and was read as Windows-1252: look at the letters with accents")
	}
	t := r.tally
	add(t.clearText, "rows with a password in clear text: %d; it was left out, so these users need a link")
	add(t.md5, "rows with an MD5 hash: %d; it was left out, so these users need a link")
	add(t.examples, "examples of the template left out: %d")
	add(t.formulas, "rows whose name begins like a formula: %d; it is kept as text")
	return all
}
