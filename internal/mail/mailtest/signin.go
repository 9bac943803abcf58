package mailtest

import (
	"crypto/hmac"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"strings"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// AuthMechanisms are the ways to sign in that this server offers.
func (s *session) AuthMechanisms() []string {
	switch {
	case s.server.rules.Username == "":
		return nil
	case s.server.rules.Ways == nil:
		return []string{sasl.Plain}
	}
	return s.server.rules.Ways
}

// Auth begins to sign somebody in.
func (s *session) Auth(way string) (sasl.Server, error) {
	s.mail.Way = way
	switch way {
	case sasl.Plain:
		return sasl.NewPlainServer(func(_, username, password string) error { return s.enter(username, password) }), nil
	case sasl.Login:
		return &login{session: s}, nil
	case "CRAM-MD5":
		return &cram{session: s}, nil
	}
	return nil, errors.New("no such way to sign in")
}

func (s *session) enter(username, password string) error {
	if username != s.server.rules.Username || password != s.server.rules.Password {
		return smtp.ErrAuthFailed
	}
	s.mail.User = username
	return nil
}

// login asks for name and password in two questions, in words of its own.
type login struct {
	session *session
	answers []string
}

func (l *login) Next(answer []byte) (question []byte, done bool, err error) {
	if answer != nil {
		l.answers = append(l.answers, string(answer))
	}
	switch len(l.answers) {
	case 0:
		return []byte("User Name\x00"), false, nil
	case 1:
		return []byte("Password\x00"), false, nil
	}
	return nil, true, l.session.enter(l.answers[0], l.answers[1])
}

// cram wants proof that the password is known, without seeing it (RFC 2195).
type cram struct {
	session *session
	asked   bool
}

const question = "<1896.697170952@postoffice.reston.mci.net>"

func (c *cram) Next(answer []byte) (challenge []byte, done bool, err error) {
	if !c.asked {
		c.asked = true
		return []byte(question), false, nil
	}
	username, proof, _ := strings.Cut(string(answer), " ")
	mac := hmac.New(md5.New, []byte(c.session.server.rules.Password))
	mac.Write([]byte(question))
	if proof != hex.EncodeToString(mac.Sum(nil)) {
		return nil, true, smtp.ErrAuthFailed
	}
	return nil, true, c.session.enter(username, c.session.server.rules.Password)
}
