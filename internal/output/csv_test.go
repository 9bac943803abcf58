package output

import (
	"bytes"
	"encoding/csv"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestCSVCell(t *testing.T) {
	at := time.Date(2026, 11, 3, 10, 0, 0, 0, time.UTC)
	for _, row := range []struct {
		name  string
		value Value
		want  string
	}{
		{"null is empty", Null(), ""},
		{"a number is no formula", Int(-5), "-5"},
		{"times are in UTC", Time(at), "2026-11-03T10:00:00Z"},
		{"truth", Bool(true), "true"},
		{"ordinary text stays", String("Anna Åberg"), "Anna Åberg"},
		{"a comma is quoted", String("a,b"), `"a,b"`},
		{"a semicolon is quoted for readers that guess", String("a;b"), `"a;b"`},
		{"quotes are doubled", String(`a"b`), `"a""b"`},
		{"outer spaces are kept by quotes", String(" a"), `" a"`},
		{"an outer space behind too", String("a "), `"a "`},
		{"lines of text stay lines", Text("a\r\nb\n"), "\"a\nb\n\""},
		{"lines of a single-line text are shown", String("a\nb"), `a\u{a}b`},
		{"what steers is shown", String("\x1b[31m\u202e"), `\u{1b}[31m\u{202e}`},
		{"an equals sign", String("=1+1"), "'=1+1"},
		{"a plus", String("+46 8 123"), "'+46 8 123"},
		{"a minus", String("-1"), "'-1"},
		{"an at sign", String("@SUM(A1)"), "'@SUM(A1)"},
		{"a tab", String("\t=1"), `'\u{9}=1`},
		{"a carriage return", String("\r=1"), `'\u{d}=1`},
		{"a line feed", Text("\n=1"), "\"'\n=1\""},
		{"spaces before a formula do not help", String(" \u00a0=1"), "' \u00a0=1"},
		{"a quote before a formula gets another", String("'=1"), "''=1"},
		{"a quote before a word does not", String("'n Boer"), "'n Boer"},
		{"what must come back is written as it is", Exact("=1+1"), "=1+1"},
		{"also with a comma, a quote and a line break", Exact("@a,\"b\nc\td"), "\"@a,\"\"b\nc\td\""},
		{"a wide equals sign", String("＝1"), "'＝1"},
		{"a wide plus", String("＋1"), "'＋1"},
		{"a wide minus", String("－1"), "'－1"},
		{"a wide at sign", String("＠x"), "'＠x"},
		{"a formula sign inside is none", String("a=b"), "a=b"},
		{"an address is no formula", String("anna@example.org"), "anna@example.org"},
		{"only spaces", String("  "), `"  "`},
		{"a list is JSON", Strings([]string{"a", "=b"}), `"[""a"",""=b""]"`},
		{"an empty list is JSON", Strings(nil), "[]"},
		{"an object is JSON", Nested(Object{{"a", Null()}}), `"{""a"":null}"`},
	} {
		t.Run(row.name, func(t *testing.T) {
			spec := Spec{Columns: []Column{{Path: "x"}, {Path: "y"}}}
			got := printOne(t, spec, Options{Format: FormatCSV, NoHeaders: true}, Object{{"x", row.value}, {"y", Int(1)}})
			if want := row.want + ",1\n"; got != want {
				t.Errorf("got  %q\nwant %q", got, want)
			}
		})
	}
}

func TestCSV(t *testing.T) {
	spec := Spec{Columns: []Column{{Path: "email"}, {Path: "licence.plan", Wide: true}, {Path: "tags"}}}
	full := Object{{"email", String("a@b")}, {"licence", Nested(Object{{"plan", String("pro")}})}, {"tags", Strings([]string{"x"})}, {"unlisted", Int(1)}}
	for _, row := range []struct {
		name    string
		options Options
		objects []Object
		want    string
	}{
		{"all columns, also the wide ones", Options{}, []Object{full}, "email,licence.plan,tags\na@b,pro,\"[\"\"x\"\"]\"\n"},
		{"chosen columns in their order", Options{Columns: []string{"tags", "email"}}, []Object{full}, "tags,email\n\"[\"\"x\"\"]\",a@b\n"},
		{"without the header", Options{NoHeaders: true}, []Object{full}, "a@b,pro,\"[\"\"x\"\"]\"\n"},
		{"no rows have a header", Options{}, nil, "email,licence.plan,tags\n"},
		{"no rows without a header are nothing", Options{NoHeaders: true}, nil, ""},
		{"what is missing is empty", Options{}, []Object{{{"email", String("a@b")}, {"licence", Null()}}}, "email,licence.plan,tags\na@b,,\n"},
		{"a single empty cell is still a row", Options{Columns: []string{"licence.plan"}}, []Object{{}}, "licence.plan\n\"\"\n"},
	} {
		t.Run(row.name, func(t *testing.T) {
			row.options.Format = FormatCSV
			if got := printList(t, spec, row.options, row.objects...); got != row.want {
				t.Errorf("got\n%s\nwant\n%s", got, row.want)
			}
			if len(row.objects) == 1 {
				if got := printOne(t, spec, row.options, row.objects[0]); got != row.want {
					t.Errorf("as one object: got\n%s\nwant\n%s", got, row.want)
				}
			}
		})
	}
}

func TestCSVOfAnObjectWithoutASpecHasItsFields(t *testing.T) {
	got := printOne(t, Spec{}, Options{Format: FormatCSV}, Object{{"a", Int(1)}, {"b", Nested(Object{{"c", Int(2)}})}})
	if want := "a,b.c\n1,2\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// readCSV reads what was printed with the standard library's reader.
func readCSV(t fataler, text string) [][]string {
	t.Helper()
	r := csv.NewReader(strings.NewReader(text))
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatalf("%v in %q", err, text)
	}
	return rows
}

func TestCSVReadsBackAsItsCells(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.IntRange(1, 4).Draw(t, "columns")
		var spec Spec
		var want [][]string
		var names []string
		for i := range columns {
			name := string(rune('a' + i))
			spec.Columns, names = append(spec.Columns, Column{Path: name}), append(names, name)
		}
		want = append(want, names)
		var out bytes.Buffer
		l := New(&out, Options{Format: FormatCSV}).List(spec)
		for range rapid.IntRange(0, 5).Draw(t, "rows") {
			var o Object
			var cells []string
			for _, name := range names {
				s := drawText(t)
				o, cells = append(o, Field{name, String(s)}), append(cells, defused(s))
			}
			if err := l.Add(o); err != nil {
				t.Fatalf("%v", err)
			}
			want = append(want, cells)
		}
		if err := l.Close(); err != nil {
			t.Fatalf("%v", err)
		}
		if got := readCSV(t, out.String()); !reflect.DeepEqual(got, want) {
			t.Fatalf("got  %q\nwant %q\nfrom %q", got, want, out.String())
		}
	})
}

