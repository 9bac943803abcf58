package keys

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"strings"

	"github.com/usher-admin/usher/internal/account"
)

// Token is the secret of a session, a service token or a link, 256 random bits.
// The file keeps only its hash; the token itself is the only key to what it
// carries.
type Token [32]byte

// TokenKind says what a token is good for. The zero value is no kind.
type TokenKind uint8

// The kinds of token.
const (
	Session      TokenKind = iota + 1 // of a signed-in user
	Service                           // of a script
	InviteLink                        // good for accepting an invitation
	PasswordLink                      // good for choosing a new password
	OrgKeyLink                        // good for storing an organisation key on a device
)

const (
	tokenChars = 43 // 256 bits in base64url without padding
	tailChars  = 6  // the 32 bits of the check
)

// NewToken returns a fresh token. It fails only when random does.
func NewToken(random io.Reader) (Token, error) {
	var t Token
	if _, err := io.ReadFull(random, t[:]); err != nil {
		return Token{}, fmt.Errorf("make a token: %w", err)
	}
	return t, nil
}

// String returns the word for the kind, as it stands in links and hashes, ""
// for no kind. The words are part of the file format.
func (k TokenKind) String() string {
	switch k {
	case Session:
		return "session"
	case Service:
		return "service"
	case InviteLink:
		return "invite"
	case PasswordLink:
		return "password"
	case OrgKeyLink:
		return "orgkey"
	default:
		return ""
	}
}

// prefix returns how the text of a token of the kind begins, so that people and
// secret scanners know what they have found; "" for no kind.
func (k TokenKind) prefix() string {
	switch k {
	case Session:
		return "usher_s_"
	case Service:
		return "usher_t_"
	case InviteLink:
		return "usher_i_"
	case PasswordLink:
		return "usher_p_"
	case OrgKeyLink:
		return "usher_k_"
	default:
		return ""
	}
}

// Hash returns what the file keeps of a token of the kind. A token of one kind
// is unknown as any other.
func (t Token) Hash(kind TokenKind) [sha256.Size]byte {
	return sha256.Sum256(bind([]byte(kind.String()), t[:]))
}

// Reveal returns the text of the token, "" for no kind. It is the only way from
// a token to its text. The tail checks what stands before it, so a token that
// was cut or mistyped is known as such; it never ends in a sign that mail
// programs take for the end of a sentence.
func (t Token) Reveal(kind TokenKind) string {
	prefix := kind.prefix()
	if prefix == "" {
		return ""
	}
	text := prefix + base64.RawURLEncoding.EncodeToString(t[:])
	return text + tail(text)
}

// tail returns the check of a token's text.
func tail(text string) string {
	sum := binary.BigEndian.AppendUint32(nil, checksum(text))
	return base64.RawURLEncoding.EncodeToString(sum)
}

// checksum is CRC-32 (IEEE), a bit at a time: every command looks at one token,
// and the library would make its tables for that.
func checksum(text string) uint32 {
	sum := ^uint32(0)
	for _, b := range []byte(text) {
		sum ^= uint32(b)
		for range 8 {
			sum = sum>>1 ^ crc32.IEEE&-(sum&1)
		}
	}
	return ^sum
}

// ParseToken reads the text of a token of the kind; white space around it does
// not matter. Whatever else is wrong with it gives the one error of its kind,
// ErrToken or ErrLink.
func ParseToken(kind TokenKind, text string) (Token, error) {
	t, ok := readToken(kind, strings.TrimSpace(text))
	if ok {
		return t, nil
	}
	switch kind {
	case InviteLink, PasswordLink, OrgKeyLink:
		return Token{}, ErrLink()
	default:
		return Token{}, ErrToken()
	}
}

// readToken reads exactly what Reveal writes.
func readToken(kind TokenKind, text string) (Token, bool) {
	prefix := kind.prefix()
	if prefix == "" || len(text) != len(prefix)+tokenChars+tailChars || !strings.HasPrefix(text, prefix) {
		return Token{}, false
	}
	body := len(prefix) + tokenChars
	if tail(text[:body]) != text[body:] {
		return Token{}, false
	}
	var t Token
	// Strict, so that a token has one text only.
	n, err := base64.RawURLEncoding.Strict().Decode(t[:], []byte(text[len(prefix):body]))
	return t, err == nil && n == len(t)
}

// ErrToken returns the error for every session or service token that cannot be
// used, whether it was misread or is not known: who tries tokens learns nothing.
func ErrToken() error {
	return account.Errorf(account.Unauthenticated, "this token cannot be used: it is unknown, ended or expired").
		Coded("auth.bad_token")
}
