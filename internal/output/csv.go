package output

import (
	"github.com/usher-admin/usher/internal/account"
)

// csvRows writes CSV: RFC 4180 with a header, but with plain line feeds, which
// every reader takes and pipes want. Nested objects are flattened into dotted
// columns, lists are JSON, nothing is empty, and no text is a formula unless it
// must stay what it is.
type csvRows struct {
	out     *sink
	columns []Column
	headers bool // are to be written yet
}

func newCSVRows(out *sink, columns []Column, headers bool) *csvRows {
	return &csvRows{out: out, columns: columns, headers: headers}
}

func (c *csvRows) piece() piece { return c.cells() }

func (c *csvRows) cells() *csvPiece {
	p := &csvPiece{}
	for i := range c.columns {
		p.paths = append(p.paths, newPath(c.columns[i].Path))
	}
	return p
}

func (c *csvRows) take(p piece) error {
	c.writeHeader()
	return c.out.write(p.text())
}

func (c *csvRows) flush() error { return c.out.flush() }

// end writes what is left; a list without a row still has its header.
func (c *csvRows) end() error {
	c.writeHeader()
	return c.out.flush()
}

func (c *csvRows) writeHeader() {
	if !c.headers {
		return
	}
	c.headers = false
	p := csvPiece{paths: make([]path, len(c.columns)), textPiece: textPiece{c.out.buf}}
	for i := range c.columns {
		header := String(c.columns[i].Path)
		p.cell(i, &header)
	}
	c.out.buf = append(p.buf, '\n')
}

// csvPiece is rows without the header.
type csvPiece struct {
	textPiece
	paths   []path
	scratch []byte
}

func (c *csvPiece) add(o Object) {
	for i := range c.paths {
		c.cell(i, c.paths[i].in(o))
	}
	c.buf = append(c.buf, '\n')
}

// cell writes the i-th cell of a row.
func (c *csvPiece) cell(i int, v *Value) {
	c.buf = c.part(i)
	c.scratch = appendCSVCell(c.scratch[:0], v)
	switch {
	case len(c.scratch) == 0 && len(c.paths) == 1:
		// An empty line would be no row at all to most readers.
		c.buf = append(c.buf, `""`...)
	case needsQuotes(c.scratch):
		c.buf = appendCSVQuoted(c.buf, c.scratch)
	default:
		c.buf = append(c.buf, c.scratch...)
	}
}

// part returns the row with what stands before the i-th cell.
func (c *csvPiece) part(i int) []byte {
	if i == 0 {
		return c.buf
	}
	return append(c.buf, ',')
}

// appendCSVCell appends v as the content of a cell, not yet quoted.
func appendCSVCell(dst []byte, v *Value) []byte {
	look := look{lines: true}
	switch {
	case v == nil:
		return dst
	case v.kind == kindList:
		return appendArray(dst, v.parts)
	case v.kind == kindExact:
		return append(dst, v.text...)
	case (v.kind == kindString || v.kind == kindText) && account.GuardFormula(v.text) != v.text:
		dst = append(dst, '\'')
	}
	return look.appendCell(dst, v)
}

// needsQuotes reports whether a cell must stand in quotes. Semicolons and
// outer spaces need not by RFC 4180, but readers that guess or trim leave them
// alone so.
func needsQuotes(cell []byte) bool {
	if len(cell) == 0 {
		return false
	}
	if cell[0] == ' ' || cell[len(cell)-1] == ' ' {
		return true
	}
	for _, b := range cell {
		if b == ',' || b == '"' || b == '\n' || b == ';' {
			return true
		}
	}
	return false
}

func appendCSVQuoted(dst, cell []byte) []byte {
	return append(appendDoubled(append(dst, '"'), cell), '"')
}

// appendDoubled appends what stands in quotes, with those in it doubled.
func appendDoubled(dst, text []byte) []byte {
	for _, b := range text {
		if b == '"' {
			dst = append(dst, '"')
		}
		dst = append(dst, b)
	}
	return dst
}
