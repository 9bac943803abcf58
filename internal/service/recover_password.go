package service

import (
	"context"
	"errors"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/keys"
)

// The system user lets somebody in who is locked out, suspended or has forgotten
// his password. That takes the organisation key of his scope: from the escrow, or
// given beside the system key. Who was suspended is not any more, but his old
// password is gone.

// RecoverByLink makes a link with which a user chooses a new password. It brings
// the organisation key, unless it is mailed: the two never go in one mail (P4).
func (s *Service) RecoverByLink(ctx context.Context, in ResetInput) (PasswordReset, error) {
	var reset PasswordReset
	if err := s.needMail(in.Send); err != nil {
		return reset, err
	}
	err := s.recovering(ctx, "recover.password", func(o *op) error {
		u, k, err := o.recoverable(in.Who)
		if err != nil {
			return err
		}
		if u.Status == account.StatusSuspended {
			if u, err = o.reopen(u); err != nil {
				return err
			}
		}
		carried := &k
		if in.Send {
			carried = nil
		}
		if reset, err = o.resetByLink(u, in, carried); err != nil {
			return err
		}
		return o.alarmOwner()
	})
	return reset, err
}

// RecoverToTemporary gives a user a password that is good for one sign-in, which
// is for choosing his own.
func (s *Service) RecoverToTemporary(ctx context.Context, in ResetInput) (PasswordReset, error) {
	const action = "recover.password"
	var r rules
	err := s.viewAsSystem(ctx, action, func(o *op) error {
		if err := o.theOrganisation(); err != nil {
			return err
		}
		u, _, err := o.recoverable(in.Who)
		if err != nil {
			return err
		}
		r, err = readRules(o.tx, u)
		return err
	})
	if err != nil {
		return PasswordReset{}, err
	}
	t, err := s.newTemporary(in.Temporary, r)
	if err != nil {
		return PasswordReset{}, err
	}
	var reset PasswordReset
	err = s.recovering(ctx, action, func(o *op) error {
		u, k, err := o.recoverable(in.Who)
		if err != nil {
			return err
		}
		if reset, err = o.resetToTemporary(u, k, t, in.TTL); err != nil {
			return err
		}
		return o.alarmOwner()
	})
	return reset, err
}

// recoverable finds a user who can have a new password, and the organisation key
// that it takes.
func (o *op) recoverable(who string) (account.User, keys.OrgKey, error) {
	u, err := o.needUser(who)
	if err != nil {
		return u, keys.OrgKey{}, err
	}
	if u.Auth == account.AuthDirectory {
		return u, keys.OrgKey{}, o.svc.errDirectory(u)
	}
	k, err := o.escrowedKey(u.Scope())
	if account.CodeOf(err) != codeNoEscrow {
		return u, k, err
	}
	noEscrow := err
	if k, err = o.orgKey(u.Scope()); account.CodeOf(err) == "key.not_held" {
		var e *account.Error
		if errors.As(noEscrow, &e) {
			err = e.Hintf("give it beside the system key, if it is still known: --org-key-file FILE; if it is lost, only usher orgkey reset is left")
		}
	}
	return u, k, err
}

// reopen takes the suspension of a user back, and his old password with it: he is
// pending until he has chosen another. Who gets back in must not depend on a free
// seat: if his was released, he comes back without a licence.
func (o *op) reopen(u account.User) (account.User, error) {
	if err := o.tx.RemoveCredential(u.Org, u.ID); err != nil {
		return u, err
	}
	before := u
	u.Status, u.Released, u.UpdatedAt = account.StatusPending, "", o.tx.Now
	if err := o.tx.PutUser(u); err != nil {
		return before, err
	}
	return u, o.emitStatus(before, u)
}
