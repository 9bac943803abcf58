package store

import (
	"slices"

	"github.com/usher-admin/usher/internal/account"
)

// No transaction may give away a seat that was not bought. Whoever writes a
// holder or a pool makes the plan watched; before the commit every watched plan
// must not be overdrawn further than it was, and must have a pool as long as it
// has holders. Seats that expired under their holders are why it may be
// overdrawn at all. The check reads three records a plan, however many holders
// there are.

// watchedPlan is a plan that a transaction touches.
type watchedPlan struct {
	org       account.OrgID
	plan      account.PlanName
	overdrawn int // when it was first touched
}

// watchMove watches both plans of a holder who goes from one to another; ""
// is none.
func (tx *Tx) watchMove(org account.OrgID, old, now account.PlanName) error {
	if old.Key() == now.Key() {
		return nil
	}
	if err := tx.watchPlan(org, old); err != nil {
		return err
	}
	return tx.watchPlan(org, now)
}

// watchPlan remembers how a plan stands before it is touched the first time.
func (tx *Tx) watchPlan(org account.OrgID, plan account.PlanName) error {
	known := slices.ContainsFunc(tx.plans, func(w watchedPlan) bool { return w.org == org && w.plan.Key() == plan.Key() })
	if plan == "" || known {
		return nil
	}
	seats, _, err := tx.planSeats(org, plan)
	tx.plans = append(tx.plans, watchedPlan{org: org, plan: plan, overdrawn: seats.Overdrawn})
	return err
}

// planSeats returns how a plan stands, and whether it has a pool; one without
// has no seats.
func (tx *Tx) planSeats(org account.OrgID, plan account.PlanName) (account.Seats, bool, error) {
	p, found, err := tx.Pool(org, plan)
	if err != nil {
		return account.Seats{}, false, err
	}
	if !found {
		p = account.Pool{Org: org, Plan: plan}
	}
	seats, err := tx.Seats(p)
	return seats, found, err
}

// seatsCovered makes sure, before a commit, that no plan is overdrawn by what
// the transaction did.
func (tx *Tx) seatsCovered() error {
	for _, w := range tx.plans {
		seats, found, err := tx.planSeats(w.org, w.plan)
		switch {
		case err != nil:
			return err
		case !found && seats.Held > 0:
			return account.Errorf(account.Unexpected, "a change that forgets the plan %s, of which %s %s held, was stopped",
				w.plan, account.Count(seats.Held, "seat"), account.Agree(seats.Held, "is", "are"))
		case seats.Overdrawn > w.overdrawn:
			return account.Errorf(account.Unexpected, "a change that gives away %s of %s which nobody bought was stopped",
				account.Count(seats.Overdrawn-w.overdrawn, "seat"), w.plan)
		}
	}
	return nil
}
