package output

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/clipperhouse/displaywidth"
	"pgregory.net/rapid"
)

func users() (Spec, []Object) {
	at := time.Date(2026, 11, 3, 10, 11, 12, 345e6, time.UTC)
	spec := Spec{Key: "email", Columns: []Column{
		{Path: "email"}, {Path: "name", Cut: true}, {Path: "status", State: true}, {Path: "seats", Right: true},
		{Path: "seen_at"}, {Path: "tags"}, {Path: "id", Wide: true},
	}}
	return spec, []Object{
		{{"id", String("1")}, {"email", String("anna@example.org")}, {"name", String("Anna Åkerström")}, {"status", String("active")},
			{"seats", Int(7)}, {"seen_at", TimeMilli(at)}, {"tags", Strings([]string{"x", "y"})}},
		{{"id", String("2")}, {"email", String("lee@example.org")}, {"name", String("李小龙")}, {"status", String("suspended")},
			{"seats", Int(1000)}, {"seen_at", Null()}, {"tags", Strings(nil)}},
	}
}

func TestTable(t *testing.T) {
	spec, objects := users()
	stockholm := time.FixedZone("CET", 3600)
	for _, row := range []struct {
		name    string
		options Options
		want    string
	}{
		{"into a pipe", Options{Location: stockholm, Width: 10}, `
EMAIL             NAME            STATUS     SEATS  SEEN AT                   TAGS
anna@example.org  Anna Åkerström  active         7  2026-11-03T10:11:12.345Z  x, y
lee@example.org   李小龙          suspended   1000  -                         -
`},
		{"on a terminal times are local", Options{Terminal: true, Location: stockholm}, `
EMAIL             NAME            STATUS     SEATS  SEEN AT              TAGS
anna@example.org  Anna Åkerström  active         7  2026-11-03 11:11:12  x, y
lee@example.org   李小龙          suspended   1000  -                    -
`},
		{"on a terminal without a place times are in UTC", Options{Terminal: true, NoHeaders: true, Columns: []string{"seen_at"}}, `
2026-11-03 10:11:12
-
`},
		{"chosen columns in their order, also a wide one", Options{Columns: []string{"seats", "id"}}, `
SEATS  ID
    7  1
 1000  2
`},
		{"without a header the widths are those of the cells", Options{NoHeaders: true, Columns: []string{"id", "seats"}}, `
1     7
2  1000
`},
		{"in colour", Options{Terminal: true, Color: true, Columns: []string{"status", "id"}}, `
` + "\x1b[1mSTATUS\x1b[0m     \x1b[1mID\x1b[0m" + `
` + "\x1b[32mactive\x1b[0m     1" + `
` + "\x1b[31msuspended\x1b[0m  2" + `
`},
		{"a terminal too narrow cuts only what may be cut", Options{Terminal: true, Width: 35, Columns: []string{"email", "name", "id"}}, `
EMAIL             NAME           ID
anna@example.org  Anna Åkerstr…  1
lee@example.org   李小龙         2
`},
		{"a terminal far too narrow leaves something to recognise", Options{Terminal: true, Width: 5, Columns: []string{"name", "email"}}, `
NAME          EMAIL
Anna Åkerst…  anna@example.org
李小龙        lee@example.org
`},
		{"a terminal just wide enough cuts nothing", Options{Terminal: true, Width: 36, Columns: []string{"email", "name", "id"}}, `
EMAIL             NAME            ID
anna@example.org  Anna Åkerström  1
lee@example.org   李小龙          2
`},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := "\n" + printList(t, spec, row.options, objects...); got != row.want {
				t.Errorf("got\n%s\nwant\n%s", got, row.want)
			}
		})
	}
}

func TestTableSpeaksInWordsUnlessAskedForTheValue(t *testing.T) {
	spec := Spec{Columns: []Column{{Path: "action", Title: "WHAT", Words: func(o Object) string {
		if o.At("action").AsText() == "user.delete" {
			return "delete user\u202e"
		}
		return ""
	}}}}
	objects := []Object{{{"action", String("user.delete")}}, {{"action", String("init")}}}
	if got, want := printList(t, spec, Options{}, objects...), "WHAT\ndelete user\\u{202e}\ninit\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if got, want := printList(t, spec, Options{Columns: []string{"action"}}, objects...), "WHAT\nuser.delete\ninit\n"; got != want {
		t.Errorf("when asked for, got\n%swant\n%s", got, want)
	}
}

