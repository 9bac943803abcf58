package output

import (
	"bytes"

	"github.com/clipperhouse/displaywidth"
)

// sheet writes one object as a table: a line for each field, its dotted name
// at the left. Values of several lines go on below themselves; a list of
// objects is a table of its own there.
func (p *Printer) sheet(spec Spec, o Object, chosen []Column) error {
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
		if err := p.sheetValue(&fields[i].Value, margin, spec.hasState(fields[i].Name)); err != nil {
			return err
		}
	}
	return p.out.flush()
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

// sheetValue writes a value in one line or several.
func (p *Printer) sheetValue(v *Value, margin int, state bool) error {
	if v.count() > 0 {
		return p.innerTable(v, margin)
	}
	look := p.tableLook()
	look.lines = true
	text := bytes.TrimSuffix(look.appendCell(nil, v), []byte("\n"))
	if p.options.Color && state {
		text = appendPainted(nil, stateColour(string(text)), text)
	}
	lines := indenter{out: &p.out, margin: margin}
	_, err := lines.Write(append(text, '\n'))
	return err
}
