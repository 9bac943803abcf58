package output

import (
	"bytes"
	"errors"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/usher-admin/usher/internal/account"
)

// In whatever parts a list is made, it is the one that its objects make one by
// one.
func TestPartsMakeTheSameList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		options := Options{
			Format:    Format(rapid.SampledFrom(Formats()).Draw(t, "format")),
			Terminal:  rapid.Bool().Draw(t, "terminal"),
			Quiet:     rapid.IntRange(0, 5).Draw(t, "quiet") == 0,
			NoHeaders: rapid.Bool().Draw(t, "no headers"),
			Columns:   rapid.SampledFrom([][]string{nil, {"licence", "email"}, {"seats"}}).Draw(t, "columns"),
			Width:     rapid.SampledFrom([]int{0, 40}).Draw(t, "width"),
		}
		objects := make([]Object, rapid.SampledFrom([]int{0, 1, 7, sampleRows, sampleRows + 5}).Draw(t, "objects"))
		for i := range objects {
			objects[i], _ = person(i, nil, nil)
		}
		var inParts bytes.Buffer
		l := New(&inParts, options).List(personSpec())
		for left := objects; len(left) > 0; {
			n := rapid.IntRange(0, len(left)).Draw(t, "part")
			if n < len(left)/4 {
				n = len(left) / 2
			}
			p := l.Part()
			for _, o := range left[:n] {
				p.Add(o)
			}
			if err := l.Append(p); err != nil {
				t.Fatal(err)
			}
			if left = left[n:]; len(left) > 0 && rapid.Bool().Draw(t, "and one by itself") {
				if err := l.Add(left[0]); err != nil {
					t.Fatal(err)
				}
				left = left[1:]
			}
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		if want := printListed(t, options, objects); inParts.String() != want || l.Count() != len(objects) {
			t.Errorf("%d of %d objects, got\n%s\nwant\n%s", l.Count(), len(objects), inParts.String(), want)
		}
	})
}

func printListed(t *rapid.T, options Options, objects []Object) string {
	var out bytes.Buffer
	l := New(&out, options).List(personSpec())
	for _, o := range objects {
		if err := l.Add(o); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// Parts of one list share nothing that changes; the race detector looks.
func TestPartsAreMadeBesideEachOther(t *testing.T) {
	for _, format := range Formats() {
		var out bytes.Buffer
		l := New(&out, Options{Format: Format(format), Columns: []string{"licence.plan", "email"}}).List(personSpec())
		parts := []*Part{l.Part(), l.Part(), l.Part()}
		var all sync.WaitGroup
		for i, p := range parts {
			all.Go(func() {
				for range 100 {
					o, _ := person(i, nil, nil)
					p.Add(o)
				}
			})
		}
		all.Wait()
		for _, p := range parts {
			if err := l.Append(p); err != nil || p.Count() != 0 {
				t.Fatalf("%s: %v, and %d are left", format, err, p.Count())
			}
		}
		if err := l.Close(); err != nil || l.Count() != 300 {
			t.Errorf("%s: %d objects, %v", format, l.Count(), err)
		}
	}
}

func TestAPartOfAListThatFailedTakesNothing(t *testing.T) {
	var out bytes.Buffer
	l := New(&out, Options{Columns: []string{"none"}}).List(personSpec())
	p := l.Part()
	p.Add(Object{{"email", String("anna@example.org")}})
	if err := l.Append(p); err == nil || p.Count() != 0 || l.Count() != 0 || out.Len() > 0 {
		t.Errorf("got %v, %d objects and %q", err, l.Count(), out.String())
	}
}

// fill is what a row is filled with, and the object that it must be.
func fill(r *Row, group int, o Object) {
	for i := range o {
		f := &o[i]
		if i == group {
			r.Group(0, true, func(r *Row) { r.Value(f.Name, f.Value) })
			continue
		}
		switch f.Value.kind {
		case kindString:
			r.String(f.Name, f.Value.text)
		case kindNull:
			r.StringOrNull(f.Name, "")
		default:
			r.Value(f.Name, f.Value)
		}
	}
}

// Whatever is put into a row field by field is printed as the object would be.
func TestRowsAreObjects(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		options := Options{
			Format:   Format(rapid.SampledFrom(Formats()).Draw(t, "format")),
			Terminal: rapid.Bool().Draw(t, "terminal"),
			Columns:  rapid.SampledFrom([][]string{nil, {"email"}}).Draw(t, "columns"),
		}
		repeated, _ := drawValue(t, 1)
		group := rapid.IntRange(0, 3).Draw(t, "group")
		var objects []Object
		for range rapid.IntRange(0, 5).Draw(t, "objects") {
			o := Object{}
			for _, name := range []string{"email", "status", "id"} {
				v, _ := drawValue(t, 2)
				if rapid.IntRange(0, 9).Draw(t, "other name") == 0 {
					name = "n" + drawText(t)
				}
				o = append(o, Field{name, v})
			}
			if group < len(o) {
				o[group] = Field{"group", repeated}
			}
			objects = append(objects, o)
		}
		var out bytes.Buffer
		l := New(&out, options).List(personSpec())
		part := l.Part()
		row := part.Row()
		for _, o := range objects {
			fill(row, group, o)
			row.End()
		}
		if err := l.Append(part); err != nil {
			t.Fatal(err)
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		if want := printListed(t, options, objects); out.String() != want {
			t.Errorf("got\n%s\nwant\n%s", out.String(), want)
		}
	})
}

func TestIDsInRows(t *testing.T) {
	id := account.UserID{0x01, 0x93, 0xa2, 0xb4, 0x7c, 0x1d, 0x7e, 0x2f, 0x8a, 0x3b, 0x4c, 0x5d, 0x6e, 0x7f, 0x80, 0x91}
	for format, want := range map[Format]string{
		FormatJSONL: `{"id":"0193a2b4-7c1d-7e2f-8a3b-4c5d6e7f8091","none":null}` + "\n",
		FormatCSV:   "id,none\n0193a2b4-7c1d-7e2f-8a3b-4c5d6e7f8091,\n",
	} {
		var out bytes.Buffer
		l := New(&out, Options{Format: format}).List(Spec{Columns: []Column{{Path: "id"}, {Path: "none"}}})
		part := l.Part()
		row := part.Row()
		row.ID("id", id)
		row.ID("none", account.UserID{})
		row.End()
		if err := errors.Join(l.Append(part), l.Close()); err != nil || out.String() != want {
			t.Errorf("got %q, %v, want %q", out.String(), err, want)
		}
	}
}
