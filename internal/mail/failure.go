package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"os"
	"strings"

	"github.com/usher-admin/usher/internal/account"
)

// loginError says that usher cannot sign in to the mail server.
type loginError struct{ error }

// protectionError says that the way to the mail server cannot be protected.
type protectionError struct{ error }

// cause is what kept a mail from being taken.
type cause uint8

const (
	causeOther       cause = iota
	causeUnreachable       // no connection
	causeTimeout           // no answer in time
	causeTLS               // no TLS, or a certificate that is not trusted
	causeLogin             // the server does not let usher in
	causeLater             // refused for now
	causeRefused           // refused for good
	causeLost              // the connection broke
	causeInterrupted
)

// causeOf sorts what net/smtp, TLS and the network call their errors.
func causeOf(err error) cause {
	var login loginError
	var reply *textproto.Error
	var network net.Error
	var opening *net.OpError
	switch {
	case errors.Is(err, context.Canceled):
		return causeInterrupted
	case errors.As(err, &login):
		return causeLogin
	case isTLS(err):
		return causeTLS
	case errors.As(err, &reply) && reply.Code/100 == 4:
		return causeLater
	case errors.As(err, &reply):
		return causeRefused
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return causeTimeout
	case errors.As(err, &opening) && opening.Op == "dial":
		return causeUnreachable
	}
	return causeLost
}

// isTLS reports that the way could not be protected.
func isTLS(err error) bool {
	var verification *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	var hostname x509.HostnameError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	var own protectionError
	return errors.As(err, &own) || errors.As(err, &verification) || errors.As(err, &unknown) || errors.As(err, &hostname) ||
		errors.As(err, &record) || errors.As(err, &alert) ||
		strings.HasPrefix(err.Error(), "tls: ")
}

// worthAnotherTry reports whether the same mail may be taken later. Who is
// waited for tries again only where that costs no time.
func worthAnotherTry(err error, patient bool) bool {
	switch causeOf(err) {
	case causeLater, causeLost:
		return true
	case causeUnreachable, causeTimeout:
		return patient
	}
	return false
}

func errSender(from string) error {
	return account.Errorf(account.Partial, "smtp.from is %q, which is no address to send from", from).
		Coded("mail.sender").
		Hintf("usher config check")
}

// asError says what kept a mail from being taken, nil if nothing did.
func asError(c Config, err error) error {
	if err == nil {
		return nil
	}
	server := net.JoinHostPort(c.Host, fmt.Sprint(c.Port))
	fail := func(code, format string, args ...any) *account.Error {
		return account.Errorf(account.Partial, format, args...).Coded("mail." + code).Hintf("usher config check; usher mail test ADDRESS")
	}
	switch causeOf(err) {
	case causeInterrupted:
		return account.Errorf(account.Interrupted, "interrupted while mail was sent").Coded("interrupted")
	case causeUnreachable:
		return fail("unreachable", "the mail server %s cannot be reached: %w", server, err)
	case causeTimeout:
		return fail("timeout", "the mail server %s does not answer", server)
	case causeTLS:
		return fail("tls", "the way to the mail server %s cannot be protected: %w", server, err)
	case causeLogin:
		return fail("login", "the mail server %s does not let usher sign in: %w", server, err)
	case causeLater:
		return fail("refused", "the mail server %s refuses the mail for now: %w", server, err)
	case causeRefused:
		return fail("refused", "the mail server %s refuses the mail: %w", server, err)
	}
	return fail("lost", "the connection to the mail server %s broke: %w", server, err)
}
