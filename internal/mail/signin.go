package mail

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/smtp"
	"net/textproto"
	"slices"
	"strings"
)

// The ways to sign in that usher knows, the best first. All but the first send
// the password itself.
const (
	wayCRAM  = "CRAM-MD5"
	wayPlain = "PLAIN"
	wayLogin = "LOGIN"
)

// signIn proves who usher is, in the best way that the server offers. A
// password itself goes out under TLS only, also to this machine.
func (c *conversation) signIn(host, username, secret string) error {
	_, offer := c.client.Extension("AUTH")
	_, protected := c.client.TLSConnectionState()
	way, err := chooseWay(offer, protected)
	if err != nil {
		return loginError{err}
	}
	var auth smtp.Auth
	switch way {
	case wayCRAM:
		auth = smtp.CRAMMD5Auth(username, secret)
	case wayPlain:
		auth = smtp.PlainAuth("", username, secret, host)
	default:
		auth = &loginAuth{answers: []string{username, secret}}
	}
	return asLoginError(c.client.Auth(auth))
}

// chooseWay returns the best of the ways that a server offers.
func chooseWay(offer string, protected bool) (string, error) {
	ways := []string{wayCRAM}
	if protected {
		ways = append(ways, wayPlain, wayLogin)
	}
	offered := strings.Fields(strings.ToUpper(offer))
	for _, way := range ways {
		if slices.Contains(offered, way) {
			return way, nil
		}
	}
	switch {
	case len(offered) == 0:
		return "", errors.New("the server offers no way to sign in (no AUTH)")
	case !protected:
		return "", fmt.Errorf("it offers %s, and a password goes out under TLS only", strings.Join(offered, ", "))
	}
	return "", fmt.Errorf("it offers %s, usher knows %s", strings.Join(offered, ", "), strings.Join(ways, ", "))
}

// asLoginError marks what the server says against signing in. A connection
// that breaks or is slow, and a refusal for now, stay what they are.
func asLoginError(err error) error {
	var reply *textproto.Error
	var network net.Error
	switch {
	case err == nil, errors.As(err, &network), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return err
	case errors.As(err, &reply) && reply.Code/100 == 4:
		return err
	}
	return loginError{err}
}

// loginAuth signs in by answering two questions, as servers want it that never
// learnt PLAIN. Which question is which is told by their order alone: servers
// word them as they like.
type loginAuth struct{ answers []string }

func (a *loginAuth) Start(server *smtp.ServerInfo) (string, []byte, error) {
	if !server.TLS {
		return "", nil, errors.New("a password goes out under TLS only")
	}
	return wayLogin, nil, nil
}

func (a *loginAuth) Next(_ []byte, more bool) ([]byte, error) {
	if !more {
		return nil, nil
	}
	if len(a.answers) == 0 {
		return nil, errors.New("the server asks a third time")
	}
	answer := a.answers[0]
	a.answers = a.answers[1:]
	return []byte(answer), nil
}
