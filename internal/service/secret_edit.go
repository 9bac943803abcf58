package service

import (
	"context"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/keys"
)

// SecretEdit is what to change of a stored password; nil fields stay.
type SecretEdit struct {
	Name     *string
	Username *string
	URL      *string
	Notes    *string
	Value    *keys.StoredPassword
}

// EditSecret changes a stored password. The event names the fields that
// changed, never what stood in them.
func (s *Service) EditSecret(ctx context.Context, site account.Slug, who string, edit SecretEdit) (SecretView, error) {
	var view SecretView
	err := s.change(ctx, access.SecretEdit, func(o *op) error {
		v, err := o.allowVault(site)
		if err != nil {
			return err
		}
		record, d, err := v.need(who)
		if err != nil {
			return err
		}
		view, _, err = v.edit(record, d, edit)
		return err
	})
	return view, err
}

// edit changes a record as far as it differs from what it shall be, and reports
// whether it did.
func (v *vault) edit(s account.Secret, old account.SecretDetails, edit SecretEdit) (SecretView, bool, error) {
	d := old
	set(&d.Name, edit.Name)
	set(&d.Username, edit.Username)
	set(&d.URL, edit.URL)
	set(&d.Notes, edit.Notes)
	d, err := d.Clean()
	if err != nil {
		return SecretView{}, false, err
	}
	fields, err := v.changedFields(s, old, d, edit.Value)
	if err != nil {
		return SecretView{}, false, err
	}
	if len(fields) > 0 {
		if s, err = v.write(s, d, edit.Value); err != nil {
			return SecretView{}, false, err
		}
		if err := v.o.emit(secretRef(s.ID), v.scope.Site, fields); err != nil {
			return SecretView{}, false, err
		}
	}
	view, err := v.view(s, d)
	return view, len(fields) > 0, err
}

// changedFields names what differs, without what stands there.
func (v *vault) changedFields(s account.Secret, old, d account.SecretDetails, value *keys.StoredPassword) ([]audit.Change, error) {
	var fields []audit.Change
	for _, f := range []struct{ name, from, to string }{
		{"name", old.Name, d.Name},
		{"username", old.Username, d.Username},
		{"url", old.URL, d.URL},
		{"notes", old.Notes, d.Notes},
	} {
		if f.from != f.to {
			fields = append(fields, audit.Change{Field: f.name})
		}
	}
	if value == nil {
		return fields, nil
	}
	current, err := v.value(s)
	if err != nil {
		return nil, err
	}
	if current.Reveal() != value.Reveal() {
		fields = append(fields, audit.Change{Field: "value"})
	}
	return fields, nil
}
