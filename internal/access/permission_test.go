package access

import (
	"strings"
	"testing"

	"github.com/usher-admin/usher/internal/account"
)

func TestParse(t *testing.T) {
	rows := []struct {
		name, text string
		want       Permission
		hint       string // part of it, where the text is refused
	}{
		{"a permission", "user.add", UserAdd, ""},
		{"capitals and spaces around it", " User.ADD ", UserAdd, ""},
		{"a verb that the noun does not have", "user.fly", "", "user.add, user.delete"},
		{"only a noun lists its verbs", "role", "", "role.add, role.check"},
		{"a noun that there is not", "planet.add", "", "domain.…"},
		{"nothing", "", "", "user.…"},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			got, err := Parse(r.text)
			if got != r.want || (err == nil) != (r.want != "") {
				t.Fatalf("Parse(%q): got %q and error %v, want %q", r.text, got, err, r.want)
			}
			if err == nil {
				return
			}
			if account.KindOf(err) != account.Invalid || account.CodeOf(err) != "permission.invalid" {
				t.Errorf("got kind %d, code %q, want Invalid, permission.invalid", account.KindOf(err), account.CodeOf(err))
			}
			if e, ok := err.(*account.Error); !ok || !strings.Contains(e.Hint, r.hint) {
				t.Errorf("hint of %q: got %q, want %q in it", r.text, e.Hint, r.hint)
			}
		})
	}
}

func TestEveryPermissionParsesAsItself(t *testing.T) {
	for _, p := range All() {
		if got, err := Parse(string(p)); got != p || err != nil {
			t.Errorf("Parse(%q): got %q and error %v", p, got, err)
		}
		if p.Noun() == "" || !strings.HasPrefix(string(p), p.Noun()+".") {
			t.Errorf("noun of %q: got %q", p, p.Noun())
		}
	}
}

func TestAllGivesACopy(t *testing.T) {
	All()[0] = "spoilt"
	if All()[0] != OrgShow {
		t.Errorf("the first of all: got %q, want %q", All()[0], OrgShow)
	}
}
