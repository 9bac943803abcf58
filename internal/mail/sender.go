package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	netmail "net/mail"
	"time"

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

// tlsConfig trusts whom the machine trusts, SSL_CERT_FILE included.
func (c Config) tlsConfig() *tls.Config {
	return &tls.Config{ServerName: c.Host, MinVersion: tls.VersionTLS12, RootCAs: c.roots}
}
