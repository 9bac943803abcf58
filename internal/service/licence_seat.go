package service

import (
	"errors"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
)

// A seat is taken and given back by writing its holder: the store counts. What
// is here decides whether it may be, and says why not.

func errNoPlan(plan string) error {
	return errNoSuch("plan", plan).Hintf("usher licence buy %s --seats N; usher licence list shows those there are", plan)
}

// errNoSeat says how many seats make one free: seats that expired under their
// holders are to be bought again first.
func errNoSeat(plan account.PlanName, overdrawn int) error {
	err := account.Errorf(account.NoSeat, "no seat of %s is free", plan).
		Coded("licence.no_seat").
		Hintf("usher licence buy %s --seats %d", plan, overdrawn+1)
	err.Cause = overdraft(overdrawn)
	return err
}

// overdraft is the cause of a lack of seats: how many too few a pool has for its
// holders.
type overdraft int

// Error says how many.
func (d overdraft) Error() string { return account.Count(int(d), "seat") + " overdrawn" }

// overdrawnBy returns the overdraft that an error comes of, 0 if it is another.
func overdrawnBy(err error) int {
	var d overdraft
	errors.As(err, &d)
	return int(d)
}

func errNoLicence(e account.Email) error {
	return account.Errorf(account.Conflict, "%s has no licence", e).
		Coded("licence.none").
		Hintf("usher licence assign %s --plan PLAN", e)
}

func errLicensed(e account.Email, held account.PlanName) error {
	return account.Errorf(account.Conflict, "%s already has a licence: %s", e, held).
		Coded("licence.held").
		Hintf("one holder has one licence: usher licence change %s --plan PLAN", e)
}

// errPlanKind says that a plan is not for this kind of holder.
func errPlanKind(p account.Pool, e account.Email) error {
	what := "a user"
	if p.Kind == account.PlanUser {
		what = "a shared mailbox"
	}
	return account.Errorf(account.Conflict, "the plan %s is of the kind %s, and %s is %s", p.Plan, p.Kind, e, what).
		Coded("plan.kind").
		Hintf("usher licence list shows the kinds of plans")
}

// findPool returns the pool of a plan.
func (o *op) findPool(plan account.PlanName) (account.Pool, error) {
	p, found, err := o.tx.Pool(o.actor.Org, plan)
	if err == nil && !found {
		err = errNoPlan(string(plan))
	}
	return p, err
}

// freeSeat finds a plan that is for the holder and has a free seat, and
// returns it as it is spelled.
func (o *op) freeSeat(h holder, plan account.PlanName) (account.PlanName, error) {
	p, err := o.findPool(plan)
	if err != nil {
		return "", err
	}
	if p.Kind != h.kind() {
		return "", errPlanKind(p, h.email())
	}
	seats, err := o.tx.Seats(p)
	if err == nil && seats.Free == 0 {
		err = errNoSeat(p.Plan, seats.Overdrawn)
	}
	return p.Plan, err
}

// seat returns a holder without a licence with one of a plan. Nothing is
// written yet.
func (o *op) seat(h holder, plan account.PlanName) (holder, error) {
	if held := h.licence(); held.Licensed() {
		return h, errLicensed(h.email(), held.Plan)
	}
	plan, err := o.freeSeat(h, plan)
	if err != nil {
		return h, err
	}
	h.user.Released = ""
	return h.with(account.Licence{Plan: plan, PlanState: account.LicenceAssigned, AssignedAt: o.tx.Now}), nil
}

// active returns a licence in use.
func (o *op) active(l account.Licence) account.Licence {
	if l.PlanState != account.LicenceActive {
		l.PlanState, l.ActivatedAt = account.LicenceActive, o.tx.Now
	}
	return l
}

// withLicence returns a user who is just being made with a licence of a plan,
// if one is wanted. The caller writes him, with the event of his making; it
// takes the permission to assign beside his own.
func (o *op) withLicence(u account.User, plan account.PlanName) (account.User, error) {
	if plan == "" {
		return u, nil
	}
	if err := o.allowAlso(access.LicenceAssign, holder{user: u}); err != nil {
		return u, err
	}
	h, err := o.seat(holder{user: u}, plan)
	return h.user, err
}

// bringToPlan returns a user with a licence of a plan, whatever he had before.
// The caller writes him; it takes the permission to assign, or to change,
// beside his own.
func (o *op) bringToPlan(u account.User, plan account.PlanName) (account.User, error) {
	switch {
	case !u.Licensed():
		return o.withLicence(u, plan)
	case u.Plan.Key() == plan.Key():
		return u, nil
	}
	if err := o.allowAlso(access.LicenceChange, holder{user: u}); err != nil {
		return u, err
	}
	h, err := o.changePlan(holder{user: u}, plan)
	return h.user, err
}

// assignLicence gives a user who is there already a licence of a plan, with an
// event of its own. It takes the permission to assign beside that of the
// operation. One who has that plan keeps it as it is.
func (o *op) assignLicence(u account.User, plan account.PlanName) (account.User, error) {
	if plan == "" || plan.Key() == u.Plan.Key() {
		return u, nil
	}
	licensed, err := o.withLicence(u, plan)
	if err != nil {
		return u, err
	}
	return licensed, o.putLicensedUserAs(access.LicenceAssign, u, licensed)
}

// putLicensedUserAs writes a user whose licence changed under the name of
// another action than the operation's.
func (o *op) putLicensedUserAs(action access.Permission, old, now account.User) error {
	own := o.action
	o.action = action
	defer func() { o.action = own }()
	return o.putLicensedUser(old, now)
}

// releaseLicence returns a user who is being suspended without his licence,
// which resuming will ask for again. The caller writes him, with the event of
// his suspension; it takes the permission to remove licences beside his own.
func (o *op) releaseLicence(u account.User) (account.User, error) {
	if !u.Licensed() {
		return u, nil
	}
	if err := o.allowAlso(access.LicenceRemove, holder{user: u}); err != nil {
		return u, err
	}
	u.Released, u.Licence = u.Plan, account.Licence{}
	return u, nil
}

// reassignLicence returns a user who is being resumed with a licence of the
// plan that was released when he was suspended, if any was: assigned, to be
// activated again. The caller writes him, with the event of his resuming.
func (o *op) reassignLicence(u account.User) (account.User, error) {
	if u.Released == "" {
		return u, nil
	}
	h, err := o.seat(holder{user: u}, u.Released)
	if account.KindOf(err) == account.NoSeat {
		return u, account.Errorf(account.NoSeat, "no seat of %s is free for %s, whose own was released", u.Released, u.Email).
			Coded("licence.no_seat").
			Hintf("usher licence buy %s --seats %d; to resume him without one, first: usher licence remove %s", u.Released, overdrawnBy(err)+1, u.Email)
	}
	without := "to resume him without a licence, first: usher licence remove " + account.Typed(u.Email.String())
	return h.user, orHint(orHint(err, "plan.not_found", without), "plan.kind", without) // the plan was given up meanwhile
}
