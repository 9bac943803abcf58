package service

import (
	"context"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/store"
)

// RedeemReset sets the new password that a reset link allows, and signs its user
// in. Nobody needs to be signed in; the link proves.
func (s *Service) RedeemReset(ctx context.Context, in AcceptInput) (SignedIn, error) {
	return s.redeem(ctx, in, account.LinkPassword)
}

// redeem sets the password that a link allows to set, and signs its user in.
// The link is looked at, the password judged and hashed with nothing locked,
// then the link is consumed in the transaction that sets it.
func (s *Service) redeem(ctx context.Context, in AcceptInput, kind account.LinkKind) (SignedIn, error) {
	r, err := s.lookAtLink(ctx, in, kind)
	if err != nil {
		return SignedIn{}, err
	}
	hash, err := s.checkedHash(in.Password, r)
	if err != nil {
		return SignedIn{}, err
	}
	var signedIn SignedIn
	var o *op
	err = s.write(ctx, func(tx *store.Tx) (err error) {
		o = &op{svc: s, tx: tx, log: openLog(tx, s.env), asked: true}
		signedIn, err = o.consume(in, kind, hash)
		return err
	})
	if err != nil {
		return SignedIn{}, err
	}
	return signedIn, s.post(ctx, o.actor, o.outbox)
}

// lookAtLink returns the rules for the password that a link allows to set. A
// wrong address is counted against the link, and committed, before the answer is
// given.
func (s *Service) lookAtLink(ctx context.Context, in AcceptInput, kind account.LinkKind) (r rules, err error) {
	var wrong error
	err = s.write(ctx, func(tx *store.Tx) error {
		l, u, err := findLink(tx, in.Link, kind)
		switch {
		case err == nil && in.Email != "" && in.Email != u.Email:
			wrong = keys.ErrLink()
			l.Tries = account.Tries{Failures: l.Tries.Failures + 1, Last: tx.Now}
			err = tx.PutLink(l)
		case err == nil && u.Auth == account.AuthDirectory:
			wrong, err = s.errDirectory(u), nil
		case err == nil:
			r, err = readRules(tx, u)
			return err
		case account.KindOf(err) == account.Unauthenticated:
			wrong, err = err, nil
		}
		if err != nil {
			return err
		}
		return s.recordWrongLink(tx, kind, u)
	})
	return r, orElse(err, wrong)
}

// recordWrongLink writes the event of a link that could not be used.
func (s *Service) recordWrongLink(tx *store.Tx, kind account.LinkKind, u account.User) error {
	log := openLog(tx, s.env)
	event := audit.Event{Action: linkAction(kind), Outcome: account.OutcomeFailed}
	if !u.ID.IsZero() {
		event.Target, event.Org, event.Site = audit.UserRef(u.ID), u.Org, u.Site
	}
	if err := log.write(event, actor{}); err != nil {
		return err
	}
	return log.close()
}

// consume uses the link up, sets the password and opens the session.
func (o *op) consume(in AcceptInput, kind account.LinkKind, hash string) (SignedIn, error) {
	l, before, err := findLink(o.tx, in.Link, kind)
	if err != nil {
		return SignedIn{}, err
	}
	o.actor = actorOf(before)
	k, err := o.svc.redeemKey(o.tx, in, l)
	if err != nil {
		return SignedIn{}, err
	}
	u := before
	u.LastLoginAt = o.tx.Now
	if u, err = o.setPassword(u, newPassword{hash: hash, key: k}); err != nil {
		return SignedIn{}, err
	}
	if err := handKey(o.tx, u); err != nil {
		return SignedIn{}, err
	}
	signedIn, err := o.svc.openSession(o.tx, u, k)
	if err != nil {
		return SignedIn{}, err
	}
	changes, _ := recordRevisions(userRevisions(before, u))
	if err := o.emitAs(linkAction(kind), audit.UserRef(u.ID), u.Site, changes); err != nil {
		return SignedIn{}, err
	}
	if kind == account.LinkPassword {
		if err := o.tellPassword(u); err != nil {
			return SignedIn{}, err
		}
	}
	return signedIn, o.log.close()
}

// tellPassword tells a user that his password was changed.
func (o *op) tellPassword(u account.User) error {
	l, err := o.letter(account.LetterPasswordChanged, u)
	o.tell(outgoing{letter: l, user: u})
	return err
}

// linkAction is what the log calls the use of a link.
func linkAction(kind account.LinkKind) string {
	switch kind {
	case account.LinkInvite:
		return "invite.accept"
	case account.LinkOrgKey:
		return "orgkey.accept"
	}
	return "password.redeem"
}

// redeemKey returns the organisation key of the link's scope: from the link, or
// from those at hand.
func (s *Service) redeemKey(tx *store.Tx, in AcceptInput, l account.Link) (keys.OrgKey, error) {
	k, ok, err := linkKey(tx, in.Link, l)
	if err != nil || ok {
		return k, err
	}
	kept, found, err := tx.ScopeKey(l.Scope)
	if err != nil || !found {
		return k, orElse(err, keys.ErrLink())
	}
	if k, ok = matchKey(in.Keys, tx.Head().Instance, kept); !ok {
		return k, s.errKeyNotHeld("your account")
	}
	return k, nil
}

// handKey notes that a site has its key once its first admin accepted: its maker
// keeps it no longer.
func handKey(tx *store.Tx, u account.User) error {
	if u.Site == 0 || u.Role != account.RoleSiteAdmin {
		return nil
	}
	site, found, err := tx.Site(u.Org, u.Site)
	if err != nil || !found || !site.HandedAt.IsZero() {
		return err
	}
	site.HandedAt = tx.Now
	return tx.PutSite(site)
}
