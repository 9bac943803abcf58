package account

import (
	"slices"
	"strconv"
	"time"
)

// Licence is what a holder, a user or a shared mailbox, has of a plan. The
// zero Licence is none.
type Licence struct {
	Plan        PlanName
	PlanState   LicenceState // "" without a licence
	AssignedAt  time.Time
	ActivatedAt time.Time // zero until it is active
}

// Licensed reports whether there is a licence at all.
func (l Licence) Licensed() bool { return l.Plan != "" }

// MaxSeats is how many seats can be bought at once.
const MaxSeats = 1_000_000

// ParseSeats reads a number of seats, 1 to MaxSeats. The error is Invalid,
// "seats.invalid".
func ParseSeats(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > MaxSeats {
		return 0, Errorf(Invalid, "%s is no number of seats", quoted(s)).Coded("seats.invalid").
			Hintf("give a whole number from 1 to %d", MaxSeats)
	}
	return n, nil
}

// Purchase is a number of seats that were bought together or expire together.
type Purchase struct {
	Seats     int
	BoughtAt  time.Time // of the first of them
	ExpiresAt time.Time // zero: never
}

// expired reports whether the seats are over at a time.
func (p Purchase) expired(now time.Time) bool {
	return !p.ExpiresAt.IsZero() && !now.Before(p.ExpiresAt)
}

// Pool is what an organisation bought of a plan. Who holds its seats stands
// with the holders.
type Pool struct {
	Org       OrgID
	Plan      PlanName // as it was first written
	Kind      PlanKind // fixed by the first purchase
	Purchases []Purchase
}

// Seats says how a plan stands. It always holds that
//
//	Bought + Overdrawn = Held + Free
//
// and that Free and Overdrawn are not both above zero. Seats come to be
// overdrawn only when they expire under their holders.
type Seats struct {
	Bought    int // and not expired
	Held      int
	Free      int
	Overdrawn int // held beyond what is bought
}

// SeatsAt returns how a plan stands at a time, when so many of its seats are
// held.
func (p Pool) SeatsAt(held int, now time.Time) Seats {
	bought := 0
	for _, purchase := range p.Purchases {
		if !purchase.expired(now) {
			bought += purchase.Seats
		}
	}
	return Seats{Bought: bought, Held: held, Free: max(0, bought-held), Overdrawn: max(0, held-bought)}
}

// Expired returns how many seats of the last purchases are over at a time.
func (p Pool) Expired(now time.Time) int {
	over := 0
	for _, purchase := range p.Purchases {
		if purchase.expired(now) {
			over += purchase.Seats
		}
	}
	return over
}

// NextExpiry returns when the next seats expire, or when the last did if all
// have; the zero time if none ever does.
func (p Pool) NextExpiry(now time.Time) time.Time {
	var next, last time.Time
	living := false
	for _, purchase := range p.Purchases {
		at := purchase.ExpiresAt
		switch {
		case purchase.expired(now):
			if at.After(last) {
				last = at
			}
			continue
		case !at.IsZero() && (next.IsZero() || at.Before(next)):
			next = at
		}
		living = true
	}
	if living {
		return next
	}
	return last
}

// ExpiringBy returns how many seats that are good now are over at a later
// time.
func (p Pool) ExpiringBy(now, later time.Time) int { return p.Expired(later) - p.Expired(now) }

// Buy returns the pool with more seats. Those that have expired are forgotten:
// they are in the log.
func (p Pool) Buy(seats int, now, expires time.Time) Pool {
	p.Purchases = p.living(now)
	i := slices.IndexFunc(p.Purchases, func(old Purchase) bool { return old.ExpiresAt.Equal(expires) })
	if i >= 0 {
		p.Purchases[i].Seats += seats
		return p
	}
	p.Purchases = append(p.Purchases, Purchase{Seats: seats, BoughtAt: now, ExpiresAt: expires})
	return p
}

// Drop returns the pool with fewer seats: those that expire first go first, and
// those without an expiry last. The caller has made sure that so many are free.
func (p Pool) Drop(seats int, now time.Time) Pool {
	left := p.living(now)
	slices.SortStableFunc(left, byExpiry)
	for i := range left {
		gone := min(seats, left[i].Seats)
		left[i].Seats -= gone
		seats -= gone
	}
	p.Purchases = slices.DeleteFunc(left, func(purchase Purchase) bool { return purchase.Seats == 0 })
	return p
}

func byExpiry(a, b Purchase) int {
	switch {
	case a.ExpiresAt.IsZero() == b.ExpiresAt.IsZero():
		return a.ExpiresAt.Compare(b.ExpiresAt)
	case a.ExpiresAt.IsZero():
		return 1
	}
	return -1
}

// living returns a copy of the purchases that have not expired.
func (p Pool) living(now time.Time) []Purchase {
	var list []Purchase
	for _, purchase := range p.Purchases {
		if !purchase.expired(now) {
			list = append(list, purchase)
		}
	}
	return list
}
