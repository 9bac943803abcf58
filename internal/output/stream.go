package output

import "bytes"

// Stream returns a list of n objects that come one after the other while they are
// printed, since they are too many to be held: each calls add with every one and
// ends with its error. Only a field of the object that One prints can be a stream;
// anywhere else it is null.
func Stream(n int, each func(add func(Object) error) error) Value {
	if n == 0 {
		return List(nil)
	}
	return Value{kind: kindStream, num: int64(n), each: each}
}

// count returns how many objects are in a list of them; 0 of anything else.
func (v *Value) count() int {
	switch {
	case v.kind == kindStream:
		return int(v.num)
	case v.hasObjects():
		return len(v.parts)
	}
	return 0
}

// objects calls fn with each object of a list of them.
func (v *Value) objects(fn func(Object) error) error {
	if v.kind == kindStream {
		return v.each(fn)
	}
	for i := range v.parts {
		if err := fn(v.parts[i].Value.fields()); err != nil {
			return err
		}
	}
	return nil
}

// document writes an object as JSON, indented if a person reads it.
func (p *Printer) document(o Object) error {
	form := jsonForm{indented: p.options.Terminal && p.options.Format == FormatJSON}
	p.out.buf = append(p.out.buf, '{')
	for i := range o {
		p.out.buf = form.name(form.next(p.out.buf, i, 1), o[i].Name)
		if o[i].Value.kind != kindStream {
			p.out.buf = form.value(p.out.buf, &o[i].Value, 1)
			continue
		}
		if err := p.array(form, &o[i].Value); err != nil {
			return err
		}
	}
	p.out.buf = append(form.last(p.out.buf, len(o), 0), '}', '\n')
	return p.out.flush()
}

// array writes a stream as JSON, as it comes.
func (p *Printer) array(form jsonForm, v *Value) error {
	p.out.buf = append(p.out.buf, '[')
	n := 0
	err := v.objects(func(o Object) error {
		item := Nested(o)
		p.out.buf = form.value(form.next(p.out.buf, n, 2), &item, 2)
		n++
		return p.out.spill()
	})
	p.out.buf = append(form.last(p.out.buf, n, 1), ']')
	return err
}

// jsonForm is how JSON is laid out: in one line, or for people.
type jsonForm struct{ indented bool }

// next appends what stands before item i.
func (f jsonForm) next(dst []byte, i, level int) []byte {
	if i > 0 {
		dst = append(dst, ',')
	}
	return f.newLine(dst, level)
}

// last appends what stands behind the last of n items.
func (f jsonForm) last(dst []byte, n, level int) []byte {
	if n == 0 {
		return dst
	}
	return f.newLine(dst, level)
}

func (f jsonForm) newLine(dst []byte, level int) []byte {
	if !f.indented {
		return dst
	}
	return appendNewLine(dst, level)
}

// name appends the name of a field.
func (f jsonForm) name(dst []byte, name string) []byte {
	dst = append(appendQuoted(dst, name), ':')
	if f.indented {
		dst = append(dst, ' ')
	}
	return dst
}

func (f jsonForm) value(dst []byte, v *Value, level int) []byte {
	if f.indented {
		return appendIndented(dst, v, level)
	}
	return appendJSON(dst, v)
}

// record writes an object as CSV: a header and a row.
func (p *Printer) record(columns []Column, o Object) error {
	rows := newCSVRows(&p.out, columns, !p.options.NoHeaders)
	rows.writeHeader()
	cells := rows.cells()
	cells.buf = p.out.buf
	for i := range cells.paths {
		v := cells.paths[i].in(o)
		if v == nil || v.kind != kindStream {
			cells.cell(i, v)
			continue
		}
		p.out.buf = cells.part(i)
		if err := p.arrayCell(v); err != nil {
			return err
		}
		cells.buf = p.out.buf
	}
	p.out.buf = append(cells.buf, '\n')
	return p.out.flush()
}

// arrayCell writes a stream as a cell of JSON, as it comes.
func (p *Printer) arrayCell(v *Value) error {
	p.out.buf = append(p.out.buf, `"[`...)
	n := 0
	var item []byte
	err := v.objects(func(o Object) error {
		if item = item[:0]; n > 0 {
			item = append(item, ',')
		}
		n++
		item = appendObject(item, o)
		p.out.buf = appendDoubled(p.out.buf, item)
		return p.out.spill()
	})
	p.out.buf = append(p.out.buf, `]"`...)
	return err
}

// innerTable writes a list of objects as a table whose columns are the fields of
// the first, and which begins at a margin.
func (p *Printer) innerTable(v *Value, margin int) error {
	options := p.options
	options.Width = 0 // its place on the terminal is not known here
	lines := &sink{w: &indenter{out: &p.out, margin: margin}}
	var table *grid
	var rows piece
	err := v.objects(func(o Object) error {
		if table == nil {
			table = newGrid(lines, columnsOf(o), p.tableLook(), &options)
			rows = table.piece()
		}
		rows.add(o)
		if !rows.full() {
			return nil
		}
		err := table.take(rows)
		rows.empty()
		return err
	})
	if err != nil || table == nil {
		return err
	}
	if err := table.take(rows); err != nil {
		return err
	}
	return table.end()
}

// indenter writes text to a sink; its second and later lines begin at the margin.
type indenter struct {
	out    *sink
	margin int
	later  bool // a line has ended, and nothing of the next was written
}

// Write takes all of it, or gives the error of the sink.
func (w *indenter) Write(text []byte) (int, error) {
	for rest := text; len(rest) > 0; {
		line := rest
		if end := bytes.IndexByte(rest, '\n'); end >= 0 {
			line = rest[:end+1]
		}
		if w.later {
			w.out.buf = appendBlanks(w.out.buf, w.margin)
		}
		w.later = line[len(line)-1] == '\n'
		w.out.buf = append(w.out.buf, line...)
		if err := w.out.spill(); err != nil {
			return 0, err
		}
		rest = rest[len(line):]
	}
	return len(text), nil
}
