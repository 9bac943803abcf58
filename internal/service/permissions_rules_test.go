package service

import (
	"slices"
	"strings"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
)

// This file states a second time, in other words and by other means than
// package access, who may do what to whom: as SPEC.md says it. The permission
// table holds the service against it.

// answer is how usher answers an attempt.
type answer string

const (
	yes     answer = "yes"
	no      answer = "no"      // exit 6
	unseen  answer = "unseen"  // exit 3
	signIn  answer = "sign in" // exit 7
	taken   answer = "taken"   // exit 4, which rule A3 demands to be said
	strange answer = "strange" // exit 5: an address of a domain that is not approved, whoever has it
)

// roleWords is what the roles permit, as SPEC.md section 1 has it.
func roleWords(role account.RoleName) string {
	switch role {
	case account.RoleOwner:
		return "*"
	case account.RoleAdmin:
		return "* -org.delete -org.handover -orgkey.reset -logs.prune"
	case account.RoleSiteAdmin:
		return "user.* session.* invite.* password.* licence.* secret.* orgkey.* logs.* -licence.buy -licence.drop -orgkey.reset -logs.prune"
	case account.RoleMember:
		return "secret.list secret.show"
	case "desk":
		return deskWords
	case "clerk":
		return clerkWords
	}
	return ""
}

// spelled is the permissions that words such as "user.* -user.add" mean.
func spelled(words string) map[string]bool {
	set := make(map[string]bool)
	for _, w := range strings.Fields(words) {
		pattern, out := strings.CutPrefix(w, "-")
		for _, p := range access.All() {
			noun, _, _ := strings.Cut(string(p), ".")
			if pattern == "*" || pattern == noun+".*" || pattern == string(p) {
				set[string(p)] = !out
			}
		}
	}
	return set
}

// may is what a person may do at all: a token what it was given and its maker
// has.
func (p person) may() map[string]bool {
	set := spelled(roleWords(p.role))
	if p.state == "token" {
		given := spelled(tokenWords)
		for word := range set {
			set[word] = set[word] && given[word]
		}
	}
	return set
}

// asUser is the person himself, whatever road he came by.
func (p person) asUser() person {
	p.state = ""
	return p
}

// mayMore reports whether whom may do something that who may not.
func mayMore(whom, who person) bool {
	has := who.may()
	for word, given := range whom.may() {
		if given && !has[word] {
			return true
		}
	}
	return false
}

// ownWords is what everybody may do to himself.
const ownWords = "user.show user.edit session.list session.end password.change licence.activate role.check orgkey.verify"

// lawlessWords is what changes nobody: the law of the stronger is silent.
const lawlessWords = "user.show session.list licence.activate orgkey.send mailbox.join mailbox.leave role.check"

func within(word, words string) bool { return slices.Contains(strings.Fields(words), word) }

// entry says how an actor is answered whatever he does, "" if that depends.
func entry(who person) answer {
	switch {
	case who.nobody, who.state == "suspended", who.state == "pending":
		return signIn
	case who.state == "temporary":
		return no
	}
	return ""
}

// onUser says how an actor is answered who does something to a user.
func onUser(who person, do string, whom person, self bool) answer {
	person := who.state != "token" // a token has nothing of its own
	switch at := entry(who); {
	case at == no && self && do == "password.change":
		return yes
	case at != "":
		return at
	case self && person && who.role == account.RoleOwner && within(do, "user.delete user.suspend"): // G11
		return no
	case self && do == "password.reset": // O1: one's own takes the old one
		return no
	case self && person && within(do, ownWords):
		return yes
	case do == "session.end" && person && (whom.abroad != who.abroad || !who.may()[do] && onUser(who, "session.list", whom, self) != yes): // an id like any other
		return unseen
	case do == "password.change", !who.may()[do]: // O1: only one's own
		return no
	case whom.abroad != who.abroad, who.site != "" && whom.site != who.site:
		switch {
		case do == "invite.link" && whom.abroad != who.abroad:
			return strange
		case do == "invite.link": // A3
			return taken
		}
		return unseen
	case do == "orgkey.send": // P3
		return otherOfScope(who, whom, self && person)
	case within(do, lawlessWords):
		return yes
	case whom.role == account.RoleOwner && !(self && person): // A2
		return no
	case mayMore(whom, who):
		return no
	}
	return yes
}

func otherOfScope(who, whom person, self bool) answer {
	if who.site == whom.site && !self {
		return yes
	}
	return no
}

// onOrganisation says how an actor is answered who does something to what
// belongs to the whole organisation.
func onOrganisation(who person, do string) answer {
	switch {
	case entry(who) != "":
		return entry(who)
	case !who.may()[do]:
		return no
	case who.site != "":
		return unseen
	}
	return yes
}

// onReach says how an actor is answered who does something within his reach.
func onReach(who person, do string) answer {
	switch {
	case entry(who) != "":
		return entry(who)
	case within(do, ownWords) && who.state != "token": // what he finds out is about himself
		return yes
	case !who.may()[do]:
		return no
	}
	return yes
}

// onSite says how an actor is answered who does something to a site.
func onSite(who person, do string, site account.Slug, abroad bool) answer {
	switch {
	case entry(who) != "":
		return entry(who)
	case !who.may()[do]:
		return no
	case who.abroad != abroad, who.site != "" && who.site != site:
		return unseen
	case within(do, "secret.list secret.show") && who.site != site && !who.may()["secret.add"]: // who only reads, reads his own scope's
		return unseen
	}
	return yes
}

// givingRole says how an actor is answered who gives a role to a user on whom he
// may act.
func givingRole(who person, do string, whom person, role account.RoleName) answer {
	if at := onUser(who, do, whom, false); at != yes {
		return at
	}
	if role == account.RoleOwner || mayMore(person{role: role}, who) {
		return no
	}
	return yes
}
