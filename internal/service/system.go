package service

import (
	"context"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/store"
)

// asSystem is the door of the system user: it runs fn in a writing transaction
// for whoever proves to hold the system key, on the organisation of --org where
// one is named. A wrong key becomes an event of its own, and so does a use of the
// right one that comes to nothing.
func (s *Service) asSystem(ctx context.Context, action string, fn func(*op) error) error {
	return s.systemDoor(ctx, s.write, action, fn)
}

// viewAsSystem is asSystem for what only looks.
func (s *Service) viewAsSystem(ctx context.Context, action string, fn func(*op) error) error {
	return s.systemDoor(ctx, s.store.View, action, fn)
}

// transaction runs a function in a transaction of the store.
type transaction func(context.Context, func(*store.Tx) error) error

func (s *Service) systemDoor(ctx context.Context, run transaction, action string, fn func(*op) error) error {
	var noted *refusal
	var o *op
	err := run(ctx, func(tx *store.Tx) error {
		log := openLog(tx, s.env)
		right, err := s.provesSystem(tx)
		if err != nil {
			return err
		}
		if !right {
			noted = &refusal{action: access.Permission(action)}
			noted.actor.Org = s.orgMeant(tx)
			return errSystemKey()
		}
		if o, err = s.beginSystem(tx, log, action); err != nil {
			return err
		}
		if err := o.run(fn); err != nil {
			if itemError(err) {
				noted = &refusal{actor: o.actor, action: o.action, failed: true}
			}
			return err
		}
		return o.finish()
	})
	s.recordRefusal(ctx, noted, err)
	if err != nil {
		return err
	}
	return s.post(ctx, o.actor, o.outbox)
}

// orgMeant returns the organisation that a wrong system key was tried for, so
// that its owner sees it in the log: the one named, or the only one.
func (s *Service) orgMeant(tx *store.Tx) account.OrgID {
	o, err := s.beginSystem(tx, nil, "")
	if err != nil || o.theOrganisation() != nil {
		return 0
	}
	return o.actor.Org
}

// provesSystem reports whether the system key at hand is the instance's.
func (s *Service) provesSystem(tx *store.Tx) (bool, error) {
	if s.env.SystemKey == nil {
		return false, nil
	}
	in, err := tx.Instance()
	return err == nil && s.env.SystemKey.Matches(in.System, in.ID), err
}

func (s *Service) beginSystem(tx *store.Tx, log *logWriter, action string) (*op, error) {
	o := &op{svc: s, tx: tx, action: access.Permission(action), log: log, asked: true}
	o.actor.Kind = access.System
	if s.env.Org == "" {
		return o, nil
	}
	org, found, err := tx.OrganisationBySlug(s.env.Org)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, errNoSuch("organisation", string(s.env.Org)).Hintf("usher org list --system-key-file FILE")
	}
	o.actor.Org = org.ID
	return o, nil
}

// theOrganisation puts the system user into the only organisation of the
// instance where none was named.
func (o *op) theOrganisation() error {
	if o.actor.Org != 0 {
		return nil
	}
	count := 0
	err := o.tx.Organisations(func(org account.Organisation) (bool, error) {
		o.actor.Org = org.ID
		count++
		return count < 2, nil
	})
	if err != nil || count == 1 {
		return err
	}
	o.actor.Org = 0
	if count == 0 {
		return account.Errorf(account.NotFound, "there is no organisation any more").
			Coded("organisation.none").
			Hintf("usher org add NAME --email EMAIL")
	}
	return account.Errorf(account.Usage, "there are several organisations; name one").
		Coded("usage.organisation").
		Hintf("--org SLUG")
}

func errSystemKey() error {
	return account.Errorf(account.Unauthenticated, "this is not the system key of this instance").
		Coded("auth.system_key").
		Hintf("it stands in the installation record that init wrote; give it with --system-key-file FILE")
}
