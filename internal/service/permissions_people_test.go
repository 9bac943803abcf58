package service

import (
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/store"
)

// The people of the permission table: those who act, and those on whom they
// act. What they may is stated in permissions_rules_test.go.

// person is somebody of the table.
type person struct {
	name   string // of the column or of the row
	letter string // in the cells of docs/permissions.md
	email  account.Email
	role   account.RoleName
	kind   account.UserType
	site   account.Slug
	state  string // "", or why he may do less: suspended, pending, temporary, token
	nobody bool
	abroad bool // of the other organisation
}

// deskWords and clerkWords are what two roles of the organisation's own permit.
// The clerk works in a site, and was given more than has a meaning there.
const (
	deskWords  = "org.show site.list site.show user.list user.show user.edit user.suspend user.resume user.unlock user.logout session.list session.end invite.link invite.revoke role.list role.check password.reset secret.list secret.show token.add token.revoke"
	clerkWords = "org.edit site.list site.edit domain.approve role.add user.add user.list user.show user.edit user.delete session.list secret.list secret.show token.list token.add"
	tokenWords = "org.show domain.list user.list user.show user.add user.edit user.delete session.list session.end invite.link secret.list secret.show logs.list token.revoke"
)

// actors are the columns of the table.
func actors() []person {
	return []person{
		{name: "owner", email: "anna@norrsken.example", role: "owner", kind: "host"},
		{name: "admin", email: "eva@norrsken.example", role: "admin", kind: "host"},
		{name: "site admin", email: "kaj@norrsken.example", role: "site-admin", kind: "individual", site: "kiruna"},
		{name: "other site's admin", email: "liv@norrsken.example", role: "site-admin", kind: "individual", site: "lulea"},
		{name: "host member", email: "hugo@norrsken.example", role: "member", kind: "host"},
		{name: "member", email: "bo@norrsken.example", role: "member", kind: "individual"},
		{name: "site member", email: "kim@norrsken.example", role: "member", kind: "individual", site: "kiruna"},
		{name: "custom role", email: "dan@norrsken.example", role: "desk", kind: "host"},
		{name: "custom role in a site", email: "cleo@norrsken.example", role: "clerk", kind: "individual", site: "kiruna"},
		{name: "token of an admin", email: "eva@norrsken.example", role: "admin", kind: "host", state: "token"},
		{name: "temporary password", email: "tom@norrsken.example", role: "admin", kind: "host", state: "temporary"},
		{name: "suspended admin", email: "sara@norrsken.example", role: "admin", kind: "host", state: "suspended"},
		{name: "pending admin", email: "pia@norrsken.example", role: "admin", kind: "host", state: "pending"},
		{name: "other organisation's owner", email: "owner@south.example", role: "owner", kind: "host", abroad: true},
		{name: "nobody", nobody: true},
	}
}

// targets are those on whom is acted.
func targets() []person {
	return []person{
		{name: "the owner", letter: "O", email: "anna@norrsken.example", role: "owner", kind: "host"},
		{name: "another admin", letter: "A", email: "ewa@norrsken.example", role: "admin", kind: "host"},
		{name: "a host with the custom role", letter: "H", email: "dag@norrsken.example", role: "desk", kind: "host"},
		{name: "a member", letter: "M", email: "bea@norrsken.example", role: "member", kind: "individual"},
		{name: "an admin of the site", letter: "a", email: "kajsa@norrsken.example", role: "site-admin", kind: "individual", site: "kiruna"},
		{name: "a member of the site", letter: "m", email: "klara@norrsken.example", role: "member", kind: "individual", site: "kiruna"},
		{name: "a member of the other site", letter: "l", email: "leo@norrsken.example", role: "member", kind: "individual", site: "lulea"},
		{name: "a user of the other organisation", letter: "x", email: "ada@south.example", role: "member", kind: "individual", abroad: true},
	}
}

// himself is the target that every actor has in himself.
const himself = "S"

// stage is the database of the table, with the service everybody works with.
type stage struct {
	*world
	services map[string]*Service            // by the actor's name
	sessions map[account.Email]string       // a session of each user
	tokens   map[account.Email]string       // the name of a token of each user
	ids      map[account.Email]account.User // as they were made
}

