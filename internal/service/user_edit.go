package service

import (
	"context"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
)

// UserEdit is what to change of a user; nil fields stay as they are.
type UserEdit struct {
	Email     *account.Email
	FirstName *string
	LastName  *string
	Type      *account.UserType
	Role      *account.RoleName
	Locale    *account.Locale
}

// onlyNames reports whether the change is one everybody may make to himself.
func (e UserEdit) onlyNames() bool { return e.Email == nil && e.Type == nil && e.Role == nil }

// EditUser changes a user's information (S8, A1).
func (s *Service) EditUser(ctx context.Context, who string, edit UserEdit) (UserView, error) {
	var v UserView
	err := s.change(ctx, access.UserEdit, func(o *op) error {
		u, err := o.allowUser(who)
		if err != nil {
			return err
		}
		if u, err = o.editUser(u, edit); err != nil {
			return err
		}
		v, err = o.userView(u)
		return err
	})
	return v, err
}

func (o *op) editUser(u account.User, edit UserEdit) (account.User, error) {
	if !edit.onlyNames() && !o.actor.May.Has(access.UserEdit) {
		d := access.Decision{Verdict: access.Denied, Rule: "only names and language are everybody's own to change"}
		o.refused = &refusal{actor: o.actor, action: o.action, target: audit.UserRef(u.ID), site: u.Site}
		return u, forbidden(o.action, d)
	}
	edited, err := o.applyEdit(u, edit)
	if err != nil {
		return u, err
	}
	changes, personal := recordRevisions(userRevisions(u, edited))
	if len(changes) == 0 && len(personal) == 0 {
		return u, nil
	}
	edited.UpdatedAt = o.tx.Now
	if err := o.tx.PutUser(edited); err != nil {
		return u, err
	}
	return edited, o.emit(audit.UserRef(u.ID), u.Site, changes, personal...)
}

// applyEdit returns the user as he shall be, or why he cannot.
func (o *op) applyEdit(u account.User, edit UserEdit) (account.User, error) {
	old := u
	set(&u.Email, edit.Email)
	set(&u.FirstName, edit.FirstName)
	set(&u.LastName, edit.LastName)
	set(&u.Type, edit.Type)
	set(&u.Role, edit.Role)
	set(&u.Locale, edit.Locale)
	if u.Email != old.Email {
		if err := o.mayTake(u.Email); err != nil {
			return u, err
		}
	}
	if u.Role == old.Role && u.Type == old.Type {
		return u, nil
	}
	if old.Role == account.RoleOwner {
		return u, errOwnerProtected("is not demoted")
	}
	return u, o.mayHold(u)
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
		err = errUserExists(e)
	}
	return err
}

func errOwnerProtected(what string) error {
	return account.Errorf(account.Forbidden, "the owner %s; ownership is handed over first", what).
		Coded("owner.protected").
		Hintf("usher org handover EMAIL")
}
