package service

import (
	"context"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/store"
)

// SessionView is a session as commands show it.
type SessionView struct {
	account.Session
	Email   account.Email
	Current bool // the one that asks
}

// ListSessions returns the living sessions of a user, by address or id; of who
// asks where none is given.
func (s *Service) ListSessions(ctx context.Context, who string) ([]SessionView, error) {
	var views []SessionView
	err := s.view(ctx, access.SessionList, func(o *op) error {
		if who == "" {
			who = o.actor.User.String()
		}
		u, err := o.allowUser(who)
		if err != nil {
			return err
		}
		sessions, err := o.tx.UserSessions(u.ID)
		for _, session := range sessions {
			if !expired(session, o.tx.Now) {
				current := o.actor.Kind == access.User && session.TokenHash == o.actor.session.TokenHash
				views = append(views, SessionView{Session: session, Email: u.Email, Current: current})
			}
		}
		return err
	})
	return views, err
}

// EndSessions ends sessions by their ids: everybody his own, admins those of
// others.
func (s *Service) EndSessions(ctx context.Context, many Many) ([]Done, error) {
	var done []Done
	err := s.changeMany(ctx, access.SessionEnd, func(o *op) (err error) {
		done, err = many.each(o, o.endSession)
		return err
	})
	return done, err
}

func (o *op) endSession(text string) (account.User, error) {
	unseen := errNoSuch("session", text).Hintf("usher session list")
	id, err := account.ParseSessionID(text)
	if err != nil {
		return account.User{}, err
	}
	session, found, err := o.tx.SessionByID(id)
	if err != nil {
		return account.User{}, err
	}
	if !found || session.Scope.Org != o.actor.Org {
		return account.User{}, o.endNothing(unseen)
	}
	u, _, err := o.tx.User(session.Scope.Org, session.User)
	if err != nil {
		return u, err
	}
	target, err := o.userTarget(u)
	if err != nil {
		return u, err
	}
	if err := o.allow(target, audit.UserRef(u.ID), unseen); err != nil {
		if !access.Allow(o.actor.Actor, access.SessionList, target).OK() {
			return account.User{}, o.endNothing(unseen) // who sees none of his sessions learns of none
		}
		return account.User{}, err
	}
	if err := o.tx.RemoveSession(session); err != nil {
		return u, err
	}
	return u, o.emit(audit.UserRef(u.ID), u.Site, []audit.Change{{Field: "session", From: id.String()}})
}

// endNothing answers who ends what is not there: he ends nobody else's.
func (o *op) endNothing(unseen error) error {
	self := access.Target{Org: o.actor.Org, Site: o.actor.Site, User: o.actor.User, May: o.actor.May}
	return orElse(o.allow(self, audit.Ref{}, unseen), unseen)
}

// forgetExpired deletes a user's sessions whose time is over, so that what they
// carry, sealed, does not stay in the file for ever.
func forgetExpired(tx *store.Tx, id account.UserID) error {
	sessions, err := tx.UserSessions(id)
	if err != nil {
		return err
	}
	for _, session := range sessions {
		if !expired(session, tx.Now) {
			continue
		}
		if err := tx.RemoveSession(session); err != nil {
			return err
		}
	}
	return nil
}
