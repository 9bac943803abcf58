package service

import (
	"context"
	"errors"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/password"
	"github.com/usher-admin/usher/internal/store"
)

// A password can be tried before it is chosen, also by who is not signed in yet
// because he has to choose one first.

// JudgePassword says what is wrong with a password to be, for the user named or
// for the actor himself where nobody is: an Invalid error that names every
// fault, nil for none. Nothing is kept of it.
func (s *Service) JudgePassword(ctx context.Context, who string, pw password.Plain) error {
	r, err := s.knownRules(ctx, who)
	where := "what is asked for: usher password policy show"
	if account.CodeOf(err) == codeNotSignedIn {
		r, err = s.strangerRules(ctx, who)
		where = "" // it takes a session
	}
	if err != nil {
		return err
	}
	return weakHint(r.judge(pw), where)
}

// weakHint gives the error of a weak password another hint, where trying one is
// no help: it was just tried, or there is nothing yet to try it on.
func weakHint(err error, hint string) error {
	var e *account.Error
	if errors.As(err, &e) && e.Code == password.CodeWeak {
		e.Hint = hint
	}
	return err
}

// knownRules are those for who is signed in, or for somebody he may look at.
func (s *Service) knownRules(ctx context.Context, who string) (r rules, err error) {
	err = s.view(ctx, access.UserShow, func(o *op) (err error) {
		u := o.actor.user
		if who == "" {
			o.asked = true // everybody may try a password of his own
		} else if u, err = o.allowUser(who); err != nil {
			return err
		}
		if u.Auth == account.AuthDirectory {
			return s.errDirectory(u)
		}
		r, err = readRules(o.tx, u)
		return err
	})
	return r, err
}

// strangerRules are those for somebody of whom only the address is known, if
// that. Whether it belongs to anybody is not looked up, so the answer does not
// tell.
func (s *Service) strangerRules(ctx context.Context, who string) (r rules, err error) {
	var u account.User
	if who != "" {
		named, err := account.ParseIdentifier(who)
		if err != nil {
			return r, err
		}
		u.Email = named.Email
	}
	err = s.store.View(ctx, func(tx *store.Tx) error {
		o, err := s.beginSystem(tx, nil, string(access.UserShow))
		if err != nil {
			return err
		}
		if err := o.theOrganisation(); err != nil {
			return err
		}
		u.Org = o.actor.Org
		r, err = readRules(tx, u)
		return err
	})
	return r, err
}
