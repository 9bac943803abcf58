package output

import (
	"bytes"

	"github.com/clipperhouse/displaywidth"
)

// sheet appends one object as a table: a line for each field, its dotted name
// at the left. Values of several lines go on below themselves; a list of
// objects is a table of its own there.
func (p *Printer) sheet(spec Spec, o Object, chosen []Column) {
	fields := o.flat()
	if len(chosen) > 0 {
		fields = fields[:0]
		for i := range chosen {
			fields = append(fields, Field{chosen[i].Path, o.At(chosen[i].Path)})
		}
	}
	margin := 0
	for i := range fields {
		// Names are usher's own, but the keys of a map may be among them.
		fields[i].Name = Safe(fields[i].Name)
		if !p.options.NoHeaders {
			margin = max(margin, displaywidth.String(fields[i].Name)+gap)
		}
	}
	for i := range fields {
		if !p.options.NoHeaders {
			p.sheetName(fields[i].Name, margin)
		}
		text := p.sheetValue(&fields[i].Value)
		if p.options.Color && spec.hasState(fields[i].Name) {
			text = appendPainted(nil, stateColour(string(text)), text)
		}
		p.indented(text, margin)
	}
}

// sheetName appends the name of a field, filled up to the margin.
func (p *Printer) sheetName(name string, margin int) {
	colour := plain
	if p.options.Color {
		colour = bold
	}
	p.out.buf = appendPainted(p.out.buf, colour, []byte(name))
	p.out.buf = appendBlanks(p.out.buf, margin-displaywidth.String(name))
}

// sheetValue returns the text of a value, in one line or several.
func (p *Printer) sheetValue(v *Value) []byte {
	look := p.tableLook()
	if v.hasObjects() {
		return p.innerTable(v, look)
	}
	look.lines = true
	return bytes.TrimSuffix(look.appendCell(nil, v), []byte("\n"))
}

// innerTable returns a list of objects as a table, whose columns are the
// fields of the first.
func (p *Printer) innerTable(v *Value, look look) []byte {
	options := p.options
	options.Width = 0 // its place on the terminal is not known here
	var text bytes.Buffer
	g := newGrid(&sink{w: &text}, columnsOf(v.parts[0].Value.parts), look, &options)
	rows := g.piece()
	for i := range v.parts {
		rows.add(v.parts[i].Value.fields())
	}
	_ = g.take(rows) // a Buffer takes everything
	_ = g.end()
	return bytes.TrimSuffix(text.Bytes(), []byte("\n"))
}

// indented appends text; its second and later lines begin at the margin.
func (p *Printer) indented(text []byte, margin int) {
	for i, line := range bytes.Split(text, []byte("\n")) {
		if i > 0 {
			p.out.buf = appendBlanks(p.out.buf, margin)
		}
		p.out.buf = append(p.out.buf, line...)
		p.out.buf = append(p.out.buf, '\n')
	}
}
