package cli

import (
	"strings"

	"github.com/usher-admin/usher/internal/account"
)

// refuseSecrets refuses a secret among the arguments, where other users of the
// machine and the shell's history can read it. The error does not repeat it.
func refuseSecrets(args []string) error {
	for _, arg := range args {
		if what := secretKind(arg); what != "" {
			return account.Errorf(account.Usage, "%s stands in an argument, where others can read it", what).
				Coded("usage.secret_argument").
				Hintf("it should be replaced now; give secrets at the prompt, by --…-stdin, or by --…-file")
		}
	}
	return nil
}

// secretKind says what kind of secret an argument looks like, "" for none.
func secretKind(arg string) string {
	_, value, isFlag := strings.Cut(arg, "=")
	if !isFlag {
		value = arg
	}
	_, fragment, _ := strings.Cut(value, "#")
	switch {
	case strings.HasPrefix(value, "usher://"), looksLikeToken(fragment):
		return "a link"
	case looksLikeToken(value):
		return "a token"
	case strings.HasPrefix(value, "AGE-SECRET-KEY-"):
		return "an age identity"
	case looksLikeKey(value):
		return "a key"
	}
	return ""
}

// looksLikeToken reports whether a text begins as a token does: usher_, the letter
// of its kind, _ and signs without a meaning, so many that no name has them:
// usher_monday.db is the name of a file. It may be cut short.
func looksLikeToken(s string) bool {
	const least = 20
	rest, ok := strings.CutPrefix(s, "usher_")
	if !ok || len(rest) < 2+least || rest[1] != '_' {
		return false
	}
	return !strings.ContainsFunc(rest[2:2+least], func(r rune) bool {
		return r != '-' && r != '_' && isNoLetterOrDigit(r)
	})
}

// looksLikeKey reports whether a text has the form of an organisation or system
// key: UK- or US-, a group of letters and digits, and five to eight more, of
// which the last ones may be short.
func looksLikeKey(s string) bool {
	if len(s) < 34 || len(s) > 60 || !strings.EqualFold(s[:3], "UK-") && !strings.EqualFold(s[:3], "US-") {
		return false
	}
	groups := strings.Split(s[3:], "-")
	if len(groups) < 6 || len(groups) > 9 || len(groups[0]) < 4 {
		return false
	}
	for _, group := range groups {
		if len(group) < 2 || len(group) > 6 || strings.ContainsFunc(group, isNoLetterOrDigit) {
			return false
		}
	}
	return true
}

func isNoLetterOrDigit(r rune) bool {
	return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
}
