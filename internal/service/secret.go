package service

import (
	"context"
	"sort"
	"time"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/keys"
)

// SecretView is a stored password as commands show it.
type SecretView struct {
	account.SecretDetails
	ID        account.SecretID
	UpdatedAt time.Time
	UpdatedBy account.Email
	Value     keys.StoredPassword // zero wherever values are masked
}

func secretRef(id account.SecretID) audit.Ref { return audit.Ref{Type: "secret", ID: id.String()} }

func (v *vault) errNone(who string) error {
	list := "usher secret list"
	if v.site != "" {
		list += " --site " + string(v.site)
	}
	return errNoSuch("secret", who).Hintf("%s", list)
}

// allowVault asks whether the actor may do the operation's action to the stored
// passwords of a site, "" for those of his own scope, and opens them. Who may
// only read reads those of his own scope.
func (o *op) allowVault(site account.Slug) (*vault, error) {
	scope, err := o.allowScope(site)
	if err != nil {
		return nil, err
	}
	own := account.Scope{Org: o.actor.Org, Site: o.actor.Site}
	if scope != own && !o.actor.May.Has(access.SecretAdd) {
		return nil, errNoSuch("site", string(site)).Hintf("usher site list")
	}
	v, err := o.openVault(scope)
	if err == nil {
		v.site = site
	}
	return v, err
}

// need finds a stored password by name or id; there must be one.
func (v *vault) need(who string) (account.Secret, account.SecretDetails, error) {
	s, found, err := v.find(who)
	if err == nil && !found {
		err = v.errNone(who)
	}
	if err != nil {
		return s, account.SecretDetails{}, err
	}
	d, err := v.details(s)
	return s, d, err
}

func (v *vault) view(s account.Secret, d account.SecretDetails) (SecretView, error) {
	by, err := v.o.tx.UserName(s.Scope.Org, s.UpdatedBy)
	return SecretView{SecretDetails: d, ID: s.ID, UpdatedAt: s.UpdatedAt, UpdatedBy: by.Email}, err
}

// NewSecret is what a stored password is made of. Its details are clean.
type NewSecret struct {
	account.SecretDetails
	Value keys.StoredPassword
}

// AddSecret stores a password in the scope of a site, "" for the actor's own.
func (s *Service) AddSecret(ctx context.Context, site account.Slug, in NewSecret) (SecretView, error) {
	var view SecretView
	err := s.change(ctx, access.SecretAdd, func(o *op) error {
		v, err := o.allowVault(site)
		if err != nil {
			return err
		}
		view, err = v.add(in)
		return err
	})
	return view, err
}

func (v *vault) add(in NewSecret) (SecretView, error) {
	id, err := account.NewSecretID(v.o.tx.Now, v.o.svc.env.Random)
	if err != nil {
		return SecretView{}, err
	}
	record := account.Secret{ID: id, Scope: v.scope, CreatedAt: v.o.tx.Now, CreatedBy: v.o.actor.User}
	if record, err = v.write(record, in.SecretDetails, &in.Value); err != nil {
		return SecretView{}, err
	}
	if err := v.o.emit(secretRef(id), v.scope.Site, nil); err != nil {
		return SecretView{}, err
	}
	return v.view(record, in.SecretDetails)
}

// ListSecrets returns the stored passwords of a scope by name, without their
// values.
func (s *Service) ListSecrets(ctx context.Context, site account.Slug) ([]SecretView, error) {
	var views []SecretView
	err := s.view(ctx, access.SecretList, func(o *op) error {
		v, err := o.allowVault(site)
		if err != nil {
			return err
		}
		views, err = v.list()
		return err
	})
	return views, err
}

func (v *vault) list() (views []SecretView, err error) {
	err = v.o.tx.Secrets(v.scope, func(s account.Secret) (bool, error) {
		d, err := v.details(s)
		if err != nil {
			return false, err
		}
		view, err := v.view(s, d)
		views = append(views, view)
		return true, err
	})
	sort.Slice(views, func(i, j int) bool { return views[i].Key() < views[j].Key() })
	return views, err
}

// ShowSecret returns one stored password with its value. Every look is an
// event, and asks for the password again.
func (s *Service) ShowSecret(ctx context.Context, site account.Slug, who string) (SecretView, error) {
	var view SecretView
	err := s.change(ctx, access.SecretShow, func(o *op) error {
		v, err := o.allowVault(site)
		if err != nil {
			return err
		}
		if err := o.proven(true); err != nil {
			return err
		}
		record, d, err := v.need(who)
		if err != nil {
			return err
		}
		view, err = v.reveal(record, d)
		return err
	})
	return view, err
}

// reveal opens a value and writes the event of it.
func (v *vault) reveal(s account.Secret, d account.SecretDetails) (SecretView, error) {
	view, err := v.view(s, d)
	if err != nil {
		return view, err
	}
	if view.Value, err = v.value(s); err != nil {
		return view, err
	}
	return view, v.o.emit(secretRef(s.ID), v.scope.Site, nil)
}

// ExportSecrets returns every stored password of a scope with its value, an
// event each.
func (s *Service) ExportSecrets(ctx context.Context, site account.Slug) ([]SecretView, error) {
	var views []SecretView
	err := s.change(ctx, access.SecretExport, func(o *op) error {
		v, err := o.allowVault(site)
		if err != nil {
			return err
		}
		if err := o.proven(true); err != nil {
			return err
		}
		if views, err = v.list(); err != nil {
			return err
		}
		for i := range views {
			record, d, err := v.need(views[i].ID.String())
			if err != nil {
				return err
			}
			if views[i], err = v.reveal(record, d); err != nil {
				return err
			}
		}
		return nil
	})
	return views, err
}

// DeleteSecrets deletes stored passwords for good. What each becomes is told by
// name; the ids are those of stored passwords.
func (s *Service) DeleteSecrets(ctx context.Context, site account.Slug, many Many) ([]Done, error) {
	var done []Done
	err := s.changeMany(ctx, access.SecretDelete, func(o *op) error {
		v, err := o.allowVault(site)
		if err != nil {
			return err
		}
		done, err = many.each(o, func(who string) (account.User, error) {
			id, err := v.delete(who)
			return account.User{ID: account.UserID(id)}, err
		})
		return err
	})
	return done, err
}

func (v *vault) delete(who string) (account.SecretID, error) {
	s, d, err := v.need(who)
	if err != nil {
		return s.ID, err
	}
	if err := v.remove(s, d); err != nil {
		return s.ID, err
	}
	return s.ID, v.o.emit(secretRef(s.ID), v.scope.Site, nil)
}
