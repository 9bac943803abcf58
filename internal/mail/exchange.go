package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/smtp"
	"net/textproto"
	"strconv"
	"time"
)

// round tries every message once, over one connection while it lasts.
func (s *Sender) round(ctx context.Context, waiting []*message) {
	var c *conversation
	for i, m := range waiting {
		if c == nil {
			var err error
			if c, err = s.connect(ctx); err != nil {
				for _, m := range waiting[i:] {
					m.err = err
				}
				return
			}
		}
		if m.err = c.hand(ctx, s.from.Address, m); m.err != nil {
			// After a refusal the next message begins afresh.
			c.close()
			c = nil
		}
	}
	if c != nil {
		_ = c.step(ctx, c.client.Quit) // a wrong good-bye takes nothing back
		c.close()
	}
}

// conversation is one connection to the server.
type conversation struct {
	wire    net.Conn // below TLS
	client  *smtp.Client
	timeout time.Duration
	release func() bool
}

// connect opens the way to the server, protected, and signs in.
func (s *Sender) connect(ctx context.Context) (*conversation, error) {
	secret, err := s.config.secret()
	if err != nil {
		return nil, err
	}
	wire, err := s.dial(ctx)
	if err != nil {
		return nil, err
	}
	c := &conversation{
		wire: wire, timeout: s.config.Timeout,
		release: context.AfterFunc(ctx, func() { _ = wire.Close() }),
	}
	if err := s.begin(ctx, c, secret); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

func (s *Sender) dial(ctx context.Context) (net.Conn, error) {
	within, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	wire, err := new(net.Dialer).DialContext(within, "tcp", net.JoinHostPort(s.config.Host, strconv.Itoa(s.config.Port)))
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return wire, err
}

// secret returns the password to sign in with, "" where nobody signs in.
func (c Config) secret() (string, error) {
	if c.Username == "" {
		return "", nil
	}
	secret, err := c.Password()
	if err != nil {
		return "", loginError{err}
	}
	return secret, nil
}

// begin takes the steps before the first message. Nothing but a greeting goes
// out before the way is as safe as it was asked to be.
func (s *Sender) begin(ctx context.Context, c *conversation, secret string) error {
	steps := []func() error{
		func() error { return c.greet(ctx, s.config) },
		func() error { return c.client.Hello(s.domain()) },
	}
	if s.config.Security != TLS && s.config.Security != None {
		steps = append(steps, func() error { return c.startTLS(s.config.tlsConfig()) })
	}
	if s.config.Username != "" {
		steps = append(steps, func() error { return c.signIn(s.config.Host, s.config.Username, secret) })
	}
	return c.steps(ctx, steps)
}

// greet waits for the server's first words, below TLS where that begins at
// once.
func (c *conversation) greet(ctx context.Context, config Config) (err error) {
	wire := c.wire
	if config.Security == TLS {
		protected := tls.Client(wire, config.tlsConfig())
		if err := protected.HandshakeContext(ctx); err != nil {
			return err
		}
		wire = protected
	}
	c.client, err = smtp.NewClient(wire, config.Host)
	return err
}

// startTLS turns to TLS. Who offers it and then refuses it for good is no
// better than who does not.
func (c *conversation) startTLS(config *tls.Config) error {
	if offered, _ := c.client.Extension("STARTTLS"); !offered {
		return protectionError{errors.New("the server does not offer STARTTLS")}
	}
	err := c.client.StartTLS(config)
	var reply *textproto.Error
	if errors.As(err, &reply) && reply.Code/100 != 4 {
		return protectionError{err}
	}
	return err
}

// hand hands one message over.
func (c *conversation) hand(ctx context.Context, from string, m *message) error {
	return c.steps(ctx, []func() error{
		func() error { return c.client.Mail(from) },
		func() error { return c.client.Rcpt(m.to) },
		func() error { return c.content(m.content) },
	})
}

// content sends a message; a line that is a dot does not end it early.
func (c *conversation) content(content []byte) error {
	w, err := c.client.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(content); err != nil {
		return err
	}
	return w.Close()
}

func (c *conversation) steps(ctx context.Context, steps []func() error) error {
	for _, step := range steps {
		if err := c.step(ctx, step); err != nil {
			return err
		}
	}
	return nil
}

// step takes one step with the server, in its own time. When ctx ends the
// connection is closed under it.
func (c *conversation) step(ctx context.Context, take func() error) error {
	within, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	deadline, _ := within.Deadline()
	err := c.wire.SetDeadline(deadline)
	if err == nil {
		err = take()
	}
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

func (c *conversation) close() {
	c.release()
	_ = c.wire.Close()
}
