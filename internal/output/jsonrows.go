package output

import "github.com/usher-admin/usher/internal/account"

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
	return &jsonPiece{chosen: j.chosen.clone(), between: j.between, after: j.after, shut: "}" + j.after, indented: j.indented}
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
	shut     string // of an object: its brace and after
	indented bool
	names    []fieldName
	scratch  Object
}

func (j *jsonPiece) add(o Object) {
	if len(j.chosen) > 0 {
		j.scratch = j.chosen.of(j.scratch[:0], o)
		o = j.scratch
	}
	if j.indented {
		v := Nested(o)
		j.buf = appendIndented(append(j.buf, j.between...), &v, 1)
		j.buf = append(j.buf, j.after...)
		return
	}
	for i := range o {
		j.putValue(i, o[i].Name, &o[i].Value)
	}
	j.close(len(o))
}

// putValue adds field i of an object, of which the first begins the object.
func (j *jsonPiece) putValue(i int, name string, v *Value) {
	before := j.before(i, name)
	j.buf = appendJSON(append(j.buf, before[:len(before)-1]...), v)
}

// putText is putValue for a text.
func (j *jsonPiece) putText(i int, name, s string) {
	j.buf = appendBehind(j.buf, j.before(i, name), s)
}

// putID is putText for an id.
func (j *jsonPiece) putID(i int, name string, id account.UserID) {
	j.buf = append(id.Append(append(j.buf, j.before(i, name)...)), '"')
}

// before returns what stands before the value of field i, were it a text: it ends
// in a quotation mark.
func (j *jsonPiece) before(i int, name string) string {
	if i >= len(j.names) || j.names[i].name != name {
		j.learn(i, name)
	}
	return j.names[i].before
}

// close ends an object of n fields.
func (j *jsonPiece) close(n int) {
	if n == 0 {
		j.buf = append(append(j.buf, j.between...), '{')
	}
	j.buf = append(j.buf, j.shut...)
}

// fieldName is a name and what stands before the value under it. The objects of a
// list have the same ones in one order, so each is made once.
type fieldName struct{ name, before string }

// learn notes the name of field i.
func (j *jsonPiece) learn(i int, name string) {
	before := ","
	if i == 0 {
		before = j.between + "{"
	}
	j.names = append(j.names[:i], fieldName{name, string(append(appendQuoted([]byte(before), name), ':', '"'))})
}
