package ldapdir

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
)

// The little of LDAP (RFC 4511) that a sign-in takes: STARTTLS, a simple bind,
// good-bye. A library that can do the rest of it would be linked, and would slow
// down the start of every command.

// The tags of what is sent and received.
const (
	tagSequence    = 0x30
	tagInteger     = 0x02
	tagOctets      = 0x04
	tagEnumerated  = 0x0a
	tagBind        = 0x60
	tagBound       = 0x61
	tagUnbind      = 0x42
	tagExtended    = 0x77
	tagExtendedEnd = 0x78
	tagFirst       = 0x80 // [0]: the name of an extension, or a simple password
)

// startTLS is the name of the extension.
const startTLS = "1.3.6.1.4.1.1466.20037"

// maxAnswer bounds what is read of an answer; a directory says a few words.
const maxAnswer = 64 << 10

// resultError is an answer that is not success.
type resultError struct {
	code    int
	message string
}

// Error returns what the directory said.
func (e *resultError) Error() string {
	return fmt.Sprintf("the directory answers with result %d: %q", e.code, e.message)
}

// refusal reports whether err is the answer to a wrong name or password.
func refusal(err error) bool {
	const (
		constraintViolation = 19
		noSuchObject        = 32
		inappropriate       = 48
		invalidCredentials  = 49
		insufficientRights  = 50
		unwillingToPerform  = 53
	)
	var result *resultError
	return errors.As(err, &result) && slices.Contains([]int{
		constraintViolation, noSuchObject, inappropriate, invalidCredentials, insufficientRights, unwillingToPerform,
	}, result.code)
}

// conversation is a connection to a directory.
type conversation struct {
	net.Conn
	last byte // number of the last request
}

// announceTLS asks for TLS on a connection that began without. Nothing is read
// beyond the answer, so nothing unprotected is taken for protected later.
func (c *conversation) announceTLS() error {
	return c.ask(element(tagExtended, element(tagFirst, []byte(startTLS))), tagExtendedEnd)
}

// protect turns the connection to TLS.
func (c *conversation) protect(ctx context.Context, trust *tls.Config) error {
	protected := tls.Client(c.Conn, trust)
	c.Conn = protected
	return protected.HandshakeContext(ctx)
}

// bind signs in. A directory takes an empty password for a sign-in as nobody, and
// says yes; so none is sent.
func (c *conversation) bind(name, password string) error {
	if name == "" || password == "" {
		return &resultError{code: 49, message: "nothing to sign in with"}
	}
	return c.ask(element(tagBind, slices.Concat(
		element(tagInteger, []byte{3}), element(tagOctets, []byte(name)), element(tagFirst, []byte(password)),
	)), tagBound)
}

// leave says good-bye, as the protocol wants it, and closes the connection.
func (c *conversation) leave() {
	_, _ = c.Write(c.message(element(tagUnbind, nil)))
	_ = c.Close()
}

// message numbers a request.
func (c *conversation) message(request []byte) []byte {
	c.last++
	return element(tagSequence, append(element(tagInteger, []byte{c.last}), request...))
}

// ask sends a request and reads its answer, nil for success.
func (c *conversation) ask(request []byte, answer byte) error {
	if _, err := c.Write(c.message(request)); err != nil {
		return err
	}
	body, err := readElement(c, tagSequence)
	if err != nil {
		return err
	}
	return c.judge(body, answer)
}

// judge reads the result out of an answer. Number 0 is a directory that ends the
// conversation by itself, and says so in the same form.
func (c *conversation) judge(body []byte, answer byte) error {
	number, body, err := take(body, tagInteger)
	if err != nil {
		return err
	}
	if len(number) != 1 || number[0] != c.last {
		return errors.New("the directory answers something else")
	}
	result, _, err := take(body, answer)
	if err != nil {
		return err
	}
	code, result, err := take(result, tagEnumerated)
	if err != nil {
		return err
	}
	_, result, err = take(result, tagOctets) // the entry it knows
	if err != nil {
		return err
	}
	said, _, err := take(result, tagOctets)
	if err != nil {
		return err
	}
	if len(code) == 1 && code[0] == 0 {
		return nil
	}
	return &resultError{code: whole(code), message: string(said)}
}

// whole reads a number of few bytes.
func whole(digits []byte) int {
	n := 0
	for _, d := range digits[:min(len(digits), 4)] {
		n = n<<8 | int(d)
	}
	return n
}

// element encodes a value with its tag and length (BER, RFC 4511 section 5.1).
func element(tag byte, value []byte) []byte {
	head := []byte{tag}
	n := len(value)
	switch {
	case n < 0x80:
		head = append(head, byte(n))
	case n <= 0xff:
		head = append(head, 0x81, byte(n))
	default:
		head = append(head, 0x83, byte(n>>16), byte(n>>8), byte(n))
	}
	return append(head, value...)
}

var errMalformed = errors.New("the answer is no LDAP")

// readElement reads one element from the connection.
func readElement(r io.Reader, tag byte) ([]byte, error) {
	head := make([]byte, 2, 6)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, err
	}
	if head[0] != tag {
		return nil, errMalformed
	}
	length := int(head[1])
	if length >= 0x80 {
		digits := make([]byte, length-0x80)
		if len(digits) == 0 || len(digits) > 4 {
			return nil, errMalformed
		}
		if _, err := io.ReadFull(r, digits); err != nil {
			return nil, err
		}
		length = whole(digits)
	}
	if length < 0 || length > maxAnswer {
		return nil, errMalformed
	}
	body := make([]byte, length)
	_, err := io.ReadFull(r, body)
	return body, err
}

// take reads one element from the front of data and returns the rest.
func take(data []byte, tag byte) (value, rest []byte, err error) {
	r := bytes.NewReader(data)
	value, err = readElement(r, tag)
	if err != nil {
		return nil, nil, errMalformed
	}
	return value, data[len(data)-r.Len():], nil
}

// escapeDN makes a text one value of a distinguished name (RFC 4514).
func escapeDN(text string) string {
	var b strings.Builder
	for i := range len(text) {
		c := text[i]
		switch {
		case c == 0:
			b.WriteString(`\00`)
			continue
		case strings.IndexByte(`"+,;<=>\`, c) >= 0,
			i == 0 && (c == ' ' || c == '#'), i == len(text)-1 && c == ' ':
			b.WriteByte('\\')
		}
		b.WriteByte(c)
	}
	return b.String()
}
