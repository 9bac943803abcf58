package service

import (
	"context"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/keys"
)

// The system user breaks glass: whoever holds the system key gets an
// organisation going again whose owner is locked out, suspended or gone (O4,
// G12). He needs no session and may nothing else. Every use is an event of the
// organisation it is for, with the reason, and a letter to the owner where mail
// is configured.

// recovering opens the system user's door for one organisation.
func (s *Service) recovering(ctx context.Context, action string, fn func(*op) error) error {
	return s.asSystem(ctx, action, func(o *op) error {
		if err := o.theOrganisation(); err != nil {
			return err
		}
		return fn(o)
	})
}

// RecoverOwner makes an active user of the organisation's own scope its owner.
// The old owner becomes an admin.
func (s *Service) RecoverOwner(ctx context.Context, who string) (OrgView, error) {
	var v OrgView
	err := s.recovering(ctx, "recover.owner", func(o *op) error {
		org, err := o.organisation()
		if err != nil {
			return err
		}
		if err := o.alarm(org); err != nil { // the old owner is told
			return err
		}
		heir, err := o.heir(who)
		if err != nil {
			return orHint(err, "owner.inactive", "first let him in: usher recover password "+account.Typed(who))
		}
		if org, err = o.handover(org, heir); err != nil {
			return err
		}
		v, err = o.orgView(org)
		return err
	})
	return v, err
}

// orHint gives an error of a code another hint.
func orHint(err error, code, hint string) error {
	e, ok := err.(*account.Error) //nolint:errorlint // it is asked for as it was made
	if !ok || e.Code != code {
		return err
	}
	other := *e
	return other.Hintf("%s", hint)
}

// RecoverUnlock forgets the wrong passwords that were given for users of the
// organisation, of whichever scope.
func (s *Service) RecoverUnlock(ctx context.Context, many Many) ([]Done, error) {
	var done []Done
	var partial error
	err := s.recovering(ctx, "recover.unlock", func(o *op) error {
		err := o.alarmOwner()
		if err != nil {
			return err
		}
		done, err = many.each(o, o.recoverUnlock)
		partial = o.partial
		return err
	})
	return done, bothErrors(partial, err)
}

func (o *op) recoverUnlock(who string) (account.User, error) {
	u, err := o.needUser(who)
	if err != nil {
		return u, err
	}
	tries, err := o.tx.Tries(u.ID)
	if err != nil {
		return u, err
	}
	if err := o.tx.PutTries(u.ID, account.Tries{}); err != nil {
		return u, err
	}
	changes, _ := recordRevisions([]revision{ended("wrong_passwords", tries.Failures)})
	return u, o.emit(audit.UserRef(u.ID), u.Site, changes)
}

// needUser finds a user of the organisation; there must be one.
func (o *op) needUser(who string) (account.User, error) {
	u, found, err := o.findUser(who)
	if err == nil && !found {
		err = errNoSuch("user", who)
	}
	return u, err
}

// RecoverKey returns the organisation key of the organisation, or of one of its
// sites, from the escrow.
func (s *Service) RecoverKey(ctx context.Context, site account.Slug) (ShownKey, error) {
	var shown ShownKey
	err := s.recovering(ctx, "recover.orgkey", func(o *op) error {
		scope := account.Scope{Org: o.actor.Org}
		if site != "" {
			found, err := o.findSite(site)
			if err != nil {
				return err
			}
			scope.Site = found.ID
		}
		if err := o.alarmOwner(); err != nil {
			return err
		}
		k, err := o.escrowedKey(scope)
		if err != nil {
			return err
		}
		if shown, err = o.shownKey(scope, k); err != nil {
			return err
		}
		return o.emit(scopeRef(scope), scope.Site, nil)
	})
	return shown, err
}

// escrowedKey opens the organisation key of a scope with the system key.
func (o *op) escrowedKey(scope account.Scope) (keys.OrgKey, error) {
	kept, found, err := o.tx.ScopeKey(scope)
	if err != nil || !found {
		return keys.OrgKey{}, orElse(err, errNoSuch("key scope", scope.String()))
	}
	if len(kept.Escrow) == 0 {
		return keys.OrgKey{}, errNoEscrow(o.scopeName(scope))
	}
	return o.openEscrow(kept)
}

func (o *op) openEscrow(kept account.ScopeKey) (keys.OrgKey, error) {
	k, err := o.svc.env.SystemKey.OpenOrgKey(escrowPlace(o.tx.Head().Instance, kept.Scope), kept.Scope, kept.Escrow)
	if err != nil {
		return k, errDoesNotOpen("the escrow of "+o.scopeName(kept.Scope), err)
	}
	return k, nil
}

const codeNoEscrow = "key.not_escrowed"

// errNoEscrow says what the system key cannot do.
func errNoEscrow(where string) error {
	return account.Errorf(account.Forbidden, "the organisation key of %s is not kept in escrow: the system key does not open it", where).
		Coded(codeNoEscrow).
		Hintf("look for it on sheets and devices (usher orgkey show, --org-key-file); if it is lost for good, only this is left: usher orgkey reset")
}

// alarmOwner tells the owner of the organisation that the system key is used.
func (o *op) alarmOwner() error {
	org, err := o.organisation()
	if err != nil {
		return err
	}
	return o.alarm(org)
}

// alarm puts a letter to the owner into the outbox: what was done with the
// system key, and why.
func (o *op) alarm(org account.Organisation) error {
	owner, found, err := o.tx.User(org.ID, org.Owner)
	if err != nil || !found {
		return err
	}
	l, err := o.letter(account.LetterRecovery, owner)
	l.Action, l.Reason = string(o.action), o.svc.env.Reason
	o.tell(outgoing{letter: l, user: owner})
	return err
}
