package service

import (
	"context"
	"fmt"
	"os"
	"sort"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/store"
)

// TestPeopleFollowTheModel drives random operations on people, roles and
// sessions, by random people, on usher and on the model, and compares how each
// ends and who there is after it.
func TestPeopleFollowTheModel(t *testing.T) {
	inMemory(t)
	rapid.Check(t, func(rt *rapid.T) {
		d := newDrive(t)
		rt.Repeat(rapid.StateMachineActions(d))
	})
}

// inMemory lets the databases of a test stand in memory where the system has a
// place for it: thousands of commits would wait for the disk, which is not what
// is tested.
func inMemory(t *testing.T) {
	t.Helper()
	const memory = "/dev/shm"
	if info, err := os.Stat(memory); err == nil && info.IsDir() {
		t.Setenv("TMPDIR", memory)
	}
}

// drive is usher and the model side by side.
type drive struct {
	w        *world
	m        *model
	sessions []*Service // by their numbers in the model, also those that ended
}

func newDrive(t *testing.T) *drive {
	t.Helper()
	d := &drive{w: newWorld(t), m: &model{roles: make(map[account.RoleName]map[string]bool)}}
	d.w.site(d.w.org.ID, "kiruna")
	d.m.users = []*modelUser{{
		email: "anna@norrsken.example", role: account.RoleOwner, kind: account.TypeHost, status: account.StatusActive, password: true, sessions: make(map[int]bool),
	}}
	d.m.users[0].sessions[-1] = true // that of init
	d.enter(t, "anna@norrsken.example")
	ctx := context.Background()
	for _, u := range []struct {
		email account.Email
		role  account.RoleName
		kind  account.UserType
	}{{"eva@norrsken.example", account.RoleAdmin, account.TypeHost}, {"bo@norrsken.example", account.RoleMember, account.TypeIndividual}} {
		d.step()
		_, err := d.sessions[0].AddUser(ctx, NewUser{Email: u.email, Role: u.role, Type: u.kind, Password: plain(t, worldPassword)})
		if err != nil {
			t.Fatal(err)
		}
		d.m.add(d.m.users[0], modelUser{email: u.email, role: u.role, kind: u.kind, password: true})
		d.enter(t, u.email)
	}
	for name, words := range map[account.RoleName]string{"desk": deskWords, "clerk": clerkWords} {
		if _, err := d.sessions[0].AddRole(ctx, name, permissionList(words)); err != nil {
			t.Fatal(err)
		}
		d.m.addRole(d.m.users[0], name, strings.Fields(words))
	}
	return d
}

// step moves the clock, so that who is made later has a later id.
func (d *drive) step() { d.w.now = d.w.now.Add(time.Second) }

// enter signs a user in for real.
func (d *drive) enter(t testing.TB, email account.Email) {
	u := d.m.find(email)
	k := d.w.keys[d.w.find(email).Scope()]
	in, err := d.w.service(worldDevice{}).Login(context.Background(), LoginInput{Who: account.Identifier{Email: email}, Password: plain(t, worldPassword), Keys: []keys.OrgKey{k}})
	if err != nil {
		t.Fatalf("login of %s: %v", email, err)
	}
	u.sessions[len(d.sessions)] = true
	d.sessions = append(d.sessions, d.w.service(worldDevice{token: in.Token.Reveal(keys.Session), held: []keys.OrgKey{k}}))
}

// act draws who acts, on usher and in the model. Nobody acts in the model whose
// session has ended.
func (d *drive) act(rt *rapid.T) (*Service, *modelUser) {
	d.step()
	var living []int
	for n := range d.sessions {
		if d.m.session(n) != nil {
			living = append(living, n)
		}
	}
	n := rapid.IntRange(0, len(d.sessions)-1).Draw(rt, "session")
	if len(living) > 0 && rapid.IntRange(0, 9).Draw(rt, "living") > 0 {
		n = rapid.SampledFrom(living).Draw(rt, "living session")
	}
	return d.sessions[n], d.m.session(n)
}

// compare holds how usher ended an operation against how the model did.
func (d *drive) compare(rt *rapid.T, who *modelUser, err error, want func() account.Kind) {
	kind := account.Unauthenticated
	if who != nil {
		kind = want()
	}
	got := account.KindOf(err)
	if err == nil {
		got = endedWell
	}
	if got != kind {
		rt.Fatalf("usher ends with kind %d (%v), the model with %d", got, err, kind)
	}
}

