package keys

import (
	"errors"
	"strings"
	"testing"

	"github.com/usher-admin/usher/internal/account"
)

// inviteText is the text of tokenFixture in an invitation.
const inviteText = "usher_i_ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8frUyng"

func TestHowLinksAreWritten(t *testing.T) {
	rows := []struct {
		name, base string
		kind       TokenKind
		want       string
	}{
		{"an invitation without a base", "", InviteLink, "usher://invite/" + inviteText},
		{"a password link without a base", "", PasswordLink, "usher://password/" + tokenFixture().Reveal(PasswordLink)},
		{"a key link without a base", "", OrgKeyLink, "usher://orgkey/" + tokenFixture().Reveal(OrgKeyLink)},
		{"with a host only", "https://usher.example", InviteLink, "https://usher.example/invite#" + inviteText},
		{"with a slash at the end", "https://usher.example/", InviteLink, "https://usher.example/invite#" + inviteText},
		{"with a path", "https://usher.example/a/b", OrgKeyLink, "https://usher.example/a/b/orgkey#" + tokenFixture().Reveal(OrgKeyLink)},
		{"with a port", "https://usher.example:8443/a/", PasswordLink, "https://usher.example:8443/a/password#" + tokenFixture().Reveal(PasswordLink)},
		{"as long as may be, and all of it escaped", longestBase(), InviteLink, "https://usher.example/" + strings.Repeat("%20", maxBase-len("https://usher.example/")) + "/invite#" + inviteText},
		{"with a space in the path", "https://usher.example/a b", InviteLink, "https://usher.example/a%20b/invite#" + inviteText},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			got := must[string](t)(FormatLink(row.base, row.kind, tokenFixture()))
			if got != row.want {
				t.Errorf("got %s\nwant %s", got, row.want)
			}
			kind, tok, err := ParseLink(got)
			if err != nil || kind != row.kind || tok != tokenFixture() {
				t.Errorf("read again: got kind %q and error %v, want %q and the same token", kind, err, row.kind)
			}
		})
	}
}

// longestBase returns the base whose links are longest.
func longestBase() string {
	const host = "https://usher.example/"
	return host + strings.Repeat(" ", maxBase-len(host))
}

func TestWhereLinksCannotPoint(t *testing.T) {
	rows := []struct{ name, base string }{
		{"plain http", "http://usher.example"},
		{"no scheme", "usher.example/a"},
		{"another scheme", "ftp://usher.example"},
		{"no host", "https:///a"},
		{"only a port", "https://:8443/a"},
		{"no slashes", "https:usher.example"},
		{"a fragment of its own", "https://usher.example/a#b"},
		{"a query", "https://usher.example/a?b=c"},
		{"an empty query", "https://usher.example/a?"},
		{"a user and password", "https://user:hunter2@usher.example"},
		{"an unreadable address with a password", "https://user:hunter2@usher.example:port"},
		{"a control character", "https://usher.example/\x00"},
		{"longer than a link can be read", "https://usher.example/" + strings.Repeat("a", maxBase)},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			got, err := FormatLink(row.base, InviteLink, tokenFixture())
			if got != "" || account.KindOf(err) != account.Invalid || account.CodeOf(err) != "links.bad_base_url" {
				t.Errorf("got %q and error %v, want kind Invalid and code links.bad_base_url", got, err)
			}
			if err != nil && (strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "usher_i_")) {
				t.Errorf("got %q, which tells a secret", err)
			}
		})
	}
}

func TestSessionsAndServiceTokensHaveNoLinks(t *testing.T) {
	for _, kind := range []TokenKind{0, Session, Service, OrgKeyLink + 1} {
		if got, err := FormatLink("", kind, tokenFixture()); got != "" || !errors.Is(err, errNoLink) {
			t.Errorf("kind %d: got %q and error %v, want %v", uint8(kind), got, err, errNoLink)
		}
	}
}

