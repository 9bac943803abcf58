package service

import (
	"context"
	"time"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/password"
)

// How a new user first gets in: with a password that was given, a temporary one,
// an invitation, the password of a directory, or not yet.

// firstPassword judges and hashes the password a new user begins with, if he
// gets one.
func (s *Service) firstPassword(ctx context.Context, in NewUser) (temporary, error) {
	if in.Directory != "" && (in.Temporary || in.Invited || !in.Password.IsZero()) {
		return temporary{}, s.errDirectory(account.User{Email: in.Email, Directory: in.Directory})
	}
	if !in.Temporary && in.Password.IsZero() {
		return temporary{}, nil
	}
	r, err := s.rulesForNew(ctx, in)
	if err != nil {
		return temporary{}, err
	}
	if in.Temporary {
		return s.newTemporary(password.Plain{}, r)
	}
	hash, err := s.checkedHash(in.Password, r)
	return temporary{hash: hash}, err
}

// rulesForNew returns the rules for a user who is to be made where the actor is.
func (s *Service) rulesForNew(ctx context.Context, in NewUser) (r rules, err error) {
	err = s.view(ctx, access.UserAdd, func(o *op) error {
		if err := o.allowHere(); err != nil {
			return err
		}
		u := account.User{Org: o.actor.Org, Site: o.actor.Site, Email: in.Email, FirstName: in.FirstName, LastName: in.LastName}
		if in.Site != "" {
			site, err := o.findSite(in.Site)
			if err != nil {
				return err
			}
			u.Site = site.ID
		}
		r, err = readRules(o.tx, u)
		return err
	})
	return r, err
}

// admitNewUser writes a new user with what he first gets in with.
func (o *op) admitNewUser(u account.User, in NewUser, first temporary) (added AddedUser, err error) {
	var until time.Time
	if in.Temporary {
		if until, err = o.temporaryUntil(in.Life); err != nil {
			return added, err
		}
	}
	if first.hash != "" {
		u.Status, u.MustChange = account.StatusActive, in.MustChange || in.Temporary
		k, err := o.orgKey(u.Scope())
		if err != nil {
			return added, err
		}
		if err := o.svc.putCredential(o.tx, u, k, first.hash, account.Credential{Temporary: in.Temporary, ExpiresAt: until}); err != nil {
			return added, err
		}
	}
	if added, err = o.storeNewUser(u); err != nil {
		return added, err
	}
	added.Temporary, added.Expires = first.text, until
	carried := false
	if in.Invited {
		if carried, err = o.inviteNewUser(&added, in.Life); err != nil {
			return added, err
		}
	}
	added.Instructions = instructions(u, added, carried)
	if in.Mail {
		added.mailed = new(bool)
		err = o.mailNewUser(added, in, carried)
	}
	return added, err
}

// inviteNewUser makes the invitation of a user just made, and reports whether it
// brings the organisation key.
func (o *op) inviteNewUser(added *AddedUser, life time.Duration) (carried bool, err error) {
	if err := o.allowHereTo(access.InviteLink); err != nil {
		return false, err
	}
	k, err := o.heldKey(added.Scope())
	if err != nil {
		return false, err
	}
	if added.Link, err = o.makeLink(added.User, account.LinkInvite, life, k); err != nil {
		return false, err
	}
	added.Expires = added.Link.Expires
	return k != nil, o.emitAs(string(access.InviteLink), audit.UserRef(added.ID), added.Site, nil)
}

// mailNewUser mails a new user his invitation, that there is a temporary
// password, or how to sign in.
func (o *op) mailNewUser(added AddedUser, in NewUser, carried bool) error {
	switch {
	case in.Invited:
		return o.sendLink(account.LetterInvitation, added.User, added.Link, carried)
	case in.Temporary:
		return o.tellTemporary(added.User, added.Expires, added.mailed)
	case added.Status == account.StatusActive:
		return o.tellSignIn(added.User, added.mailed)
	}
	return account.Errorf(account.Usage, "there is nothing to mail to a user without a password or an invitation").
		Coded("usage").
		Hintf("add --invite, --temporary or --password-stdin")
}

// tellSignIn tells a user how he signs in (A5).
func (o *op) tellSignIn(u account.User, mailed *bool) error {
	l, err := o.letter(account.LetterSignIn, u)
	l.Must = u.MustChange
	if u.Auth == account.AuthDirectory {
		l.Directory = u.Directory
		_, l.Help, _ = o.svc.describe(u.Directory)
	}
	o.tell(outgoing{letter: l, user: u, mailed: mailed})
	return err
}

// instructions is what the admin passes on to a user who was just made, or whose
// way of signing in has changed (A5).
func instructions(u account.User, made AddedUser, carried bool) string {
	typed := account.Typed(u.Email.String())
	login := "Sign in with: usher login " + typed
	const key = "The organisation key is needed the first time on a device."
	switch {
	case !made.Link.Expires.IsZero() && carried:
		return "Accept the invitation with: usher invite accept, pasting the link. It brings the organisation key."
	case !made.Link.Expires.IsZero():
		return "Accept the invitation with: usher invite accept, pasting the link. The organisation key comes separately: usher orgkey send " + typed
	case u.Auth == account.AuthDirectory:
		return login + ", using the password of the directory " + u.Directory + ". " + key
	case u.Status == account.StatusActive && !made.Expires.IsZero():
		return login + ", using the temporary password, and then choose your own: usher password change. " + key
	case u.Status == account.StatusActive && u.MustChange:
		return login + ", using the password you were told, and then choose your own: usher password change. " + key
	case u.Status == account.StatusActive:
		return login + ". " + key
	}
	return "No password yet: send an invitation with: usher invite link " + typed
}
