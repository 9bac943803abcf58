package mail

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"net/textproto"
	"strings"
	"time"

	"github.com/usher-admin/usher/internal/account"
)

// message is one letter on its way.
type message struct {
	to      string
	content []byte // head and body, as they travel
	err     error  // nil once the server took it
}

// message puts a letter into the form in which it travels (RFC 5322, RFC 2046):
// seven bits and short lines, but for an address that is itself in UTF-8.
func (s *Sender) message(l account.Letter) (*message, error) {
	locale := l.Locale
	if s.config.Locale != "" {
		locale = s.config.Locale
	}
	c, err := compose(l, locale, s.config.Zone)
	if err != nil {
		return nil, err
	}
	id, err := s.unique()
	if err != nil {
		return nil, err
	}
	limit, err := s.unique()
	if err != nil {
		return nil, err
	}
	limit = "=_" + limit // which no line of quoted-printable can hold
	var b bytes.Buffer
	for _, f := range []struct{ name, value string }{
		{"Date", s.config.Now().Format(time.RFC1123Z)},
		{"From", address(s.from)},
		{"To", address(&netmail.Address{Name: oneLine(l.Name), Address: string(l.To)})},
		{"Subject", words(c.subject)},
		// The name of this machine is nobody's business.
		{"Message-ID", "<" + id + "@" + s.domain() + ">"},
		// Answers that machines give to machines would end in a loop.
		{"Auto-Submitted", "auto-generated"},
		{"MIME-Version", "1.0"},
		{"Content-Type", `multipart/alternative; boundary="` + limit + `"`},
	} {
		b.WriteString(field(f.name, f.value))
	}
	b.WriteString("\r\n")
	if err := writeParts(&b, limit, c.plain(), c.html(string(locale))); err != nil {
		return nil, err
	}
	return &message{to: string(l.To), content: b.Bytes()}, nil
}

// writeParts writes the same text twice; who can show the second does.
func writeParts(to io.Writer, limit, plain, html string) error {
	parts := multipart.NewWriter(to)
	if err := parts.SetBoundary(limit); err != nil {
		return err
	}
	for _, part := range []struct{ kind, text string }{{"text/plain", plain}, {"text/html", html}} {
		w, err := parts.CreatePart(textproto.MIMEHeader{
			"Content-Type":              {part.kind + "; charset=utf-8"},
			"Content-Transfer-Encoding": {"quoted-printable"},
		})
		if err != nil {
			return err
		}
		quoted := quotedprintable.NewWriter(w)
		if _, err := io.WriteString(quoted, part.text); err != nil {
			return err
		}
		if err := quoted.Close(); err != nil {
			return err
		}
	}
	return parts.Close()
}

// unique returns 32 letters and digits that nobody had before.
func (s *Sender) unique() (string, error) {
	var raw [16]byte
	if _, err := io.ReadFull(s.config.Random, raw[:]); err != nil {
		return "", err
	}
	return fmt.Sprintf("%x", raw), nil
}

// domain is the sender's; usher introduces itself with it to the server, too.
func (s *Sender) domain() string {
	return s.from.Address[strings.LastIndexByte(s.from.Address, '@')+1:]
}
