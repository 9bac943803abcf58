package service

import (
	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
)

// errNoSuch says that a thing is not there, or that the actor may not know it
// is; the two read alike.
func errNoSuch(noun, name string) *account.Error {
	return account.Errorf(account.NotFound, "%s %q not found", noun, name).Coded(noun + ".not_found")
}

func errNoUser(who string) error { return errNoSuch("user", who).Hintf("usher user list") }

func forbidden(action access.Permission, d access.Decision) error {
	if d.Verdict == access.Unauthenticated {
		return errNotSignedIn(d.Rule)
	}
	err := account.Errorf(account.Forbidden, "%s is not allowed: %s", action, d.Rule).Coded("access.denied")
	switch d.Rule {
	case access.RuleOwnerStays:
		return err.Coded("owner.protected").Hintf("usher org handover EMAIL")
	case access.RuleOwnerProtected:
		return err.Coded("owner.protected").Hintf("he does it himself, or hands over first: usher org handover EMAIL")
	case access.RuleOwnPassword:
		return err.Coded("password.own").Hintf("usher password change; who forgot it: usher password forgot EMAIL")
	case access.RuleOwnKey:
		return err.Hintf("usher orgkey show tells it, to give with --org-key-file on another device of yours; or another admin sends it")
	case access.RuleTemporary:
		return err.Hintf("usher password change")
	case access.RuleToken:
		return err.Hintf("usher token list, by who made the token, shows what it may")
	}
	return err.Hintf("usher whoami shows who acts; usher role check tells what he may")
}

// errBeyondSite answers who asks, from within a site, for what belongs to the
// whole organisation.
func errBeyondSite() error {
	return account.Errorf(account.NotFound, "not found: it belongs to the whole organisation, and you to one of its sites").
		Coded("organisation.not_found")
}

func errUserExists(e account.Email) error {
	return account.Errorf(account.Conflict, "user already exists: %s", e).
		Coded("user.exists").
		Hintf("one address belongs to one user; an alias is another address: %s", e.WithTag("2"))
}

func (s *Service) errKeyNotHeld(where string) *account.Error {
	text := "this device does not hold the organisation key of %s"
	if s.env.KeyGiven {
		text = "the key that was given is not the organisation key of %s, and this device does not hold that"
	}
	return account.Errorf(account.Forbidden, text, where).
		Coded("key.not_held").
		Hintf("give it with --org-key-file FILE, or ask an admin for: usher orgkey send EMAIL")
}
