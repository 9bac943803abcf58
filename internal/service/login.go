package service

import (
	"bytes"
	"context"
	"time"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/password"
	"github.com/usher-admin/usher/internal/store"
)

// Sign-in takes an address, a password and the organisation key of the user's
// scope (P1), in three steps: the try is counted and committed, the hash is
// computed with nothing locked, the result is committed. So killing the process
// makes no try free, and every outcome costs the same two commits and one hash:
// an unknown address, a wrong password, a suspended and a locked user answer
// alike, in words and in time.

// LoginInput is what somebody gives to sign in. Keys are those he gave and
// those his device remembers.
type LoginInput struct {
	Who      account.Identifier
	Password password.Plain
	Keys     []keys.OrgKey
	again    bool // somebody who is signed in proves himself once more
}

// candidate is what the first step found out, and what the second needs.
type candidate struct {
	instance account.InstanceID
	user     account.User // zero for an address that belongs to nobody
	key      keys.OrgKey
	hash     string // "" where there is nothing to verify
	blocked  bool   // suspended, pending, or locked by wrong passwords
	keyKnown bool   // one of the keys belongs to a scope of this instance
	kept     account.Credential
	// directory takes the place of the hash where the password is kept there.
	directory string
	before    account.Tries // as they were
	tries     account.Tries
}

// Login signs a user in.
func (s *Service) Login(ctx context.Context, in LoginInput) (SignedIn, error) {
	var c candidate
	err := s.store.Update(ctx, func(tx *store.Tx) (err error) {
		openLog(tx, s.env)
		c, err = s.countTry(tx, in)
		return err
	})
	if err != nil {
		return SignedIn{}, err
	}
	right, err := s.verify(ctx, c, in.Password)
	if err != nil {
		return SignedIn{}, err
	}
	better := ""
	if right && c.hash != "" && password.NeedsRehashWith(s.env.Hash, c.hash) {
		if better, err = password.HashWith(s.env.Hash, s.env.Random, in.Password); err != nil {
			return SignedIn{}, err
		}
	}
	return s.concludeLogin(ctx, c, right, better)
}

// countTry finds the user, opens the hash of his password where one of the
// keys does, and counts the try before anything is verified.
func (s *Service) countTry(tx *store.Tx, in LoginInput) (candidate, error) {
	c := candidate{instance: tx.Head().Instance}
	user, found, err := identify(tx, in.Who)
	if err != nil {
		return c, err
	}
	c.user = user
	if c.keyKnown, err = anyScopeKey(tx, in.Keys); err != nil {
		return c, err
	}
	if found {
		if err := s.openCandidate(tx, in, &c); err != nil {
			return c, err
		}
	}
	return c, s.noteTry(tx, &c)
}

// identify returns the user of any organisation who is named, and whether there is
// one. For an id every organisation is asked, also behind the one that has him:
// how much work it is does not tell whose it is.
func identify(tx *store.Tx, who account.Identifier) (u account.User, found bool, err error) {
	if who.ID.IsZero() {
		h, found, err := tx.Address(who.Email)
		if err != nil || !found {
			return u, false, err
		}
		return tx.User(h.Org, h.User)
	}
	err = tx.Organisations(func(org account.Organisation) (bool, error) {
		candidate, here, err := tx.User(org.ID, who.ID)
		if here {
			u, found = candidate, true
		}
		return true, err
	})
	return u, found, err
}

// noteTry counts the try for the user; tries at unknown addresses have a count
// of their own, so that they cost the same write.
func (s *Service) noteTry(tx *store.Tx, c *candidate) error {
	tries, err := tx.Tries(c.user.ID)
	if err != nil {
		return err
	}
	c.before = tries
	locked := throttled(tries, tx.Now)
	c.tries = account.Tries{Failures: tries.Failures + 1, Last: tx.Now}
	if c.user.ID.IsZero() {
		return tx.PutTries(c.user.ID, c.tries)
	}
	if locked {
		// Tries while locked cost the attacker nothing and must not lock the
		// owner of the account out for longer: they are not counted.
		c.blocked = true
		c.tries = tries
	}
	return tx.PutTries(c.user.ID, c.tries)
}

