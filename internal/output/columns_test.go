package output

import (
	"bytes"
	"strings"
	"testing"

	"github.com/usher-admin/usher/internal/account"
)

func TestTitle(t *testing.T) {
	for _, row := range []struct {
		column Column
		want   string
	}{
		{Column{Path: "email"}, "EMAIL"},
		{Column{Path: "last_login_at"}, "LAST LOGIN AT"},
		{Column{Path: "licence.plan"}, "LICENCE PLAN"},
		{Column{Path: "email", Title: "E-mail"}, "E-mail"},
	} {
		if got := row.column.title(); got != row.want {
			t.Errorf("%+v: got %q, want %q", row.column, got, row.want)
		}
	}
}

func TestChoose(t *testing.T) {
	spec := Spec{Columns: []Column{{Path: "id", Wide: true}, {Path: "email"}, {Path: "licence.plan"}, {Path: "licence.state"}, {Path: "licences"}}}
	for _, row := range []struct{ name, names, want, message string }{
		{"nobody chose", "", "", ""},
		{"the order is the one chosen", "licence.state,id", "licence.state,id", ""},
		{"letter case and spaces do not matter", "E-MAIL, eMail", "", `unknown column "E-MAIL": choose from id, email, licence.plan, licence.state, licences`},
		{"a name in capitals with a space", " EMAIL", "email", ""},
		{"a nested object stands for its columns", "email,Licence", "email,licence.plan,licence.state", ""},
		{"an unknown column", "email,emial", "", `unknown column "emial": choose from id, email, licence.plan, licence.state, licences`},
		{"a part of a name is no column", "lic", "", `unknown column "lic": choose from id, email, licence.plan, licence.state, licences`},
		{"an empty name is no column", "email,", "", `unknown column "": choose from id, email, licence.plan, licence.state, licences`},
		{"what could steer a terminal is quoted", "\x1b[31m", "", `unknown column "\x1b[31m": choose from id, email, licence.plan, licence.state, licences`},
		{"a column twice", "email,email", "", `column "email" is chosen twice`},
		{"a column inside its object twice", "licence,licence.plan", "", `column "licence.plan" is chosen twice`},
	} {
		t.Run(row.name, func(t *testing.T) {
			var names []string
			if row.names != "" {
				names = strings.Split(row.names, ",")
			}
			got, err := spec.choose(names)
			if text := strings.Join((Spec{Columns: got}).Paths(), ","); text != row.want {
				t.Errorf("got %q, want %q", text, row.want)
			}
			requireError(t, err, row.message)
		})
	}
}

// requireError wants a usage error about a column with the given message, or
// none for "".
func requireError(t *testing.T, err error, message string) {
	t.Helper()
	if message == "" {
		if err != nil {
			t.Errorf("got error %v, want none", err)
		}
		return
	}
	if err == nil || err.Error() != message || account.KindOf(err) != account.Usage || account.CodeOf(err) != "usage.column" {
		t.Errorf("got error  %v (%v, %q)\nwant error %s", err, account.KindOf(err), account.CodeOf(err), message)
	}
}

func TestAWrongColumnIsRefusedBeforeAnythingIsPrinted(t *testing.T) {
	spec := Spec{Key: "a", Columns: []Column{{Path: "a"}}, Empty: "none"}
	const message = `unknown column "b": choose from a`
	for _, format := range Formats() {
		for _, quiet := range []bool{false, true} {
			var out, talk bytes.Buffer
			p := New(&out, Options{Format: Format(format), Columns: []string{"b"}, Quiet: quiet, Talk: &talk})
			requireError(t, p.Check(spec), message)
			requireError(t, p.One(spec, Object{{"a", Int(1)}}), message)
			l := p.List(spec)
			requireError(t, l.Add(Object{{"a", Int(1)}}), message)
			requireError(t, l.Flush(), message)
			requireError(t, l.Close(), message)
			if out.Len()+talk.Len() > 0 {
				t.Errorf("%s: got %q and %q, want nothing", format, out.String(), talk.String())
			}
		}
	}
	requireError(t, New(nil, Options{Columns: []string{"a"}}).Check(spec), "")
}

func TestParseFormat(t *testing.T) {
	for _, name := range Formats() {
		if f, err := ParseFormat(name); err != nil || string(f) != name {
			t.Errorf("%q: got %q, %v", name, f, err)
		}
	}
	for _, name := range []string{"", "xml", "JSON", "table "} {
		f, err := ParseFormat(name)
		if f != "" || account.KindOf(err) != account.Usage || account.CodeOf(err) != "usage.choice" {
			t.Errorf("%q: got %q, %v", name, f, err)
		} else if !strings.HasSuffix(err.Error(), "choose table, json, jsonl or csv") {
			t.Errorf("%q: %v does not name the choices", name, err)
		}
	}
}

func TestAt(t *testing.T) {
	o := Object{{"a", Int(1)}, {"b", Nested(Object{{"c", Nested(Object{{"d", Int(2)}})}, {"n", Null()}})}, {"l", Objects([]Object{{{"x", Int(3)}}})}}
	for path, want := range map[string]string{
		"a": "1", "b.c.d": "2", "b.c": `{"d":2}`, "b.n": "null", "b.n.x": "null", "a.x": "null", "x": "null", "": "null", "b.": "null", "l": `[{"x":3}]`, "l.x": "null",
	} {
		if got := string(AppendJSON(nil, o.At(path))); got != want {
			t.Errorf("At(%q): got %s, want %s", path, got, want)
		}
		v := newPath(path).in(o)
		if v == nil {
			v = &Value{}
		}
		if got := string(AppendJSON(nil, *v)); got != want {
			t.Errorf("path %q: got %s, want %s", path, got, want)
		}
	}
	if !o.At("x").IsNull() || o.At("a").IsNull() {
		t.Error("IsNull is true of what is missing, and of nothing else")
	}
}

// A path remembers where it found a field; objects of another order must not
// confuse it.
func TestPathFindsFieldsInAnyOrder(t *testing.T) {
	p := newPath("b.c")
	for i, o := range []Object{
		{{"a", Int(0)}, {"b", Nested(Object{{"c", Int(1)}})}},
		{{"b", Nested(Object{{"x", Int(0)}, {"c", Int(2)}})}, {"a", Int(0)}},
		{{"b", Nested(Object{{"c", Int(3)}, {"x", Int(0)}})}},
	} {
		if got := p.in(o); got == nil || got.num != int64(i+1) {
			t.Errorf("object %d: got %v", i, got)
		}
	}
	if got := p.in(nil); got != nil {
		t.Errorf("got %v in nothing", got)
	}
}
