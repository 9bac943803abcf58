// Package mailtest is a mail server for tests: a real one, with TLS and
// passwords, that takes, refuses, stalls or breaks off as its rules say. The
// program does not hold it.
package mailtest

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/usher-admin/usher/internal/keys/certtest"
)

// Host is the name the server's certificate is for.
const Host = "localhost"

// Rules say how a server behaves; the zero Rules take every mail, with STARTTLS.
type Rules struct {
	Plain     bool   // offers no TLS
	Immediate bool   // TLS from the first byte
	Username  string // must sign in with it
	Password  string
	Ways      []string // to sign in: PLAIN, LOGIN, CRAM-MD5; nil is PLAIN
	// Recipient answers each recipient, counted from 1; nil takes them.
	Recipient func(to string, try int) error
	// Break closes the connection in the middle of so many mails, the first
	// ones.
	Break int
	// Hang answers nothing any more: "greeting", or "content" after a mail.
	Hang string
}

// Refuse is an answer such as 552 5.2.2.
func Refuse(code int, enhanced [3]int, text string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode(enhanced), Message: text}
}

// Mail is one that the server took.
type Mail struct {
	From, To string
	Content  []byte
	TLS      bool
	User     string // who had signed in
	Way      string // how
}

// Server is a mail server on this machine.
type Server struct {
	Port        int
	Certificate []byte // PEM, of who signed the server's

	rules  Rules
	server *smtp.Server
	held   net.Listener

	lock   sync.Mutex
	mails  []Mail
	tries  int
	broken int
	closed chan struct{}
}

// Start starts a server whose certificate is valid around now.
func Start(now time.Time, random io.Reader, rules Rules) (*Server, error) {
	authority, private, err := certtest.New(now, random, Host)
	if err != nil {
		return nil, err
	}
	pair, err := tls.X509KeyPair(authority, private)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &Server{Certificate: authority, rules: rules, closed: make(chan struct{})}
	s.Port = port(listener)
	s.server = smtp.NewServer(s)
	s.server.Domain = Host
	s.server.ErrorLog = silent{}
	s.server.AllowInsecureAuth = true
	s.server.EnableSMTPUTF8 = true
	if !rules.Plain {
		s.server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{pair}}
	}
	switch {
	case rules.Hang == "greeting":
		s.held = listener
		return s, nil // connections wait to be accepted, for ever
	case rules.Immediate:
		listener = tls.NewListener(listener, s.server.TLSConfig)
	}
	go func() { _ = s.server.Serve(listener) }()
	return s, nil
}

// silent swallows what the server says of its clients.
type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

func port(l net.Listener) int {
	_, text, _ := net.SplitHostPort(l.Addr().String())
	number, _ := strconv.Atoi(text)
	return number
}

// Close ends the server.
func (s *Server) Close() error {
	close(s.closed)
	if s.held != nil {
		return s.held.Close()
	}
	return s.server.Close()
}

// Mails returns what the server took so far.
func (s *Server) Mails() []Mail {
	s.lock.Lock()
	defer s.lock.Unlock()
	return append([]Mail(nil), s.mails...)
}

// NewSession begins a conversation.
func (s *Server) NewSession(c *smtp.Conn) (smtp.Session, error) {
	return &session{server: s, conn: c}, nil
}

type session struct {
	server *Server
	conn   *smtp.Conn
	mail   Mail
}

func (s *session) Reset()        { s.mail = Mail{User: s.mail.User, Way: s.mail.Way} }
func (s *session) Logout() error { return nil }

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if s.server.rules.Username != "" && s.mail.User == "" {
		return smtp.ErrAuthRequired
	}
	s.mail.From = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.server.lock.Lock()
	s.server.tries++
	try := s.server.tries
	s.server.lock.Unlock()
	s.mail.To = to
	if s.server.rules.Recipient == nil {
		return nil
	}
	return s.server.rules.Recipient(to, try)
}

func (s *session) Data(r io.Reader) error {
	if s.breaks() {
		_ = s.conn.Conn().Close()
		return errors.New("broken off")
	}
	content, err := io.ReadAll(r)
	if err != nil {
		return fmt.Errorf("read a mail: %w", err)
	}
	if s.server.rules.Hang == "content" {
		<-s.server.closed
	}
	_, s.mail.TLS = s.conn.TLSConnectionState()
	s.mail.Content = content
	s.server.lock.Lock()
	s.server.mails = append(s.server.mails, s.mail)
	s.server.lock.Unlock()
	return nil
}

// breaks reports whether this mail is one to break off in.
func (s *session) breaks() bool {
	s.server.lock.Lock()
	defer s.server.lock.Unlock()
	if s.server.broken >= s.server.rules.Break {
		return false
	}
	s.server.broken++
	return true
}
