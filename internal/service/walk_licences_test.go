package service

import (
	"context"
	"time"

	"github.com/usher-admin/usher/internal/account"
)

// walkOnLicences are the operations on plans, licences and shared mailboxes.
func walkOnLicences() []walkOperation {
	return []walkOperation{
		{"BuySeats", 6, func(w *walk, ctx context.Context) error {
			kind := orNone(w, func() account.PlanKind {
				return told(w, one(w, []account.PlanKind{account.PlanUser, account.PlanMailbox}))
			})
			_, err := w.as.BuySeats(ctx, Purchase{Plan: w.plan(), Seats: 1 + w.draw.IntN(3), Kind: kind, Expires: orNone(w, w.expiry)})
			return err
		}, ""},
		{"DropSeats", 3, func(w *walk, ctx context.Context) error {
			_, err := w.as.DropSeats(ctx, w.plan(), 1+w.draw.IntN(3))
			return err
		}, ""},
		{"AssignLicences", 6, func(w *walk, ctx context.Context) error {
			_, err := w.as.AssignLicences(ctx, w.many(w.holder), Assignment{Plan: w.plan(), Activate: w.chance(40), Notify: w.mails != nil && w.chance(30)})
			return err
		}, ""},
		{"ChangeLicences", 3, func(w *walk, ctx context.Context) error {
			_, err := w.as.ChangeLicences(ctx, w.many(w.holder), w.plan())
			return err
		}, ""},
		{"RemoveLicences", 3, func(w *walk, ctx context.Context) error {
			_, _, err := w.as.RemoveLicences(ctx, w.many(w.holder))
			return err
		}, ""},
		{"ActivateLicences", 3, func(w *walk, ctx context.Context) error {
			_, err := w.as.ActivateLicences(ctx, w.many(w.holder))
			return err
		}, ""},
		{"TransferLicence", 6, func(w *walk, ctx context.Context) error {
			_, err := w.as.TransferLicence(ctx, w.licensed(), w.holder(), w.mails != nil && w.chance(30))
			return err
		}, ""},
		{"AddMailbox", 4, func(w *walk, ctx context.Context) error {
			_, err := w.as.AddMailbox(ctx, NewMailbox{Address: w.boxAddress(), Name: w.firstName(), Plan: orNone(w, w.plan)})
			return err
		}, ""},
		{"DeleteMailbox", 2, func(w *walk, ctx context.Context) error {
			_, err := w.as.DeleteMailbox(ctx, w.box())
			return err
		}, ""},
		{"JoinMailbox", 8, func(w *walk, ctx context.Context) error {
			_, err := w.as.JoinMailbox(ctx, w.box(), w.many(w.whom))
			return err
		}, ""},
		{"LeaveMailbox", 4, func(w *walk, ctx context.Context) error {
			_, err := w.as.LeaveMailbox(ctx, w.box(), w.many(w.whom))
			return err
		}, ""},
	}
}

// holder draws a user or a mailbox.
func (w *walk) holder() string {
	if w.chance(20) {
		return w.box()
	}
	return w.whom()
}

// licensed draws mostly a user who holds a seat.
func (w *walk) licensed() string {
	u := w.someUser(func(u walkUser) bool { return u.Org == w.org && u.Licensed() })
	if u.Email == "" || w.chance(20) {
		return w.holder()
	}
	return told(w, u.Email.String())
}

// box draws a mailbox that is there, or whatever somebody might type.
func (w *walk) box() string {
	if len(w.seen.boxes) > 0 && w.chance(80) {
		return told(w, one(w, w.seen.boxes).Address.String())
	}
	return w.whom()
}

func (w *walk) expiry() time.Time {
	return told(w, w.now.AddDate(0, 0, 1+w.draw.IntN(20)))
}
