package output

import (
	"slices"

	"github.com/clipperhouse/displaywidth"
)

const (
	gap         = 2       // blanks between two columns
	sampleRows  = 1000    // rows seen before the widths are settled
	sampleBytes = 1 << 20 // or so much text
)

// grid writes a table without lines: columns a gap apart, the header in
// capitals. It keeps the first rows until it knows the widths, then writes
// each row as it comes. A cell wider than its column is not cut but pushes the
// next ones to the right, as little as it can.
type grid struct {
	out     *sink
	look    look
	columns []gridColumn
	headers bool
	colour  bool
	width   int // of the terminal, 0 for any

	kept    gridPiece // the first rows; with headers the first of all is the header
	settled bool
}

// gridColumn is a column with what is known of its width.
type gridColumn struct {
	Column
	width int
	cut   bool // its cells are cut to the width
}

// gridCell is one cell: where its text ends, and how wide that is.
type gridCell struct{ end, width int }

func newGrid(out *sink, columns []Column, look look, o *Options) *grid {
	g := &grid{out: out, look: look, headers: !o.NoHeaders, colour: o.Color, columns: make([]gridColumn, len(columns))}
	if o.Terminal {
		g.width = o.Width
	}
	for i := range columns {
		g.columns[i] = gridColumn{Column: columns[i]}
	}
	if g.headers {
		for i := range columns {
			g.kept.buf = append(g.kept.buf, columns[i].title()...)
			g.kept.seen()
		}
	}
	return g
}

// gridPiece is rows, one cell behind the other.
type gridPiece struct {
	textPiece
	cells   []gridCell
	columns []cellColumn
	look    look
}

// cellColumn is how the cells of a column are made.
type cellColumn struct {
	path  path
	words func(o Object) string
}

func (g *grid) piece() piece {
	p := &gridPiece{look: g.look, columns: make([]cellColumn, len(g.columns))}
	for i := range g.columns {
		p.columns[i] = cellColumn{newPath(g.columns[i].Path), g.columns[i].Words}
	}
	return p
}

func (p *gridPiece) add(o Object) {
	for i := range p.columns {
		p.buf = p.columns[i].appendCell(p.buf, &p.look, o)
		p.seen()
	}
}

// appendCell appends what the column shows of an object.
func (c *cellColumn) appendCell(dst []byte, k *look, o Object) []byte {
	if c.words != nil {
		if text := c.words(o); text != "" {
			return appendSafe(dst, text)
		}
	}
	return k.appendCell(dst, c.path.in(o))
}

// seen ends the cell that was appended to the text.
func (p *gridPiece) seen() {
	p.cells = append(p.cells, gridCell{len(p.buf), displaywidth.Bytes(p.buf[p.before(len(p.cells)):])})
}

// before is where the text of a cell begins.
func (p *gridPiece) before(cell int) int {
	if cell == 0 {
		return 0
	}
	return p.cells[cell-1].end
}

// full is so after few rows, since what is written of them is longer.
func (p *gridPiece) full() bool { return len(p.cells) >= 64*len(p.columns) || p.textPiece.full() }

func (p *gridPiece) empty() { p.buf, p.cells = p.buf[:0], p.cells[:0] }

// keep adds a row of another piece.
func (p *gridPiece) keep(from *gridPiece, cell, columns int) {
	for i := cell; i < cell+columns; i++ {
		p.buf = append(p.buf, from.buf[from.before(i):from.cells[i].end]...)
		p.cells = append(p.cells, gridCell{len(p.buf), from.cells[i].width})
	}
}

// take writes the rows of a piece. The first ones are kept until there are
// enough to tell the widths by.
func (g *grid) take(taken piece) error {
	p, _ := taken.(*gridPiece)
	from := 0
	for ; !g.settled && from < len(p.cells); from += len(g.columns) {
		g.kept.keep(p, from, len(g.columns))
		if len(g.kept.cells) <= sampleRows*len(g.columns) && len(g.kept.buf) < sampleBytes {
			continue
		}
		if err := g.show(true); err != nil {
			return err
		}
	}
	return g.write(p, from, false)
}

