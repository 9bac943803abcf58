package service

import (
	"bytes"
	"context"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/password"
	"github.com/usher-admin/usher/internal/store"
)

// ChangePassword gives who is signed in a new password for the old one (O1). His
// other sessions and every link made for him end. It is also the one thing that
// somebody may do who signed in with a temporary password (O3).
func (s *Service) ChangePassword(ctx context.Context, old, to password.Plain) (account.User, error) {
	r, err := s.ownRules(ctx)
	if err != nil {
		return account.User{}, err
	}
	if bytes.Equal(old.Bytes(), to.Bytes()) {
		return account.User{}, account.Errorf(account.Invalid, "the new password is the old one").Coded("password.same")
	}
	if err := r.judge(to); err != nil {
		return account.User{}, err
	}
	if !s.env.DryRun { // which counts no try, and so must not verify one
		if err := s.prove(ctx, string(access.PasswordChange), old); err != nil {
			return account.User{}, err
		}
	}
	hash, err := s.checkedHash(to, r)
	if err != nil {
		return account.User{}, err
	}
	var u account.User
	err = s.change(ctx, access.PasswordChange, func(o *op) (err error) {
		u, err = o.changeOwnPassword(hash)
		return err
	})
	return u, err
}

// ownRules returns the rules for a password of who is signed in, if he may
// change his own.
func (s *Service) ownRules(ctx context.Context) (r rules, err error) {
	err = s.view(ctx, access.PasswordChange, func(o *op) error {
		if err := o.allowOwnPassword(); err != nil {
			return err
		}
		r, err = readRules(o.tx, o.actor.user)
		return err
	})
	return r, err
}

// allowOwnPassword makes sure that who acts is a person with a password here.
func (o *op) allowOwnPassword() error {
	u := o.actor.user
	target, err := o.userTarget(u)
	if err != nil {
		return err
	}
	if err := o.allow(target, audit.UserRef(u.ID), errNoSuch("user", u.Email.String())); err != nil {
		return err
	}
	if o.actor.Kind != access.User {
		return o.refuse(o.action, access.Decision{Rule: "a token has no password"}, audit.UserRef(u.ID), u.Site)
	}
	if u.Auth == account.AuthDirectory {
		return o.svc.errDirectory(u)
	}
	return nil
}

func (o *op) changeOwnPassword(hash string) (account.User, error) {
	if err := o.allowOwnPassword(); err != nil {
		return account.User{}, err
	}
	if err := o.provenToChange(); err != nil {
		return account.User{}, err
	}
	before := o.actor.user
	k, err := o.orgKey(before.Scope())
	if err != nil {
		return before, err
	}
	u, err := o.setPassword(before, newPassword{hash: hash, key: k, keep: o.actor.session.TokenHash})
	if err != nil {
		return u, err
	}
	if err := freeSession(o.tx, o.actor.session.TokenHash); err != nil {
		return u, err
	}
	changes, _ := recordRevisions(userRevisions(before, u))
	if err := o.emit(audit.UserRef(u.ID), u.Site, changes); err != nil {
		return u, err
	}
	return u, o.tellPassword(u)
}

// freeSession lets a session do what its user may, now that he chose a password.
func freeSession(tx *store.Tx, hash [32]byte) error {
	session, found, err := tx.Session(hash)
	if err != nil || !found || !session.Restricted {
		return err
	}
	session.Restricted = false
	return tx.PutSession(session)
}
