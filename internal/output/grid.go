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

	// The rows kept, one cell after the other; with headers the first row is
	// the header.
	text    []byte
	cells   []gridCell
	settled bool
}

// gridColumn is a column with what is known of its width.
type gridColumn struct {
	Column
	path  path
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
		g.columns[i] = gridColumn{Column: columns[i], path: newPath(columns[i].Path)}
	}
	if g.headers {
		for i := range columns {
			g.text = append(g.text, columns[i].title()...)
			g.seen(i)
		}
	}
	return g
}

func (g *grid) add(o Object) error {
	for i := range g.columns {
		g.text = g.columns[i].appendCell(g.text, &g.look, o)
		g.seen(i)
	}
	if !g.settled && len(g.cells) <= sampleRows*len(g.columns) && len(g.text) < sampleBytes {
		return nil
	}
	return g.write(true)
}

// appendCell appends what the column shows of an object.
func (c *gridColumn) appendCell(dst []byte, k *look, o Object) []byte {
	if c.Words != nil {
		if text := c.Words(o); text != "" {
			return appendSafe(dst, text)
		}
	}
	return k.appendCell(dst, c.path.in(o))
}

// seen ends the cell that was appended to g.text, of column i.
func (g *grid) seen(i int) {
	start := 0
	if n := len(g.cells); n > 0 {
		start = g.cells[n-1].end
	}
	width := displaywidth.Bytes(g.text[start:])
	g.cells = append(g.cells, gridCell{len(g.text), width})
	if !g.settled {
		g.columns[i].width = max(g.columns[i].width, width)
	}
}

// flush writes the rows kept, so that one who follows sees them; from then on
// the widths are settled.
func (g *grid) flush() error {
	if g.empty() {
		return nil
	}
	if err := g.write(true); err != nil {
		return err
	}
	return g.out.flush()
}

// end writes what is left. A table without a row has no header either.
func (g *grid) end() error {
	if g.empty() {
		return nil
	}
	if err := g.write(false); err != nil {
		return err
	}
	return g.out.flush()
}

// empty reports whether no row came yet.
func (g *grid) empty() bool {
	return !g.settled && (len(g.cells) == 0 || g.headers && len(g.cells) == len(g.columns))
}

// write writes the rows kept and forgets them; more says that others may
// follow, which the widths must then allow for.
func (g *grid) write(more bool) error {
	header := !g.settled && g.headers
	if !g.settled {
		g.settle(more)
	}
	start := 0
	for i := 0; i < len(g.cells); i += len(g.columns) {
		start = g.row(g.cells[i:i+len(g.columns)], start, header && i == 0)
		if err := g.out.spill(); err != nil {
			return err
		}
	}
	g.text, g.cells = g.text[:0], g.cells[:0]
	return g.out.err
}

// settle fixes the widths.
func (g *grid) settle(more bool) {
	g.settled = true
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
func (g *grid) row(cells []gridCell, start int, header bool) int {
	// at is where the text written so far ends, column where this one begins.
	at, column := 0, 0
	for i := range g.columns {
		c := &g.columns[i]
		text, width := g.text[start:cells[i].end], cells[i].width
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
