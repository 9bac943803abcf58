package service

import (
	"maps"
	"slices"

	"github.com/usher-admin/usher/internal/account"
)

// model is usher's people in memory, as plainly as can be: who there is, what
// he may, and what becomes of him. TestPeopleFollowTheModel holds usher against
// it. The rules are those of permissions_rules_test.go.
type model struct {
	users []*modelUser // in the order they were made
	roles map[account.RoleName]map[string]bool
}

type modelUser struct {
	email    account.Email
	role     account.RoleName
	kind     account.UserType
	site     account.Slug
	status   account.Status
	password bool
	sessions map[int]bool // by the number of the session
}

// How an operation of the model ends, beside the kinds of error.
const endedWell = ^account.Kind(0)

func (m *model) find(email account.Email) *modelUser {
	for _, u := range m.users {
		if u.email == email {
			return u
		}
	}
	return nil
}

// session returns whose session a number is, nil once it ended.
func (m *model) session(number int) *modelUser {
	for _, u := range m.users {
		if u.sessions[number] {
			return u
		}
	}
	return nil
}

// permits is what a role permits; false for one that is not there.
func (m *model) permits(role account.RoleName) (map[string]bool, bool) {
	if role.BuiltIn() {
		return spelled(roleWords(role)), true
	}
	set, ok := m.roles[role]
	return set, ok
}

func (m *model) may(u *modelUser, do string) bool {
	set, _ := m.permits(u.role)
	return set[do]
}

// covers reports whether u may all that is in a set.
func (m *model) covers(u *modelUser, set map[string]bool) bool {
	for word, given := range set {
		if given && !m.may(u, word) {
			return false
		}
	}
	return true
}

// actOn answers who does something to whom, nil for nobody there.
func (m *model) actOn(who *modelUser, do string, whom *modelUser) account.Kind {
	switch self := whom != nil && who.email == whom.email; {
	case self && who.role == account.RoleOwner && within(do, "user.delete user.suspend"):
		return account.Forbidden
	case self && within(do, ownWords):
		return endedWell
	case !m.may(who, do):
		return account.Forbidden
	case whom == nil, who.site != "" && whom.site != who.site:
		return account.NotFound
	case whom.role == account.RoleOwner && !self:
		return account.Forbidden
	}
	if set, _ := m.permits(whom.role); !m.covers(who, set) {
		return account.Forbidden
	}
	return endedWell
}

// hold answers who gives a role to somebody of a type at a place.
func (m *model) hold(who *modelUser, role account.RoleName, kind account.UserType, site account.Slug) account.Kind {
	set, there := m.permits(role)
	switch {
	case !there:
		return account.NotFound
	case role == account.RoleOwner, !m.covers(who, set):
		return account.Forbidden
	case !fits(role, kind, site):
		return account.Invalid
	}
	return endedWell
}

// fits is the sentence about types and roles in SPEC.md section 1.
func fits(role account.RoleName, kind account.UserType, site account.Slug) bool {
	custom := !role.BuiltIn()
	switch {
	case kind == account.TypeHost && site == "":
		return custom || within(string(role), "owner admin member")
	case kind == account.TypeIndividual && site != "":
		return custom || within(string(role), "site-admin member")
	}
	return kind == account.TypeIndividual && role == account.RoleMember
}

func (m *model) add(who *modelUser, u modelUser) account.Kind {
	if !m.may(who, "user.add") {
		return account.Forbidden
	}
	if u.site == "" {
		u.site = who.site
	}
	switch {
	case who.site != "" && u.site != who.site:
		return account.NotFound
	case m.hold(who, u.role, u.kind, u.site) != endedWell:
		return m.hold(who, u.role, u.kind, u.site)
	case m.find(u.email) != nil:
		return account.Conflict
	case u.password && u.site != who.site: // he does not hold the key of that place
		return account.Forbidden
	}
	u.status, u.sessions = account.StatusPending, make(map[int]bool)
	if u.password {
		u.status = account.StatusActive
	}
	m.users = append(m.users, &u)
	return endedWell
}

// edit changes type and role; empty ones stay.
func (m *model) edit(who, whom *modelUser, kind account.UserType, role account.RoleName) account.Kind {
	if at := m.actOn(who, "user.edit", whom); at != endedWell {
		return at
	}
	now := *whom
	if kind != "" {
		now.kind = kind
	}
	if role != "" {
		now.role = role
	}
	switch {
	case !m.may(who, "user.edit") && (kind != "" || role != ""):
		return account.Forbidden
	case now.kind == whom.kind && now.role == whom.role:
		return endedWell
	case whom.role == account.RoleOwner:
		return account.Forbidden
	}
	if role == "" && (!fits(now.role, now.kind, now.site) || whom.kind == account.TypeHost) {
		now.role = account.RoleMember // G8
	}
	if at := m.hold(who, now.role, now.kind, now.site); at != endedWell {
		return at
	}
	*whom = now
	return endedWell
}

