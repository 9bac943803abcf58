package mail

import (
	"bufio"
	"context"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/usher-admin/usher/internal/account"
)

// wire is a server that says what it is told to, and remembers every line it
// hears: for what no mail server that behaves would show.
type wire struct {
	answers map[string]string // by the first word of a command; "" greets
	lock    sync.Mutex
	heard   []string
}

// startWire starts it and returns the configuration that leads to it.
func startWire(t *testing.T, answers map[string]string) (*wire, Config) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{answers: map[string]string{
		"": "220 wire", "EHLO": "250 wire", "MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go on", ".": "250 taken", "QUIT": "221 bye",
	}}
	for word, answer := range answers {
		w.answers[word] = answer
	}
	go w.serve(listener)
	t.Cleanup(func() { _ = listener.Close() })
	return w, Config{
		Host: "127.0.0.1", Port: listener.Addr().(*net.TCPAddr).Port, Security: None, From: "usher@norrsken.example",
		Zone: time.UTC, Now: func() time.Time { return noon }, Random: strings.NewReader(strings.Repeat("0123456789abcdef", 100)),
		Timeout: 5 * time.Second, Pauses: []time.Duration{},
	}
}

func (w *wire) serve(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		go w.talk(conn)
	}
}

func (w *wire) talk(conn net.Conn) {
	defer conn.Close()
	say := func(word string) bool {
		answer, known := w.answers[word]
		if !known {
			answer = "502 what is " + word
		}
		_, err := conn.Write([]byte(strings.ReplaceAll(answer, "\n", "\r\n") + "\r\n"))
		return err == nil
	}
	content := false
	lines := bufio.NewScanner(conn)
	for more := say(""); more && lines.Scan(); {
		line := lines.Text()
		w.lock.Lock()
		w.heard = append(w.heard, line)
		w.lock.Unlock()
		word, _, _ := strings.Cut(line, " ")
		if content && line != "." {
			continue
		}
		content = word == "DATA"
		more = say(word)
	}
	w.lock.Lock()
	w.heard = append(w.heard, "(closed)")
	w.lock.Unlock()
}

func (w *wire) lines() []string {
	w.lock.Lock()
	defer w.lock.Unlock()
	return slices.Clone(w.heard)
}

func TestTheConversationWithAServer(t *testing.T) {
	t.Parallel()
	w, c := startWire(t, map[string]string{"EHLO": "250-wire\n250-8BITMIME\n250 SMTPUTF8"})
	l := sample(account.LetterDirectoryPassword, account.LocaleEnglish)
	l.To = "bö@norrsken.example"
	l.Help = "." // a line of its own, which would end the mail
	if err := deliverOne(t, c, l); err != nil {
		t.Fatal(err)
	}
	heard := w.lines()
	want := []string{"EHLO norrsken.example", "MAIL FROM:<usher@norrsken.example> BODY=8BITMIME SMTPUTF8", "RCPT TO:<bö@norrsken.example>", "DATA"}
	if len(heard) < 10 || !slices.Equal(heard[:4], want) {
		t.Fatalf("it began with %q, want %q", heard[:min(len(heard), 4)], want)
	}
	if !slices.Contains(heard, "..") {
		t.Errorf("the line that is a dot was not sent as two:\n%s", strings.Join(heard, "\n"))
	}
	if end := slices.Index(heard, "."); end < 0 || heard[end+1] != "QUIT" {
		t.Errorf("the mail did not end with a dot, and the conversation with QUIT: %q", heard)
	}
}

func TestAnOldServerIsGreetedInTheOldWay(t *testing.T) {
	t.Parallel()
	w, c := startWire(t, map[string]string{"EHLO": "500 what?", "HELO": "250 wire"})
	if err := deliverOne(t, c, sample(account.LetterTest, account.LocaleEnglish)); err != nil {
		t.Fatal(err)
	}
	if heard := w.lines(); heard[1] != "HELO norrsken.example" || heard[2] != "MAIL FROM:<usher@norrsken.example>" {
		t.Errorf("it began with %q", heard[:3])
	}
}

