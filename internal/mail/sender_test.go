package mail

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/mail/mailtest"
)

// startServer starts a mail server and returns the configuration that leads to
// it, trusting its certificate.
func startServer(t *testing.T, rules mailtest.Rules) (*mailtest.Server, Config) {
	t.Helper()
	server, err := mailtest.Start(time.Now(), rand.Reader, rules)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(server.Certificate) {
		t.Fatal("the server's certificate cannot be read")
	}
	c := Config{
		Host: mailtest.Host, Port: server.Port, Security: StartTLS, From: "Usher <usher@norrsken.example>",
		Zone: time.UTC, Now: func() time.Time { return noon }, Random: rand.Reader,
		Timeout: 5 * time.Second, Pauses: []time.Duration{time.Millisecond, time.Millisecond}, roots: roots,
	}
	return server, c
}

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func deliverOne(t *testing.T, c Config, l account.Letter) error {
	t.Helper()
	s := NewSender(c)
	errs := s.Deliver(t.Context(), []account.Letter{l})
	if len(errs) != 1 {
		t.Fatalf("got %d results for one letter", len(errs))
	}
	return errs[0]
}

func TestDeliverHandsAMailOver(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name   string
		rules  mailtest.Rules
		change func(*Config)
		tls    bool
		user   string
	}{
		{"over STARTTLS", mailtest.Rules{}, func(*Config) {}, true, ""},
		{"over TLS from the first byte", mailtest.Rules{Immediate: true}, func(c *Config) { c.Security = TLS }, true, ""},
		{"unprotected where that is wanted", mailtest.Rules{Plain: true}, func(c *Config) { c.Security = None }, false, ""},
		{"signed in over STARTTLS", mailtest.Rules{Username: "usher", Password: "s3cret"}, signIn("usher", "s3cret"), true, "usher"},
		{
			"signed in over TLS", mailtest.Rules{Immediate: true, Username: "usher", Password: "s3cret"},
			func(c *Config) { signIn("usher", "s3cret")(c); c.Security = TLS }, true, "usher",
		},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			server, c := startServer(t, row.rules)
			row.change(&c)
			if err := deliverOne(t, c, sample(account.LetterInvitation, account.LocaleEnglish)); err != nil {
				t.Fatalf("got error %v, want it sent", err)
			}
			mails := server.Mails()
			if len(mails) != 1 {
				t.Fatalf("the server took %d mails, want 1", len(mails))
			}
			m := mails[0]
			if m.To != "bo@norrsken.example" || m.From != "usher@norrsken.example" || m.TLS != row.tls || m.User != row.user {
				t.Errorf("got to %q from %q TLS %v as %q, want bo@ from usher@, TLS %v as %q", m.To, m.From, m.TLS, m.User, row.tls, row.user)
			}
		})
	}
}

func signIn(user, secret string) func(*Config) {
	return func(c *Config) {
		c.Username = user
		c.Password = func() (string, error) { return secret, nil }
	}
}

