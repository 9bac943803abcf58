package service

import (
	"context"
	"slices"
	"strings"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/store"
)

// A role belongs to the whole organisation. Making or changing one acts on all
// who hold it, so both laws apply: nobody grants what he does not have, and
// nobody acts on somebody who may do more than himself.

// RoleView is a role as commands show it.
type RoleView struct {
	Name    account.RoleName
	BuiltIn bool
	Allow   []string
	Users   int
}

// TooLittleForMembers reports whether the role acts on others but permits less
// than a member has, so that by the laws it acts on hardly anybody.
func (v RoleView) TooLittleForMembers() bool { return tooLittleForMembers(permissionSet(v.Allow)) }

func tooLittleForMembers(set access.Set) bool {
	member, _ := access.BuiltIn(account.RoleMember)
	return !set.Covers(member) && slices.ContainsFunc(set.List(), actsOnOthers)
}

// actsOnOthers reports whether who is permitted no more than this would notice
// the laws.
func actsOnOthers(p access.Permission) bool {
	switch p {
	case access.UserAdd, access.UserEdit, access.UserDelete, access.UserSuspend, access.UserResume, access.UserUnlock, access.UserLogout,
		access.UserImport, access.SessionEnd, access.InviteLink, access.InviteRevoke, access.PasswordReset:
		return true
	}
	return false
}

// permissionSet reads the words of a role or a token. Words that this usher
// does not know permit nothing.
func permissionSet(words []string) access.Set {
	list := make([]access.Permission, 0, len(words))
	for _, p := range words {
		list = append(list, access.Permission(p))
	}
	return access.NewSet(list...)
}

// permissionWords is the other way round, in the order of the commands.
func permissionWords(set access.Set) []string {
	var words []string
	for _, p := range set.List() {
		words = append(words, string(p))
	}
	return words
}

func roleRef(name account.RoleName) audit.Ref { return audit.Ref{Type: "role", ID: string(name)} }

func errNoRole(name account.RoleName) error {
	return errNoSuch("role", string(name)).Hintf("usher role list")
}

func builtInRoles() []account.RoleName {
	return []account.RoleName{account.RoleOwner, account.RoleAdmin, account.RoleSiteAdmin, account.RoleMember}
}

func (o *op) roleView(name account.RoleName, allow []string) (RoleView, error) {
	n, err := o.tx.Count(o.actor.Org, store.FacetRole, string(name))
	return RoleView{Name: name, BuiltIn: name.BuiltIn(), Allow: allow, Users: n}, err
}

func (o *op) builtInView(name account.RoleName) (RoleView, error) {
	set, _ := access.BuiltIn(name)
	return o.roleView(name, permissionWords(set))
}

// ListRoles returns the built-in roles, then the organisation's own in the
// order of their names.
func (s *Service) ListRoles(ctx context.Context) ([]RoleView, error) {
	var views []RoleView
	err := s.view(ctx, access.RoleList, func(o *op) error {
		if err := o.allowOrg(audit.Ref{}); err != nil {
			return err
		}
		for _, name := range builtInRoles() {
			v, err := o.builtInView(name)
			if err != nil {
				return err
			}
			views = append(views, v)
		}
		return o.tx.Roles(o.actor.Org, func(r account.CustomRole) (bool, error) {
			v, err := o.roleView(r.Name, r.Allow)
			views = append(views, v)
			return true, err
		})
	})
	return views, err
}

// ShowRole returns one role, built in or not.
func (s *Service) ShowRole(ctx context.Context, name account.RoleName) (RoleView, error) {
	var v RoleView
	err := s.view(ctx, access.RoleShow, func(o *op) (err error) {
		if err = o.allowOrg(roleRef(name)); err != nil {
			return err
		}
		if name.BuiltIn() {
			v, err = o.builtInView(name)
			return err
		}
		r, found, err := o.tx.Role(o.actor.Org, name)
		if err != nil || !found {
			return orElse(err, errNoRole(name))
		}
		v, err = o.roleView(name, r.Allow)
		return err
	})
	return v, err
}

// AddRole makes a role of the organisation's own. Names that differ only by
// case are one.
func (s *Service) AddRole(ctx context.Context, name account.RoleName, allow []access.Permission) (RoleView, error) {
	var v RoleView
	err := s.change(ctx, access.RoleAdd, func(o *op) error {
		if err := o.allowOrg(roleRef(name)); err != nil {
			return err
		}
		if err := o.roleFree(name); err != nil {
			return err
		}
		set := access.NewSet(allow...)
		if err := o.mayGrant(set, roleRef(name), 0); err != nil {
			return err
		}
		r := account.CustomRole{Org: o.actor.Org, Name: name, CreatedAt: o.tx.Now}
		var err error
		v, err = o.putRole(r, permissionWords(set))
		return err
	})
	return v, err
}

func (o *op) roleFree(name account.RoleName) error {
	_, found, err := o.tx.Role(o.actor.Org, name)
	if err != nil || !found && !name.BuiltIn() {
		return err
	}
	return account.Errorf(account.Conflict, "role %q already exists", name).
		Coded("role.exists").
		Hintf("usher role show %s", name)
}

// putRole writes what a role permits from now on, with its event.
func (o *op) putRole(r account.CustomRole, allow []string) (RoleView, error) {
	before := strings.Join(r.Allow, ",")
	r.Allow, r.UpdatedAt = allow, o.tx.Now
	if err := o.tx.PutRole(r); err != nil {
		return RoleView{}, err
	}
	changes, _ := recordRevisions([]revision{{"allow", before, strings.Join(allow, ","), false}})
	if err := o.emit(roleRef(r.Name), 0, changes); err != nil {
		return RoleView{}, err
	}
	return o.roleView(r.Name, r.Allow)
}
