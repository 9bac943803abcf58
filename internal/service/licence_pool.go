package service

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
)

// PoolView is a plan as lists show it.
type PoolView struct {
	account.Pool
	account.Seats
	ExpiresAt time.Time // of the next seats to expire; zero: none does
	Holders   []HolderView
}

// HolderView is who holds a seat.
type HolderView struct {
	ID    account.UserID // of a mailbox: its own
	Email account.Email
	Kind  account.PlanKind
	account.Licence
}

func planRef(plan account.PlanName) audit.Ref { return audit.Ref{Type: "plan", ID: string(plan)} }

func (o *op) poolView(p account.Pool) (PoolView, error) {
	seats, err := o.tx.Seats(p)
	return PoolView{Pool: p, Seats: seats, ExpiresAt: p.NextExpiry(o.tx.Now)}, err
}

// Purchase is seats to buy.
type Purchase struct {
	Plan    account.PlanName
	Seats   int
	Kind    account.PlanKind // "": that of the plan, or user for a new one
	Expires time.Time        // zero: never
}

// BuySeats adds seats to the pool of a plan (S1), which the first purchase
// makes.
func (s *Service) BuySeats(ctx context.Context, in Purchase) (PoolView, error) {
	var v PoolView
	err := s.change(ctx, access.LicenceBuy, func(o *op) error {
		if err := o.allowOrg(planRef(in.Plan)); err != nil {
			return err
		}
		p, err := o.buySeats(in)
		if err != nil {
			return err
		}
		v, err = o.poolView(p)
		return err
	})
	return v, err
}

func (o *op) buySeats(in Purchase) (account.Pool, error) {
	p, err := o.poolToBuy(in)
	if err != nil {
		return p, err
	}
	old := p
	p = p.Buy(in.Seats, o.tx.Now, in.Expires.Truncate(time.Microsecond))
	if err := o.tx.PutPool(p); err != nil {
		return p, err
	}
	changes := o.seatChanges(old, p)
	if !in.Expires.IsZero() {
		changes = append(changes, audit.Change{Field: "expires_at", To: in.Expires.UTC().Format(time.RFC3339)})
	}
	if len(old.Purchases) == 0 {
		changes = append(changes, audit.Change{Field: "kind", To: string(p.Kind)})
	}
	return p, o.emit(planRef(p.Plan), 0, changes)
}

// poolToBuy returns the pool of the plan, a new one if there is none.
func (o *op) poolToBuy(in Purchase) (account.Pool, error) {
	p, found, err := o.tx.Pool(o.actor.Org, in.Plan)
	switch {
	case err != nil:
		return p, err
	case !found:
		p = account.Pool{Org: o.actor.Org, Plan: in.Plan, Kind: in.Kind}
		if p.Kind == "" {
			p.Kind = account.PlanUser
		}
	case in.Kind != "" && in.Kind != p.Kind:
		return p, account.Errorf(account.Conflict, "the plan %s is of the kind %s, not %s", p.Plan, p.Kind, in.Kind).
			Coded("plan.kind").
			Hintf("the first purchase fixes the kind; give the other plan another name")
	}
	return p, nil
}

// seatChanges says how the number of seats of a plan changed.
func (o *op) seatChanges(old, now account.Pool) []audit.Change {
	from, to := old.SeatsAt(0, o.tx.Now).Bought, now.SeatsAt(0, o.tx.Now).Bought
	return []audit.Change{{Field: "seats", From: strconv.Itoa(from), To: strconv.Itoa(to)}}
}

// DropSeats gives free seats of a plan up for good (S7): those that expire
// first. A plan without seats and holders is forgotten; its events stay.
func (s *Service) DropSeats(ctx context.Context, plan account.PlanName, seats int) (PoolView, error) {
	var v PoolView
	err := s.change(ctx, access.LicenceDrop, func(o *op) error {
		if err := o.allowOrg(planRef(plan)); err != nil {
			return err
		}
		p, err := o.findPool(plan)
		if err != nil {
			return err
		}
		if err := o.mayDrop(p, seats); err != nil {
			return err
		}
		v, err = o.dropSeats(p, seats)
		return err
	})
	return v, err
}

func (o *op) dropSeats(old account.Pool, seats int) (PoolView, error) {
	p := old.Drop(seats, o.tx.Now)
	v, err := o.poolView(p)
	if err != nil {
		return v, err
	}
	if v.Bought == 0 && v.Held == 0 {
		err = o.tx.RemovePool(p)
	} else {
		err = o.tx.PutPool(p)
	}
	if err != nil {
		return v, err
	}
	return v, o.emit(planRef(p.Plan), 0, o.seatChanges(old, p))
}

// mayDrop makes sure that so many seats are free, and else says who holds
// them. Of a plan all of whose seats have expired, those can be dropped.
func (o *op) mayDrop(p account.Pool, seats int) error {
	now, err := o.tx.Seats(p)
	if err != nil {
		return err
	}
	available, what := now.Free, "free"
	if now.Bought == 0 {
		available, what = p.Expired(o.tx.Now), "left to drop"
	}
	if seats <= available {
		return nil
	}
	who, err := o.firstHolders(p, now.Held)
	if err != nil {
		return err
	}
	return account.Errorf(account.Conflict, "%d of the seats of %s %s %s, not %d%s", available, p.Plan, account.Agree(available, "is", "are"), what, seats, who).
		Coded("licence.seats_held").
		Hintf("usher licence remove EMAIL frees a seat; usher licence list --holders shows who holds them")
}

// holdersNamed is how many holders an error names.
const holdersNamed = 3

// firstHolders names the first of those who hold the seats of a plan.
func (o *op) firstHolders(p account.Pool, held int) (string, error) {
	var names []string
	err := o.planHolders(p, account.UserID{}, func(h HolderView) (bool, error) {
		names = append(names, h.Email.String())
		return len(names) < holdersNamed, nil
	})
	switch {
	case err != nil || len(names) == 0:
		return "", err
	case held > len(names):
		return fmt.Sprintf("; held by %s and %d more", strings.Join(names, ", "), held-len(names)), nil
	}
	return "; held by " + strings.Join(names, ", "), nil
}
