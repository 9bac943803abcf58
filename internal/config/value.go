package config

import (
	"net/mail"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/usher-admin/usher/internal/account"
)

// check returns the error for a value that its key does not take.
func (s setting) check() error {
	if isURL(s.key) && strings.Contains(s.value, "@") {
		return s.refuse("%s carries a user name or a password", s.key).Coded("config.secret").
			Hintf("take away what stands before the @")
	}
	if takes := complaint(generalise(s.key), s.value); takes != "" {
		return s.refuse("%s is %q; it takes %s", s.key, s.value, takes)
	}
	return nil
}

// refuse is the error for this setting, of the kind that suits its source.
func (s setting) refuse(format string, args ...any) *account.Error {
	switch s.source.Kind {
	case FromFlag:
		return account.Errorf(account.Usage, "%s: "+format, append([]any{s.source}, args...)...).Coded("usage.value")
	case FromEnvironment:
		return account.Errorf(account.Invalid, "%s: "+format, append([]any{s.source}, args...)...).Coded("config.invalid")
	}
	return fault(s.source.Name, s.source.Line, format, args...)
}

func isURL(key string) bool { return key == "links.base_url" || lastPart(key) == "url" }

// complaint returns what a key takes if the value is not that, else "".
func complaint(key, value string) string {
	if choices := choicesOf(key); choices != nil {
		return unless(slices.Contains(choices, value), list(choices))
	}
	switch key {
	case "db":
		return unless(value != "" && !strings.HasSuffix(value, "/") && isPlain(value), "the path of a file")
	case "wait":
		_, err := parseWait(value)
		return unless(err == nil, "a duration such as 5s or 1m30s")
	case "smtp.port":
		return unless(isPort(value), "a whole number from 1 to 65535")
	case "directories.NAME.url":
		return unless(isDirectoryAddress(value), "an address such as ldaps://dc1.example.org")
	}
	if value == "" {
		return ""
	}
	return complaintOfText(key, value)
}

// complaintOfText is complaint for the keys that can be left empty.
func complaintOfText(key, value string) string {
	switch key {
	case "smtp.host":
		return unless(isHost(value), "the name or address of a server, without a port")
	case "smtp.from":
		return unless(isSender(value), `an address, such as usher@example.org or "Usher <usher@example.org>"`)
	case "links.base_url":
		return unless(isWebAddress(value), "an address such as https://usher.example.org, without ? and #")
	case "directories.NAME.help":
		value = strings.ReplaceAll(value, "\n", " ")
	}
	return unless(isPlain(value), "text without control characters")
}

func unless(fine bool, takes string) string {
	if fine {
		return ""
	}
	return takes
}

// choicesOf returns the words a key takes, nil for a key that takes any.
func choicesOf(key string) []string {
	switch key {
	case "output":
		return []string{"table", "json", "jsonl", "csv"}
	case "color":
		return []string{"auto", "always", "never"}
	case "lang":
		return []string{"en", "fr", "sv", ""}
	case "smtp.security":
		return []string{"starttls", "tls", "none"}
	}
	return nil
}

// list joins words as a person would; the empty word is nothing.
func list(words []string) string {
	last := len(words) - 1
	end := words[last]
	if end == "" {
		end = "nothing"
	}
	return strings.Join(words[:last], ", ") + " or " + end
}

func isPort(value string) bool {
	port, err := strconv.ParseUint(value, 10, 16)
	return err == nil && port > 0
}

// isPlain reports whether value is one line of text.
func isPlain(value string) bool {
	return strings.ToValidUTF8(value, "\x00") == value && strings.IndexFunc(value, unicode.IsControl) < 0
}

func isHost(value string) bool {
	if _, err := netip.ParseAddr(value); err == nil {
		return true
	}
	return isPlain(value) && !strings.ContainsAny(value, " /:@[]")
}

func isSender(value string) bool {
	_, err := mail.ParseAddress(value)
	return err == nil && isPlain(value)
}

func isWebAddress(value string) bool {
	u, err := url.Parse(value)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" &&
		isPlain(value) && !strings.ContainsAny(value, "?# \\\"<>")
}

func isDirectoryAddress(value string) bool {
	u, err := url.Parse(value)
	return err == nil && (u.Scheme == "ldaps" || u.Scheme == "ldap") && u.Hostname() != "" &&
		isPlain(value) && !strings.ContainsAny(value, "# ")
}
