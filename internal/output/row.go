package output

import "github.com/usher-admin/usher/internal/account"

// Row takes the fields of an object one after the other and hands them on in the
// form that is wanted: JSON is written at once, for other forms an Object is
// made. A long list is made by it with no memory for each object.
type Row struct {
	part   *Part
	json   *jsonPiece // nil: the fields are gathered
	fields Object
	texts  account.Texts
	n      int // fields so far
	groups []group
}

// group is fields as an object had them, as JSON.
type group struct {
	text []byte
	n    int
}

// Row returns a row for the objects of the part, one after the other.
func (p *Part) Row() *Row {
	r := &Row{part: p}
	if j, ok := p.piece.(*jsonPiece); ok && len(j.chosen) == 0 && !j.indented {
		r.json = j
	}
	return r
}

// End adds the object to its part; the next field is that of another one.
func (r *Row) End() {
	if r.json == nil {
		r.part.Add(r.fields)
		r.fields = r.fields[:0]
		return
	}
	r.json.close(r.n)
	r.part.count++
	r.n = 0
}

// Object returns the object of a row that is none of a part.
func (r *Row) Object() Object { return r.fields }

// Value adds a field.
func (r *Row) Value(name string, v Value) {
	if r.json == nil {
		r.fields = append(r.fields, Field{name, v})
		return
	}
	r.json.putValue(r.n, name, &v)
	r.n++
}

// Group adds the fields that add does. The objects of a list often have the same
// ones as the one before: where the caller knows that group i has, what was
// written then is written again. A group may be of others.
func (r *Row) Group(i int, same bool, add func(*Row)) {
	if r.json == nil {
		add(r)
		return
	}
	for len(r.groups) <= i {
		r.groups = append(r.groups, group{})
	}
	if g := &r.groups[i]; same && g.n > 0 {
		r.json.buf = append(r.json.buf, g.text...)
		r.n += g.n
		return
	}
	from, before := len(r.json.buf), r.n
	add(r)
	g := &r.groups[i] // there may be more of them now
	g.text, g.n = append(g.text[:0], r.json.buf[from:]...), r.n-before
}

// String adds the field of String(s).
func (r *Row) String(name, s string) {
	if r.json == nil {
		r.fields = append(r.fields, Field{name, String(s)})
		return
	}
	r.json.putText(r.n, name, s)
	r.n++
}

// StringOrNull adds the field of StringOrNull(s).
func (r *Row) StringOrNull(name, s string) {
	if s == "" {
		r.Value(name, Null())
		return
	}
	r.String(name, s)
}

// ID adds the field of an id, which is null where it is zero.
func (r *Row) ID(name string, id account.UserID) {
	var room [40]byte
	switch {
	case id.IsZero():
		r.Value(name, Null())
	case r.json == nil:
		r.String(name, r.texts.Text(id.Append(room[:0])))
	default:
		r.json.putID(r.n, name, id)
		r.n++
	}
}
