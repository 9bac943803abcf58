package password

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/usher-admin/usher/internal/account"
	"golang.org/x/text/unicode/norm"
)

func TestPrepare(t *testing.T) {
	for _, test := range []struct {
		name, raw, want, code string
	}{
		{"letters stay", "correct horse", "correct horse", ""},
		{"spaces at the ends stay", "  x ", "  x ", ""},
		{"full-width letters become plain ones", "\uff50\uff57", "pw", ""},
		{"an accent and its letter become one", "e\u0301", "\u00e9", ""},
		{"a space without break becomes a plain one", "a\u00a0b", "a b", ""},
		{"256 characters", strings.Repeat("ä", 256), strings.Repeat("ä", 256), ""},
		{"256 characters that are typed as 512", strings.Repeat("a\u0308", 256), strings.Repeat("ä", 256), ""},
		{"nothing", "", "", "password.empty"},
		{"257 characters", strings.Repeat("ä", 257), "", "password.too_long"},
		{"few characters that become many", strings.Repeat("\ufdfa", 20), "", "password.too_long"},
		{"a megabyte", strings.Repeat("a", 1<<20), "", "password.too_long"},
		{"bytes that are no text", "p\xffw", "", "password.not_text"},
		{"a line break", "pass\nword", "", "password.control"},
		{"a carriage return at the end", "password\r", "", "password.control"},
		{"a NUL", "pass\x00word", "", "password.control"},
		{"a delete", "pass\x7fword", "", "password.control"},
		{"a control of the upper half", "pass\u0085word", "", "password.control"},
		{"a line separator", "pass\u2028word", "", "password.control"},
	} {
		t.Run(test.name, func(t *testing.T) {
			pw, err := Prepare([]byte(test.raw))
			if string(pw.Bytes()) != test.want || account.CodeOf(err) != test.code {
				t.Errorf("Prepare(%q) = %q, %v; want %q, %q", test.raw, pw.Bytes(), err, test.want, test.code)
			}
			if pw.Length() != utf8.RuneCountInString(test.want) || pw.IsZero() != (err != nil) {
				t.Errorf("Length = %d, IsZero = %v", pw.Length(), pw.IsZero())
			}
			if err != nil && account.KindOf(err) != account.Invalid {
				t.Errorf("%v is not Invalid", err)
			}
		})
	}
}

func TestPlainShowsNothing(t *testing.T) {
	pw := plain(t, "hunter-secret")
	type inner struct {
		Open   Plain
		hidden Plain
	}
	nested := struct {
		a inner
		b *inner
		c []Plain
		d map[string]Plain
	}{inner{pw, pw}, &inner{pw, pw}, []Plain{pw}, map[string]Plain{"x": pw}}
	asJSON, err := json.Marshal(map[string]any{"pw": pw, "nested": nested.a, "pointer": &pw})
	if err != nil {
		t.Fatal(err)
	}
	shown := []string{string(asJSON), pw.String(), slog.AnyValue(pw).String(), fmt.Sprint(account.Errorf(account.Invalid, "%v", pw))}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T %[1]v"} {
		shown = append(shown, fmt.Sprintf(verb, pw), fmt.Sprintf(verb, &pw), fmt.Sprintf(verb, nested), fmt.Sprintf(verb, &nested))
	}
	var logged strings.Builder
	slog.New(slog.NewTextHandler(&logged, nil)).Info("text", "pw", pw, "nested", nested)
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("json", "pw", pw, "nested", nested.a)
	shown = append(shown, logged.String())
	for _, s := range shown {
		// As text, in hexadecimal, and as a list of decimal bytes.
		for _, leak := range []string{"hunter", "68756e74", "68756E74", "104 117 110"} {
			if strings.Contains(s, leak) {
				t.Errorf("the password shows in %q", s)
			}
		}
	}
}

func TestPlainKeepsItsOwnCopy(t *testing.T) {
	raw := []byte("correct horse")
	pw, err := Prepare(raw)
	if err != nil {
		t.Fatal(err)
	}
	clear(raw)
	clear(pw.Bytes())
	if got := string(pw.Bytes()); got != "correct horse" || string(pw.forms()[0]) != got {
		t.Errorf("Bytes = %q; want what was prepared", got)
	}
}

func FuzzPrepare(f *testing.F) {
	for _, seed := range []string{"", "correct horse", "e\u0301", "\ufdfa", "\xff", "a\nb", strings.Repeat("\u1100\u1161\u11a8", 256)} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		pw, err := Prepare(raw)
		if err != nil {
			if account.KindOf(err) != account.Invalid || account.CodeOf(err) == "" || !pw.IsZero() {
				t.Fatalf("Prepare(%q): %v, not a coded Invalid error", raw, err)
			}
			return
		}
		text := string(pw.Bytes())
		if n := utf8.RuneCountInString(text); n < 1 || n > MaxLength || n != pw.Length() {
			t.Errorf("Prepare(%q) has %d characters", raw, n)
		}
		if !utf8.ValidString(text) || !norm.NFKC.IsNormalString(text) || strings.ContainsFunc(text, unicode.IsControl) {
			t.Errorf("Prepare(%q) = %q, which is not clean", raw, text)
		}
		again, err := Prepare([]byte(text))
		if err != nil || string(again.Bytes()) != text {
			t.Errorf("Prepare(%q) again = %q, %v", text, again.Bytes(), err)
		}
	})
}
