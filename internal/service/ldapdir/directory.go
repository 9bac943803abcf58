// Package ldapdir asks directories, such as an Active Directory, whether they
// take a password: it binds over LDAP as the user, over STARTTLS or LDAPS with a
// verified certificate, within a bounded time. It never sends a password over a
// way that is not protected, and keeps nothing. What the answer is good for is
// left to package service, of which this is a part.
package ldapdir

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/password"
)

// Directory is one directory of the configuration.
type Directory struct {
	URL    string // ldaps://host, or ldap://host, which is turned to TLS
	BindDN string // the name to bind as, with {email} or {local} for the user
	CAFile string // PEM certificates to trust; "": whom the machine trusts
	Help   string // what to tell a user who wants to change his password
}

// Directories are those of the configuration, by name.
type Directories struct {
	Named   map[string]Directory
	Timeout time.Duration // of one question as a whole; 0 is ten seconds
}

const usualTimeout = 10 * time.Second

// Describe returns where a directory is and what it says about changing a
// password there; false for a name that is not configured.
func (d Directories) Describe(name string) (address, help string, found bool) {
	directory, found := d.Named[name]
	return directory.URL, directory.Help, found
}

// Verify reports whether a directory takes an address and a password. Errors are
// Unexpected: "directory.unreachable", "directory.tls", "directory.failed", or
// Invalid, "directory.config", for what the configuration says.
func (d Directories) Verify(ctx context.Context, name string, email account.Email, pw password.Plain) (bool, error) {
	directory, found := d.Named[name]
	if !found {
		return false, misconfigured(name, "it is not configured")
	}
	who, err := bindName(directory.BindDN, email)
	if err != nil {
		return false, misconfigured(name, err.Error())
	}
	timeout := d.Timeout
	if timeout == 0 {
		timeout = usualTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	conn, err := directory.connect(ctx, name)
	if err != nil {
		return false, err
	}
	defer conn.leave()
	return judge(name, conn.bind(who, string(pw.Typed())))
}

// bindName puts the user into the template of the name to bind as. In a
// distinguished name his address is escaped (RFC 4514), so that nobody reaches
// another entry by what stands in it; elsewhere, as in {email} for an Active
// Directory, it is the name itself.
func bindName(template string, email account.Email) (string, error) {
	if !strings.Contains(template, "{email}") && !strings.Contains(template, "{local}") {
		return "", fmt.Errorf("bind_dn %q has no place for the user, {email} or {local}", template)
	}
	value := func(s string) string { return s }
	if strings.Contains(template, "=") {
		value = escapeDN
	}
	return strings.NewReplacer("{email}", value(string(email)), "{local}", value(email.Local())).Replace(template), nil
}

// connect opens the protected way to a directory. It ends with ctx.
func (d Directory) connect(ctx context.Context, name string) (*conversation, error) {
	u, err := url.Parse(d.URL)
	if err != nil {
		return nil, misconfigured(name, "its url cannot be read")
	}
	trust, err := d.tlsConfig(u.Hostname())
	if err != nil {
		return nil, misconfigured(name, err.Error())
	}
	raw, err := new(net.Dialer).DialContext(ctx, "tcp", hostPort(u))
	if err != nil {
		return nil, failed(name, d.URL, "unreachable", "cannot be reached", err)
	}
	if deadline, ok := ctx.Deadline(); ok {
		_ = raw.SetDeadline(deadline) // a connection that takes none fails by itself
	}
	context.AfterFunc(ctx, func() { _ = raw.Close() })
	conn := &conversation{Conn: raw}
	if u.Scheme != "ldaps" {
		err = conn.announceTLS()
	}
	if err == nil {
		err = conn.protect(ctx, trust)
	}
	if err != nil {
		_ = raw.Close()
		return nil, failed(name, d.URL, "tls", "cannot be asked over a protected way", err)
	}
	return conn, nil
}

// hostPort returns where to connect to.
func hostPort(u *url.URL) string {
	port := u.Port()
	switch {
	case port != "":
	case u.Scheme == "ldaps":
		port = "636"
	default:
		port = "389"
	}
	return net.JoinHostPort(u.Hostname(), port)
}

func (d Directory) tlsConfig(host string) (*tls.Config, error) {
	c := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	if d.CAFile == "" {
		return c, nil
	}
	certificates, err := os.ReadFile(d.CAFile)
	if err != nil {
		return nil, fmt.Errorf("its ca_file cannot be read: %w", err)
	}
	c.RootCAs = x509.NewCertPool()
	if !c.RootCAs.AppendCertsFromPEM(certificates) {
		return nil, fmt.Errorf("its ca_file %q holds no certificates in PEM", d.CAFile)
	}
	return c, nil
}

// judge tells a password that is not taken from a directory that cannot say.
func judge(name string, err error) (bool, error) {
	switch {
	case err == nil:
		return true, nil
	case refusal(err):
		return false, nil
	}
	return false, account.Errorf(account.Unexpected, "the directory %q did not answer the sign-in: %w", name, err).
		Coded("directory.failed").
		Hintf("try again; usher config check looks at its settings")
}

func failed(name, address, code, what string, err error) error {
	return account.Errorf(account.Unexpected, "the directory %q (%s) %s: %w", name, address, what, err).
		Coded("directory." + code).
		Hintf("try again; usher config check looks at its settings")
}

func misconfigured(name, why string) error {
	return account.Errorf(account.Invalid, "the directory %q cannot be asked: %s", name, why).
		Coded("directory.config").
		Hintf("usher config show; it is set under directories.%s", name)
}
