package service

import (
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
)

// A user's password is sealed under the organisation key of his scope. When he
// moves to another scope it cannot go along: he is pending again, his sessions
// and links end, and he gets a fresh invitation.

// placeUser returns the user as he is at another site, "none" for the
// organisation itself, with the type and role that fit there.
func (o *op) placeUser(u account.User, to account.Slug) (account.User, error) {
	if to == account.None {
		u.Site = 0
	} else {
		site, err := o.findSite(to)
		if err != nil {
			return u, err
		}
		u.Site = site.ID
	}
	return u, nil
}

// moveUser moves a user to another site with its event. His role falls to
// member where it does not fit.
func (o *op) moveUser(u account.User, to account.Slug) (account.User, error) {
	moved, err := o.placeUser(u, to)
	if err != nil || moved.Site == u.Site {
		return moved, err
	}
	moved.Type, moved.Role = account.TypeIndividual, account.RoleMember
	if err := o.mayMove(u, moved); err != nil {
		return moved, err
	}
	if err := o.leaveScope(&moved); err != nil {
		return moved, err
	}
	moved.UpdatedAt = o.tx.Now
	if err := o.tx.PutUser(moved); err != nil {
		return moved, err
	}
	changes, _ := recordRevisions(userRevisions(u, moved))
	if err := o.emitAs("user.edit", audit.UserRef(u.ID), moved.Site, changes); err != nil {
		return moved, err
	}
	return moved, o.tellEdit(u, moved)
}

// leaveScope ends what a user had in his old scope: password, sessions, links.
// A directory keeps his password, so he stays as he is but for the sessions.
func (o *op) leaveScope(u *account.User) error {
	if u.Auth == account.AuthLocal && u.Status == account.StatusActive {
		u.Status = account.StatusPending
	}
	if err := o.tx.RemoveCredential(u.Org, u.ID); err != nil {
		return err
	}
	if err := o.tx.RemoveUserLinks(u.ID); err != nil {
		return err
	}
	_, err := o.endSessions(u.ID)
	return err
}

// endSessions ends every session of a user and returns how many there were.
func (o *op) endSessions(id account.UserID) (int, error) {
	sessions, err := o.tx.UserSessions(id)
	if err != nil {
		return 0, err
	}
	for _, s := range sessions {
		if err := o.tx.RemoveSession(s); err != nil {
			return 0, err
		}
	}
	return len(sessions), nil
}
