package service

import (
	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
)

// A user's information is more than words: another key scope, or another place
// of his password, changes how he signs in. What he had to get in with ends, and
// the admin gets what he must pass on (A5).

// moveToDirectory returns the user as he is with his password in a directory,
// or with one kept here for account.None.
func (o *op) moveToDirectory(u account.User, name string) (account.User, error) {
	if name != string(account.None) {
		if err := o.svc.knownDirectory(name); err != nil {
			return u, err
		}
		u.Auth, u.Directory, u.MustChange = account.AuthDirectory, name, false
		if u.Status == account.StatusPending {
			u.Status = account.StatusActive
		}
		return u, nil
	}
	if u.Auth == account.AuthDirectory && u.Role == account.RoleOwner {
		return u, errOwnerProtected("is not left without a password")
	}
	u.Auth, u.Directory = account.AuthLocal, ""
	return u, nil
}

// otherWayIn reports whether a change takes away what a user signed in with.
func otherWayIn(old, now account.User) bool {
	return old.Scope() != now.Scope() || old.Auth != now.Auth || old.Directory != now.Directory
}

// leaveOld ends what a user had to get in with before a change. Links that went
// to an address he has no longer end too: they may be with somebody else.
func (o *op) leaveOld(now *account.User, old account.User) error {
	switch {
	case otherWayIn(old, *now):
		return o.leaveScope(now)
	case old.Email != now.Email:
		return o.tx.RemoveUserLinks(now.ID)
	}
	return nil
}

// showWayIn tells the admin, and the user, how he gets in after a change.
func (o *op) showWayIn(v *EditedUser, old account.User) error {
	switch {
	case !otherWayIn(old, v.User):
		return nil
	case v.User.Status == account.StatusPending && old.Scope() != v.User.Scope():
		v.Dropped = append(v.Dropped, "his password, which was sealed under the key of his old place; he is pending again")
		return o.reinvite(v)
	case v.User.Status == account.StatusPending:
		return o.reinvite(v)
	case v.User.Auth != account.AuthDirectory || old.Directory == v.User.Directory:
		return nil
	}
	if old.Auth == account.AuthLocal && old.Status == account.StatusActive {
		v.Dropped = append(v.Dropped, "the password he had here, and his sessions")
	}
	v.Instructions = instructions(v.User, AddedUser{}, false)
	return o.tellSignIn(v.User, nil)
}

// reinvite makes the fresh link of a user who lost his password by a change.
func (o *op) reinvite(v *EditedUser) error {
	carried, err := o.heldKey(v.User.Scope())
	if err != nil {
		return err
	}
	if v.Link, err = o.makeLink(v.User, account.LinkInvite, 0, carried); err != nil {
		return err
	}
	if err := o.sendLink(account.LetterInvitation, v.User, v.Link, carried != nil); err != nil {
		return err
	}
	v.Instructions = "Pass the link on to him: he chooses a new password with it."
	if carried == nil {
		v.Instructions += " It brings no organisation key: an admin of his new place sends that with: usher orgkey send " + account.Typed(v.User.Email.String())
	}
	return o.emitAs(string(access.InviteLink), audit.UserRef(v.User.ID), v.User.Site, nil)
}

// tellEdit tells a user that his address or role was changed, at the old address
// too.
func (o *op) tellEdit(old, now account.User) error {
	if old.Email != now.Email {
		if err := o.tellAddress(old, now); err != nil {
			return err
		}
	}
	if old.Role == now.Role {
		return nil
	}
	l, err := o.letter(account.LetterRoleChanged, now)
	l.Old, l.New = string(old.Role), string(now.Role)
	o.tell(outgoing{letter: l, user: now})
	return err
}

func (o *op) tellAddress(old, now account.User) error {
	l, err := o.letter(account.LetterAddressChanged, now)
	l.Old, l.New = old.Email.String(), now.Email.String()
	o.tell(outgoing{letter: l, user: now})
	l.To = old.Email
	o.tell(outgoing{letter: l, user: now})
	return err
}
