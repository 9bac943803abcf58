package service

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/password"
)

// The pools that arguments are drawn from. What is drawn is as the commands hand
// it on: read, and so valid by itself.

// walkPasswords are the passwords there are.
var walkPasswords = []string{"Granite lantern 7, otter meadow", "Harbour velvet 9, sparrow engine"}

func (w *walk) chance(percent int) bool { return w.draw.IntN(100) < percent }

// one draws one of a list.
func one[T any](w *walk, list []T) T { return list[w.draw.IntN(len(list))] }

// told notes what an operation is given, for the trail.
func told[T any](w *walk, value T) T {
	w.said += fmt.Sprintf(" %v", value)
	return value
}

// maybe draws a pointer to a value, or nil.
func maybe[T any](w *walk, value func() T) *T {
	if w.chance(60) {
		return nil
	}
	v := value()
	return &v
}

// orNone draws a value, mostly the zero one.
func orNone[T any](w *walk, value func() T) (none T) {
	if w.chance(65) {
		return none
	}
	return value()
}

// email draws an address, also of somebody who is there.
func (w *walk) email() account.Email {
	return told(w, one(w, []account.Email{
		"anna@norrsken.example", "eva@norrsken.example", "bo@norrsken.example", "kim@norrsken.example", "siv@norrsken.example", "liv@norrsken.example",
		"tor@norrsken.example", "bo+x@norrsken.example", "ada@south.example", "ben@south.example", "eve@elsewhere.example",
	}))
}

// identifier draws how somebody names himself who is not signed in.
func (w *walk) identifier() account.Identifier {
	if w.draw.IntN(2) == 0 {
		return account.Identifier{Email: w.email()}
	}
	who, err := account.ParseIdentifier(w.whom())
	if err != nil {
		w.fail("%v", err)
	}
	return who
}

// freeEmail draws one that mostly nobody has.
func (w *walk) freeEmail() account.Email {
	for range 6 {
		e := w.email()
		if taken := w.someUser(func(u walkUser) bool { return u.Email == e }); taken.Email == "" {
			return e
		}
		w.said = ""
	}
	return w.email()
}

// boxAddress draws the address of a mailbox.
func (w *walk) boxAddress() account.Email {
	if w.chance(10) {
		return w.email()
	}
	return told(w, one(w, []account.Email{"post@norrsken.example", "desk@norrsken.example", "post@south.example"}))
}

// whom draws a name as it is typed: mostly of a user of the organisation at
// hand, by an address in any case, or an id, also of who is gone.
func (w *walk) whom() string {
	u := w.someUser(func(u walkUser) bool { return u.Org == w.org })
	switch n := w.draw.IntN(20); {
	case n < 1 && len(w.ids) > 0:
		return told(w, one(w, w.ids))
	case n < 3 && w.who.User != (account.UserID{}):
		return told(w, w.who.User.String())
	case n < 6, u.Email == "":
		return w.email().String()
	case n < 9:
		return told(w, u.ID.String())
	case n < 11:
		return told(w, strings.ToUpper(u.Email.String()))
	}
	return told(w, u.Email.String())
}

// heir draws mostly somebody who could own the organisation at hand.
func (w *walk) heir() string {
	u := w.someUser(func(u walkUser) bool {
		return u.Org == w.org && u.Site == 0 && u.Status == account.StatusActive && u.Role != account.RoleOwner
	})
	if u.Email == "" || w.chance(30) {
		return w.whom()
	}
	return told(w, u.Email.String())
}

// someUser draws a user of those whom a condition lets through, nobody where it
// lets none.
func (w *walk) someUser(is func(walkUser) bool) (none walkUser) {
	var list []walkUser
	for _, u := range w.seen.users {
		if is(u) {
			list = append(list, u)
		}
	}
	if len(list) == 0 {
		return none
	}
	slices.SortFunc(list, func(a, b walkUser) int { return bytes.Compare(a.ID[:], b.ID[:]) })
	return one(w, list)
}

// many draws none to four, somebody sometimes twice.
func (w *walk) many(draw func() string) Many {
	m := Many{KeepGoing: w.chance(40)}
	for range w.draw.IntN(4) {
		m.Who = append(m.Who, draw())
	}
	if len(m.Who) > 0 && w.chance(25) {
		m.Who = append(m.Who, m.Who[0])
	}
	return m
}

// site draws one, mostly of the organisation at hand.
func (w *walk) site() account.Slug {
	var list []account.Slug
	for _, s := range w.seen.sites {
		if s.Org == w.org {
			list = append(list, s.Slug)
		}
	}
	if len(list) > 0 && w.chance(75) {
		return told(w, one(w, list))
	}
	return told(w, one(w, []account.Slug{"kiruna", "lulea", "malmo", "norrsken"}))
}

// place draws a site, or none.
func (w *walk) place() account.Slug {
	if w.chance(30) {
		return told(w, account.Slug(account.None))
	}
	return w.site()
}