func TestDeliverSaysWhatWentWrong(t *testing.T) {
	t.Parallel()
	full := func(string, int) error { return mailtest.Refuse(552, [3]int{5, 2, 2}, "Mailbox full") }
	rows := []struct {
		name   string
		rules  mailtest.Rules
		change func(*Config)
		code   string
		says   string
	}{
		{"a server without STARTTLS gets nothing", mailtest.Rules{Plain: true}, func(*Config) {}, "mail.tls", "cannot be protected"},
		{"a certificate that nobody trusts", mailtest.Rules{}, func(c *Config) { c.roots = x509.NewCertPool() }, "mail.tls", "unknown authority"},
		{"a certificate for another name", mailtest.Rules{}, func(c *Config) { c.Host = "127.0.0.1" }, "mail.tls", "127.0.0.1"},
		{"a certificate that nobody trusts, over TLS", mailtest.Rules{Immediate: true}, func(c *Config) { c.Security, c.roots = TLS, x509.NewCertPool() }, "mail.tls", "unknown authority"},
		{"TLS where the server speaks plainly", mailtest.Rules{}, func(c *Config) { c.Security = TLS }, "mail.tls", "cannot be protected"},
		{"a wrong password", mailtest.Rules{Username: "usher", Password: "s3cret"}, signIn("usher", "other"), "mail.login", "535"},
		{"a server that knows no passwords", mailtest.Rules{}, signIn("usher", "s3cret"), "mail.login", "AUTH"},
		{"a password that would go unprotected", mailtest.Rules{Plain: true, Username: "usher", Password: "s3cret"}, func(c *Config) { signIn("usher", "s3cret")(c); c.Security = None }, "mail.login", "sign in"},
		{"a password file that cannot be read", mailtest.Rules{Username: "usher"}, func(c *Config) {
			c.Username, c.Password = "usher", func() (string, error) { return "", errors.New("no such file") }
		}, "mail.login", "no such file"},
		{"a full mailbox", mailtest.Rules{Recipient: full}, func(*Config) {}, "mail.refused", "552"},
		{"greylisting without end", mailtest.Rules{Recipient: greylist(1000)}, func(*Config) {}, "mail.refused", "for now"},
		{"a connection that always breaks", mailtest.Rules{Break: 1000}, func(*Config) {}, "mail.lost", "broke"},
		{"a server that never greets", mailtest.Rules{Hang: "greeting"}, func(c *Config) { c.Timeout = 50 * time.Millisecond }, "mail.timeout", "does not answer"},
		{"a server that stalls after the mail", mailtest.Rules{Hang: "content"}, func(c *Config) { c.Timeout = 300 * time.Millisecond }, "mail.timeout", "does not answer"},
		{"no sender is set", mailtest.Rules{}, func(c *Config) { c.From = "" }, "mail.sender", "smtp.from"},
		{"nobody there", mailtest.Rules{}, func(c *Config) { c.Port = 1 }, "mail.unreachable", "cannot be reached"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			server, c := startServer(t, row.rules)
			row.change(&c)
			started := time.Now()
			err := deliverOne(t, c, sample(account.LetterInvitation, account.LocaleEnglish))
			if account.CodeOf(err) != row.code || !strings.Contains(err.Error(), row.says) {
				t.Errorf("got %q %v, want %q with %q", account.CodeOf(err), err, row.code, row.says)
			}
			if err != nil && (strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), "usher_i_")) {
				t.Errorf("the error tells a secret: %v", err)
			}
			if took := time.Since(started); took > 4*time.Second {
				t.Errorf("it took %s", took)
			}
			if got := server.Mails(); len(got) != 0 {
				t.Errorf("the server took %d mails, want none", len(got))
			}
		})
	}
}

// greylist refuses so many tries for now.
func greylist(tries int) func(string, int) error {
	return func(_ string, try int) error {
		if try <= tries {
			return mailtest.Refuse(451, [3]int{4, 7, 1}, "Greylisted, try again later")
		}
		return nil
	}
}

func TestDeliverTriesAgainWhereThatHelps(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name  string
		rules mailtest.Rules
	}{
		{"greylisted twice", mailtest.Rules{Recipient: greylist(2)}},
		{"the connection breaks once in the middle", mailtest.Rules{Break: 1}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			server, c := startServer(t, row.rules)
			if err := deliverOne(t, c, sample(account.LetterPasswordReset, account.LocaleFrench)); err != nil {
				t.Fatalf("got %v, want it sent in the end", err)
			}
			if got := len(server.Mails()); got != 1 {
				t.Errorf("the server took %d mails, want 1", got)
			}
		})
	}
}

func TestDeliverOfManyFailsOnlyWhereItMust(t *testing.T) {
	t.Parallel()
	server, c := startServer(t, mailtest.Rules{Recipient: func(to string, _ int) error {
		if strings.HasPrefix(to, "full") {
			return mailtest.Refuse(552, [3]int{5, 2, 2}, "Mailbox full")
		}
		return nil
	}})
	s := NewSender(c)
	var letters []account.Letter
	for _, to := range []account.Email{"a@norrsken.example", "full@norrsken.example", "b@norrsken.example"} {
		l := sample(account.LetterOrgKey, account.LocaleSwedish)
		l.To = to
		letters = append(letters, l)
	}
	errs := s.Deliver(t.Context(), letters)
	if errs[0] != nil || account.CodeOf(errs[1]) != "mail.refused" || errs[2] != nil {
		t.Errorf("got %v, want only the second refused", errs)
	}
	if got := len(server.Mails()); got != 2 {
		t.Errorf("the server took %d mails, want 2", got)
	}
}

