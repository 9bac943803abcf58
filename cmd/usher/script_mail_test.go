package main

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/usher-admin/usher/internal/mail/mailtest"
)

// This file gives scripts a mail server and looks at what it took.

const (
	mailUser   = "usher"
	mailSecret = "post office at the corner"
)

// cmdMailServer is "mailserver [RULE]": from here on usher sends its mail to a
// server of the script, in place of the one before.
func cmdMailServer(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 1 {
		ts.Fatalf("usage: mailserver [RULE]")
	}
	rule := ""
	if len(args) == 1 {
		rule = args[0]
	}
	rules, known := mailRules(rule)
	if !known {
		ts.Fatalf("unknown rule %q", rule)
	}
	h := houseOf(ts)
	if h.mail != nil {
		_ = h.mail.Close()
	}
	var err error
	h.mail, err = mailtest.Start(time.Now(), rand.Reader, rules)
	ts.Check(err)
	trusted := h.mail.Certificate
	if rule == "untrusted" {
		trusted = nil
	}
	certificates, secret := filepath.Join(h.own, "ca.pem"), filepath.Join(h.own, "smtp-password")
	ts.Check(os.WriteFile(certificates, trusted, 0o600))
	password := mailSecret
	if rule == "wronglogin" {
		password = "something else"
	}
	ts.Check(os.WriteFile(secret, []byte(password+"\n"), 0o600))
	ts.Setenv("SSL_CERT_FILE", certificates)
	ts.Setenv("SSL_CERT_DIR", filepath.Join(h.own, "none"))
	ts.Setenv("USHER_SMTP_HOST", mailtest.Host)
	ts.Setenv("USHER_SMTP_PORT", strconv.Itoa(h.mail.Port))
	ts.Setenv("USHER_SMTP_FROM", "Usher <usher@norrsken.example>")
	if rules.Username == "" {
		secret = ""
	}
	ts.Setenv("USHER_SMTP_USERNAME", rules.Username)
	ts.Setenv("USHER_SMTP_PASSWORD_FILE", secret)
}

func mailRules(name string) (rules mailtest.Rules, known bool) {
	switch name {
	case "", "untrusted":
		return mailtest.Rules{}, true
	case "login", "wronglogin":
		return mailtest.Rules{Username: mailUser, Password: mailSecret}, true
	case "plain":
		return mailtest.Rules{Plain: true}, true
	case "greylist":
		return mailtest.Rules{Recipient: func(_ string, try int) error {
			if try == 1 {
				return mailtest.Refuse(451, [3]int{4, 7, 1}, "Greylisted, try again later")
			}
			return nil
		}}, true
	case "full":
		return mailtest.Rules{Recipient: func(string, int) error {
			return mailtest.Refuse(552, [3]int{5, 2, 2}, "Mailbox full")
		}}, true
	case "broken":
		return mailtest.Rules{Break: 1000}, true
	case "silent":
		return mailtest.Rules{Hang: "greeting"}, true
	}
	return mailtest.Rules{}, false
}

// mailWait is how long a mail may take that nobody waits for.
const mailWait = 10 * time.Second

// cmdMails is "mails N": N mails were taken, whoever sent them has written to the
// log how that went, and the last one is printed.
func cmdMails(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: mails N")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	h := houseOf(ts)
	for deadline := time.Now().Add(mailWait); (len(h.mail.Mails()) < want || h.running()) && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	if got := len(h.mail.Mails()); got != want {
		ts.Fatalf("the server took %d mails, want %d", got, want)
	}
	text := ""
	if want > 0 {
		text = lastMail(ts)
	}
	file := filepath.Join(h.own, "mail.txt")
	ts.Check(os.WriteFile(file, []byte(text), 0o600))
	ts.Check(ts.Exec("cat", file))
}

// cmdMailLink is "maillink FILE": writes the link of the last mail into a file.
func cmdMailLink(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: maillink FILE")
	}
	link := regexp.MustCompile(`(?m)^ {4}((usher|https)://\S+)$`).FindStringSubmatch(lastMail(ts))
	if link == nil {
		ts.Fatalf("the last mail has no link")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(link[1]+"\n"), 0o600))
}

// lastMail returns the last mail in plain text, below whom it is for and what it
// is about.
func lastMail(ts *testscript.TestScript) string {
	mails := houseOf(ts).mail.Mails()
	if len(mails) == 0 {
		ts.Fatalf("the server took no mail")
	}
	last := mails[len(mails)-1]
	m, err := mail.ReadMessage(bytes.NewReader(last.Content))
	ts.Check(err)
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	ts.Check(err)
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	ts.Check(err)
	part, err := multipart.NewReader(m.Body, params["boundary"]).NextRawPart()
	ts.Check(err)
	text, err := io.ReadAll(quotedprintable.NewReader(part))
	ts.Check(err)
	return fmt.Sprintf("To: %s\nSubject: %s\n\n%s", last.To, subject, bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")))
}