// openCandidate opens the hash of a user's password with the key of his scope.
func (s *Service) openCandidate(tx *store.Tx, in LoginInput, c *candidate) error {
	c.blocked = c.user.Status != account.StatusActive
	kept, found, err := tx.ScopeKey(c.user.Scope())
	if err != nil || !found {
		return err
	}
	var ok bool
	if c.key, ok = matchKey(in.Keys, c.instance, kept); !ok {
		return nil
	}
	if c.user.Auth == account.AuthDirectory {
		c.directory = c.user.Directory
		return nil
	}
	if c.kept, found, err = tx.Credential(c.user.Org, c.user.ID); err != nil || !found {
		return err
	}
	if !in.again && !c.kept.Usable(tx.Now) {
		c.blocked = true
	}
	c.hash, err = openPassword(c.instance, c.user, c.key, c.kept)
	return errDoesNotOpen("the password of a user", err)
}

// anyScopeKey reports whether one of the keys belongs to any scope here. Who
// holds one may be told that it is not the key that is wrong.
func anyScopeKey(tx *store.Tx, held []keys.OrgKey) (known bool, err error) {
	instance := tx.Head().Instance
	err = tx.ScopeKeys(func(kept account.ScopeKey) (bool, error) {
		_, known = matchKey(held, instance, kept)
		return !known, nil
	})
	return known, err
}

// verify computes one hash, whatever the case; a directory is asked besides.
func (s *Service) verify(ctx context.Context, c candidate, pw password.Plain) (bool, error) {
	if c.hash == "" || c.blocked {
		password.DummyWith(s.env.Hash, pw)
		if c.directory == "" || c.blocked {
			return false, nil
		}
		return s.askDirectory(ctx, c, pw)
	}
	return password.Verify(c.hash, pw)
}

// concludeLogin commits the result: the session, or the failed try.
func (s *Service) concludeLogin(ctx context.Context, c candidate, right bool, better string) (SignedIn, error) {
	var in SignedIn
	err := s.store.Update(ctx, func(tx *store.Tx) (err error) {
		log := openLog(tx, s.env)
		if !right {
			return s.recordFailure(log, c)
		}
		in, err = s.admit(tx, log, c, better)
		return err
	})
	if err == nil && !right {
		err = errSignIn(c.keyKnown)
	}
	return in, err
}

// admit opens the session of a user who proved himself, unless he was deleted or
// suspended, or his password changed, in the meantime.
func (s *Service) admit(tx *store.Tx, log *logWriter, c candidate, better string) (SignedIn, error) {
	user, found, err := tx.User(c.user.Org, c.user.ID)
	if err != nil {
		return SignedIn{}, err
	}
	if !found || user.Status != account.StatusActive {
		return SignedIn{}, errSignIn(c.keyKnown)
	}
	if err := s.usePassword(tx, user, c, better); err != nil {
		return SignedIn{}, err
	}
	user.LastLoginAt = tx.Now
	if err := tx.PutUser(user); err != nil {
		return SignedIn{}, err
	}
	if err := tx.PutTries(user.ID, account.Tries{}); err != nil {
		return SignedIn{}, err
	}
	in, err := s.openSession(tx, user, c.key)
	if err != nil {
		return SignedIn{}, err
	}
	event := audit.Event{Action: "login", Outcome: account.OutcomeOK, Target: audit.UserRef(user.ID), Org: user.Org, Site: user.Site}
	if err := log.write(event, actorOf(user)); err != nil {
		return SignedIn{}, err
	}
	return in, log.close()
}

