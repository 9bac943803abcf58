package output

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

func licensed() (Spec, Object) {
	at := time.Date(2026, 11, 3, 10, 11, 12, 0, time.UTC)
	spec := Spec{Key: "email", Columns: []Column{
		{Path: "email"}, {Path: "status", State: true}, {Path: "licence.plan"}, {Path: "licence.state", Wide: true}, {Path: "seen_at"}, {Path: "missing"},
	}}
	return spec, Object{
		{"email", String("anna@example.org")}, {"status", String("active")},
		{"licence", Nested(Object{{"plan", String("pro")}, {"state", Null()}})}, {"seen_at", Time(at)},
	}
}

func TestOne(t *testing.T) {
	spec, o := licensed()
	for _, row := range []struct {
		name    string
		options Options
		want    string
	}{
		{"a table has a line for each field", Options{}, `
email          anna@example.org
status         active
licence.plan   pro
licence.state  -
seen_at        2026-11-03T10:11:12Z
`},
		{"on a terminal with local time and colour", Options{Terminal: true, Color: true, Location: time.FixedZone("", 7200), Columns: []string{"seen_at", "status"}}, `
` + "\x1b[1mseen_at\x1b[0m  2026-11-03 12:11:12\n\x1b[1mstatus\x1b[0m   \x1b[32mactive\x1b[0m" + `
`},
		{"in colour without columns chosen", Options{Color: true}, `
` + "\x1b[1memail\x1b[0m          anna@example.org\n\x1b[1mstatus\x1b[0m         \x1b[32mactive\x1b[0m\n" +
			"\x1b[1mlicence.plan\x1b[0m   pro\n\x1b[1mlicence.state\x1b[0m  -\n\x1b[1mseen_at\x1b[0m        2026-11-03T10:11:12Z" + `
`},
		{"chosen fields", Options{Columns: []string{"licence", "missing"}}, `
licence.plan   pro
licence.state  -
missing        -
`},
		{"without headers only the values", Options{NoHeaders: true, Columns: []string{"licence.plan", "email"}}, `
pro
anna@example.org
`},
		{"JSON in a pipe is one line", Options{Format: FormatJSON}, `
{"email":"anna@example.org","status":"active","licence":{"plan":"pro","state":null},"seen_at":"2026-11-03T10:11:12Z"}
`},
		{"JSON on a terminal is indented", Options{Format: FormatJSON, Terminal: true, Columns: []string{"licence.plan"}}, `
{
  "licence": {
    "plan": "pro"
  }
}
`},
		{"JSON Lines are one line everywhere", Options{Format: FormatJSONL, Terminal: true, Columns: []string{"missing", "licence.state", "email", "licence.plan"}}, `
{"missing":null,"licence":{"state":null,"plan":"pro"},"email":"anna@example.org"}
`},
		{"CSV", Options{Format: FormatCSV}, `
email,status,licence.plan,licence.state,seen_at,missing
anna@example.org,active,pro,,2026-11-03T10:11:12Z,
`},
		{"quiet", Options{Quiet: true, Format: FormatJSON}, `
anna@example.org
`},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := "\n" + printOne(t, spec, row.options, o); got != row.want {
				t.Errorf("got\n%s\nwant\n%s", got, row.want)
			}
		})
	}
}

func TestOneShowsListsAndLinesBelow(t *testing.T) {
	o := Object{
		{"ok", Bool(false)},
		{"instructions", Text("Sign in:\r\n  usher login\x1b[2J\n")},
		{"findings", Objects([]Object{
			{{"kind", String("orphan")}, {"at", Nested(Object{{"bucket", String("users")}})}, {"n", Int(1)}},
			{{"kind", String("x")}, {"at", Null()}},
		})},
		{"members", Strings([]string{"a", "b"})},
		{"none", Objects(nil)},
		{"empty", Nested(nil)},
		{"a.b", String("\n")},
		{"k\x1b", Int(1)},
	}
	want := `
ok            false
instructions  Sign in:
                usher login\u{1b}[2J
findings      KIND    AT BUCKET  N
              orphan  users      1
              x       -          -
members       a, b
none          -
empty         {}
a.b           \u{a}
k\u{1b}       1
`
	if got := "\n" + printOne(t, Spec{}, Options{}, o); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	want = `
orphan  users  1
x       -      -
`
	if got := "\n" + printOne(t, Spec{Columns: []Column{{Path: "findings"}}}, Options{NoHeaders: true, Columns: []string{"findings"}}, o); got != want {
		t.Errorf("without headers: got\n%s\nwant\n%s", got, want)
	}
}

func TestOneWithManyFindings(t *testing.T) {
	rows := make([]Object, 3*sampleRows)
	for i := range rows {
		rows[i] = Object{{"row", Int(int64(i))}, {"text", String("not an address at all")}}
	}
	got := printOne(t, Spec{}, Options{Terminal: true, Width: 20}, Object{{"rows", Objects(rows)}})
	if lines := strings.Count(got, "\n"); lines != len(rows)+1 {
		t.Errorf("got %d lines, want %d", lines, len(rows)+1)
	}
}

func TestQuiet(t *testing.T) {
	objects := []Object{{{"id", String("a")}}, {{"id", Null()}}, {}, {{"id", Int(7)}}, {{"id", String("\x1b")}}, {{"id", String("")}}}
	for _, format := range Formats() {
		o := Options{Format: Format(format), Quiet: true}
		if got, want := printList(t, Spec{Key: "id"}, o, objects...), "a\n7\n\\u{1b}\n"; got != want {
			t.Errorf("%s: got %q, want %q", format, got, want)
		}
		if got := printList(t, Spec{}, o, objects...); got != "" {
			t.Errorf("%s without a key: got %q", format, got)
		}
	}
}

