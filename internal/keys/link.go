package keys

import (
	"errors"
	"net/url"
	"strings"
	"unicode"

	"github.com/usher-admin/usher/internal/account"
)

const (
	ownScheme = "usher://" // of links without a web page
	webScheme = "https://"
	maxLink   = 4096 // bytes; more is no link
	maxBase   = 1000 // bytes; escaped, and with word and token, still less than maxLink
)

// errNoLink is a mistake of the caller.
var errNoLink = errors.New("sessions and service tokens have no links")

// isLink reports whether tokens of the kind are passed on as links.
func (k TokenKind) isLink() bool {
	return k == InviteLink || k == PasswordLink || k == OrgKeyLink
}

// FormatLink returns the link that passes t on. With a base URL, such as
// https://host/path, it is a page below that, and the token stands behind the
// #, which browsers send to no server; with "" it is usher://invite/TOKEN. An
// unusable base URL gives an account.Invalid error, "links.bad_base_url".
func FormatLink(baseURL string, kind TokenKind, t Token) (string, error) {
	if !kind.isLink() {
		return "", errNoLink
	}
	if baseURL == "" {
		return ownScheme + kind.String() + "/" + t.Reveal(kind), nil
	}
	base, err := parseBase(baseURL)
	if err != nil {
		return "", err
	}
	return base.JoinPath(kind.String()).String() + "#" + t.Reveal(kind), nil
}

// parseBase reads the base of links. Plain http is refused: whoever can change
// the page on its way could read the token from the address.
func parseBase(baseURL string) (*url.URL, error) {
	if len(baseURL) > maxBase {
		return nil, badBase("links.base_url has %d bytes and may have %d", len(baseURL), maxBase)
	}
	base, err := url.Parse(baseURL)
	if err != nil {
		// Not quoted: an address that cannot be read may hide a password.
		return nil, badBase("links.base_url cannot be read as an address")
	}
	bare := base.RawQuery == "" && !base.ForceQuery && base.Fragment == "" && base.User == nil
	if base.Scheme != "https" || base.Hostname() == "" || !bare {
		return nil, badBase("links.base_url %q is not of the form https://host/path", base.Redacted())
	}
	return base, nil
}

// badBase returns the error about links.base_url.
func badBase(format string, args ...any) error {
	return account.Errorf(account.Invalid, format, args...).Coded("links.bad_base_url").
		Hintf("usher config show")
}

// ParseLink reads a link of either form as somebody pasted it: white space and
// line breaks in it, as mail programs leave them, do not matter, nor do <> around
// it. It returns the kind that the link says, for callers to judge; whatever is
// wrong with it gives ErrLink.
func ParseLink(text string) (TokenKind, Token, error) {
	if len(text) > maxLink {
		return 0, Token{}, ErrLink()
	}
	word, token, found := splitLink(unwrap(text))
	if !found {
		return 0, Token{}, ErrLink()
	}
	for kind := InviteLink; kind <= OrgKeyLink; kind++ {
		if kind.String() != word {
			continue
		}
		if t, ok := readToken(kind, token); ok {
			return kind, t, nil
		}
	}
	return 0, Token{}, ErrLink()
}

// unwrap removes what the way through mail adds to a link.
func unwrap(text string) string {
	link := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, text)
	if inner, opened := strings.CutPrefix(link, "<"); opened {
		if inner, closed := strings.CutSuffix(inner, ">"); closed {
			return inner
		}
	}
	return link
}

// splitLink returns the word and the token of a link.
func splitLink(link string) (word, token string, found bool) {
	if rest, own := cutScheme(link, ownScheme); own {
		return strings.Cut(rest, "/")
	}
	rest, web := cutScheme(link, webScheme)
	if !web {
		return "", "", false
	}
	page, token, found := strings.Cut(rest, "#")
	slash := strings.LastIndexByte(page, '/')
	if !found || slash < 1 { // 0 would be a page of no host
		return "", "", false
	}
	return page[slash+1:], token, true
}

// cutScheme cuts a scheme off a link; some programs capitalise it.
func cutScheme(link, scheme string) (rest string, found bool) {
	if len(link) < len(scheme) || !strings.EqualFold(link[:len(scheme)], scheme) {
		return "", false
	}
	return link[len(scheme):], true
}

// ErrLink returns the error for every link that cannot be used, whatever the
// reason: who tries links learns nothing, and a user does the same in each case.
func ErrLink() error {
	return account.Errorf(account.Unauthenticated, "this link cannot be used: it is unknown, used, replaced or expired").
		Coded("link.invalid").
		Hintf("paste the whole link, or ask whoever sent it for a new one " +
			"(usher invite link, usher password reset, usher orgkey send)")
}