func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{
		world: newWorld(t), services: make(map[string]*Service), sessions: make(map[account.Email]string),
		tokens: make(map[account.Email]string), ids: make(map[account.Email]account.User),
	}
	s.site(s.org.ID, "kiruna")
	s.site(s.org.ID, "lulea")
	s.role("desk", permissionList(deskWords)...)
	s.role("clerk", permissionList(clerkWords)...)
	s.role("unused")
	south := s.organisation("south")
	s.site(south.ID, "malmo")
	for _, p := range append(actors(), targets()...) {
		s.settle(p, south.ID)
	}
	s.stock(s.org.ID, "norrsken.example")
	s.stock(south.ID, "south.example")
	for _, p := range actors() {
		s.services[p.name] = dry(s.enter(p))
	}
	return s
}

// stock gives an organisation seats of a plan and a mailbox with a licence.
func (s *stage) stock(org account.OrgID, domain account.Domain) {
	s.write(func(tx *store.Tx) error {
		if err := tx.PutPool(account.Pool{Org: org, Plan: "Pro", Kind: account.PlanUser, Purchases: []account.Purchase{{Seats: 9}}}); err != nil {
			return err
		}
		if err := tx.PutPool(account.Pool{Org: org, Plan: "Team", Kind: account.PlanMailbox, Purchases: []account.Purchase{{Seats: 1}}}); err != nil {
			return err
		}
		id, err := account.NewUserID(tx.Now, rand.Reader)
		box := account.Mailbox{ID: account.MailboxID(id), Org: org, Address: account.Email("info@" + domain), Licence: account.Licence{Plan: "Team"}}
		return orElse(err, tx.PutMailbox(box))
	})
}

// permissionList reads words apart by spaces.
func permissionList(words string) []access.Permission {
	var list []access.Permission
	for _, w := range strings.Fields(words) {
		list = append(list, access.Permission(w))
	}
	return list
}

// settle makes a person's user, with a session and a token of his, unless he is
// there already.
func (s *stage) settle(p person, south account.OrgID) {
	if p.nobody || s.sessions[p.email] != "" {
		return
	}
	u, existed := s.lookup(p.email)
	if !existed {
		u = account.User{Email: p.email, Role: p.role, Type: p.kind}
		if p.abroad {
			u.Org = south
		}
		if p.site != "" {
			s.read(func(tx *store.Tx) error {
				site, _, err := tx.SiteBySlug(s.org.ID, p.site)
				u.Site = site.ID
				return err
			})
		}
		u = s.user(u)
	}
	s.ids[p.email] = u
	s.write(func(tx *store.Tx) error {
		in, err := s.service(worldDevice{}).openSession(tx, u, s.keys[u.Scope()])
		if err != nil {
			return err
		}
		opened := account.Session{TokenHash: in.Token.Hash(keys.Session)}
		s.sessions[p.email] = opened.ID().String()
		s.tokens[p.email] = "of-" + p.email.Local()
		hash := [32]byte{1, byte(len(s.tokens))}
		return tx.PutServiceToken(account.ServiceToken{
			Org: u.Org, Name: s.tokens[p.email], TokenHash: hash, Allow: []string{"user.list"}, CreatedBy: u.ID, ExpiresAt: tx.Now.Add(time.Hour),
		})
	})
}

func (s *stage) lookup(email account.Email) (u account.User, found bool) {
	s.read(func(tx *store.Tx) error {
		holder, ok, err := tx.Address(email)
		if err != nil || !ok {
			return err
		}
		u, found, err = tx.User(holder.Org, holder.User)
		return err
	})
	return u, found
}

// enter returns the service an actor works with, by the road he comes.
func (s *stage) enter(p person) *Service {
	switch p.state {
	case "token":
		return s.service(worldDevice{token: s.newToken(p.email), service: true})
	case "temporary":
		u := s.ids[p.email]
		u.MustChange = true
		s.write(func(tx *store.Tx) error { return tx.PutUser(u) })
	case "suspended", "pending": // with a session that was open before
		defer func() {
			u := s.ids[p.email]
			u.Status = account.Status(p.state)
			s.write(func(tx *store.Tx) error { return tx.PutUser(u) })
		}()
	}
	if p.nobody {
		return s.service(worldDevice{})
	}
	return s.as(p.email)
}

// newToken makes a service token with the table's permissions for a user and
// returns its text.
func (s *stage) newToken(email account.Email) string {
	secret, err := keys.NewToken(rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	s.write(func(tx *store.Tx) error {
		return tx.PutServiceToken(account.ServiceToken{
			Org: s.org.ID, Name: "table", TokenHash: secret.Hash(keys.Service), Allow: strings.Fields(tokenWords),
			CreatedBy: s.ids[email].ID, CreatedAt: tx.Now, ExpiresAt: tx.Now.Add(time.Hour),
		})
	})
	return secret.Reveal(keys.Service)
}
