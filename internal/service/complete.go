package service

import (
	"context"
	"slices"
	"strings"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/store"
)

// Unnoticed returns the service as a shell uses it to complete a line: it waits
// for nobody, says nothing and leaves no trace, neither an event of what was
// refused nor the use of the session.
func (s *Service) Unnoticed() *Service {
	env := s.env
	env.DryRun = true
	env.Warn = func(string) {}
	return New(s.store.Soon(), env)
}

const (
	// fewUsers is how many users are looked through one by one, where they are
	// all that the actor may see.
	fewUsers = 2000
	// mostLooked bounds how many addresses beyond his reach are passed over.
	mostLooked = 5000
)

// CompleteAddresses returns, in their order, addresses that begin with a text
// and that the actor may see: at most limit of them, which is 2 or more. Where
// there are others the last one of all closes the list, so that what the list
// begins with alike is what all of them do.
func (s *Service) CompleteAddresses(ctx context.Context, text string, limit int) ([]account.Email, error) {
	var found []account.Email
	err := s.view(ctx, access.UserList, func(o *op) error {
		if err := o.allowHere(); err != nil {
			return err
		}
		n, err := o.countReach()
		if err != nil {
			return err
		}
		if text = strings.ToLower(text); n <= fewUsers {
			found, err = o.addressesOfFew(text)
		} else {
			found, err = o.addressesUnder(text, limit)
		}
		return err
	})
	if len(found) > limit {
		found[limit-1] = found[len(found)-1]
		found = found[:limit]
	}
	return found, err
}

// countReach returns how many users the actor may see.
func (o *op) countReach() (int, error) {
	if o.actor.Site != 0 {
		return o.tx.Count(o.actor.Org, store.FacetSite, store.SiteFacet(o.actor.Site))
	}
	return o.tx.Count(o.actor.Org, store.FacetAll, "")
}

// addressesOfFew looks at everybody within the actor's reach, and at the
// mailboxes.
func (o *op) addressesOfFew(text string) (found []account.Email, err error) {
	visit := func(u account.User) (bool, error) {
		if strings.HasPrefix(string(u.Email), text) {
			found = append(found, u.Email)
		}
		return true, nil
	}
	if o.actor.Site != 0 {
		err = o.tx.FacetUsers(o.actor.Org, store.FacetSite, store.SiteFacet(o.actor.Site), account.UserID{}, visit)
	} else {
		err = o.tx.Users(o.actor.Org, account.UserID{}, visit)
	}
	if err == nil && o.seesMailboxes() {
		err = o.tx.Mailboxes(o.actor.Org, account.MailboxID{}, func(m account.Mailbox) (bool, error) {
			if strings.HasPrefix(string(m.Address), text) {
				found = append(found, m.Address)
			}
			return len(found) < mostLooked, nil
		})
	}
	slices.Sort(found)
	return found, err
}

func (o *op) seesMailboxes() bool { return o.actor.Site == 0 && o.actor.May.Has(access.MailboxList) }

// addressesUnder looks through the index of addresses, and past the limit for
// the last one.
func (o *op) addressesUnder(text string, limit int) (found []account.Email, err error) {
	looked := 0
	visit := func(e account.Email) (bool, error) {
		looked++
		seen, err := o.sees(e)
		if seen {
			found = append(found, e)
		}
		return len(found) < limit && looked < mostLooked, err
	}
	if err := o.tx.AddressesUnder(text, visit); err != nil || len(found) < limit {
		return found, err
	}
	looked = 0
	err = o.tx.AddressesUnderBack(text, func(e account.Email) (bool, error) {
		looked++
		seen, err := o.sees(e)
		if seen && e > found[len(found)-1] {
			found = append(found, e)
		}
		return !seen && looked < mostLooked, err
	})
	return found, err
}

// sees reports whether the holder of an address is within the actor's reach.
func (o *op) sees(e account.Email) (bool, error) {
	holder, found, err := o.tx.Address(e)
	if err != nil || !found || holder.Org != o.actor.Org {
		return false, err
	}
	if !holder.Mailbox.IsZero() {
		return o.seesMailboxes(), nil
	}
	if o.actor.Site == 0 {
		return true, nil
	}
	u, found, err := o.tx.User(holder.Org, holder.User)
	return found && u.Site == o.actor.Site, err
}
