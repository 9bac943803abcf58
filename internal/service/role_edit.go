package service

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/store"
)

// RoleEdit is what a role shall permit besides, and what no longer.
type RoleEdit struct {
	Allow []access.Permission
	Deny  []access.Permission
}

// apply returns the words of a role after the edit. Words that this usher does
// not know stay, unless they are denied.
func (e RoleEdit) apply(words []string) []string {
	denied := access.NewSet(e.Deny...)
	set := permissionSet(words).Or(access.NewSet(e.Allow...)).Without(denied)
	list := permissionWords(set)
	for _, w := range words {
		if p := access.Permission(w); !slices.Contains(access.All(), p) {
			list = append(list, w)
		}
	}
	return list
}

// EditRole changes what a role of the organisation's own permits, at once for
// all who hold it.
func (s *Service) EditRole(ctx context.Context, name account.RoleName, edit RoleEdit) (RoleView, error) {
	var v RoleView
	err := s.change(ctx, access.RoleEdit, func(o *op) error {
		r, err := o.allowRole(name)
		if err != nil {
			return err
		}
		if err := o.allowHolders(name); err != nil {
			return err
		}
		allow := edit.apply(r.Allow)
		if err := o.mayGrant(permissionSet(allow), roleRef(name), 0); err != nil {
			return err
		}
		if slices.Equal(allow, r.Allow) {
			v, err = o.roleView(name, allow)
			return err
		}
		v, err = o.putRole(r, allow)
		return err
	})
	return v, err
}

// allowRole finds a role of the organisation's own and asks for the operation's
// action on it. Built-in ones are fixed.
func (o *op) allowRole(name account.RoleName) (account.CustomRole, error) {
	if err := o.allowOrg(roleRef(name)); err != nil {
		return account.CustomRole{}, err
	}
	if name.BuiltIn() {
		return account.CustomRole{}, account.Errorf(account.Forbidden, "the role %s is built in; it cannot be changed or deleted", name).
			Coded("role.built_in").
			Hintf("make your own: usher role add NAME --allow PERMISSION,...")
	}
	r, found, err := o.tx.Role(o.actor.Org, name)
	if err != nil || !found {
		return r, orElse(err, errNoRole(name))
	}
	return r, nil
}

// allowHolders asks for the operation's action on who holds a role. They all may
// do the same, so the first answers for all.
func (o *op) allowHolders(name account.RoleName) error {
	holders, err := o.roleHolders(name, 1)
	if err != nil {
		return err
	}
	for _, u := range holders {
		if err := o.allowKnown(u); err != nil {
			return err
		}
	}
	return nil
}

// roleHolders returns users who hold a role of the organisation's own, at most
// so many; 0 is all.
func (o *op) roleHolders(name account.RoleName, most int) ([]account.User, error) {
	var users []account.User
	err := o.tx.FacetUsers(o.actor.Org, store.FacetRole, string(name), account.UserID{}, func(u account.User) (bool, error) {
		users = append(users, u)
		return len(users) != most, nil
	})
	return users, err
}

// DeleteRole deletes a role of the organisation's own. One that is held cannot
// go, unless its holders are moved to another.
func (s *Service) DeleteRole(ctx context.Context, name, moveTo account.RoleName) (RoleView, error) {
	var v RoleView
	err := s.change(ctx, access.RoleDelete, func(o *op) error {
		r, err := o.allowRole(name)
		if err != nil {
			return err
		}
		if v, err = o.roleView(name, r.Allow); err != nil {
			return err
		}
		if err := o.vacateRole(v, moveTo); err != nil {
			return err
		}
		if err := o.tx.RemoveRole(r.Org, name); err != nil {
			return err
		}
		return o.emit(roleRef(name), 0, []audit.Change{{Field: "allow", From: strings.Join(r.Allow, ",")}})
	})
	return v, err
}

// vacateRole moves those who hold a role to another, each with his event.
func (o *op) vacateRole(v RoleView, moveTo account.RoleName) error {
	switch {
	case v.Users == 0:
		return nil
	case moveTo == "":
		return o.errRoleInUse(v)
	case moveTo == v.Name:
		return account.Errorf(account.Conflict, "who holds the role %q cannot move to itself", v.Name).Coded("role.in_use")
	}
	holders, err := o.roleHolders(v.Name, 0)
	if err != nil {
		return err
	}
	for _, u := range holders {
		if err := o.moveToRole(u, moveTo); err != nil {
			return fmt.Errorf("%s: %w", u.Email, err)
		}
	}
	return nil
}

func (o *op) moveToRole(u account.User, role account.RoleName) error {
	if err := o.allowKnown(u); err != nil {
		return err
	}
	moved := u
	moved.Role = role
	if err := o.mayHold(moved, audit.UserRef(u.ID)); err != nil {
		return err
	}
	_, err := o.saveEdit(u, moved)
	return err
}

// namesShown is how many of those who are in the way an error names.
const namesShown = 3

func (o *op) errRoleInUse(v RoleView) error {
	holders, err := o.roleHolders(v.Name, namesShown)
	if err != nil {
		return err
	}
	var names []string
	for _, u := range holders {
		names = append(names, u.Email.String())
	}
	return account.Errorf(account.Conflict, "role %q is held by %s: %s", v.Name, account.Count(v.Users, "user"), someNames(names, v.Users)).
		Coded("role.in_use").
		Hintf("move them: usher role delete %s --move-to ROLE", v.Name)
}
