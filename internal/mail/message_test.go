package mail

import (
	"bytes"
	"mime"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/mail/mailtest"
)

// TestAMailArrivesAsItWasWritten sends every mail through a server and holds
// what a reader sees against its words.
func TestAMailArrivesAsItWasWritten(t *testing.T) {
	t.Parallel()
	server, c := startServer(t, mailtest.Rules{})
	c.From = "Kontot för Norrsken <usher@norrsken.example>"
	var letters []account.Letter
	for _, kind := range account.LetterKinds() {
		for _, locale := range locales {
			l := sample(kind, locale)
			l.Name = `Bö "Bosse" Ek, Jr`
			l.Org = strings.Repeat("Åkeri & Söner 運輸 ", 8) + strings.Repeat("x", 80)
			letters = append(letters, l)
		}
	}
	for i, err := range NewSender(c).Deliver(t.Context(), letters) {
		if err != nil {
			t.Fatalf("%s: %v", letters[i].Kind, err)
		}
	}
	for i, m := range server.Mails() {
		want, err := compose(letters[i], letters[i].Locale, c.Zone)
		if err != nil {
			t.Fatal(err)
		}
		wantSevenBitsAndShortLines(t, m.Content, 76)
		wantWords(t, m.Content, want, letters[i])
	}
}

func wantWords(t *testing.T, content []byte, want composed, l account.Letter) {
	t.Helper()
	got, err := netmail.ReadMessage(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(got.Header.Get("Subject"))
	if err != nil || subject != want.subject {
		t.Errorf("%s: got subject %q, %v; want %q", l.Kind, subject, err, want.subject)
	}
	for name, person := range map[string]string{"To": l.Name, "From": "Kontot för Norrsken"} {
		if list, err := got.Header.AddressList(name); err != nil || len(list) != 1 || list[0].Name != person {
			t.Errorf("%s: got %s %v, %v; want %q", l.Kind, name, list, err, person)
		}
	}
	if date, err := got.Header.Date(); err != nil || !date.Equal(noon) {
		t.Errorf("got date %v, %v; want %v", date, err, noon)
	}
	parts := partsOf(t, got)
	if parts["text/plain"] != want.plain() {
		t.Errorf("got text\n%s\nwant\n%s", parts["text/plain"], want.plain())
	}
	if html := want.html(string(l.Locale)); parts["text/html"] != html {
		t.Errorf("got HTML\n%s\nwant\n%s", parts["text/html"], html)
	}
}

func wantSevenBitsAndShortLines(t *testing.T, content []byte, width int) {
	t.Helper()
	for line := range strings.SplitSeq(string(content), "\r\n") {
		if len(line) > width {
			t.Errorf("a line has %d octets, want at most %d: %s", len(line), width, line)
		}
		if strings.ContainsAny(line, "\r\n") || strings.ContainsFunc(line, func(r rune) bool { return r > 126 }) {
			t.Errorf("a line has a bare break or more than seven bits: %q", line)
		}
	}
}

func TestIdsAndLimitsAreMadeAnew(t *testing.T) {
	t.Parallel()
	server, c := startServer(t, mailtest.Rules{})
	l := sample(account.LetterTest, account.LocaleEnglish)
	for _, err := range NewSender(c).Deliver(t.Context(), []account.Letter{l, l}) {
		if err != nil {
			t.Fatal(err)
		}
	}
	seen := map[string]bool{}
	for _, m := range server.Mails() {
		got, err := netmail.ReadMessage(bytes.NewReader(m.Content))
		if err != nil {
			t.Fatal(err)
		}
		id, kind := got.Header.Get("Message-ID"), got.Header.Get("Content-Type")
		if !strings.HasPrefix(id, "<") || !strings.HasSuffix(id, "@norrsken.example>") || len(id) < 40 {
			t.Errorf("got Message-ID %q", id)
		}
		for _, text := range []string{id, kind} {
			if seen[text] {
				t.Errorf("two mails have %q", text)
			}
			seen[text] = true
		}
	}
}

// TestNoTextEndsAPart puts into a mail what would end its parts.
func TestNoTextEndsAPart(t *testing.T) {
	t.Parallel()
	s := NewSender(Config{
		From: "usher@norrsken.example", Zone: time.UTC, Now: func() time.Time { return noon },
		Random: strings.NewReader(strings.Repeat("0123456789abcdef", 2)),
	})
	l := sample(account.LetterDirectoryPassword, account.LocaleEnglish)
	l.Help = "--=_30313233343536373839616263646566--"
	m, err := s.message(l)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(m.content, []byte(`boundary="=_30313233343536373839616263646566"`)) {
		t.Fatalf("the limit is not the one that the letter holds:\n%s", m.content)
	}
	got, err := netmail.ReadMessage(bytes.NewReader(m.content))
	if err != nil {
		t.Fatal(err)
	}
	if text := partsOf(t, got)["text/plain"]; !strings.Contains(text, l.Help) {
		t.Errorf("the text was cut:\n%s", text)
	}
}
