package service

import (
	"context"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
)

// Assignment is a licence to give.
type Assignment struct {
	Plan     account.PlanName
	Activate bool // at once
	Notify   bool // mail him that he has it
}

// AssignLicences gives each of many a licence of a plan (S2). Fewer free seats
// than holders: none is assigned, and the error says how many are missing; or
// with KeepGoing, what there is.
func (s *Service) AssignLicences(ctx context.Context, many Many, in Assignment) ([]Done, error) {
	if err := s.needMail(in.Notify); err != nil {
		return nil, err
	}
	done, err := s.changeHolders(ctx, access.LicenceAssign, many, func(o *op, h holder) error { return o.assign(h, in) })
	return done, seatsMissing(done, err, in.Plan)
}

func (o *op) assign(h holder, in Assignment) error {
	seated, err := o.seat(h, in.Plan)
	if err != nil {
		return err
	}
	if in.Activate {
		if err := o.allowAlso(access.LicenceActivate, h); err != nil {
			return err
		}
		seated = seated.with(o.active(seated.licence()))
	}
	if err := o.putHolder(h, seated); err != nil || !in.Notify {
		return err
	}
	return o.tellLicence(seated)
}

// tellLicence puts the letter about a licence into the outbox. A mailbox is
// told nothing.
func (o *op) tellLicence(h holder) error {
	if h.kind() == account.PlanMailbox {
		return nil
	}
	l, err := o.letter(account.LetterLicence, h.user)
	l.Plan, l.Active = string(h.user.Plan), h.user.PlanState == account.LicenceActive
	o.tell(outgoing{letter: l, user: h.user})
	return err
}

// ChangeLicences brings the licence of each of many to another plan, which
// needs a free seat there, and keeps its state (S7). Who has the plan already
// keeps it.
func (s *Service) ChangeLicences(ctx context.Context, many Many, plan account.PlanName) ([]Done, error) {
	done, err := s.changeHolders(ctx, access.LicenceChange, many, func(o *op, h holder) error {
		changed, err := o.changePlan(h, plan)
		if err != nil {
			return err
		}
		return o.putHolder(h, changed)
	})
	return done, seatsMissing(done, err, plan)
}

// changePlan returns a licensed holder with a licence of another plan, in the
// state of the old one. Nothing is written yet.
func (o *op) changePlan(h holder, plan account.PlanName) (holder, error) {
	l := h.licence()
	if !l.Licensed() {
		return h, errNoLicence(h.email())
	}
	if l.Plan.Key() == plan.Key() {
		return h, nil
	}
	plan, err := o.freeSeat(h, plan)
	if err != nil {
		return h, err
	}
	l.Plan, l.AssignedAt = plan, o.tx.Now
	return h.with(l), nil
}

// seatsMissing makes the error of many who found no seat say how many are
// missing in all, beside those that are overdrawn.
func seatsMissing(done []Done, err error, plan account.PlanName) error {
	if account.KindOf(err) != account.NoSeat || len(done) < 2 {
		return err
	}
	missing, wanting, overdrawn := 0, 0, 0
	for _, d := range done {
		switch {
		case account.KindOf(d.Err) == account.NoSeat:
			missing++
			overdrawn = overdrawnBy(d.Err)
		case d.Err != nil:
			return err // others failed for other reasons, which it names
		}
		wanting++
	}
	return account.Errorf(account.NoSeat, "this takes %d seats of %s, %d more than are free, so nothing was changed", wanting, plan, missing).
		Coded("licence.no_seat").
		Hintf("usher licence buy %s --seats %d; or do what can be done with --keep-going", plan, missing+overdrawn)
}

// RemoveLicences takes the licences of many away; their seats are free again
// (S7). Mailboxes among them whose members become inactive are named.
func (s *Service) RemoveLicences(ctx context.Context, many Many) ([]Done, []IdleMailbox, error) {
	var idle []IdleMailbox
	done, err := s.changeHolders(ctx, access.LicenceRemove, many, func(o *op, h holder) error {
		if !h.licence().Licensed() && h.user.Released == "" {
			return errNoLicence(h.email())
		}
		removed := h.with(account.Licence{})
		removed.user.Released = ""
		members, err := o.idle(h)
		if err != nil {
			return err
		}
		idle = append(idle, members...)
		return o.putHolder(h, removed)
	})
	return done, idle, err
}

// ActivateLicences puts the licences of many into use: an admin anybody's, a
// user his own (S6). One that is active stays so.
func (s *Service) ActivateLicences(ctx context.Context, many Many) ([]Done, error) {
	return s.changeHolders(ctx, access.LicenceActivate, many, func(o *op, h holder) error {
		if !h.licence().Licensed() {
			return errNoLicence(h.email())
		}
		return o.putHolder(h, h.with(o.active(h.licence())))
	})
}

// Transferred is a licence that went from one holder to another.
type Transferred struct {
	Plan  account.PlanName
	State account.LicenceState
	From  account.Email
	To    account.Email
	Idle  []IdleMailbox // the one it was taken from, if it has members
}

// TransferLicence moves a licence to somebody who has none, where it is
// assigned again (S7), and mails him so if told to.
func (s *Service) TransferLicence(ctx context.Context, from, to string, notify bool) (Transferred, error) {
	var t Transferred
	if err := s.needMail(notify); err != nil {
		return t, err
	}
	err := s.change(ctx, access.LicenceTransfer, func(o *op) error {
		giver, err := o.allowHolder(from)
		if err != nil {
			return err
		}
		taker, err := o.allowHolder(to)
		if err != nil {
			return err
		}
		if err := o.mayTransfer(giver, taker); err != nil {
			return err
		}
		t, err = o.transfer(giver, taker, notify)
		return err
	})
	return t, err
}

// mayTransfer makes sure that the one has a licence, and that the other has
// none and can have it.
func (o *op) mayTransfer(giver, taker holder) error {
	held := giver.licence()
	switch {
	case giver.email() == taker.email():
		return account.Errorf(account.Conflict, "%s cannot be given a licence by himself", giver.email()).
			Coded("licence.same_holder").
			Hintf("usher licence transfer FROM TO takes two different holders")
	case !held.Licensed():
		return errNoLicence(giver.email())
	case taker.licence().Licensed():
		return errLicensed(taker.email(), taker.licence().Plan)
	}
	p, err := o.findPool(held.Plan)
	if err == nil && p.Kind != taker.kind() {
		err = errPlanKind(p, taker.email())
	}
	return err
}

// transfer moves the licence, an event for each of the two.
func (o *op) transfer(giver, taker holder, notify bool) (Transferred, error) {
	given := account.Licence{Plan: giver.licence().Plan, PlanState: account.LicenceAssigned, AssignedAt: o.tx.Now}
	t := Transferred{Plan: given.Plan, State: given.PlanState, From: giver.email(), To: taker.email()}
	idle, err := o.idle(giver)
	if err != nil {
		return t, err
	}
	t.Idle = idle
	if err := o.putHolder(giver, giver.with(account.Licence{})); err != nil {
		return t, err
	}
	received := taker.with(given)
	received.user.Released = ""
	if err := o.putHolder(taker, received); err != nil || !notify {
		return t, err
	}
	return t, o.tellLicence(received)
}
