package access

import "github.com/usher-admin/usher/internal/account"

// ActorKind says by which road an actor came.
type ActorKind uint8

// The roads.
const (
	Nobody ActorKind = iota // no session
	User                    // the session of a login
	Token                   // a service token
	System                  // the system key
)

// Actor is who asks.
type Actor struct {
	Kind       ActorKind
	User       account.UserID // of a token: who made it
	Org        account.OrgID
	Site       account.SiteID // where his reach ends; 0: the whole organisation
	May        Set            // of a token: what both it and its maker may
	Restricted bool           // signed in with a temporary password
}

// Target is what is acted on. Where it is no user, User is zero.
type Target struct {
	Org   account.OrgID
	Site  account.SiteID
	User  account.UserID
	May   Set // what a user may do himself
	Owner bool
}

// Verdict says how a question was answered.
type Verdict uint8

// The verdicts.
const (
	Denied          Verdict = iota // exit 6
	Allowed                        // go on
	Unseen                         // the actor may not know that the target exists: exit 3
	Unauthenticated                // nobody is signed in: exit 7
)

// Decision is the answer with the rule that gave it.
type Decision struct {
	Verdict Verdict
	Rule    string
}

// The rules by which the owner is protected (G11, A2).
const (
	RuleOwnerStays     = "the owner hands over before he leaves"
	RuleOwnerProtected = "the owner is protected"
)

// RuleOwnPassword keeps a session that was left open, or a token, from taking
// over the account of its own user (O1).
const RuleOwnPassword = "one's own password is changed by giving the old one"

// RuleOwnKey keeps the organisation key from being sent to oneself (P3).
const RuleOwnKey = "the organisation key is sent to others, not to oneself"

// RuleToken refuses what a service token was not made for, or its maker may not
// do any more.
const RuleToken = "the token does not permit it"

// RuleTemporary keeps who signed in with a temporary password to choosing his
// own.
const RuleTemporary = "a temporary password is for choosing a new one only"

// OK reports whether the answer is yes.
func (d Decision) OK() bool { return d.Verdict == Allowed }

// Allow answers whether actor may do p to target. The rules are asked in
// order; the first that applies decides. What the role does not permit is
// refused before anybody looks where the target is: the answer must not tell
// that it exists.
func Allow(actor Actor, p Permission, target Target) Decision {
	self := actor.Kind == User && !target.User.IsZero() && target.User == actor.User
	switch {
	case actor.Kind == Nobody:
		return Decision{Unauthenticated, "nobody is signed in"}
	case actor.Kind == System:
		return Decision{Denied, "the system user only breaks glass"}
	case target.Org != actor.Org:
		return Decision{Unseen, "another organisation"}
	case actor.Restricted && !(self && p == PasswordChange):
		return Decision{Denied, RuleTemporary}
	case self && target.Owner && (p == UserDelete || p == UserSuspend):
		return Decision{Denied, RuleOwnerStays}
	case p == PasswordReset && !target.User.IsZero() && target.User == actor.User:
		return Decision{Denied, RuleOwnPassword}
	case self && own(p):
		return Decision{Allowed, "own data"}
	case p == PasswordChange:
		return Decision{Denied, "everybody changes his own password; that of others is reset"}
	case !actor.May.Has(p) && actor.Kind == Token:
		return Decision{Denied, RuleToken}
	case !actor.May.Has(p):
		return Decision{Denied, "the role does not permit " + string(p)}
	case self && p == OrgkeySend:
		return Decision{Denied, RuleOwnKey}
	case actor.Site != 0 && target.Site != actor.Site:
		return Decision{Unseen, "outside his site"}
	case target.Owner && !self && p.changesUser():
		return Decision{Denied, RuleOwnerProtected}
	case !target.User.IsZero() && p.changesUser() && !actor.May.Covers(target.May):
		return Decision{Denied, "nobody acts on somebody who may do more than himself"}
	}
	return Decision{Allowed, "the role permits " + string(p)}
}

// MayGrant answers whether actor may give a role that permits the given set.
func MayGrant(actor Actor, set Set) Decision {
	if lacking := set.Without(actor.May); lacking.Len() > 0 {
		return Decision{Denied, "nobody grants what he does not have: " + string(lacking.List()[0])}
	}
	return Decision{Allowed, "he has it himself"}
}