func TestNothingGoesOutUnprotected(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name    string
		change  func(*Config)
		answers map[string]string
		code    string
		heard   []string
	}{
		{
			"STARTTLS is not offered", func(c *Config) { c.Security = StartTLS },
			map[string]string{"EHLO": "250-wire\n250 AUTH PLAIN LOGIN CRAM-MD5"}, "mail.tls",
			[]string{"EHLO norrsken.example", "(closed)"},
		},
		{
			"STARTTLS is offered and refused", func(c *Config) { c.Security = StartTLS },
			map[string]string{"EHLO": "250-wire\n250 STARTTLS", "STARTTLS": "502 not today"}, "mail.tls",
			[]string{"EHLO norrsken.example", "STARTTLS", "(closed)"},
		},
		{
			"STARTTLS is refused for now", func(c *Config) { c.Security = StartTLS },
			map[string]string{"EHLO": "250-wire\n250 STARTTLS", "STARTTLS": "454 not today"}, "mail.refused",
			[]string{"EHLO norrsken.example", "STARTTLS", "(closed)"},
		},
		{
			"the password itself is asked for, on this machine", func(c *Config) { c.Host = "localhost" },
			map[string]string{"EHLO": "250-wire\n250 AUTH PLAIN LOGIN"}, "mail.login",
			[]string{"EHLO norrsken.example", "(closed)"},
		},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w, c := startWire(t, row.answers)
			signIn("usher", "s3cret")(&c)
			row.change(&c)
			if err := deliverOne(t, c, sample(account.LetterTest, account.LocaleEnglish)); account.CodeOf(err) != row.code {
				t.Errorf("got %v, want %s", err, row.code)
			}
			for range 100 {
				if slices.Contains(w.lines(), "(closed)") {
					break
				}
				time.Sleep(10 * time.Millisecond)
			}
			if heard := w.lines(); !slices.Equal(heard, row.heard) {
				t.Errorf("the server heard %q, want %q", heard, row.heard)
			}
		})
	}
}

func TestWhatAServerSaysBeforeTLSDoesNotCountAfterIt(t *testing.T) {
	t.Parallel()
	_, c := startWire(t, map[string]string{"EHLO": "250-wire\n250 STARTTLS", "STARTTLS": "220 go on\n250-wire\n250 AUTH PLAIN"})
	c.Security = StartTLS
	signIn("usher", "s3cret")(&c)
	c.Timeout = 300 * time.Millisecond
	if err := deliverOne(t, c, sample(account.LetterTest, account.LocaleEnglish)); err == nil {
		t.Error("a server that never spoke TLS was believed")
	}
}

func TestSigningInThatTheServerPutsOffIsTriedAgain(t *testing.T) {
	t.Parallel()
	rows := []struct{ name, answer, code string }{
		{"for now", "454 try later", "mail.refused"},
		{"for good", "535 no", "mail.login"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w, c := startWire(t, map[string]string{"EHLO": "250-wire\n250 AUTH CRAM-MD5", "AUTH": row.answer})
			signIn("usher", "s3cret")(&c)
			c.Pauses = []time.Duration{time.Millisecond}
			if err := deliverOne(t, c, sample(account.LetterTest, account.LocaleEnglish)); account.CodeOf(err) != row.code {
				t.Errorf("got %v, want %s", err, row.code)
			}
			tries := 0
			for _, line := range w.lines() {
				if strings.HasPrefix(line, "AUTH ") {
					tries++
				}
			}
			if want := map[string]int{"mail.refused": 2, "mail.login": 1}[row.code]; tries != want {
				t.Errorf("got %d tries, want %d", tries, want)
			}
		})
	}
}

func TestAnInterruptEndsTheConversation(t *testing.T) {
	t.Parallel()
	w, c := startWire(t, map[string]string{"MAIL": "250-it goes on for ever"})
	c.Timeout = time.Minute
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		for len(w.lines()) < 2 && ctx.Err() == nil {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	errs := NewSender(c).Deliver(ctx, []account.Letter{sample(account.LetterTest, account.LocaleEnglish)})
	if account.CodeOf(errs[0]) != "interrupted" {
		t.Errorf("got %v, want it interrupted", errs[0])
	}
	for range 100 {
		if slices.Contains(w.lines(), "(closed)") {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("the connection is still open: %q", w.lines())
}
