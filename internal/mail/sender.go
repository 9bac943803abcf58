package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	netmail "net/mail"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"github.com/usher-admin/usher/internal/account"
)

// Security says how the way to the mail server is protected.
type Security string

// The ways.
const (
	StartTLS Security = "starttls" // nothing is sent unless the server turns to TLS
	TLS      Security = "tls"      // from the first byte
	None     Security = "none"     // not at all
)

// Config says how mail is sent. Password is asked for when somebody is about to
// sign in to the server, not before.
type Config struct {
	Host     string
	Port     int
	Security Security
	Username string                 // "": without signing in
	Password func() (string, error) // nil without a Username
	From     string                 // an address, with or without a name

	Locale account.Locale // of every mail; "": each letter's own
	Zone   *time.Location // that times are written in
	Now    func() time.Time
	Random io.Reader // for the ids of messages

	// Patient keeps trying for half an hour, for a process that nobody waits
	// for; else it is a few seconds.
	Patient bool
	// Timeout bounds every step with the server; 0 is ten seconds.
	Timeout time.Duration
	// Pauses are those between tries; nil leaves them to Patient.
	Pauses []time.Duration

	roots *x509.CertPool // for tests; nil trusts whom the machine trusts
}

const usualTimeout = 10 * time.Second

// Sender delivers letters to a mail server.
type Sender struct {
	config Config
	from   *netmail.Address // nil where the configuration names none
}

// NewSender returns a Sender. It connects to nobody yet.
func NewSender(c Config) *Sender {
	if c.Timeout == 0 {
		c.Timeout = usualTimeout
	}
	if c.Pauses == nil {
		c.Pauses = pauses(c.Patient)
	}
	from, err := netmail.ParseAddress(c.From)
	if err != nil {
		from = nil
	}
	return &Sender{config: c, from: from}
}

// pauses between tries: a server that greylists takes a mail after minutes,
// which only a patient sender waits for.
func pauses(patient bool) []time.Duration {
	if patient {
		const minute = time.Minute
		return []time.Duration{minute / 4, minute, 4 * minute, 10 * minute, 15 * minute}
	}
	return []time.Duration{time.Second, 3 * time.Second}
}

// message is one letter on its way.
type message struct {
	to  string
	msg *gomail.Msg
	err error // nil once the server took it
}

// Deliver hands letters to the mail server and returns an error for each, nil
// where the server took it. What the server refuses for now (4xx), or a
// connection that breaks, is tried again for a bounded time. Errors are coded
// mail.sender (the configuration names none), mail.unreachable, mail.timeout,
// mail.tls, mail.login, mail.refused or mail.lost.
func (s *Sender) Deliver(ctx context.Context, letters []account.Letter) []error {
	errs := make([]error, len(letters))
	if s.from == nil {
		for i := range errs {
			errs[i] = errSender(s.config.From)
		}
		return errs
	}
	messages := make([]*message, len(letters))
	var waiting []*message
	for i, l := range letters {
		m, err := s.message(l)
		if err != nil {
			errs[i] = err
			continue
		}
		messages[i] = m
		waiting = append(waiting, m)
	}
	s.deliver(ctx, waiting)
	for i, m := range messages {
		if m != nil {
			errs[i] = asError(s.config, m.err)
		}
	}
	return errs
}

// deliver tries until nothing is left that another try could help.
func (s *Sender) deliver(ctx context.Context, waiting []*message) {
	for try := 0; len(waiting) > 0; try++ {
		s.round(ctx, waiting)
		var again []*message
		for _, m := range waiting {
			if m.err != nil && worthAnotherTry(m.err, s.config.Patient) {
				again = append(again, m)
			}
		}
		if try == len(s.config.Pauses) || len(again) == 0 || pause(ctx, s.config.Pauses[try]) != nil {
			return
		}
		waiting = again
	}
}

// pause waits, unless ctx ends first.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// message puts a letter into the form in which it travels.
func (s *Sender) message(l account.Letter) (*message, error) {
	locale := l.Locale
	if s.config.Locale != "" {
		locale = s.config.Locale
	}
	c, err := compose(l, locale, s.config.Zone)
	if err != nil {
		return nil, err
	}
	msg := gomail.NewMsg(gomail.WithCharset(gomail.CharsetUTF8), gomail.WithEncoding(gomail.EncodingQP), gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(s.from)
	msg.ToMailAddress(&netmail.Address{Name: oneLine(l.Name), Address: string(l.To)})
	msg.Subject(c.subject)
	msg.SetDateWithValue(s.config.Now())
	// Answers that machines give to machines would end in a loop.
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	id, err := s.messageID()
	if err != nil {
		return nil, err
	}
	msg.SetMessageIDWithValue(id)
	msg.SetBodyString(gomail.TypeTextPlain, c.plain())
	msg.AddAlternativeString(gomail.TypeTextHTML, c.html(string(locale)))
	return &message{to: string(l.To), msg: msg}, nil
}

// messageID makes an id of the sender's domain: the name of this machine is
// nobody's business.
func (s *Sender) messageID() (string, error) {
	var raw [16]byte
	if _, err := io.ReadFull(s.config.Random, raw[:]); err != nil {
		return "", err
	}
	return fmt.Sprintf("%x@%s", raw, s.domain()), nil
}

// domain is how usher introduces itself to the server, too.
func (s *Sender) domain() string {
	return s.from.Address[strings.LastIndexByte(s.from.Address, '@')+1:]
}

// tlsConfig trusts whom the machine trusts, SSL_CERT_FILE included.
func (c Config) tlsConfig() *tls.Config {
	return &tls.Config{ServerName: c.Host, MinVersion: tls.VersionTLS12, RootCAs: c.roots}
}
