package service

import (
	"context"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/keys"
)

// ReplaceSystemKey makes a fresh key the system key of the instance and seals
// every organisation key in escrow to it. The old one is worthless from then on.
// It returns how many organisation keys were in escrow.
func (s *Service) ReplaceSystemKey(ctx context.Context, fresh keys.SystemKey) (int, error) {
	var resealed int
	err := s.asSystem(ctx, "recover.system-key", func(o *op) error {
		in, err := o.tx.Instance()
		if err != nil {
			return err
		}
		if in.System, err = fresh.Public(in.ID); err != nil {
			return err
		}
		if resealed, err = o.resealEscrows(in.System); err != nil {
			return err
		}
		if err := o.tx.PutInstance(in); err != nil {
			return err
		}
		return o.emitToAll(audit.Ref{Type: "system"})
	})
	return resealed, err
}

// resealEscrows seals every organisation key in escrow to another public key.
func (o *op) resealEscrows(public []byte) (int, error) {
	var kept []account.ScopeKey
	err := o.tx.ScopeKeys(func(k account.ScopeKey) (bool, error) {
		if len(k.Escrow) > 0 {
			kept = append(kept, k)
		}
		return true, nil
	})
	if err != nil {
		return 0, err
	}
	for _, scopeKey := range kept {
		k, err := o.openEscrow(scopeKey)
		if err != nil {
			return 0, err
		}
		scopeKey.Escrow, err = keys.SealToSystem(public, escrowPlace(o.tx.Head().Instance, scopeKey.Scope), scopeKey.Scope, k)
		if err != nil {
			return 0, err
		}
		if err := o.tx.PutScopeKey(scopeKey); err != nil {
			return 0, err
		}
	}
	return len(kept), nil
}

// emitToAll writes the event into the log of every organisation, and tells their
// owners.
func (o *op) emitToAll(target audit.Ref) error {
	if err := o.emitEverywhere(target, nil); err != nil {
		return err
	}
	orgs, err := o.organisations()
	if err != nil {
		return err
	}
	for _, org := range orgs {
		if err := o.alarm(org); err != nil {
			return err
		}
	}
	return nil
}
