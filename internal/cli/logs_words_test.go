package cli

import (
	"strings"
	"testing"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/service"
)

func TestEventsAreToldInWords(t *testing.T) {
	t.Parallel()
	const id = "019ca8d7-2d00-72cb-876a-2849a8ee6522"
	rows := []struct {
		action         string
		actor, target  audit.Ref
		email, name    string
		who, what, tom string
	}{
		{"user.delete", audit.Ref{Type: "user", ID: id}, audit.Ref{Type: "user", ID: id}, "a@b.example", "c@d.example", "", "delete user", ""},
		{"login", audit.Ref{Type: "nobody"}, audit.Ref{}, "", "", "nobody", "sign in", ""},
		{"recover.system-key", audit.Ref{Type: "system"}, audit.Ref{Type: "user", ID: id}, "", "", "system user", "recover system key", "erased user …a8ee6522"},
		{"domain.approve", audit.Ref{Type: "token", ID: "nightly"}, audit.Ref{Type: "domain", ID: "d.example"}, "", "d.example", "service token nightly", "approve domain", "d.example"},
		{"orgkey.show", audit.Ref{Type: "user", ID: id}, audit.Ref{Type: "site", ID: "4"}, "", "lund", "erased user …a8ee6522", "show organisation key", "site lund"},
		{"clock.backwards", audit.Ref{Type: "nobody"}, audit.Ref{}, "", "", "nobody", "clock set back", ""},
	}
	for _, r := range rows {
		e := service.EventView{Event: audit.Event{Action: r.action, Actor: r.actor, Target: r.target}, ActorEmail: account.Email(r.email), TargetName: r.name}
		o := eventObject(e)
		if who, what, whom := whoWords(o), whatWords(o), whomWords(o); who != r.who || what != r.what || whom != r.tom {
			t.Errorf("%s: got %q %q %q, want %q %q %q", r.action, who, what, whom, r.who, r.what, r.tom)
		}
	}
}

func TestEveryPermissionHasWords(t *testing.T) {
	t.Parallel()
	for _, p := range access.All() {
		words := whatWords(eventObject(service.EventView{Event: audit.Event{Action: string(p)}}))
		if words == "" || strings.ContainsAny(words, "._-") || !strings.Contains(words, " ") {
			t.Errorf("%s is told as %q", p, words)
		}
	}
}
