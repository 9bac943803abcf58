// Package ldaptest starts a directory server for tests: a real slapd, with
// STARTTLS and LDAPS and two people in it. The program does not hold it.
package ldaptest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/usher-admin/usher/internal/keys/certtest"
)

// Password is that of everybody in the directory: bo and eva+it.
const Password = "Krusbär växer vid ån"

// Template is the name by which they bind.
const Template = "uid={local},ou=people,dc=norrsken,dc=example"

// ErrNone says that this machine has no slapd to test with.
var ErrNone = errors.New("there is no slapd on this machine that takes its people; the packages slapd and ldap-utils have it")

const people = `dn: dc=norrsken,dc=example
objectClass: dcObject
objectClass: organization
dc: norrsken
o: Norrsken

dn: ou=people,dc=norrsken,dc=example
objectClass: organizationalUnit
ou: people

dn: uid=bo,ou=people,dc=norrsken,dc=example
objectClass: account
objectClass: simpleSecurityObject
uid: bo
userPassword: ` + Password + `

dn: uid=eva\+it,ou=people,dc=norrsken,dc=example
objectClass: account
objectClass: simpleSecurityObject
uid: eva+it
userPassword: ` + Password + `
`

const settings = `include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
pidfile %[1]s/slapd.pid
TLSCertificateFile %[1]s/ca.pem
TLSCertificateKeyFile %[1]s/key.pem
database ldif
suffix "dc=norrsken,dc=example"
directory %[1]s/data
`

// Server is a directory server on this machine.
type Server struct {
	StartTLS string // its address, of the form ldap://
	TLS      string // of the form ldaps://
	CAFile   string // the certificate to trust

	cmd *exec.Cmd
}

// Start starts a server with its files in a folder, which must be there. The
// error is ErrNone where the machine cannot.
func Start(folder string, now time.Time, random io.Reader) (*Server, error) {
	program, err := find()
	if err != nil {
		return nil, err
	}
	plain, secure, err := freePorts()
	if err != nil {
		return nil, err
	}
	s := &Server{
		StartTLS: fmt.Sprintf("ldap://localhost:%d", plain), TLS: fmt.Sprintf("ldaps://localhost:%d", secure),
		CAFile: filepath.Join(folder, "ca.pem"),
	}
	if err := furnish(folder, now, random); err != nil {
		return nil, err
	}
	config := filepath.Join(folder, "slapd.conf")
	if err := exec.Command(program, "-T", "add", "-f", config, "-l", filepath.Join(folder, "people.ldif")).Run(); err != nil {
		return nil, ErrNone
	}
	var talk bytes.Buffer
	s.cmd = exec.Command(program, "-d", "0", "-f", config, "-h", fmt.Sprintf("ldap://127.0.0.1:%d ldaps://127.0.0.1:%d", plain, secure))
	s.cmd.Stderr = &talk
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	for _, port := range []int{plain, secure} {
		if !listens(port) {
			_ = s.Close()
			return nil, fmt.Errorf("slapd does not listen: %s", talk.String())
		}
	}
	return s, nil
}

// Close ends the server.
func (s *Server) Close() error {
	if err := s.cmd.Process.Kill(); err != nil {
		return err
	}
	_ = s.cmd.Wait() // it was killed, and says so
	return nil
}

// Available reports whether this machine has a slapd to start.
func Available() bool {
	_, err := find()
	return err == nil
}

// find returns the program, which Debian keeps beside those of other users.
func find() (string, error) {
	if program, err := exec.LookPath("slapd"); err == nil {
		return program, nil
	}
	const debian = "/usr/sbin/slapd"
	if _, err := os.Stat(debian); err != nil {
		return "", ErrNone
	}
	return debian, nil
}

// furnish writes the files of the server.
func furnish(folder string, now time.Time, random io.Reader) error {
	certificate, private, err := certtest.New(now, random, "localhost")
	if err != nil {
		return err
	}
	if err := os.Mkdir(filepath.Join(folder, "data"), 0o700); err != nil {
		return err
	}
	for name, text := range map[string]string{
		"ca.pem": string(certificate), "key.pem": string(private),
		"slapd.conf": fmt.Sprintf(settings, folder), "people.ldif": people,
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// freePorts returns two ports that nobody listens on.
func freePorts() (first, second int, err error) {
	a, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, 0, err
	}
	defer a.Close()
	b, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, 0, err
	}
	defer b.Close()
	return portOf(a), portOf(b), nil
}

func portOf(l net.Listener) int {
	address, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		return 0
	}
	return address.Port
}

// listens waits until somebody listens on a port.
func listens(port int) bool {
	for range 200 {
		if c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			return c.Close() == nil
		}
		time.Sleep(25 * time.Millisecond)
	}
	return false
}
