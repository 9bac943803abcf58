package service

import (
	"bytes"
	"context"
	"slices"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
)

// LogoutFilter says whose sessions end where nobody is named: of everybody in
// the actor's reach, or only of a site or a role, but for some.
type LogoutFilter struct {
	Site   account.Slug // or "none"
	Role   account.RoleName
	Except []string // addresses or ids
}

// LogoutUsers ends every session of users at once (A4, A6).
func (s *Service) LogoutUsers(ctx context.Context, many Many) ([]Done, error) {
	return s.changeUsers(ctx, access.UserLogout, many, (*op).logoutUser)
}

func (o *op) logoutUser(u account.User) error {
	n, err := o.endSessions(u.ID)
	if err != nil || n == 0 {
		return err
	}
	changes, _ := recordRevisions([]revision{ended("sessions", n)})
	return o.emit(audit.UserRef(u.ID), u.Site, changes)
}

// LogoutAll ends every session of those who are signed in and whom the filter
// lets through.
func (s *Service) LogoutAll(ctx context.Context, f LogoutFilter, keepGoing bool) ([]Done, error) {
	var done []Done
	err := s.changeMany(ctx, access.UserLogout, func(o *op) error {
		users, err := o.signedIn(f)
		if err != nil {
			return err
		}
		many := Many{KeepGoing: keepGoing}
		for _, u := range users {
			many.Who = append(many.Who, u.ID.String())
		}
		done, err = many.each(o, func(id string) (account.User, error) {
			u, err := o.allowUser(id)
			if err != nil {
				return u, err
			}
			return u, o.logoutUser(u)
		})
		return err
	})
	return done, err
}

// SignedInUsers returns who would be logged out by LogoutAll.
func (s *Service) SignedInUsers(ctx context.Context, f LogoutFilter) ([]account.User, error) {
	var users []account.User
	err := s.view(ctx, access.UserLogout, func(o *op) (err error) {
		users, err = o.signedIn(f)
		return err
	})
	return users, err
}

// signedIn finds users with a session that a filter lets through, in the order
// they were made.
func (o *op) signedIn(f LogoutFilter) ([]account.User, error) {
	if err := o.allowHere(); err != nil {
		return nil, err
	}
	match, err := o.matcher(UserFilter{Site: f.Site, Role: f.Role})
	if err != nil {
		return nil, err
	}
	passed, err := o.exceptions(f.Except)
	if err != nil {
		return nil, err
	}
	var users []account.User
	err = o.tx.Sessions(func(s account.Session) (bool, error) {
		if s.Scope.Org != o.actor.Org || passed[s.User] || expired(s, o.tx.Now) {
			return true, nil
		}
		passed[s.User] = true
		u, found, err := o.tx.User(s.Scope.Org, s.User)
		if err == nil && found && match.fits(&u, o.tx.Now) {
			users = append(users, u)
		}
		return true, err
	})
	slices.SortFunc(users, func(a, b account.User) int { return bytes.Compare(a.ID[:], b.ID[:]) })
	return users, err
}

// exceptions finds those who are left alone. One who is not there is an error:
// a typing error must not log him out.
func (o *op) exceptions(names []string) (map[account.UserID]bool, error) {
	left := make(map[account.UserID]bool)
	for _, who := range names {
		u, found, err := o.findUser(who)
		if err != nil {
			return nil, err
		}
		if !found || o.actor.Site != 0 && u.Site != o.actor.Site {
			return nil, errNoSuch("user", who).Hintf("usher user list")
		}
		left[u.ID] = true
	}
	return left, nil
}
