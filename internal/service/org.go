package service

import (
	"context"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/store"
)

// OrgView is an organisation as commands show it.
type OrgView struct {
	account.Organisation
	OwnerEmail account.Email
	Users      int
	Sites      int
	Admins     int // owner and admins who are active
}

// AddOrg makes another organisation with its owner; the system user does.
func (s *Service) AddOrg(ctx context.Context, in InitInput) (Fresh, error) {
	f, err := s.newOrganisation(in)
	if err != nil {
		return f, err
	}
	hash, err := s.checkedHash(in.Password, firstRules(in))
	if err != nil {
		return f, err
	}
	err = s.asSystem(ctx, "org.add", func(o *op) error {
		if _, found, err := o.tx.OrganisationBySlug(f.Org.Slug); err != nil || found {
			return orElse(err, errOrgExists(f.Org.Slug))
		}
		if _, found, err := o.tx.Address(in.Email); err != nil || found {
			return orElse(err, errUserExists(in.Email))
		}
		return o.addOrg(&f, in, hash)
	})
	return f, err
}

// orElse is the error of a look-up that failed, else the other one.
func orElse(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

func errOrgExists(slug account.Slug) error {
	return account.Errorf(account.Conflict, "organisation %q already exists", slug).
		Coded("organisation.exists").
		Hintf("give it another slug with --slug SLUG; usher org list shows those there are")
}

func (o *op) addOrg(f *Fresh, in InitInput, hash string) error {
	f.Instance = o.tx.Head().Instance
	instance, err := o.tx.Instance()
	if err != nil {
		return err
	}
	system := instance.System
	if in.NoEscrow {
		system = nil
	}
	if err := o.svc.foundOrganisation(o.tx, f, in, system, hash); err != nil {
		return err
	}
	o.actor.Org = f.Org.ID
	return o.emit(orgRef(f.Org.ID), 0, []audit.Change{{Field: "slug", To: string(f.Org.Slug)}})
}

func (o *op) orgView(org account.Organisation) (OrgView, error) {
	v := OrgView{Organisation: org}
	name, err := o.tx.UserName(org.ID, org.Owner)
	if err != nil {
		return v, err
	}
	v.OwnerEmail = name.Email
	if v.Users, err = o.tx.Count(org.ID, store.FacetAll, ""); err != nil {
		return v, err
	}
	err = o.tx.Sites(org.ID, func(account.Site) (bool, error) {
		v.Sites++
		return true, nil
	})
	if err != nil {
		return v, err
	}
	v.Admins, err = o.activeAdmins(org.ID)
	return v, err
}

// activeAdmins counts those who could help the owner in.
func (o *op) activeAdmins(org account.OrgID) (n int, err error) {
	for _, role := range []account.RoleName{account.RoleOwner, account.RoleAdmin} {
		err := o.tx.FacetUsers(org, store.FacetRole, string(role), account.UserID{}, func(u account.User) (bool, error) {
			if u.Status == account.StatusActive {
				n++
			}
			return n < 2, nil // two are enough to know
		})
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// ShowOrg returns the actor's organisation.
func (s *Service) ShowOrg(ctx context.Context) (OrgView, error) {
	var v OrgView
	err := s.view(ctx, access.OrgShow, func(o *op) error {
		org, err := o.ownOrg()
		if err != nil {
			return err
		}
		v, err = o.orgView(org)
		return err
	})
	return v, err
}

// ownOrg returns the actor's organisation after asking whether he may do the
// operation's action to it.
func (o *op) ownOrg() (account.Organisation, error) {
	if err := o.allowOrg(orgRef(o.actor.Org)); err != nil {
		return account.Organisation{}, err
	}
	return o.organisation()
}

func (o *op) organisation() (account.Organisation, error) {
	org, found, err := o.tx.Organisation(o.actor.Org)
	if err == nil && !found {
		err = errNoSuch("organisation", "")
	}
	return org, err
}

// ListOrgs returns the actor's organisation, or every one for the system user.
func (s *Service) ListOrgs(ctx context.Context) ([]OrgView, error) {
	if s.env.SystemKey == nil {
		v, err := s.ShowOrg(ctx)
		return []OrgView{v}, err
	}
	var views []OrgView
	err := s.asSystem(ctx, "org.list", func(o *op) error {
		return o.tx.Organisations(func(org account.Organisation) (bool, error) {
			v, err := o.orgView(org)
			views = append(views, v)
			return true, err
		})
	})
	return views, err
}

// OrgEdit is what to change of an organisation; nil fields stay.
type OrgEdit struct {
	Name *string
	Slug *account.Slug
}

// EditOrg changes the actor's organisation.
func (s *Service) EditOrg(ctx context.Context, edit OrgEdit) (OrgView, error) {
	var v OrgView
	err := s.change(ctx, access.OrgEdit, func(o *op) error {
		org, err := o.ownOrg()
		if err != nil {
			return err
		}
		old := org
		set(&org.Name, edit.Name)
		set(&org.Slug, edit.Slug)
		if org.Slug != old.Slug {
			if _, found, err := o.tx.OrganisationBySlug(org.Slug); err != nil || found {
				return orElse(err, errOrgExists(org.Slug))
			}
		}
		if org != old {
			if err := o.putOrg(old, org); err != nil {
				return err
			}
		}
		v, err = o.orgView(org)
		return err
	})
	return v, err
}

func (o *op) putOrg(old, org account.Organisation) error {
	org.UpdatedAt = o.tx.Now
	if err := o.tx.PutOrganisation(org); err != nil {
		return err
	}
	changes, _ := recordRevisions([]revision{
		{"name", old.Name, org.Name, false},
		{"slug", string(old.Slug), string(org.Slug), false},
		{"owner", old.Owner.String(), org.Owner.String(), false},
	})
	return o.emit(orgRef(org.ID), 0, changes)
}

// Handover makes another active host of the organisation its owner; the old
// owner becomes an admin (G11).
func (s *Service) Handover(ctx context.Context, who string) (OrgView, error) {
	var v OrgView
	err := s.change(ctx, access.OrgHandover, func(o *op) error {
		org, err := o.ownOrg()
		if err != nil {
			return err
		}
		if err := o.provenToChange(); err != nil {
			return err
		}
		heir, err := o.heir(who)
		if err != nil {
			return err
		}
		if org, err = o.handover(org, heir); err != nil {
			return err
		}
		v, err = o.orgView(org)
		return err
	})
	return v, err
}

// heir finds who shall own the organisation and makes sure that he can.
func (o *op) heir(who string) (account.User, error) {
	u, found, err := o.findUser(who)
	switch {
	case err != nil:
		return u, err
	case !found:
		return u, errNoSuch("user", who).Hintf("usher user list")
	case u.Role == account.RoleOwner:
		return u, account.Errorf(account.Conflict, "%s is the owner already", u.Email).Coded("owner.same")
	case u.Site != 0:
		return u, account.Errorf(account.Invalid, "%s belongs to a site; an owner works for the whole organisation", u.Email).
			Coded("owner.unfit").
			Hintf("usher user edit %s --site none --type host", u.Email)
	case u.Status != account.StatusActive:
		return u, errInactiveHeir(u)
	}
	return u, nil
}

func errInactiveHeir(u account.User) error {
	err := account.Errorf(account.Conflict, "%s is %s; an organisation always has an active owner", u.Email, u.Status).Coded("owner.inactive")
	if u.Status == account.StatusSuspended {
		return err.Hintf("usher user resume %s", u.Email)
	}
	return err.Hintf("first he chooses a password: usher invite link %s", u.Email)
}

// handover swaps the roles of old owner and heir, an event each.
func (o *op) handover(org account.Organisation, heir account.User) (account.Organisation, error) {
	old, found, err := o.tx.User(org.ID, org.Owner)
	if err != nil || !found {
		return org, orElse(err, errNoSuch("user", org.Owner.String()))
	}
	before := org
	org.Owner = heir.ID
	if err := o.putOrg(before, org); err != nil {
		return org, err
	}
	if err := o.giveRole(old, account.RoleAdmin); err != nil {
		return org, err
	}
	return org, o.giveRole(heir, account.RoleOwner)
}

// giveRole writes a host's new role with its event. The caller has asked.
func (o *op) giveRole(u account.User, role account.RoleName) error {
	changed := u
	changed.Role, changed.Type, changed.UpdatedAt = role, account.TypeHost, o.tx.Now
	if err := o.tx.PutUser(changed); err != nil {
		return err
	}
	changes, _ := recordRevisions(userRevisions(u, changed))
	if err := o.emit(audit.UserRef(u.ID), u.Site, changes); err != nil {
		return err
	}
	return o.tellEdit(u, changed)
}

// newOrganisation makes an organisation's key and slug.
func (s *Service) newOrganisation(in InitInput) (f Fresh, err error) {
	if f.OrgKey, err = keys.NewOrgKey(s.env.Random); err != nil {
		return f, err
	}
	f.Org.Name = in.Org
	f.Org.Slug, err = slugOf(in.Slug, in.Org)
	return f, err
}

// slugOf returns the slug that was given, else the one that a name makes.
func slugOf(given account.Slug, name string) (account.Slug, error) {
	if given != "" {
		return given, nil
	}
	return account.MakeSlug(name)
}
