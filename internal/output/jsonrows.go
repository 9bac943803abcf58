package output

// jsonRows writes objects, or what was chosen of them, each behind what stands
// between two.
type jsonRows struct {
	out      *sink
	chosen   selection
	first    string // before the first object
	between  string // before each later one; not shorter than first
	after    string // each object
	indented bool
	begun    bool
	none     string // a list without objects
	last     string // behind the last object
}

// newJSONLines returns JSON Lines: an object a line.
func newJSONLines(p *Printer, chosen selection) *jsonRows {
	return &jsonRows{out: &p.out, chosen: chosen, after: "\n"}
}

// newJSONArray returns one array with a line for each object; for a person each
// is indented.
func newJSONArray(p *Printer, chosen selection) *jsonRows {
	if p.options.Terminal {
		return &jsonRows{out: &p.out, chosen: chosen, first: "[\n  ", between: ",\n  ", last: "\n]\n", none: "[]\n", indented: true}
	}
	return &jsonRows{out: &p.out, chosen: chosen, first: "[", between: ",\n", last: "]\n", none: "[]\n"}
}

func (j *jsonRows) piece() piece {
	return &jsonPiece{chosen: j.chosen.clone(), between: j.between, after: j.after, indented: j.indented}
}

// take writes a piece, whose first object may be the first of all.
func (j *jsonRows) take(p piece) error {
	text := p.text()
	if len(text) == 0 {
		return nil
	}
	if !j.begun {
		j.begun = true
		text = text[len(j.between)-len(j.first):]
		copy(text, j.first)
	}
	return j.out.write(text)
}

func (j *jsonRows) flush() error { return j.out.flush() }

func (j *jsonRows) end() error {
	if !j.begun {
		j.out.buf = append(j.out.buf, j.none...)
	} else {
		j.out.buf = append(j.out.buf, j.last...)
	}
	return j.out.flush()
}

// jsonPiece is objects that stand behind others.
type jsonPiece struct {
	textPiece
	chosen   selection
	between  string
	after    string
	indented bool
	names    names
	scratch  Object
}

func (j *jsonPiece) add(o Object) {
	if len(j.chosen) > 0 {
		j.scratch = j.chosen.of(j.scratch[:0], o)
		o = j.scratch
	}
	j.buf = append(j.buf, j.between...)
	if j.indented {
		v := Nested(o)
		j.buf = appendIndented(j.buf, &v, 1)
	} else {
		j.buf = j.names.appendObject(j.buf, o)
	}
	j.buf = append(j.buf, j.after...)
}

// names is how JSON writes the names of an object's fields. The objects of a list
// have the same ones in one order, so each is quoted once.
type names []struct{ name, quoted string }

// appendObject is what it is without names.
func (n *names) appendObject(dst []byte, fields []Field) []byte {
	if len(fields) == 0 {
		return append(dst, "{}"...)
	}
	dst = append(dst, '{')
	for i := range fields {
		f := &fields[i]
		if i >= len(*n) || (*n)[i].name != f.Name {
			n.learn(i, f.Name)
		}
		dst = append(dst, (*n)[i].quoted...)
		dst = appendJSON(dst, &f.Value)
	}
	return append(dst, '}')
}

// learn notes how the name of field i is written, with what stands before it.
func (n *names) learn(i int, name string) {
	quoted := []byte{','}[:min(i, 1)]
	quoted = append(appendQuoted(quoted, name), ':')
	*n = append((*n)[:i], struct{ name, quoted string }{name, string(quoted)})
}