func TestTableCutsTheWidestFirst(t *testing.T) {
	spec := Spec{Columns: []Column{{Path: "a", Cut: true}, {Path: "b", Cut: true}, {Path: "c", Cut: true}}}
	o := Object{{"a", String(strings.Repeat("a", 20))}, {"b", String(strings.Repeat("b", 14))}, {"c", String("c")}}
	got := printList(t, spec, Options{Terminal: true, Width: 31, NoHeaders: true}, o)
	if want := strings.Repeat("a", 12) + "…  " + strings.Repeat("b", 12) + "…  c\n"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestATableWithoutRowsPrintsNothingButItsWords(t *testing.T) {
	spec, _ := users()
	spec.Empty = "no users"
	for _, row := range []struct {
		name, out, talk string
		options         Options
	}{
		{"table", "", "no users\n", Options{}},
		{"quiet", "", "", Options{Quiet: true}},
		{"json", "[]\n", "", Options{Format: FormatJSON}},
		{"json on a terminal", "[]\n", "", Options{Format: FormatJSON, Terminal: true}},
		{"jsonl", "", "", Options{Format: FormatJSONL}},
	} {
		var talk bytes.Buffer
		row.options.Talk = &talk
		if out := printList(t, spec, row.options); out != row.out || talk.String() != row.talk {
			t.Errorf("%s: got %q and %q, want %q and %q", row.name, out, talk.String(), row.out, row.talk)
		}
	}
	if out := printList(t, spec, Options{}); out != "" {
		t.Errorf("without anybody to talk to: got %q", out)
	}
	var talk bytes.Buffer
	_, objects := users()
	if printList(t, spec, Options{Talk: &talk}, objects...); talk.Len() > 0 {
		t.Errorf("got %q beside a table with rows", talk.String())
	}
}

func TestTableShowsForeignTextSafely(t *testing.T) {
	spec := Spec{Columns: []Column{{Path: "a"}, {Path: "b"}}}
	got := printList(t, spec, Options{}, Object{{"a", Text("x\ny\x1b[2J")}, {"b", Objects([]Object{{{"k", String("\u202e")}}})}},
		Object{{"a", Strings([]string{"\a"})}, {"b", Nested(Object{{"k", String("\x9b")}})}})
	want := `A                 B
x\u{a}y\u{1b}[2J  [{"k":"\u202e"}]
\u{7}             {"k":"\ufffd"}
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// A row too long for the settled widths pushes its own cells only, and falls
// back into its columns as soon as it can.
func TestALongTableStreams(t *testing.T) {
	spec := Spec{Columns: []Column{{Path: "a"}, {Path: "b", Width: 4}, {Path: "c", Right: true}, {Path: "d"}}}
	var out bytes.Buffer
	l := New(&out, Options{}).List(spec)
	add := func(a, b string, c int64) {
		t.Helper()
		if err := l.Add(Object{{"a", String(a)}, {"b", String(b)}, {"c", Int(c)}, {"d", String("end")}}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range sampleRows {
		a := "a"
		if i == sampleRows-10 {
			a = "aaa" // late, but soon enough to be measured
		}
		add(a, "b", 10)
	}
	if out.Len() > 0 {
		t.Fatalf("got %d bytes before the widths are settled", out.Len())
	}
	for range 2000 {
		add("a", "b", 1)
	}
	if out.Len() == 0 {
		t.Fatal("got nothing after the widths were settled")
	}
	add("aaaaaa", "b", 1)
	add("aaaaaa", "bbbb", 12345)
	add("a", "b", 1)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(out.String(), "\n")
	got := strings.Join(append(lines[:2:2], lines[len(lines)-5:]...), "\n")
	want := `A    B      C  D
a    b     10  end
a    b      1  end
aaaaaa  b   1  end
aaaaaa  bbbb  12345  end
a    b      1  end
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if l.Count() != sampleRows+2003 || len(lines) != sampleRows+2005 {
		t.Errorf("got %d rows in %d lines", l.Count(), len(lines))
	}
}

func TestATableOfLargeRowsStreamsEarlier(t *testing.T) {
	var out bytes.Buffer
	l := New(&out, Options{}).List(Spec{Columns: []Column{{Path: "a"}}})
	for range 20 {
		if err := l.Add(Object{{"a", String(strings.Repeat("x", sampleBytes/10))}}); err != nil {
			t.Fatal(err)
		}
	}
	if out.Len() < sampleBytes {
		t.Errorf("got %d bytes, want more than %d", out.Len(), sampleBytes)
	}
}

func TestTableFlushShowsWhatCame(t *testing.T) {
	spec := Spec{Columns: []Column{{Path: "a", Width: 5}, {Path: "b"}}, Empty: "nothing"}
	var out, talk bytes.Buffer
	l := New(&out, Options{Talk: &talk}).List(spec)
	for i, want := range []string{"", "A      B\nx      0\n", "A      B\nx      0\nx      1\n"} {
		if i > 0 {
			if err := l.Add(Object{{"a", String("x")}, {"b", Int(int64(i - 1))}}); err != nil {
				t.Fatal(err)
			}
		}
		if err := l.Flush(); err != nil || out.String() != want {
			t.Errorf("after %d rows: got %q, %v, want %q", i, out.String(), err, want)
		}
	}
	if err := l.Close(); err != nil || talk.Len() > 0 {
		t.Errorf("got %v and %q", err, talk.String())
	}
}

// Whatever the cells hold, every row of a buffered table has its columns where
// the header has them, and a reader gets each cell whole. (A cell that begins
// with a combining letter has no width of its own, so none does here.)
func TestTableColumnsAlign(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spec := Spec{Columns: []Column{{Path: "a"}, {Path: "b", Right: true}, {Path: "c"}}}
		var objects []Object
		for range rapid.IntRange(1, 6).Draw(t, "rows") {
			objects = append(objects, Object{{"a", String("x" + drawText(t))}, {"b", String("x" + drawText(t))}, {"c", String("|")}})
		}
		out := printList(t, spec, Options{}, objects...)
		requireHarmless(t, strings.ReplaceAll(out, "\n", ""))
		lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
		if len(lines) != len(objects)+1 {
			t.Fatalf("got %d lines for %d objects:\n%s", len(lines), len(objects), out)
		}
		at := displaywidth.String(strings.TrimSuffix(lines[0], "C"))
		for i, line := range lines[1:] {
			if got := displaywidth.String(strings.TrimSuffix(line, "|")); got != at {
				t.Fatalf("row %d: last column at %d, want %d:\n%s", i, got, at, out)
			}
			for _, f := range objects[i][:2] {
				if !strings.Contains(line, Safe(f.Value.text)) {
					t.Fatalf("row %d lacks %q:\n%s", i, Safe(f.Value.text), out)
				}
			}
		}
	})
}

func TestStateColours(t *testing.T) {
	for colour, words := range map[string]string{green: "active ok true", yellow: "pending assigned", red: "suspended denied failed false", plain: "x - Active"} {
		for _, word := range strings.Fields(words) {
			want := colour + word + reset
			if colour == plain {
				want = word
			}
			if got := string(appendPainted(nil, stateColour(word), []byte(word))); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
	}
}

func ExamplePrinter_List() {
	var out bytes.Buffer
	spec := Spec{Key: "email", Columns: []Column{{Path: "email"}, {Path: "licence.plan"}}}
	l := New(&out, Options{}).List(spec)
	_ = l.Add(Object{{"email", String("anna@example.org")}, {"licence", Nested(Object{{"plan", String("pro")}})}})
	_ = l.Add(Object{{"email", String("lee@example.org")}, {"licence", Null()}})
	_ = l.Close()
	fmt.Print(out.String())
	// Output:
	// EMAIL             LICENCE PLAN
	// anna@example.org  pro
	// lee@example.org   -
}
