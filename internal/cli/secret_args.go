package cli

import (
	"strings"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/keys"
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

// secretKind says what kind of secret stands in an argument, alone or in a text,
// "" for none.
func secretKind(arg string) string {
	_, value, isFlag := strings.Cut(arg, "=")
	if !isFlag {
		value = arg
	}
	if isKey(value) {
		return "a key"
	}
	for word := range strings.FieldsFuncSeq(arg, func(r rune) bool { return strings.ContainsRune(" \t\r\n=,;()<>\"'", r) }) {
		if what := secretWord(strings.TrimRight(word, ".:!?")); what != "" {
			return what
		}
	}
	return ""
}

func secretWord(word string) string {
	_, fragment, _ := strings.Cut(word, "#")
	switch {
	case strings.HasPrefix(word, "usher://"), looksLikeToken(fragment):
		return "a link"
	case looksLikeToken(word):
		return "a token"
	case strings.HasPrefix(word, "AGE-SECRET-KEY-"):
		return "an age identity"
	case looksLikeKey(word):
		return "a key"
	}
	return ""
}

// isKey reports whether a text is a key as people may write one, without hyphens
// or with blanks.
func isKey(s string) bool {
	if len(s) < 34 || len(s) > 80 || !strings.EqualFold(s[:2], "UK") && !strings.EqualFold(s[:2], "US") {
		return false
	}
	_, organisation := keys.ParseOrgKey(s)
	_, system := keys.ParseSystemKey(s)
	return organisation == nil || system == nil
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