// usePassword uses a temporary password up, and keeps the better hash of one that
// was hashed cheaply.
func (s *Service) usePassword(tx *store.Tx, u account.User, c candidate, better string) error {
	if u.Auth != c.user.Auth || u.Directory != c.directory {
		return errSignIn(c.keyKnown)
	}
	if u.Auth == account.AuthDirectory {
		return nil
	}
	kept, found, err := tx.Credential(u.Org, u.ID)
	if err != nil {
		return err
	}
	if !found || !bytes.Equal(kept.Sealed, c.kept.Sealed) || !kept.Usable(tx.Now) {
		return errSignIn(c.keyKnown)
	}
	if kept.Temporary {
		kept.UsedAt = tx.Now
	}
	switch {
	case better != "":
		return s.putCredential(tx, u, c.key, better, kept)
	case kept.Temporary:
		return tx.PutCredential(u.Org, kept)
	}
	return nil
}

// recordFailure writes the event of a failed sign-in. An address that belongs
// to nobody is not kept.
func (s *Service) recordFailure(log *logWriter, c candidate) error {
	event := audit.Event{Action: "login", Outcome: account.OutcomeFailed}
	if !c.user.ID.IsZero() {
		event.Target, event.Org, event.Site = audit.UserRef(c.user.ID), c.user.Org, c.user.Site
	}
	if err := log.write(event, actor{}); err != nil {
		return err
	}
	return log.close()
}

// errSignIn is the one answer to every failed sign-in; only who holds a key of
// this instance is told that it is not the key.
func errSignIn(keyKnown bool) error {
	what := "wrong e-mail address, password or organisation key"
	if keyKnown {
		what = "wrong e-mail address or password"
	}
	return account.Errorf(account.Unauthenticated, "%s", what).
		Coded("auth.failed").
		Hintf("try again; after five wrong passwords there is a growing delay. Another organisation's key is given with --org-key-file FILE")
}

func actorOf(u account.User) actor {
	return actor{Actor: access.Actor{Kind: access.User, User: u.ID, Org: u.Org, Site: u.Site}, user: u}
}

// Logout ends the session on this device and returns it. Nobody being signed in
// is an error.
func (s *Service) Logout(ctx context.Context) (SessionView, error) {
	var ended SessionView
	err := s.change(ctx, "logout", func(o *op) error {
		o.asked = true // everybody may leave
		if o.actor.Kind == access.Token {
			return account.Errorf(account.Forbidden, "a service token is not signed in; it is revoked").
				Coded("access.denied").
				Hintf("usher token revoke %s", o.actor.service.Name)
		}
		ended = SessionView{Session: o.actor.session, Email: o.actor.user.Email, Current: true}
		if err := o.tx.RemoveSession(o.actor.session); err != nil {
			return err
		}
		return o.emit(audit.UserRef(o.actor.User), o.actor.Site, nil)
	})
	return ended, err
}

// Identity is who acts.
type Identity struct {
	User    account.User
	Org     account.Organisation
	Site    account.Slug
	Via     string // "session" or "token"
	Expires time.Time
}

// WhoAmI returns who acts.
func (s *Service) WhoAmI(ctx context.Context) (Identity, error) {
	var who Identity
	err := s.view(ctx, "whoami", func(o *op) error {
		o.asked = true // everybody may know who he is
		org, _, err := o.tx.Organisation(o.actor.Org)
		if err != nil {
			return err
		}
		who = Identity{User: o.actor.user, Org: org, Via: "session", Expires: o.actor.session.ExpiresAt}
		if o.actor.Kind == access.Token {
			who.Via, who.Expires = "token", o.actor.service.ExpiresAt
		}
		who.Site, err = siteSlug(o.tx, o.actor.Org, o.actor.user.Site)
		return err
	})
	return who, err
}

// Instance returns the instance's id, which names the folder of what a device
// remembers.
func (s *Service) Instance(ctx context.Context) (account.InstanceID, error) {
	var id account.InstanceID
	err := s.store.View(ctx, func(tx *store.Tx) error {
		id = tx.Head().Instance
		return nil
	})
	return id, err
}

func siteSlug(tx *store.Tx, org account.OrgID, id account.SiteID) (account.Slug, error) {
	if id == 0 {
		return "", nil
	}
	site, _, err := tx.Site(org, id)
	return site.Slug, err
}