func TestListOfJSON(t *testing.T) {
	spec, o := licensed()
	none := Object{{"email", Null()}, {"licence", Null()}}
	for _, row := range []struct {
		name    string
		options Options
		want    string
	}{
		{"an array has a line for each object", Options{Format: FormatJSON, Columns: []string{"email", "licence.plan"}}, `
[{"email":"anna@example.org","licence":{"plan":"pro"}},
{"email":null,"licence":null}]
`},
		{"on a terminal it is indented", Options{Format: FormatJSON, Terminal: true, Columns: []string{"email"}}, `
[
  {
    "email": "anna@example.org"
  },
  {
    "email": null
  }
]
`},
		{"JSON Lines have a line for each object", Options{Format: FormatJSONL, Terminal: true}, `
{"email":"anna@example.org","status":"active","licence":{"plan":"pro","state":null},"seen_at":"2026-11-03T10:11:12Z"}
{"email":null,"licence":null}
`},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := printList(t, spec, row.options, o, none)
			if "\n"+got != row.want {
				t.Errorf("got\n%s\nwant\n%s", got, row.want)
			}
			if row.options.Format == FormatJSON && !json.Valid([]byte(got)) {
				t.Errorf("no valid JSON: %s", got)
			}
		})
	}
}

// A list is written in pieces, as it comes, and by Flush at once.
func TestListsStream(t *testing.T) {
	for _, format := range Formats() {
		var out bytes.Buffer
		spec, o := licensed()
		l := New(&out, Options{Format: Format(format)}).List(spec)
		for range 2000 {
			if err := l.Add(o); err != nil {
				t.Fatal(err)
			}
		}
		if out.Len() < spillAt {
			t.Errorf("%s: got %d bytes, want a piece of the list", format, out.Len())
		}
		before := out.Len()
		if err := errors.Join(l.Add(o), l.Flush()); err != nil || out.Len() == before {
			t.Errorf("%s: got %d bytes after Flush, %v", format, out.Len()-before, err)
		}
	}
}

func TestStateColourNeedsItsColumn(t *testing.T) {
	got := printOne(t, Spec{}, Options{Color: true, NoHeaders: true}, Object{{"status", String("active")}})
	if got != "active\n" {
		t.Errorf("got %q, want no colour", got)
	}
}

// failing takes some bytes, then fails.
type failing struct {
	left int
	err  error
}

func (f *failing) Write(p []byte) (int, error) {
	f.left -= len(p)
	if f.left < 0 {
		return 0, f.err
	}
	return len(p), nil
}

// unchanged reports whether err is want itself, with nothing around it.
func unchanged(err, want error) bool {
	return errors.Is(err, want) && errors.Unwrap(err) == nil && err.Error() == want.Error()
}

func TestTheWritersErrorComesBackUnchanged(t *testing.T) {
	broken := errors.New("broken pipe")
	spec, o := licensed()
	for _, format := range Formats() {
		for _, quiet := range []bool{false, true} {
			w := &failing{left: 2 * spillAt, err: broken}
			p := New(w, Options{Format: Format(format), Quiet: quiet})
			l := p.List(spec)
			var err error
			for i := 0; i < 100_000 && err == nil; i++ {
				err = l.Add(o)
			}
			if !unchanged(err, broken) || !unchanged(l.Add(o), broken) || !unchanged(l.Flush(), broken) || !unchanged(l.Close(), broken) {
				t.Errorf("%s: got %v", format, err)
			}
			if err := p.One(spec, o); !unchanged(err, broken) {
				t.Errorf("%s: the printer forgot: got %v", format, err)
			}
			w = &failing{err: broken}
			if err := New(w, Options{Format: Format(format), Quiet: quiet}).One(spec, o); !unchanged(err, broken) {
				t.Errorf("%s: one object: got %v", format, err)
			}
			l = New(w, Options{Format: Format(format), Quiet: quiet}).List(spec)
			if err := l.Add(o); err != nil {
				t.Errorf("%s: a small list is written too early", format)
			}
			if err := l.Close(); !unchanged(err, broken) {
				t.Errorf("%s: small list: got %v", format, err)
			}
		}
	}
	l := New(io.Discard, Options{Talk: &failing{err: broken}}).List(Spec{Empty: "none"})
	if err := l.Close(); err != nil {
		t.Errorf("words that could not be said: got %v, want none: the list is whole", err)
	}
}

type short struct{}

func (short) Write(p []byte) (int, error) { return len(p) - 1, nil }

func TestAShortWriteIsAnError(t *testing.T) {
	spec, o := licensed()
	if err := New(short{}, Options{}).One(spec, o); !unchanged(err, io.ErrShortWrite) {
		t.Errorf("got %v, want %v", err, io.ErrShortWrite)
	}
}

func TestARowAllocatesNothing(t *testing.T) {
	var o, licence Object
	for _, format := range Formats() {
		l := New(io.Discard, Options{Format: Format(format)}).List(personSpec())
		add := func() {
			o, licence = person(1, o, licence)
			if err := l.Add(o); err != nil {
				t.Fatal(err)
			}
		}
		for range 3 * sampleRows {
			add()
		}
		if n := testing.AllocsPerRun(1000, add); n > 0 {
			t.Errorf("%s: %v allocations a row, want none", format, n)
		}
	}
}