func TestHowLinksArePasted(t *testing.T) {
	own, web := "usher://invite/"+inviteText, "https://usher.example/a/invite#"+inviteText
	rows := []struct{ name, text string }{
		{"as it was printed", own},
		{"as it was mailed", web},
		{"with a host of one letter", "https://u/invite#" + inviteText},
		{"as long as a link may be", own + strings.Repeat(" ", maxLink-len(own))},
		{"with a line end", own + "\r\n"},
		{"with space around", " \t" + web + "  "},
		{"in angle brackets", "<" + web + ">"},
		{"in angle brackets with space around and within", "\n < " + own + " > "},
		{"broken over lines in a mail", web[:40] + "\r\n" + web[40:60] + "\n  " + web[60:]},
		{"with a space where the line was broken", own[:30] + " " + own[30:]},
		{"with non-breaking and zero-width spaces", own[:20] + "\u00a0\u200b" + own[20:]},
		{"with the scheme in capitals", "USHER" + own[5:]},
		{"with the scheme of the web capitalised", "Https" + web[5:]},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			kind, tok, err := ParseLink(row.text)
			if err != nil || kind != InviteLink || tok != tokenFixture() {
				t.Errorf("got kind %q and error %v, want an invitation with its token", kind, err)
			}
		})
	}
}

// wrongLinks are texts that are no link.
func wrongLinks() map[string]string {
	own, web := "usher://invite/"+inviteText, "https://usher.example/invite#"+inviteText
	return map[string]string{
		"nothing":                              "",
		"only white space":                     " \n ",
		"only the token":                       inviteText,
		"another scheme":                       "http" + web[5:],
		"no word":                              "usher:///" + inviteText,
		"no token":                             "usher://invite/",
		"no word and no token":                 "usher://",
		"no page":                              "https://#" + inviteText,
		"no host":                              "https:///invite#" + inviteText,
		"a host named like the word":           "https://invite#" + inviteText,
		"no fragment":                          "https://usher.example/invite",
		"the token in the path of a page":      "https://usher.example/invite/" + inviteText,
		"an unknown word":                      strings.Replace(own, "invite", "guest", 1),
		"the word in capitals":                 strings.Replace(own, "invite", "INVITE", 1),
		"the word of another kind":             strings.Replace(web, "invite", "password", 1),
		"the word of a session":                "usher://session/" + tokenFixture().Reveal(Session),
		"cut at the end":                       own[:len(own)-1],
		"with a full stop behind it":           own + ".",
		"with only the opening bracket":        "<" + own,
		"with only the closing bracket":        own + ">",
		"two links":                            own + "\n" + own,
		"two fragments":                        web + "#" + inviteText,
		"a query before the fragment":          strings.Replace(web, "#", "?a=b#", 1),
		"longer than any link":                 "https://usher.example/" + strings.Repeat("a", maxLink) + "/invite#" + inviteText,
		"a good link in very much white space": own + strings.Repeat(" ", maxLink),
		"bytes that are no text":               "usher://invite/\xff" + inviteText,
	}
}

func TestWrongLinksGiveOneError(t *testing.T) {
	for name, text := range wrongLinks() {
		t.Run(name, func(t *testing.T) {
			kind, tok, err := ParseLink(text)
			if kind != 0 || tok != (Token{}) || !sameError(err, ErrLink()) {
				t.Errorf("got kind %q and error %v, want none and %v", kind, err, ErrLink())
			}
		})
	}
	if account.KindOf(ErrLink()) != account.Unauthenticated || account.CodeOf(ErrLink()) != "link.invalid" {
		t.Errorf("got %v, want kind Unauthenticated and code link.invalid", ErrLink())
	}
}

func FuzzParseLink(f *testing.F) {
	f.Add("usher://invite/" + inviteText)
	f.Add("<https://usher.example/a/invite#" + inviteText + ">\r\n")
	for _, text := range wrongLinks() {
		f.Add(text[:min(len(text), 300)])
	}
	f.Fuzz(func(t *testing.T, text string) {
		kind, tok, err := ParseLink(text)
		if err != nil {
			if !sameError(err, ErrLink()) || kind != 0 || tok != (Token{}) {
				t.Fatalf("ParseLink(%q): got kind %q and error %v, want none and %v", text, kind, err, ErrLink())
			}
			return
		}
		if !kind.isLink() || !strings.Contains(unwrap(text), tok.Reveal(kind)) {
			t.Fatalf("ParseLink(%q): got kind %q and a token that does not stand there", text, kind)
		}
	})
}