// change does something to one user.
func (m *model) change(who *modelUser, do string, whom *modelUser) account.Kind {
	if at := m.actOn(who, do, whom); at != endedWell {
		return at
	}
	switch do {
	case "user.delete":
		m.users = slices.DeleteFunc(m.users, func(u *modelUser) bool { return u == whom })
		clear(whom.sessions)
	case "user.suspend":
		whom.status = account.StatusSuspended
		clear(whom.sessions)
	case "user.resume":
		if whom.status == account.StatusSuspended && whom.password {
			whom.status = account.StatusActive
		} else if whom.status == account.StatusSuspended {
			whom.status = account.StatusPending
		}
	case "user.logout":
		clear(whom.sessions)
	}
	return endedWell
}

// many does something to several users, all or nothing unless told to keep
// going. Who began it ends it, also when it meets himself.
func (m *model) many(who *modelUser, do string, whom []account.Email, keepGoing bool) account.Kind {
	before, actor := m.copy(), *who
	first := endedWell
	for _, email := range whom {
		if at := m.change(&actor, do, m.find(email)); at != endedWell && first == endedWell {
			first = at
		}
	}
	switch {
	case first == endedWell:
		return endedWell
	case keepGoing:
		return account.Partial
	}
	*m = *before
	return first
}

func (m *model) copy() *model {
	c := &model{roles: make(map[account.RoleName]map[string]bool)}
	for _, u := range m.users {
		same := *u
		same.sessions = maps.Clone(u.sessions)
		c.users = append(c.users, &same)
	}
	for name, set := range m.roles {
		c.roles[name] = maps.Clone(set)
	}
	return c
}

// onRole answers who does something to the roles.
func (m *model) onRole(who *modelUser, do string) account.Kind {
	switch {
	case !m.may(who, do):
		return account.Forbidden
	case who.site != "":
		return account.NotFound
	}
	return endedWell
}

func (m *model) holders(role account.RoleName) (list []*modelUser) {
	for _, u := range m.users {
		if u.role == role {
			list = append(list, u)
		}
	}
	return list
}

func (m *model) addRole(who *modelUser, name account.RoleName, allow []string) account.Kind {
	set := spelledList(allow)
	_, there := m.permits(name)
	switch at := m.onRole(who, "role.add"); {
	case at != endedWell:
		return at
	case there:
		return account.Conflict
	case !m.covers(who, set):
		return account.Forbidden
	}
	m.roles[name] = set
	return endedWell
}

func (m *model) editRole(who *modelUser, name account.RoleName, allow, deny []string) account.Kind {
	if at := m.ownRole(who, "role.edit", name); at != endedWell {
		return at
	}
	now := maps.Clone(m.roles[name])
	for _, word := range allow {
		now[word] = true
	}
	for _, word := range deny {
		now[word] = false
	}
	if len(m.holders(name)) > 0 && !m.covers(who, m.roles[name]) || !m.covers(who, now) {
		return account.Forbidden
	}
	m.roles[name] = now
	return endedWell
}

// ownRole answers who does something to a role that must be there and not built
// in.
func (m *model) ownRole(who *modelUser, do string, name account.RoleName) account.Kind {
	switch at := m.onRole(who, do); {
	case at != endedWell:
		return at
	case name.BuiltIn():
		return account.Forbidden
	case m.roles[name] == nil:
		return account.NotFound
	}
	return endedWell
}

func (m *model) deleteRole(who *modelUser, name, moveTo account.RoleName) account.Kind {
	if at := m.ownRole(who, "role.delete", name); at != endedWell {
		return at
	}
	held := m.holders(name)
	if len(held) > 0 && (moveTo == "" || moveTo == name) {
		return account.Conflict
	}
	actor := *who
	for _, u := range held {
		if !m.covers(&actor, m.roles[name]) {
			return account.Forbidden
		}
		if at := m.hold(&actor, moveTo, u.kind, u.site); at != endedWell {
			return at
		}
	}
	for _, u := range held {
		u.role = moveTo
	}
	delete(m.roles, name)
	return endedWell
}

func spelledList(words []string) map[string]bool {
	set := make(map[string]bool)
	for _, w := range words {
		set[w] = true
	}
	return set
}
