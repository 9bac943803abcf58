package output

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// streamed returns objects as a stream.
func streamed(objects []Object) Value {
	return Stream(len(objects), func(add func(Object) error) error {
		for _, o := range objects {
			if err := add(o); err != nil {
				return err
			}
		}
		return nil
	})
}

// Nobody can see whether the objects of a list were all there beforehand.
func TestAStreamIsPrintedAsTheListThatItIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := Options{
			Format:    Format(rapid.SampledFrom(Formats()).Draw(t, "format")),
			NoHeaders: rapid.Bool().Draw(t, "no headers"),
			Terminal:  rapid.Bool().Draw(t, "terminal"),
			Color:     rapid.Bool().Draw(t, "colour"),
		}
		spec := Spec{Columns: []Column{{Path: "read", State: true}, {Path: "rows"}, {Path: "end"}}}
		if rapid.Bool().Draw(t, "chosen") {
			o.Columns = rapid.Permutation([]string{"read", "rows", "end"}).Draw(t, "columns")[:rapid.IntRange(1, 3).Draw(t, "how many")]
		}
		text := rapid.SampledFrom([]string{"", "plain", "a,b", `"quoted"`, "two\nlines", "\x1b[2J", "=1+1", "ö 李"})
		var objects []Object
		for range rapid.SampledFrom([]int{0, 1, 3, sampleRows - 1, sampleRows + 1, 3 * sampleRows}).Draw(t, "objects") {
			value := "again"
			if len(objects) < 5 {
				value = text.Draw(t, "value")
			}
			objects = append(objects, Object{{"row", Int(int64(len(objects)))}, {"in", Nested(Object{{"value", StringOrNull(value)}})}})
		}
		read := String(text.Draw(t, "read"))
		whole := func(rows Value) string {
			return printOne(t, spec, o, Object{{"read", read}, {"rows", rows}, {"end", Int(1)}})
		}
		want := whole(Objects(objects))
		if got := whole(streamed(objects)); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	})
}

// A stream of any length takes the room of its widest objects.
func TestAStreamIsWrittenAsItComes(t *testing.T) {
	const n = 20_000
	item := Object{{"row", Int(1)}, {"message", String(strings.Repeat("not an address, ", 5))}}
	for _, format := range Formats() {
		for _, terminal := range []bool{false, true} {
			var out bytes.Buffer
			p := New(&out, Options{Format: Format(format), Terminal: terminal})
			rows := Stream(n, func(add func(Object) error) error {
				for i := range n {
					if err := add(item); err != nil {
						return err
					}
					if written := out.Len(); i > 2*sampleRows && written < i*40-4*spillAt {
						t.Fatalf("%s: of %d objects %d bytes were written", format, i, written)
					}
				}
				return nil
			})
			if err := p.One(Spec{}, Object{{"rows", rows}}); err != nil {
				t.Fatal(err)
			}
			if held := cap(p.out.buf); held > 4*spillAt {
				t.Errorf("%s: %d bytes were held", format, held)
			}
		}
	}
}

// What ends a stream, or the writer, is the error of the printing.
func TestAStreamThatFailsEndsThePrinting(t *testing.T) {
	lost := errors.New("lost")
	for _, format := range Formats() {
		failing := Stream(2, func(add func(Object) error) error {
			if err := add(Object{{"row", Int(1)}}); err != nil {
				return err
			}
			return lost
		})
		p := New(&bytes.Buffer{}, Options{Format: Format(format)})
		if err := p.One(Spec{}, Object{{"rows", failing}}); !errors.Is(err, lost) {
			t.Errorf("%s: got %v, want that of the stream", format, err)
		}
		item := Object{{"text", String(strings.Repeat("x", 2*spillAt))}}
		added := 0
		endless := Stream(2, func(add func(Object) error) error {
			for {
				added++
				if err := add(item); err != nil {
					return err
				}
			}
		})
		p = New(refusing{lost}, Options{Format: Format(format)})
		if err := p.One(Spec{}, Object{{"rows", endless}}); !errors.Is(err, lost) || added > 100 {
			t.Errorf("%s: got %v after %d objects, want that of the writer", format, err, added)
		}
	}
}

// refusing is a writer that takes nothing.
type refusing struct{ err error }

func (r refusing) Write([]byte) (int, error) { return 0, r.err }
