package userfile

import (
	"bytes"
	"io"
	"strings"

	"github.com/usher-admin/usher/internal/account"
)

// csvRows reads the records of a CSV file. The texts of a record's cells lie
// one after the other in text, and cells says where: one allocation a row.
type csvRows struct {
	lexer
	*layout
	tally *tally
	text  []byte
	cells [fieldCount]span
}

// span is a part of csvRows.text.
type span struct{ from, to int }

func (c *csvRows) next(row *Row) error {
	for c.more() {
		row.Number = c.line
		blank := c.readRecord(row)
		if blank || c.form == FormM365 && c.isExample() {
			row.Faults = nil
			continue
		}
		c.fill(row)
		return nil
	}
	if err := c.failure(); err != nil {
		return readError(err)
	}
	return io.EOF
}

// record is what readRecord finds out about a record on the way.
type record struct {
	cells  int
	said   bool // something stands in it
	extra  bool // also beyond the last column
	broken bool // a cell has a fault, so their number may be wrong for it
}

// readRecord reads one record; blank: nothing stands in it.
func (c *csvRows) readRecord(row *Row) (blank bool) {
	c.text = c.text[:0]
	c.cells = [fieldCount]span{}
	var rec record
	for c.readCell(row, &rec) == stopCell {
	}
	if rec.said && !rec.broken && (rec.extra || rec.cells < len(c.columns)) {
		row.fault(codeColumns, "", "", "cells in the row: %d; columns in the file: %d", rec.cells, len(c.columns))
	}
	return !rec.said && !rec.broken
}

// readCell reads the next cell of a record.
func (c *csvRows) readCell(row *Row, rec *record) stop {
	var fields fieldSet
	i := rec.cells
	rec.cells++
	if i < len(c.columns) {
		fields = c.columns[i]
	}
	from := len(c.text)
	k := cell{text: c.text, keep: fields != 0}
	at := c.read(&k)
	c.text = k.text
	for to := len(c.text); fields != 0; {
		c.cells[fields.next()] = span{from, to}
	}
	if k.keep {
		// Between two cells, or halves of a letter in both would make one.
		c.text = append(c.text, '\n')
	}
	rec.said = rec.said || k.said
	rec.extra = rec.extra || k.said && i >= len(c.columns)
	if k.flaw != 0 {
		rec.broken = true
		c.faultCell(row, i, k.flaw)
	}
	return at
}

func (c *csvRows) faultCell(row *Row, i int, f flaw) {
	name := ""
	if i < len(c.names) {
		name = c.names[i]
	}
	switch {
	case f&flawOpenQuote != 0:
		row.fault(codeQuote, name, "", "the quotation mark in line %d is never closed; the file was read to its end for it", c.quoteLine)
	case f&flawStrayQuote != 0:
		row.fault(codeQuote, name, "", "a quotation mark inside a cell; quote the whole cell and double the mark")
	case f&flawTooLong != 0:
		row.fault(codeTooLong, name, "", "longer than %d bytes", c.maxCell)
	}
}

// cell returns the text of f in the record, without white space around it.
func (c *csvRows) cell(f field) string {
	return string(c.raw(f))
}

// raw is cell without a copy: it holds until the next record.
func (c *csvRows) raw(f field) []byte {
	s := c.cells[f]
	return bytes.TrimSpace(c.text[s.from:s.to])
}

// fill turns the record into a row.
func (c *csvRows) fill(row *Row) {
	if !legible(c.text) {
		c.faultIllegible(row)
	}
	hash := ""
	if c.form == FormGoogle {
		hash = c.googleHash(row)
	}
	c.countClearText()
	text := string(c.text)
	for f := range fieldPasswordHash + 1 {
		if s := c.cells[f]; s.to > s.from {
			*row.at(f) = account.UnguardFormula(strings.TrimSpace(text[s.from:s.to]))
		}
	}
	switch c.form {
	case FormM365:
		c.fillM365(row)
	case FormGoogle:
		c.fillGoogle(row, hash)
	}
	c.tally.countFormulas(row)
}

func (c *csvRows) faultIllegible(row *Row) {
	for f := range fieldCount {
		s := c.cells[f]
		value := c.text[s.from:s.to]
		if legible(value) {
			continue
		}
		shown := string(value)
		if f >= fieldPasswordHash {
			shown = ""
		}
		row.fault(codeEncoding, c.layout.column(f), shown,
			"a letter in line %d cannot be read; save the file as UTF-8 and try again", row.Number)
	}
}

func (c *csvRows) column(f field) string { return c.layout.column(f) }
