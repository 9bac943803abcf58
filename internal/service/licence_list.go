package service

import (
	"context"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/store"
)

// ListPools returns the plans in the order of their names, with their holders
// if they are wanted. An admin of a site sees every plan, and the holders of
// his site.
func (s *Service) ListPools(ctx context.Context, holders bool) ([]PoolView, error) {
	var views []PoolView
	err := s.view(ctx, access.LicenceList, func(o *op) error {
		if err := o.allowHere(); err != nil {
			return err
		}
		return o.tx.Pools(o.actor.Org, func(p account.Pool) (bool, error) {
			v, err := o.poolView(p)
			views = append(views, v)
			return true, err
		})
	})
	if err != nil || !holders {
		return views, err
	}
	for i := range views {
		if err := s.readHolders(ctx, &views[i]); err != nil {
			return views, err
		}
	}
	return views, nil
}

// readHolders fills in who holds the seats of a plan, a chunk a transaction.
func (s *Service) readHolders(ctx context.Context, v *PoolView) error {
	var behind account.UserID
	v.Holders = make([]HolderView, 0, v.Held)
	for more := true; more; {
		more = false
		looked := 0
		err := s.view(ctx, access.LicenceList, func(o *op) error {
			if err := o.allowHere(); err != nil {
				return err
			}
			return o.planHolders(v.Pool, behind, func(h HolderView) (bool, error) {
				looked++
				behind, more = h.ID, looked == listChunk
				if h.Email != "" {
					v.Holders = append(v.Holders, h)
				}
				return !more, nil
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// planHolders calls fn with the holders of a plan behind an id, in the order
// they were made, until fn returns false. One whom the actor may not see comes
// without his address.
func (o *op) planHolders(p account.Pool, behind account.UserID, fn func(HolderView) (bool, error)) error {
	here := func(site account.SiteID) bool { return o.actor.Site == 0 || o.actor.Site == site }
	if p.Kind == account.PlanMailbox {
		return o.tx.PlanMailboxes(p.Org, p.Plan, account.MailboxID(behind), func(m account.Mailbox) (bool, error) {
			h := HolderView{ID: account.UserID(m.ID), Kind: p.Kind}
			if here(0) {
				h.Email, h.Licence = m.Address, m.Licence
			}
			return fn(h)
		})
	}
	return o.tx.FacetUsers(p.Org, store.FacetPlan, p.Plan.Key(), behind, func(u account.User) (bool, error) {
		h := HolderView{ID: u.ID, Kind: p.Kind}
		if here(u.Site) {
			h.Email, h.Licence = u.Email, u.Licence
		}
		return fn(h)
	})
}