// defused is what a cell of the text s must read as. Quotes of its own do not
// count: one more stands before them, so that it can be taken off again.
func defused(s string) string {
	if strings.IndexAny(strings.TrimLeft(strings.TrimLeft(s, "'"), " \u00a0\u2028\u2029\u0085\v\f\u3000\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"), "=+-@\t\r\n＝＋－＠") == 0 {
		return "'" + Safe(s)
	}
	return Safe(s)
}

func FuzzCSVCell(f *testing.F) {
	for _, s := range []string{"", "plain", "=1+1", " =1", "a,b", "a\"b", "\r\n", "\xff", "-", "'=1", "\u202e=1", `\.`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		spec := Spec{Columns: []Column{{Path: "x"}}}
		rows := readCSV(t, printOne(t, spec, Options{Format: FormatCSV, NoHeaders: true}, Object{{"x", String(s)}}))
		if len(rows) != 1 || len(rows[0]) != 1 || rows[0][0] != defused(s) {
			t.Fatalf("got %q, want %q", rows, defused(s))
		}
		requireHarmless(t, rows[0][0])
		if trimmed := strings.TrimSpace(rows[0][0]); trimmed != "" && strings.ContainsRune("=+-@", rune(trimmed[0])) {
			t.Fatalf("%q is a formula", rows[0][0])
		}
	})
}

// printOne and printList return what a Printer wrote, and fail on its errors.

func printOne(t fataler, spec Spec, o Options, object Object) string {
	t.Helper()
	var out bytes.Buffer
	if err := New(&out, o).One(spec, object); err != nil {
		t.Fatalf("%v", err)
	}
	return out.String()
}

func printList(t fataler, spec Spec, o Options, objects ...Object) string {
	t.Helper()
	var out bytes.Buffer
	l := New(&out, o).List(spec)
	for _, object := range objects {
		if err := l.Add(object); err != nil {
			t.Fatalf("%v", err)
		}
	}
	if err := errors.Join(l.Close(), l.Close()); err != nil {
		t.Fatalf("%v", err)
	}
	return out.String()
}