// flush writes the rows kept, so that one who follows sees them; from then on
// the widths are settled.
func (g *grid) flush() error {
	if g.empty() {
		return nil
	}
	if err := g.show(true); err != nil {
		return err
	}
	return g.out.flush()
}

// end writes what is left. A table without a row has no header either.
func (g *grid) end() error {
	if g.empty() {
		return nil
	}
	if err := g.show(false); err != nil {
		return err
	}
	return g.out.flush()
}

// empty reports whether no row came yet.
func (g *grid) empty() bool {
	return !g.settled && (len(g.kept.cells) == 0 || g.headers && len(g.kept.cells) == len(g.columns))
}

// show settles the widths and writes the rows kept; more says that others may
// follow, which the widths must then allow for.
func (g *grid) show(more bool) error {
	if g.settled {
		return nil
	}
	g.settle(more)
	err := g.write(&g.kept, 0, g.headers)
	g.kept = gridPiece{}
	return err
}

// write writes the rows of a piece from a cell on; the first may be the header.
func (g *grid) write(p *gridPiece, from int, header bool) error {
	start := p.before(from)
	for i := from; i < len(p.cells); i += len(g.columns) {
		start = g.row(p.buf, p.cells[i:i+len(g.columns)], start, header && i == 0)
		if err := g.out.spill(); err != nil {
			return err
		}
	}
	return g.out.err
}

// settle fixes the widths.
func (g *grid) settle(more bool) {
	g.settled = true
	for i, c := range g.kept.cells {
		column := &g.columns[i%len(g.columns)]
		column.width = max(column.width, c.width)
	}
	total := gap * (len(g.columns) - 1)
	for i := range g.columns {
		c := &g.columns[i]
		if more {
			c.width = max(c.width, c.Width)
		}
		total += c.width
	}
	if g.width > 0 {
		g.squeeze(total - g.width)
	}
}

// squeeze takes over cells of width away from the columns that may be cut,
// each time from the widest, but leaves them enough to be recognised.
func (g *grid) squeeze(over int) {
	const least = 12
	for ; over > 0; over-- {
		var widest *gridColumn
		for i := range g.columns {
			c := &g.columns[i]
			if c.Cut && c.width > least && (widest == nil || c.width > widest.width) {
				widest = c
			}
		}
		if widest == nil {
			return
		}
		widest.width--
		widest.cut = true
	}
}

// row writes one row whose text begins at start, and returns where it ends.
func (g *grid) row(all []byte, cells []gridCell, start int, header bool) int {
	// at is where the text written so far ends, column where this one begins.
	at, column := 0, 0
	for i := range g.columns {
		c := &g.columns[i]
		text, width := all[start:cells[i].end], cells[i].width
		if c.cut && width > c.width {
			text = displaywidth.TruncateBytes(text, c.width, []byte("…"))
			width = displaywidth.Bytes(text)
		}
		from := column
		if c.Right {
			from += c.width - width
		}
		if i > 0 {
			from = max(from, at+gap)
		}
		from = max(from, at)
		g.out.buf = appendBlanks(g.out.buf, from-at)
		g.out.buf = g.paint(g.out.buf, c, text, header)
		at = from + width
		column += c.width + gap
		start = cells[i].end
	}
	g.out.buf = append(g.out.buf, '\n')
	return start
}

// paint appends the text of a cell, in colour where that is wanted.
func (g *grid) paint(dst []byte, c *gridColumn, text []byte, header bool) []byte {
	switch {
	case !g.colour:
	case header:
		return appendPainted(dst, bold, text)
	case c.State:
		return appendPainted(dst, stateColour(string(text)), text)
	}
	return append(dst, text...)
}

// appendBlanks appends n spaces.
func appendBlanks(dst []byte, n int) []byte {
	dst = slices.Grow(dst, n)
	for range n {
		dst = append(dst, ' ')
	}
	return dst
}
