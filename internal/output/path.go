package output

import (
	"slices"
	"strings"
)

// path is a dotted path taken apart once for many objects.
type path []step

// step is one name of a path, with the place it was last found at: the objects
// of a list have their fields in one order, so it is nearly always right.
type step struct {
	name string
	last int
}

func newPath(dotted string) path {
	names := strings.Split(dotted, ".")
	p := make(path, len(names))
	for i, name := range names {
		p[i].name = name
	}
	return p
}

// clone returns the path for another goroutine.
func (p path) clone() path { return slices.Clone(p) }

// in returns the value under p in o, nil if there is none.
func (p path) in(o Object) *Value {
	fields := []Field(o)
	for i := range p {
		v := p[i].find(fields)
		if v == nil || i == len(p)-1 {
			return v
		}
		fields = v.fields()
	}
	return nil
}

func (s *step) find(fields []Field) *Value {
	if s.last < len(fields) && fields[s.last].Name == s.name {
		return &fields[s.last].Value
	}
	for i := range fields {
		if fields[i].Name == s.name {
			s.last = i
			return &fields[i].Value
		}
	}
	return nil
}

// selection is the fields of an object that were chosen for JSON, as a tree.
type selection []branch

// branch is a field, whole or with what was chosen of the object in it.
type branch struct {
	step
	whole bool
	under selection
}

// selectionOf returns the tree of the columns, nil for none. What lies in one
// nested object comes together, where its first column stands.
func selectionOf(columns []Column) selection {
	var s selection
	for i := range columns {
		s = s.with(columns[i].Path)
	}
	return s
}

// clone returns the tree for another goroutine.
func (s selection) clone() selection {
	s = slices.Clone(s)
	for i := range s {
		s[i].under = s[i].under.clone()
	}
	return s
}

func (s selection) with(dotted string) selection {
	name, rest, nested := strings.Cut(dotted, ".")
	at := 0
	for at < len(s) && s[at].name != name {
		at++
	}
	if at == len(s) {
		s = append(s, branch{step: step{name: name}})
	}
	if nested {
		s[at].under = s[at].under.with(rest)
	} else {
		s[at].whole = true
	}
	return s
}

// of appends the chosen fields of o to dst. What o lacks is null, so that
// every object of a list has the same fields.
func (s selection) of(dst Object, o []Field) Object {
	for i := range s {
		b := &s[i]
		v := b.find(o)
		switch {
		case v == nil:
			dst = append(dst, Field{b.name, Null()})
		case b.whole || v.kind != kindObject:
			dst = append(dst, Field{b.name, *v})
		default:
			dst = append(dst, Field{b.name, Nested(b.under.of(nil, v.parts))})
		}
	}
	return dst
}