func drawEmail(rt *rapid.T, label string) account.Email {
	return rapid.SampledFrom([]account.Email{
		"anna@norrsken.example", "eva@norrsken.example", "bo@norrsken.example", "kim@norrsken.example", "liv@norrsken.example", "tor@norrsken.example",
	}).Draw(rt, label)
}

func drawRole(rt *rapid.T, label string) account.RoleName {
	return rapid.SampledFrom([]account.RoleName{"owner", "admin", "site-admin", "member", "desk", "clerk"}).Draw(rt, label)
}

// drawOwnRole draws mostly a role that is not built in.
func drawOwnRole(rt *rapid.T, label string) account.RoleName {
	return rapid.SampledFrom([]account.RoleName{"desk", "clerk", "desk", "clerk", "night-watch", "member"}).Draw(rt, label)
}

func drawKind(rt *rapid.T) account.UserType {
	return rapid.SampledFrom([]account.UserType{account.TypeHost, account.TypeIndividual}).Draw(rt, "type")
}

// drawWords draws permissions that make a difference among people.
func drawWords(rt *rapid.T, label string) []string {
	return rapid.SliceOfNDistinct(rapid.SampledFrom([]string{
		"user.add", "user.edit", "user.delete", "user.suspend", "user.resume", "user.logout", "role.add", "role.edit", "role.delete", "session.end",
		"secret.list", "secret.show", "org.delete",
	}), 1, 8, rapid.ID[string]).Draw(rt, label)
}

func drawMany(rt *rapid.T) ([]account.Email, Many) {
	list := rapid.SliceOfNDistinct(rapid.Custom(func(rt *rapid.T) account.Email { return drawEmail(rt, "one") }), 1, 3, rapid.ID[account.Email]).Draw(rt, "whom")
	many := Many{KeepGoing: rapid.Bool().Draw(rt, "keep going")}
	for _, e := range list {
		many.Who = append(many.Who, e.String())
	}
	return list, many
}

// Add adds a user, with a password or pending, here or at the site.
func (d *drive) Add(rt *rapid.T) {
	s, who := d.act(rt)
	u := modelUser{email: drawEmail(rt, "new"), role: drawRole(rt, "role"), kind: drawKind(rt), password: rapid.Bool().Draw(rt, "password")}
	u.site = rapid.SampledFrom([]account.Slug{"", "kiruna"}).Draw(rt, "site")
	in := NewUser{Email: u.email, Role: u.role, Type: u.kind, Site: u.site}
	if u.password {
		in.Password = plain(d.w.t, worldPassword)
	}
	_, err := s.AddUser(context.Background(), in)
	d.compare(rt, who, err, func() account.Kind { return d.m.add(who, u) })
}

// Edit changes type, role or both.
func (d *drive) Edit(rt *rapid.T) {
	s, who := d.act(rt)
	whom := drawEmail(rt, "whom")
	var edit UserEdit
	var kind account.UserType
	var role account.RoleName
	if rapid.Bool().Draw(rt, "edit type") {
		kind = drawKind(rt)
		edit.Type = &kind
	}
	if rapid.Bool().Draw(rt, "edit role") {
		role = drawRole(rt, "role")
		edit.Role = &role
	}
	_, err := s.EditUser(context.Background(), whom.String(), edit)
	d.compare(rt, who, err, func() account.Kind { return d.m.edit(who, d.m.find(whom), kind, role) })
}

// Change deletes, suspends, resumes or logs out one or several.
func (d *drive) Change(rt *rapid.T) {
	s, who := d.act(rt)
	list, many := drawMany(rt)
	do := rapid.SampledFrom([]string{"user.delete", "user.suspend", "user.resume", "user.logout"}).Draw(rt, "do")
	ctx := context.Background()
	var err error
	switch do {
	case "user.delete":
		_, err = s.DeleteUsers(ctx, many, false)
	case "user.suspend":
		_, err = s.SuspendUsers(ctx, many, false)
	case "user.resume":
		_, err = s.ResumeUsers(ctx, many)
	case "user.logout":
		_, err = s.LogoutUsers(ctx, many)
	}
	d.compare(rt, who, err, func() account.Kind { return d.m.many(who, do, list, many.KeepGoing) })
}

