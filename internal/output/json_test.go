package output

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestAppendJSON(t *testing.T) {
	noon := time.Date(2026, 11, 3, 13, 0, 0, 999_999_999, time.FixedZone("CET", 3600))
	for _, row := range []struct {
		name  string
		value Value
		want  string
	}{
		{"the zero value is null", Value{}, `null`},
		{"an empty text is a text", String(""), `""`},
		{"an empty text that means nothing is null", StringOrNull(""), `null`},
		{"a text that means something stays", StringOrNull("x"), `"x"`},
		{"markup is not escaped", String(`<a href='x'>&`), `"<a href='x'>&"`},
		{"quotes and backslashes are escaped", String(`a"b\c`), `"a\"b\\c"`},
		{"line breaks and tabs are short", String("a\nb\rc\td"), `"a\nb\rc\td"`},
		{"lines of text are one string", Text("a\nb\n"), `"a\nb\n"`},
		{"other control characters have their number", String("\x00\x1b[31m\x7f\u009b"), `"\u0000\u001b[31m\u007f\u009b"`},
		{"direction is escaped", String("a\u202eb\u2066c\u200f"), `"a\u202eb\u2066c\u200f"`},
		{"line separators are escaped", String("\u2028\u2029"), `"\u2028\u2029"`},
		{"invisible characters beyond the first plane are two units", String("\U000e0041"), `"\udb40\udc41"`},
		{"broken UTF-8 becomes the replacement character", String("a\xffb\xc3"), `"a\ufffdb\ufffd"`},
		{"a replacement character that was typed stays", String("\ufffd"), "\"\ufffd\""},
		{"letters of any script stay", String("Åsa 李 ܐ 😀"), `"Åsa 李 ܐ 😀"`},
		{"numbers go to their limits", Int(math.MinInt64), `-9223372036854775808`},
		{"true", Bool(true), `true`},
		{"false", Bool(false), `false`},
		{"no time is null", Time(time.Time{}), `null`},
		{"no time with milliseconds is null", TimeMilli(time.Time{}), `null`},
		{"a time is in UTC and whole seconds", Time(noon), `"2026-11-03T12:00:00Z"`},
		{"a time in milliseconds is cut, not rounded", TimeMilli(noon), `"2026-11-03T12:00:00.999Z"`},
		{"milliseconds are always three digits", TimeMilli(noon.Truncate(time.Second).Add(7 * time.Millisecond)), `"2026-11-03T12:00:00.007Z"`},
		{"a time before 1970 is cut towards the past", TimeMilli(time.Unix(-1, 5e6)), `"1969-12-31T23:59:59.005Z"`},
		{"no objects are an empty list", Objects(nil), `[]`},
		{"no values are an empty list", List(nil), `[]`},
		{"no fields are an empty object", Nested(nil), `{}`},
		{"texts", Strings([]string{"a", ""}), `["a",""]`},
		{"a mixed list", List([]Value{Int(1), Null(), String("x")}), `[1,null,"x"]`},
		{"objects nest", Nested(Object{{"a", Nested(Object{{"b", Objects([]Object{{{"c", Int(1)}}, {}})}})}, {"d", Null()}}), `{"a":{"b":[{"c":1},{}]},"d":null}`},
		{"names are escaped too", Nested(Object{{"a\"\u202e", Int(1)}}), `{"a\"\u202e":1}`},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := string(AppendJSON([]byte("x"), row.value))
			if got != "x"+row.want {
				t.Errorf("got  %s\nwant x%s", got, row.want)
			}
		})
	}
}

