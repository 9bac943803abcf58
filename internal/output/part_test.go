package output

import (
	"bytes"
	"sync"
	"testing"

	"pgregory.net/rapid"
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