func TestDeliverStopsWhenInterrupted(t *testing.T) {
	t.Parallel()
	_, c := startServer(t, mailtest.Rules{Hang: "greeting"})
	s := NewSender(c)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	started := time.Now()
	errs := s.Deliver(ctx, []account.Letter{sample(account.LetterTest, account.LocaleEnglish)})
	if errs[0] == nil || time.Since(started) > 2*time.Second {
		t.Errorf("got %v after %s, want an error at once", errs[0], time.Since(started))
	}
}

func TestNothingInALetterBecomesAHeader(t *testing.T) {
	t.Parallel()
	const attack = "Bo\r\nBcc: eve@evil.example\r\n\r\nHello\n.\r\nMAIL FROM:<eve@evil.example>"
	server, c := startServer(t, mailtest.Rules{})
	var letters []account.Letter
	for _, kind := range account.LetterKinds() {
		for _, locale := range locales {
			l := sample(kind, locale)
			for _, field := range []*string{&l.Name, &l.Org, &l.By, &l.Plan, &l.Old, &l.New, &l.Directory, &l.Help, &l.Action, &l.Reason, &l.Link} {
				*field = attack
			}
			l.Account = attack
			letters = append(letters, l)
		}
	}
	for i, err := range NewSender(c).Deliver(t.Context(), letters) {
		if err != nil {
			t.Fatalf("%s: %v", letters[i].Kind, err)
		}
	}
	mails := server.Mails()
	if len(mails) != len(letters) {
		t.Fatalf("the server took %d mails, want %d", len(mails), len(letters))
	}
	for i, m := range mails {
		t.Run(string(letters[i].Kind)+" "+string(letters[i].Locale), func(t *testing.T) { wantOwnHeaders(t, m) })
	}
}

// wantOwnHeaders holds a mail against the headers that usher writes.
func wantOwnHeaders(t *testing.T, m mailtest.Mail) {
	t.Helper()
	got, err := netmail.ReadMessage(bytes.NewReader(m.Content))
	if err != nil {
		t.Fatal(err)
	}
	if m.To != "bo@norrsken.example" || m.From != "usher@norrsken.example" {
		t.Errorf("it went from %q to %q", m.From, m.To)
	}
	to, err := got.Header.AddressList("To")
	if err != nil || len(to) != 1 || to[0].Address != "bo@norrsken.example" {
		t.Errorf("got To %v (%v), want bo@ alone", to, err)
	}
	allowed := map[string]bool{
		"Auto-Submitted": true, "Content-Type": true, "Date": true, "From": true, "Message-Id": true,
		"Mime-Version": true, "Subject": true, "To": true,
	}
	for name := range got.Header {
		if !allowed[name] {
			t.Errorf("the mail has a header %s, want only %v", name, allowed)
		}
	}
}

func TestAMailIsTextAndTheSameAsHTML(t *testing.T) {
	t.Parallel()
	server, c := startServer(t, mailtest.Rules{})
	l := sample(account.LetterInvitation, account.LocaleSwedish)
	l.Org, l.Name = `Åkeri & <b>Söner</b>`, "Bö"
	if err := deliverOne(t, c, l); err != nil {
		t.Fatal(err)
	}
	got, err := netmail.ReadMessage(bytes.NewReader(server.Mails()[0].Content))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(got.Header.Get("Subject"))
	if want := "Inbjudan till Åkeri & <b>Söner</b>"; err != nil || subject != want {
		t.Errorf("got subject %q, want %q", subject, want)
	}
	parts := partsOf(t, got)
	if !strings.Contains(parts["text/plain"], "Hej Bö!") || !strings.Contains(parts["text/plain"], l.Link) {
		t.Errorf("the plain text misses greeting or link:\n%s", parts["text/plain"])
	}
	if !strings.Contains(parts["text/html"], "&lt;b&gt;") || strings.Contains(parts["text/html"], "<b>") {
		t.Errorf("the HTML does not escape a name:\n%s", parts["text/html"])
	}
}

func partsOf(t *testing.T, m *netmail.Message) map[string]string {
	t.Helper()
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("got content type %q, %v; want multipart/alternative", kind, err)
	}
	parts := map[string]string{}
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		part, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return parts
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		kind, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type"))
		parts[kind] = strings.ReplaceAll(string(text), "\r\n", "\n")
	}
}
