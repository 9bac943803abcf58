package mail

import (
	"context"
	"fmt"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// round tries every message once, over one connection while it lasts. A round
// that is interrupted is left behind: its steps end with their time-outs.
func (s *Sender) round(ctx context.Context, waiting []*message) {
	results := make(chan []error, 1)
	go func() { results <- s.exchange(ctx, waiting) }()
	select {
	case errs := <-results:
		for i, m := range waiting {
			m.err = errs[i]
		}
	case <-ctx.Done():
		for _, m := range waiting {
			m.err = ctx.Err()
		}
	}
}

// exchange talks to the server and returns what became of each message.
func (s *Sender) exchange(ctx context.Context, waiting []*message) []error {
	errs := make([]error, len(waiting))
	var conn *smtp.Client
	var client *gomail.Client
	for i, m := range waiting {
		if conn == nil {
			var err error
			if client, conn, err = s.connect(ctx); err != nil {
				for j := i; j < len(waiting); j++ {
					errs[j] = err
				}
				return errs
			}
		}
		if errs[i] = s.hand(conn, m); errs[i] != nil {
			// After a refusal the next message begins afresh.
			_ = conn.Close()
			conn = nil
		}
	}
	if conn != nil {
		_ = client.CloseWithSMTPClient(conn) // a wrong good-bye takes nothing back
	}
	return errs
}

// connect opens the way to the server, protected, and signs in.
func (s *Sender) connect(ctx context.Context) (*gomail.Client, *smtp.Client, error) {
	c := s.config
	options := []gomail.Option{
		gomail.WithPort(c.Port), gomail.WithTimeout(c.Timeout), gomail.WithTLSConfig(c.tlsConfig()),
		gomail.WithHELO(s.domain()), gomail.WithoutNoop(),
	}
	switch c.Security {
	case TLS:
		options = append(options, gomail.WithSSL())
	case None:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if c.Username != "" {
		secret, err := c.Password()
		if err != nil {
			return nil, nil, loginError{err}
		}
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(c.Username), gomail.WithPassword(secret))
	}
	client, err := gomail.NewClient(c.Host, options...)
	if err != nil {
		return nil, nil, err
	}
	conn, err := client.DialToSMTPClientWithContext(ctx)
	return client, conn, err
}

// hand hands one message over. Each step has its own time.
func (s *Sender) hand(conn *smtp.Client, m *message) error {
	steps := []func() error{
		func() error { return conn.Mail(bracketed(s.from.Address)) },
		func() error { return conn.Rcpt(bracketed(m.to)) },
		func() error { return s.content(conn, m) },
	}
	for _, step := range steps {
		if err := conn.UpdateDeadline(s.config.Timeout); err != nil {
			return err
		}
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (s *Sender) content(conn *smtp.Client, m *message) error {
	w, err := conn.Data()
	if err != nil {
		return err
	}
	if _, err := m.msg.WriteTo(w); err != nil {
		return err
	}
	return w.Close()
}

func bracketed(address string) string { return fmt.Sprintf("<%s>", address) }
