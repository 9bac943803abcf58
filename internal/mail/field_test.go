package mail

import (
	"mime"
	netmail "net/mail"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestAFieldIsFoldedAtItsSpaces(t *testing.T) {
	t.Parallel()
	rows := []struct{ name, value, want string }{
		{"a short one stays on its line", "Hello Bo", "Subject: Hello Bo\r\n"},
		{"a long one goes on", strings.Repeat("ninechars ", 7) + "ninechars", "Subject: " + strings.Repeat("ninechars ", 5) + "ninechars\r\n ninechars ninechars\r\n"},
		{"spaces in a row are kept, and no line has nothing else", strings.Repeat("a", 60) + "     " + strings.Repeat("b", 30), "Subject: " + strings.Repeat("a", 60) + "    \r\n " + strings.Repeat("b", 30) + "\r\n"},
		{"a first word that does not fit", strings.Repeat("a", 74), "Subject:\r\n " + strings.Repeat("a", 74) + "\r\n"},
		{"breaks of lines begin no field", "Hello\r\nBcc: eve@evil.example\nX: y\rZ: z", "Subject: Hello Bcc: eve@evil.example X: y Z: z\r\n"},
		{"nothing", "", "Subject: \r\n"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if got := field("Subject", row.value); got != row.want {
				t.Errorf("got  %q\nwant %q", got, row.want)
			}
		})
	}
}

func TestWordsAreReadAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"Hello Bo", "Lösenord", strings.Repeat("運輸", 60), strings.Repeat("ö", 200), "a  b   ö", "ö ", " ö", "x=?utf-8?q?evil=0D=0A?=",
		strings.Repeat("x", 200), strings.Repeat("x ö", 70), "", "100 % = _ ?", "tab\tö", "\U0001F600 " + strings.Repeat("\U0001F600", 40),
	} {
		line := field("Subject", words(text))
		wantSevenBitsAndShortLines(t, []byte(line), lineWidth)
		m, err := netmail.ReadMessage(strings.NewReader(line + "\r\n"))
		if err != nil {
			t.Fatalf("%q: %v in %q", text, err, line)
		}
		got, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
		if err != nil || got != strings.TrimSpace(text) && got != text {
			t.Errorf("got %q, %v; want %q from %q", got, err, text, line)
		}
	}
}

func TestNamesAreReadAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"Bo Ek", "", "Bö Ek", `Bo "B" Ek`, "Ek, Bo", strings.Repeat("運", 200), strings.Repeat("x", 200), "=?utf-8?q?evil?=", "Bo <eve@evil.example>", `Bö \ Ek`, `Bo\`,
	} {
		line := field("To", address(&netmail.Address{Name: name, Address: "bo@norrsken.example"}))
		wantSevenBitsAndShortLines(t, []byte(line), lineWidth)
		m, err := netmail.ReadMessage(strings.NewReader(line + "\r\n"))
		if err != nil {
			t.Fatalf("%q: %v in %q", name, err, line)
		}
		list, err := m.Header.AddressList("To")
		if err != nil || len(list) != 1 || list[0].Name != name || list[0].Address != "bo@norrsken.example" {
			t.Errorf("got %v, %v; want %q from %q", list, err, name, line)
		}
	}
}

func FuzzWords(f *testing.F) {
	f.Add("Lösenord", "Bo")
	f.Add("=?utf-8?q?=0D=0A?=", "\r\nBcc: eve@evil.example")
	f.Add(strings.Repeat("\x80", 100), `"\`)
	f.Fuzz(func(t *testing.T, text, name string) {
		head := field("Subject", words(oneLine(text))) + field("To", address(&netmail.Address{Name: oneLine(name), Address: "bo@norrsken.example"}))
		if !utf8.ValidString(head) {
			t.Errorf("not in UTF-8: %q", head)
		}
		m, err := netmail.ReadMessage(strings.NewReader(head + "\r\n"))
		if err != nil {
			t.Fatalf("%v in %q", err, head)
		}
		if len(m.Header) != 2 {
			t.Errorf("got fields %v, want two", m.Header)
		}
		if list, err := m.Header.AddressList("To"); err != nil || len(list) != 1 || list[0].Address != "bo@norrsken.example" {
			t.Errorf("got %v, %v from %q", list, err, head)
		}
	})
}
