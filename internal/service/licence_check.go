package service

import (
	"context"
	"fmt"
	"time"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
)

// PoolCheck says what a check of the plans shall find.
type PoolCheck struct {
	Plan     account.PlanName // "": every plan
	MinFree  int              // fewer free seats are too few
	Expiring time.Duration    // seats that expire within it are worth a word
}

// Finding is one thing that a check found.
type Finding struct {
	Kind    string // "overdrawn", "short" or "expiring"
	Where   string // the plan
	Message string
}

// CheckPools returns what is short: plans with more holders than seats, with
// too few free ones, with seats that expire soon.
func (s *Service) CheckPools(ctx context.Context, c PoolCheck) ([]Finding, error) {
	var findings []Finding
	err := s.view(ctx, access.LicenceCheck, func(o *op) error {
		if err := o.allowHere(); err != nil {
			return err
		}
		if c.Plan != "" {
			p, err := o.findPool(c.Plan)
			if err != nil {
				return err
			}
			findings, err = o.checkPool(c, p)
			return err
		}
		return o.tx.Pools(o.actor.Org, func(p account.Pool) (bool, error) {
			found, err := o.checkPool(c, p)
			findings = append(findings, found...)
			return true, err
		})
	})
	return findings, err
}

func (o *op) checkPool(c PoolCheck, p account.Pool) ([]Finding, error) {
	seats, err := o.tx.Seats(p)
	if err != nil {
		return nil, err
	}
	var findings []Finding
	add := func(kind, format string, args ...any) {
		findings = append(findings, Finding{Kind: kind, Where: string(p.Plan), Message: fmt.Sprintf(format, args...)})
	}
	if seats.Overdrawn > 0 {
		add("overdrawn", "%s: %s held and %d %s bought: %d expired under %s", p.Plan,
			account.Count(seats.Held, "seat")+account.Agree(seats.Held, " is", " are"), seats.Bought, account.Agree(seats.Bought, "is", "are"),
			seats.Overdrawn, account.Agree(seats.Overdrawn, "its holder", "their holders"))
	}
	if seats.Free < c.MinFree {
		add("short", "%s: %s %s free, fewer than %d", p.Plan, account.CountOf(seats.Free, seats.Bought, "seat"), account.Agree(seats.Free, "is", "are"), c.MinFree)
	}
	later := o.tx.Now.Add(c.Expiring)
	if gone := p.ExpiringBy(o.tx.Now, later); gone > 0 {
		then := p.SeatsAt(seats.Held, later)
		add("expiring", "%s: %s %s by %s, %sat %s; then %d %s free and %d too few for the holders", p.Plan,
			account.CountOf(gone, seats.Bought, "seat"), account.Agree(gone, "expires", "expire"), later.UTC().Format(time.DateOnly),
			account.Agree(gone, "", "the first "), p.NextExpiry(o.tx.Now).UTC().Format(time.RFC3339),
			then.Free, account.Agree(then.Free, "is", "are"), then.Overdrawn)
	}
	return findings, nil
}