func TestAppendIndented(t *testing.T) {
	v := Nested(Object{{"a", Int(1)}, {"b", Strings([]string{"x", "y"})}, {"c", Nested(nil)}, {"d", List(nil)}, {"e", Nested(Object{{"f", Null()}})}})
	want := `{
  "a": 1,
  "b": [
    "x",
    "y"
  ],
  "c": {},
  "d": [],
  "e": {
    "f": null
  }
}`
	if got := string(appendIndented(nil, &v, 0)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// Every byte in every place of a word decides by itself whether a text must
// be escaped.
func TestIsVerbatimSeesEveryByte(t *testing.T) {
	for length := range 20 {
		for at := range length {
			for b := range 256 {
				text := []byte(strings.Repeat("~", length))
				text[at] = byte(b)
				want := b >= ' ' && b < 0x7f && b != '"' && b != '\\'
				if got := isVerbatim(string(text)); got != want {
					t.Fatalf("byte %#x at %d of %d: got %v, want %v", b, at, length, got, want)
				}
			}
		}
	}
}

// drawValue draws a value and what encoding/json must make of its JSON.
func drawValue(t *rapid.T, depth int) (Value, any) {
	kinds := 7
	if depth > 0 {
		kinds = 9
	}
	switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
	case 0:
		return Null(), nil
	case 1:
		n := rapid.Int64Range(-1<<53, 1<<53).Draw(t, "int")
		return Int(n), float64(n)
	case 2:
		b := rapid.Bool().Draw(t, "bool")
		return Bool(b), b
	case 3:
		at := time.Unix(rapid.Int64Range(-1e10, 1e11).Draw(t, "seconds"), 0)
		return Time(at), at.UTC().Format(time.RFC3339)
	case 4:
		at := time.UnixMilli(rapid.Int64Range(-1e13, 1e14).Draw(t, "millis"))
		return TimeMilli(at), at.UTC().Format("2006-01-02T15:04:05.000Z07:00")
	case 5, 6:
		s := drawText(t)
		return String(s), strings.ToValidUTF8(s, "\ufffd")
	case 7:
		var items []Value
		want := []any{}
		for range rapid.IntRange(0, 4).Draw(t, "items") {
			v, w := drawValue(t, depth-1)
			items, want = append(items, v), append(want, w)
		}
		return List(items), want
	default:
		o, want := drawObject(t, depth)
		return Nested(o), want
	}
}

func drawObject(t *rapid.T, depth int) (Object, map[string]any) {
	var o Object
	want := map[string]any{}
	for _, name := range rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z_]{1,12}`), 0, 5, rapid.ID).Draw(t, "names") {
		v, w := drawValue(t, depth-1)
		o, want[name] = append(o, Field{name, v}), w
	}
	return o, want
}

// drawText draws text with much of what is hard in it. Broken bytes stand
// alone, so that one byte is one replacement character to everybody.
func drawText(t *rapid.T) string {
	pieces := rapid.SliceOf(rapid.OneOf(
		rapid.StringN(0, 12, -1),
		rapid.SampledFrom([]string{"\u202e", "\u2028", "\x1b]0;x\a", "\x7f", "\u009b", "\u200d", "\U000e0041", "é", "e\u0301", "李", "👩‍👩‍👧", "\"", "\\", "\n", "\t", ",", "=", "x\xffx", "\ufffd"}),
	))
	return strings.Join(pieces.Draw(t, "pieces"), "")
}

func TestJSONDecodesToTheSameValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v, want := drawValue(t, 3)
		for name, text := range map[string][]byte{"compact": AppendJSON(nil, v), "indented": appendIndented(nil, &v, 0)} {
			var got any
			if err := json.Unmarshal(text, &got); err != nil {
				t.Fatalf("%s: %v in %s", name, err, text)
			}
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("%s\ngot  %#v\nwant %#v", name, got, want)
			}
			if name == "compact" {
				requireHarmless(t, string(text))
			}
		}
	})
}

// fataler is what testing and rapid share.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// requireHarmless fails if a terminal could be steered by s.
func requireHarmless(t fataler, s string) {
	t.Helper()
	if !utf8.ValidString(s) {
		t.Fatalf("no valid UTF-8: %q", s)
	}
	for _, r := range s {
		switch {
		case r < 0x20, r >= 0x7f && r < 0xa0, r == 0x61c, r >= 0x200e && r <= 0x200f, r >= 0x2028 && r <= 0x202e,
			r >= 0x2060 && r <= 0x206f, r == 0xfeff, r == 0x200b, r == 0xad, r >= 0xe0000 && r <= 0xe007f:
			t.Fatalf("%U in %q", r, s)
		}
	}
}

func FuzzAppendJSON(f *testing.F) {
	for _, s := range []string{"", "plain", "a\"b\\c", "\x1b[2J", "\xff\xfe", "\u202eabc", "\U000e0041", "1234567\"", "\u2028"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text := AppendJSON(nil, Nested(Object{{s, String(s)}}))
		requireHarmless(t, string(text))
		var got map[string]string
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		// encoding/json itself says what becomes of broken bytes.
		want := string([]rune(s))
		if len(got) != 1 || got[want] != want {
			t.Fatalf("got %q, want %q", got, want)
		}
	})
}

func TestAppendError(t *testing.T) {
	for _, row := range []struct{ name, got, want string }{
		{"everything", string(AppendError(nil, "user.exists", "user \"a\" exists", "usher user show a", 4)),
			`{"error":{"code":"user.exists","message":"user \"a\" exists","hint":"usher user show a","exit":4}}`},
		{"without a hint", string(AppendError([]byte("x"), "", "broken\u202e", "", 1)),
			`x{"error":{"code":null,"message":"broken\u202e","hint":null,"exit":1}}`},
	} {
		if row.got != row.want {
			t.Errorf("%s\ngot  %s\nwant %s", row.name, row.got, row.want)
		}
	}
}

// Two bytes that are copied without another look are a character that needs none.
func TestLettersOfEuropeAreCopied(t *testing.T) {
	for a := range 256 {
		for b := range 256 {
			text := string([]byte{byte(a), byte(b)})
			r, n := utf8.DecodeRuneInString(text)
			if !isLetterOfEurope(byte(a), byte(b)) {
				continue
			}
			if n != 2 || r < 0xc0 || steers(r) {
				t.Errorf("%q is taken for a letter", text)
			}
		}
	}
	for _, letter := range "åéßłżΩÀϿ" {
		if text := string(letter); !isLetterOfEurope(text[0], text[1]) {
			t.Errorf("%q is not taken for a letter", text)
		}
	}
}
