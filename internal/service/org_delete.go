package service

import (
	"context"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
)

// DeleteOrg deletes the actor's organisation with everything in it, when its
// slug is given as confirmation. The events stay.
func (s *Service) DeleteOrg(ctx context.Context, confirm string) (OrgView, error) {
	var v OrgView
	err := s.change(ctx, access.OrgDelete, func(o *op) error {
		org, err := o.ownOrg()
		if err != nil {
			return err
		}
		if err := confirmed(string(org.Slug), confirm); err != nil {
			return err
		}
		if err := o.provenToChange(); err != nil {
			return err
		}
		if v, err = o.orgView(org); err != nil {
			return err
		}
		if err := o.tx.RemoveOrganisation(org); err != nil {
			return err
		}
		return o.emit(orgRef(org.ID), 0, []audit.Change{{Field: "slug", From: string(org.Slug)}})
	})
	return v, err
}

// confirmed makes sure that what is to go was typed.
func confirmed(slug, typed string) error {
	if typed == slug {
		return nil
	}
	if typed == "" {
		return account.Errorf(account.Usage, "this cannot be undone and takes the slug, typed").
			Coded("usage.confirmation").
			Hintf("--confirm %s", slug)
	}
	return account.Errorf(account.Declined, "--confirm %q is not %q; nothing was changed", typed, slug).
		Coded("confirm.wrong").
		Hintf("--confirm %s", slug)
}
