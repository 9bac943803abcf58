package service

import (
	"context"
	"fmt"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
)

// UserEdit is what to change of a user; nil fields stay as they are. Site
// account.None is the organisation itself.
type UserEdit struct {
	Email     *account.Email
	FirstName *string
	LastName  *string
	Type      *account.UserType
	Role      *account.RoleName
	Site      *account.Slug
	Locale    *account.Locale
	Directory *string           // account.None for a password kept here
	Plan      *account.PlanName // only by import: it takes the permission of its own command too
}

// onlyNames reports whether the change is one everybody may make to himself.
func (e UserEdit) onlyNames() bool {
	return e.Email == nil && e.Type == nil && e.Role == nil && e.Site == nil && e.Directory == nil && e.Plan == nil
}

// EditedUser is a user after a change, with what the admin must know of it: what
// went with it, and the fresh link of one who lost his password.
type EditedUser struct {
	UserView
	Dropped      []string
	Link         MadeLink
	Instructions string
}

// EditUser changes a user's information (S8, A1, G8).
func (s *Service) EditUser(ctx context.Context, who string, edit UserEdit) (EditedUser, error) {
	var v EditedUser
	err := s.change(ctx, access.UserEdit, func(o *op) error {
		u, err := o.allowUser(who)
		if err != nil {
			return err
		}
		v, err = o.editUser(u, edit)
		return err
	})
	return v, err
}

func (o *op) editUser(u account.User, edit UserEdit) (EditedUser, error) {
	if !edit.onlyNames() && !o.actor.May.Has(access.UserEdit) {
		d := access.Decision{Verdict: access.Denied, Rule: "only names and language are everybody's own to change"}
		return EditedUser{}, o.refuse(o.action, d, audit.UserRef(u.ID), u.Site)
	}
	edited, dropped, err := o.applyEdit(u, edit)
	if err == nil && edit.Plan != nil {
		edited, err = o.bringToPlan(edited, *edit.Plan)
	}
	if err != nil {
		return EditedUser{}, err
	}
	v := EditedUser{Dropped: dropped}
	if err := o.leaveOld(&edited, u); err != nil {
		return v, err
	}
	if v.User, err = o.saveEdit(u, edited); err != nil {
		return v, err
	}
	if err := o.showWayIn(&v, u); err != nil {
		return v, err
	}
	if err := o.tellEdit(u, v.User); err != nil {
		return v, err
	}
	v.UserView, err = o.userView(v.User)
	return v, err
}

// saveEdit writes a changed user with its event; nothing if nothing changed.
func (o *op) saveEdit(u, edited account.User) (account.User, error) {
	changes, personal := recordRevisions(userRevisions(u, edited))
	if len(changes) == 0 && len(personal) == 0 {
		return u, nil
	}
	edited.UpdatedAt = o.tx.Now
	if err := o.tx.PutUser(edited); err != nil {
		return u, err
	}
	return edited, o.emit(audit.UserRef(u.ID), edited.Site, changes, personal...)
}

// applyEdit returns the user as he shall be and what he loses by it, or why it
// cannot be.
func (o *op) applyEdit(u account.User, edit UserEdit) (account.User, []string, error) {
	old := u
	set(&u.Email, edit.Email)
	set(&u.FirstName, edit.FirstName)
	set(&u.LastName, edit.LastName)
	set(&u.Type, edit.Type)
	set(&u.Role, edit.Role)
	set(&u.Locale, edit.Locale)
	if edit.Directory != nil {
		var err error
		if u, err = o.moveToDirectory(u, *edit.Directory); err != nil {
			return u, nil, err
		}
	}
	if edit.Site != nil {
		var err error
		if u, err = o.placeUser(u, *edit.Site); err != nil {
			return u, nil, err
		}
		if u.Site != 0 && edit.Type == nil {
			u.Type = account.TypeIndividual
		}
	}
	if u.Email != old.Email {
		if err := o.mayTake(u.Email); err != nil {
			return u, nil, err
		}
	}
	if u.Role == old.Role && u.Type == old.Type && u.Site == old.Site {
		return u, nil, nil
	}
	if old.Role == account.RoleOwner {
		return u, nil, errOwnerProtected("is not demoted")
	}
	var dropped []string
	if edit.Role == nil && losesRole(old, u) {
		dropped = append(dropped, fmt.Sprintf("the role %s and what it permits; he is a member now", u.Role))
		u.Role = account.RoleMember
	}
	return u, dropped, o.mayMove(old, u)
}

// losesRole reports whether a user's role does not go along with a change: it
// does not fit any more, or he was a host, whose permissions held everywhere.
func losesRole(old, u account.User) bool {
	wasHost := old.Type == account.TypeHost && u.Type == account.TypeIndividual
	return u.Role != account.RoleMember && (wasHost || !access.Fits(u.Role, u.Type, u.Site))
}

// mayMove makes sure that the actor may put a user where he shall be, with the
// role he shall have there.
func (o *op) mayMove(from, to account.User) error {
	if to.Site != from.Site {
		target := access.Target{Org: to.Org, Site: to.Site}
		if err := o.allow(target, audit.UserRef(to.ID), errBeyondSite()); err != nil {
			return err
		}
	}
	return o.mayHold(to, audit.UserRef(to.ID))
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

// mayTake makes sure that an address is of an approved domain and free.
func (o *op) mayTake(e account.Email) error {
	if err := o.approved(e); err != nil {
		return err
	}
	_, found, err := o.taken(e)
	if err == nil && found {
		err = o.errTaken(e)
	}
	return err
}

func errOwnerProtected(what string) error {
	return account.Errorf(account.Forbidden, "the owner %s; ownership is handed over first", what).
		Coded("owner.protected").
		Hintf("usher org handover EMAIL")
}
