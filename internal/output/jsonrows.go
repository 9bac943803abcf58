package output

// jsonObjects prints objects, or what was chosen of them.
type jsonObjects struct {
	p       *Printer
	chosen  selection
	scratch Object
}

// pick returns what is to be printed of o.
func (j *jsonObjects) pick(o Object) Object {
	if len(j.chosen) == 0 {
		return o
	}
	j.scratch = j.chosen.of(j.scratch[:0], o)
	return j.scratch
}

func (j *jsonObjects) flush() error { return j.p.out.flush() }

// jsonLines is JSON Lines: an object a line.
type jsonLines struct{ jsonObjects }

func (j *jsonLines) add(o Object) error {
	out := &j.p.out
	out.buf = append(appendObject(out.buf, j.pick(o)), '\n')
	return out.spill()
}

func (j *jsonLines) end() error { return j.p.out.flush() }

// jsonArray is one array with a line for each object; for a person each is
// indented.
type jsonArray struct {
	jsonObjects
	begun bool
}

func (j *jsonArray) add(o Object) error {
	out := &j.p.out
	v := Nested(j.pick(o))
	if !j.p.options.Terminal {
		out.buf = append(out.buf, j.between("[", ",\n")...)
		out.buf = appendJSON(out.buf, &v)
		return out.spill()
	}
	out.buf = append(out.buf, j.between("[\n  ", ",\n  ")...)
	out.buf = appendIndented(out.buf, &v, 1)
	return out.spill()
}

// between returns what stands before the next object.
func (j *jsonArray) between(first, later string) string {
	if j.begun {
		return later
	}
	j.begun = true
	return first
}

func (j *jsonArray) end() error {
	out := &j.p.out
	switch {
	case !j.begun:
		out.buf = append(out.buf, "[]\n"...)
	case j.p.options.Terminal:
		out.buf = append(out.buf, "\n]\n"...)
	default:
		out.buf = append(out.buf, "]\n"...)
	}
	return out.flush()
}
