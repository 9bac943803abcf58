package store

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/usher-admin/usher/internal/account"
)

// Whoever deletes something that others refer to leaves a finding.
func TestWhatRefersToNothingIsFound(t *testing.T) {
	kiruna := account.Scope{Org: testOrg, Site: 7}
	nowhere := account.Scope{Org: 9}
	for _, row := range []struct {
		name  string
		write func(tx *Tx, u account.User) error
		want  []string // what is missing
	}{
		{"a user of a site", func(tx *Tx, u account.User) error { u.Site = kiruna.Site; return tx.PutUser(u) }, []string{"a site"}},
		{"a user with a role", func(tx *Tx, u account.User) error { u.Role = "clerk"; return tx.PutUser(u) }, []string{"a role"}},
		{"an approved domain", func(tx *Tx, _ account.User) error {
			return tx.PutDomain(account.ApprovedDomain{Org: 9, Domain: "east.example"})
		}, []string{"an organisation"}},
		{"a role", func(tx *Tx, _ account.User) error { return tx.PutRole(account.CustomRole{Org: 9, Name: "clerk"}) }, []string{"an organisation"}},
		{"a plan", func(tx *Tx, _ account.User) error {
			return tx.PutPool(account.Pool{Org: 9, Plan: "Pro", Kind: account.PlanUser})
		}, []string{"an organisation"}},
		{"a password policy", func(tx *Tx, _ account.User) error { return tx.PutPolicy(account.PasswordPolicy{Org: 9, MinLength: 20}) }, []string{"an organisation"}},
		{"the key of an organisation", func(tx *Tx, _ account.User) error { return tx.PutScopeKey(account.ScopeKey{Scope: nowhere}) }, []string{"an organisation"}},
		{"the key of a site", func(tx *Tx, _ account.User) error { return tx.PutScopeKey(account.ScopeKey{Scope: kiruna}) }, []string{"a site"}},
		{"a site without a key", func(tx *Tx, _ account.User) error {
			return tx.PutSite(account.Site{Org: testOrg, ID: kiruna.Site, Slug: "kiruna"})
		}, []string{"a key scope"}},
		{"an organisation without a key", func(tx *Tx, _ account.User) error { return tx.RemoveScopeKey(account.Scope{Org: testOrg}) }, []string{"a key scope"}},
		{"a stored password", func(tx *Tx, _ account.User) error {
			return tx.PutSecret(account.Secret{Scope: kiruna, ID: account.SecretID{1}})
		}, []string{"a key scope"}},
		{"the name of a stored password", func(tx *Tx, _ account.User) error { return tx.PutGoneSecret(kiruna, account.SecretID{1}, []byte("x")) }, []string{"a key scope"}},
		{"a password", func(tx *Tx, u account.User) error { return tx.PutCredential(testOrg, account.Credential{User: u.ID}) }, []string{"a user"}},
		{"a session", func(tx *Tx, u account.User) error {
			return tx.PutSession(account.Session{TokenHash: [32]byte{1}, User: u.ID, Scope: kiruna})
		}, []string{"a user", "a site"}},
		{"a link", func(tx *Tx, u account.User) error {
			return tx.PutLink(account.Link{TokenHash: [32]byte{1}, Kind: account.LinkInvite, User: u.ID, Scope: kiruna})
		}, []string{"a user", "a site"}},
		{"a service token", func(tx *Tx, u account.User) error {
			return tx.PutServiceToken(account.ServiceToken{Org: testOrg, Name: "nightly", CreatedBy: u.ID, Carried: []byte("sealed"), Scope: kiruna})
		}, []string{"a user", "a key scope"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			h := newHouse(t)
			h.broken = true
			h.giveKey()
			h.change(func(tx *Tx) error { return row.write(tx, h.user("bo@norrsken.example")) })
			c, err := h.CopyAsItIs(context.Background())
			must(t, err)
			defer c.Close()
			found, err := c.Check()
			must(t, err)
			for _, what := range row.want {
				told := func(f Finding) bool {
					return f.Kind == "reference" && strings.Contains(f.Message, errRefers(what).Error())
				}
				if !slices.ContainsFunc(found, told) {
					t.Errorf("got findings %v, want that it refers to %s that is not there", found, what)
				}
			}
		})
	}
}