// orgSlug draws what --org is given, and makes that the organisation at hand.
func (w *walk) orgSlug() account.Slug {
	if len(w.seen.orgs) > 0 && w.chance(75) {
		org := one(w, w.seen.orgs)
		w.org = org.ID
		return told(w, org.Slug)
	}
	return told(w, one(w, []account.Slug{"", "norrsken", "south", "east", "kiruna"}))
}

// title draws the name of an organisation or site.
func (w *walk) title() string {
	return told(w, one(w, []string{"Kiruna", "KIRUNA", "Luleå", "Lulea", "Malmö", "Norrsken", "South", "East"}))
}

func (w *walk) role() account.RoleName {
	return told(w, one(w, []account.RoleName{"owner", "admin", "site-admin", "member", "desk", "clerk", "clerk"}))
}

// ownRole draws mostly a role that is not built in.
func (w *walk) ownRole() account.RoleName {
	return told(w, one(w, []account.RoleName{"desk", "clerk", "clerk", "guard", "member"}))
}

func (w *walk) kind() account.UserType {
	return told(w, one(w, []account.UserType{account.TypeHost, account.TypeIndividual}))
}

func (w *walk) plan() account.PlanName {
	return told(w, one(w, []account.PlanName{"Pro", "PRO", "Pro", "Pro", "Box", "box", "Team"}))
}

func (w *walk) directory() string { return told(w, one(w, []string{"ad", "ad", account.None, "gone"})) }

func (w *walk) firstName() string { return told(w, one(w, []string{"", "Bo", "Åsa"})) }

func (w *walk) life() time.Duration {
	return told(w, one(w, []time.Duration{0, time.Minute, 20 * time.Hour, 20 * time.Hour, 6 * 24 * time.Hour, 400 * 24 * time.Hour}))
}

func (w *walk) domain() account.Domain {
	return told(w, one(w, []account.Domain{"norrsken.example", "south.example", "east.example", "elsewhere.example"}))
}

// allow draws permissions, some of them twice.
func (w *walk) allow() []access.Permission {
	var list []access.Permission
	for range w.draw.IntN(12) {
		list = append(list, one(w, access.All()))
	}
	if w.chance(30) {
		list = append(list, permissionList(clerkWords)...)
	}
	return told(w, list)
}

// plain is a password that was typed.
func (w *walk) plain(text string) password.Plain {
	pw, err := password.Prepare([]byte(text))
	w.must(err)
	return pw
}

func (w *walk) password() password.Plain {
	if len(w.temps) > 0 && w.chance(15) {
		return w.plain(told(w, one(w, w.temps)))
	}
	return w.plain(one(w, []string{walkPasswords[0], walkPasswords[0], walkPasswords[0], walkPasswords[1], "kiruna"}))
}

// link draws one that was given out, of a kind if there is one.
func (w *walk) link(kind keys.TokenKind) LinkInput {
	var list []LinkInput
	for _, l := range w.links {
		if l.Kind == kind {
			list = append(list, l)
		}
	}
	switch {
	case len(list) == 0 || w.chance(5):
		return LinkInput{Kind: kind}
	case w.chance(50):
		return list[len(list)-1]
	}
	return one(w, list)
}

func (w *walk) newKey() keys.OrgKey {
	k, err := keys.NewOrgKey(w.dice)
	w.must(err)
	return k
}

func (w *walk) secretName() string {
	return told(w, one(w, []string{"router", "Router", "door", "mail server"}))
}

func (w *walk) stored() keys.StoredPassword {
	p, err := keys.NewStoredPassword(one(w, []string{"open sesame", "x"}))
	w.must(err)
	return p
}

func (w *walk) tokenName() string { return told(w, one(w, []string{"nightly", "Nightly", "report"})) }

// position draws a type, a role and a site for somebody, which mostly go together.
func (w *walk) position() (kind account.UserType, role account.RoleName, site account.Slug) {
	switch w.draw.IntN(6) {
	case 0:
		return orNone(w, w.kind), orNone(w, w.role), orNone(w, w.site)
	case 1, 2:
		return told(w, account.TypeHost), told(w, one(w, []account.RoleName{"admin", "admin", "member", "desk", "clerk"})), ""
	case 3, 4:
		return told(w, account.TypeIndividual), told(w, one(w, []account.RoleName{"site-admin", "member", "clerk", "desk"})), w.site()
	}
	return "", "", ""
}

// invitee draws somebody to add who has no way in yet.
func (w *walk) invitee() NewUser {
	u := NewUser{Email: w.freeEmail(), FirstName: w.firstName(), Plan: orNone(w, w.plan)}
	u.Type, u.Role, u.Site = w.position()
	return u
}

// newUser draws somebody to add, with one way in or none.
func (w *walk) newUser() NewUser {
	u := w.invitee()
	u.Life, u.Mail, u.IfNotExists, u.MustChange = orNone(w, w.life), w.mails != nil && w.chance(50), w.chance(20), w.chance(10)
	if w.chance(10) {
		u.Directory = "ad"
		return u
	}
	switch w.draw.IntN(6) {
	case 0, 1, 2:
		u.Password = w.password()
	case 3:
		u.Temporary = told(w, true)
	case 4:
		u.Invited = true
	}
	return u
}
