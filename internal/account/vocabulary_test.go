package account

import (
	"fmt"
	"strings"
	"testing"
)

func TestVocabulary(t *testing.T) {
	for _, row := range []struct {
		noun    string
		parse   func(string) (string, error)
		choices []string
		listed  string
	}{
		{"type", plainly(ParseUserType), []string{"host", "individual"}, "host or individual"},
		{"status", plainly(ParseStatus), []string{"pending", "active", "suspended"}, "pending, active or suspended"},
		{"auth", plainly(ParseAuth), []string{"local", "directory"}, "local or directory"},
		{"locale", plainly(ParseLocale), []string{"en", "fr", "sv"}, "en, fr or sv"},
		{"kind", plainly(ParsePlanKind), []string{"user", "mailbox"}, "user or mailbox"},
		{"state", plainly(ParseLicenceState), []string{"assigned", "active"}, "assigned or active"},
		{"outcome", plainly(ParseOutcome), []string{"ok", "denied", "failed"}, "ok, denied or failed"},
	} {
		t.Run(row.noun, func(t *testing.T) {
			for _, choice := range row.choices {
				if got, err := row.parse(choice); err != nil || got != choice {
					t.Errorf("%q is parsed as %q, %v", choice, got, err)
				}
			}
			for _, other := range []string{"", "x\u202e", " " + row.choices[0], strings.ToUpper(row.choices[0])} {
				got, err := row.parse(other)
				want := fmt.Sprintf("unknown %s %q: it is one of %s", row.noun, other, row.listed)
				if got != "" || err == nil || err.Error() != want || KindOf(err) != Invalid || CodeOf(err) != row.noun+".invalid" {
					t.Errorf("%q is parsed as %q, %v (code %q); want Invalid %s.invalid: %s", other, got, err, CodeOf(err), row.noun, want)
				}
			}
		})
	}
}

func plainly[T ~string](parse func(string) (T, error)) func(string) (string, error) {
	return func(s string) (string, error) {
		v, err := parse(s)
		return string(v), err
	}
}
