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
		add("overdrawn", "%s: %d seats are held and %d are bought: %d expired under their holders", p.Plan, seats.Held, seats.Bought, seats.Overdrawn)
	}
	if seats.Free < c.MinFree {
		add("short", "%s: %d of %d seats are free, fewer than %d", p.Plan, seats.Free, seats.Bought, c.MinFree)
	}
	later := o.tx.Now.Add(c.Expiring)
	if gone := p.ExpiringBy(o.tx.Now, later); gone > 0 {
		then := p.SeatsAt(seats.Held, later)
		add("expiring", "%s: %d of %d seats expire by %s, the first at %s; then %d are free and %d too few for the holders", p.Plan, gone, seats.Bought,
			later.UTC().Format(time.DateOnly), p.NextExpiry(o.tx.Now).UTC().Format(time.RFC3339), then.Free, then.Overdrawn)
	}
	return findings, nil
}
