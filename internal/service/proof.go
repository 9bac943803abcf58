package service

import (
	"context"
	"time"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/password"
	"github.com/usher-admin/usher/internal/store"
)

// Some operations ask for the password again, unless it was given within five
// minutes (SPEC section 6): a session left open at a desk must not be enough to
// show a key or to give an organisation away.

// proofLife is how long a password that was given counts as just given.
const proofLife = 5 * time.Minute

// codeProof tells the command to ask for the password and try again.
const codeProof = "auth.password_needed"

// NeedsProof reports whether an operation failed only because the password has
// to be given again, with Prove.
func NeedsProof(err error) bool { return account.CodeOf(err) == codeProof }

// proven makes sure that the actor gave his password just now. A token has none
// to give: what its permission says is enough where tokens says so.
func (o *op) proven(tokens bool) error {
	switch {
	case o.actor.Kind == access.System, o.actor.Kind == access.Token && tokens:
		return nil
	case o.actor.Kind != access.User:
		return o.noPerson("the password of a person, which a token does not have")
	case o.tx.Now.Sub(o.actor.session.ProvenAt) < proofLife:
		return nil
	}
	return account.Errorf(account.Unauthenticated, "%s asks for your password again", o.action).
		Coded(codeProof).
		Hintf("give it at the prompt, or on standard input with --password-stdin")
}

// noPerson refuses a token what takes a person.
func (o *op) noPerson(takes string) error {
	return account.Errorf(account.Forbidden, "%s takes %s", o.action, takes).
		Coded("access.denied").
		Hintf("sign in and type it yourself: usher login EMAIL")
}

// provenToChange is proven for what changes something and shows nothing: a dry
// run, which changes nothing, asks nothing.
func (o *op) provenToChange() error {
	if o.svc.env.DryRun && o.actor.Kind == access.User {
		return nil
	}
	return o.proven(false)
}

// Prove verifies the password of who is signed in, counted like a sign-in, and
// notes in his session that he gave it.
func (s *Service) Prove(ctx context.Context, pw password.Plain) error {
	return s.prove(ctx, "prove", pw)
}

// prove is Prove for an action, under whose name a wrong password is logged.
func (s *Service) prove(ctx context.Context, action string, pw password.Plain) error {
	var c candidate
	var who actor
	err := s.store.Update(ctx, func(tx *store.Tx) (err error) {
		openLog(tx, s.env)
		if who, err = s.loadActor(tx); err != nil {
			return err
		}
		c, err = s.countTry(tx, LoginInput{Who: account.Identifier{Email: who.user.Email}, Keys: s.actorKeys(tx, who), again: true})
		return err
	})
	if err != nil {
		return err
	}
	right, err := s.verify(ctx, c, pw)
	if err != nil {
		return err
	}
	err = s.store.Update(ctx, func(tx *store.Tx) error { return s.concludeProof(tx, who, c, action, right) })
	if err == nil && !right {
		err = account.Errorf(account.Unauthenticated, "wrong password").Coded("auth.failed").
			Hintf("after five wrong passwords there is a growing delay")
	}
	return err
}

// actorKeys returns the organisation keys at hand: the device's and the one the
// session carries.
func (s *Service) actorKeys(tx *store.Tx, who actor) []keys.OrgKey {
	instance := tx.Head().Instance
	held, err := s.env.Device.Keys(instance)
	if err != nil {
		s.env.Warn("the remembered organisation keys cannot be read: " + err.Error())
	}
	if k, ok := who.carriedKey(instance); ok {
		held = append(held, k)
	}
	return held
}

// concludeProof commits the result: the session's note, or the failed try.
func (s *Service) concludeProof(tx *store.Tx, who actor, c candidate, action string, right bool) error {
	log := openLog(tx, s.env)
	if !right {
		event := audit.Event{Action: action, Outcome: account.OutcomeFailed, Target: audit.UserRef(who.User), Org: who.Org, Site: who.Site}
		if err := log.write(event, who); err != nil {
			return err
		}
		return log.close()
	}
	if err := tx.PutTries(c.user.ID, account.Tries{}); err != nil {
		return err
	}
	current, found, err := tx.Session(who.session.TokenHash)
	if err != nil || !found {
		return err
	}
	current.ProvenAt = tx.Now
	return tx.PutSession(current)
}
