package service

import (
	"context"
	"strconv"
	"strings"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
)

// A suspended user keeps what he has, but for every way in that is open: his
// sessions, the links given out for him and the service tokens he made end that
// moment and do not come back when he does.

// SuspendUsers shuts users out until they are resumed. One who is suspended
// already stays so. They keep their licences, unless those are to be released:
// then resuming takes a free seat again.
func (s *Service) SuspendUsers(ctx context.Context, many Many, release bool) ([]Done, error) {
	return s.changeUsers(ctx, access.UserSuspend, many, func(o *op, u account.User) error { return o.suspendUser(u, release) })
}

func (o *op) suspendUser(u account.User, release bool) error {
	if u.Role == account.RoleOwner {
		return errOwnerProtected("is not suspended")
	}
	changed := u
	if release {
		var err error
		if changed, err = o.releaseLicence(u); err != nil {
			return err
		}
	}
	if u.Status == account.StatusSuspended {
		return o.putLicensedUser(u, changed)
	}
	ended, err := o.endAccess(u)
	if err != nil {
		return err
	}
	return o.putStatus(u, changed, account.StatusSuspended, ended...)
}

// putStatus writes a user's new status, and what else changed of him, with its
// event.
func (o *op) putStatus(u, changed account.User, status account.Status, besides ...revision) error {
	changed.Status, changed.UpdatedAt = status, o.tx.Now
	if err := o.tx.PutUser(changed); err != nil {
		return err
	}
	return o.emitStatus(u, changed, besides...)
}

// emitStatus writes the event of a changed status.
func (o *op) emitStatus(before, u account.User, besides ...revision) error {
	changes, _ := recordRevisions(append(userRevisions(before, u), besides...))
	return o.emit(audit.UserRef(u.ID), u.Site, changes)
}

// endAccess ends a user's sessions, links and tokens.
func (o *op) endAccess(u account.User) ([]revision, error) {
	sessions, err := o.endSessions(u.ID)
	if err != nil {
		return nil, err
	}
	if err := o.tx.RemoveUserLinks(u.ID); err != nil {
		return nil, err
	}
	tokens, err := o.endTokens(u)
	return []revision{ended("sessions", sessions), tokens}, err
}

// ended says in an event how many of something came to an end.
func ended(what string, n int) revision { return revision{what, strconv.Itoa(n), "0", false} }

// endTokens ends the service tokens a user made.
func (o *op) endTokens(u account.User) (revision, error) {
	made, err := o.tx.TokensMadeBy(u.Org, u.ID)
	if err != nil {
		return revision{}, err
	}
	var names []string
	for _, t := range made {
		names = append(names, t.Name)
		if err := o.tx.RemoveServiceToken(t); err != nil {
			return revision{}, err
		}
	}
	return revision{"tokens", strings.Join(names, ","), "", false}, nil
}

// ResumeUsers lets suspended users in again: active where there is a password
// to sign in with, else pending. A licence that was released takes a free seat,
// and is to be activated again.
func (s *Service) ResumeUsers(ctx context.Context, many Many) ([]Done, error) {
	return s.changeUsers(ctx, access.UserResume, many, (*op).resumeUser)
}

func (o *op) resumeUser(u account.User) error {
	if u.Status != account.StatusSuspended {
		return nil
	}
	status := account.StatusActive
	if u.Auth == account.AuthLocal {
		_, found, err := o.tx.Credential(u.Org, u.ID)
		if err != nil {
			return err
		}
		if !found {
			status = account.StatusPending
		}
	}
	changed, err := o.reassignLicence(u)
	if err != nil {
		return err
	}
	return o.putStatus(u, changed, status)
}

// UnlockUsers forgets the wrong passwords that were given for users, and so the
// delay that followed or the end of the password.
func (s *Service) UnlockUsers(ctx context.Context, many Many) ([]Done, error) {
	return s.changeUsers(ctx, access.UserUnlock, many, (*op).unlockUser)
}

func (o *op) unlockUser(u account.User) error {
	tries, err := o.tx.Tries(u.ID)
	if err != nil || tries.Failures == 0 {
		return err
	}
	if err := o.tx.PutTries(u.ID, account.Tries{}); err != nil {
		return err
	}
	changes, _ := recordRevisions([]revision{ended("wrong_passwords", tries.Failures)})
	return o.emit(audit.UserRef(u.ID), u.Site, changes)
}