// Enter signs somebody in who can.
func (d *drive) Enter(rt *rapid.T) {
	d.step()
	u := d.m.find(drawEmail(rt, "who"))
	if u == nil || u.status != account.StatusActive {
		rt.Skip("he cannot sign in")
	}
	d.enter(d.w.t, u.email)
}

// Leave ends the session that acts, now and then.
func (d *drive) Leave(rt *rapid.T) {
	if rapid.IntRange(0, 3).Draw(rt, "leave") > 0 {
		rt.Skip("he stays")
	}
	s, who := d.act(rt)
	_, err := s.Logout(context.Background())
	d.compare(rt, who, err, func() account.Kind {
		for n, session := range d.sessions {
			if session == s {
				delete(who.sessions, n)
			}
		}
		return endedWell
	})
}

// AddRole makes a role.
func (d *drive) AddRole(rt *rapid.T) {
	s, who := d.act(rt)
	name, words := drawOwnRole(rt, "name"), drawWords(rt, "allow")
	_, err := s.AddRole(context.Background(), name, asPermissions(words))
	d.compare(rt, who, err, func() account.Kind { return d.m.addRole(who, name, words) })
}

// EditRole changes what a role permits.
func (d *drive) EditRole(rt *rapid.T) {
	s, who := d.act(rt)
	name, allow, deny := drawOwnRole(rt, "name"), drawWords(rt, "allow"), drawWords(rt, "deny")
	_, err := s.EditRole(context.Background(), name, RoleEdit{Allow: asPermissions(allow), Deny: asPermissions(deny)})
	d.compare(rt, who, err, func() account.Kind { return d.m.editRole(who, name, allow, deny) })
}

// DeleteRole deletes a role, and may move who has it.
func (d *drive) DeleteRole(rt *rapid.T) {
	s, who := d.act(rt)
	name := drawOwnRole(rt, "name")
	moveTo := account.RoleName("")
	if rapid.Bool().Draw(rt, "move") {
		moveTo = drawRole(rt, "to")
	}
	_, err := s.DeleteRole(context.Background(), name, moveTo)
	d.compare(rt, who, err, func() account.Kind { return d.m.deleteRole(who, name, moveTo) })
}

func asPermissions(words []string) []access.Permission {
	var list []access.Permission
	for _, w := range words {
		list = append(list, access.Permission(w))
	}
	return list
}

// Check compares who there is and what the roles permit.
func (d *drive) Check(rt *rapid.T) {
	if got, want := d.seen(), d.m.seen(); got != want {
		rt.Fatalf("usher has\n%s\nthe model has\n%s", got, want)
	}
}

// seen is the model in words.
func (m *model) seen() string {
	var lines []string
	for _, u := range m.users {
		lines = append(lines, fmt.Sprintf("%s %s %s %q %s password %v sessions %d", u.email, u.role, u.kind, u.site, u.status, u.password, len(u.sessions)))
	}
	for name, set := range m.roles {
		var words []string
		for word, given := range set {
			if given {
				words = append(words, word)
			}
		}
		sort.Strings(words)
		lines = append(lines, fmt.Sprintf("role %s: %s", name, strings.Join(words, " ")))
	}
	sort.Strings(lines)
	return strings.Join(lines, "\n")
}

// seen is usher's file in the same words.
func (d *drive) seen() string {
	var lines []string
	d.w.read(func(tx *store.Tx) error {
		err := tx.Users(d.w.org.ID, account.UserID{}, func(u account.User) (bool, error) {
			slug, err := siteSlug(tx, u.Org, u.Site)
			if err != nil {
				return false, err
			}
			_, password, err := tx.Credential(u.Org, u.ID)
			if err != nil {
				return false, err
			}
			sessions, err := tx.UserSessions(u.ID)
			lines = append(lines, fmt.Sprintf("%s %s %s %q %s password %v sessions %d", u.Email, u.Role, u.Type, slug, u.Status, password, len(sessions)))
			return true, err
		})
		if err != nil {
			return err
		}
		return tx.Roles(d.w.org.ID, func(r account.CustomRole) (bool, error) {
			words := append([]string(nil), r.Allow...)
			sort.Strings(words)
			lines = append(lines, fmt.Sprintf("role %s: %s", r.Name, strings.Join(words, " ")))
			return true, nil
		})
	})
	sort.Strings(lines)
	return strings.Join(lines, "\n")
}
