package service

import (
	"context"
	"time"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/password"
)

// ResetInput says whose password is reset, and how.
type ResetInput struct {
	Who  string
	TTL  time.Duration // of the link or the temporary password; 0: the usual life
	Send bool          // mail the link
	// Temporary is the temporary password where one was given; else one is made.
	Temporary password.Plain
}

// PasswordReset is what an admin passes on after a reset.
type PasswordReset struct {
	Email     account.Email
	Link      MadeLink
	Temporary string // that usher made; "" in a dry run, or where it was given
	Expires   time.Time
}

// ResetByLink makes a link with which a user chooses a new password (G10). It
// never carries the organisation key (P4). The old password is good until then.
func (s *Service) ResetByLink(ctx context.Context, in ResetInput) (PasswordReset, error) {
	var reset PasswordReset
	if err := s.needMail(in.Send); err != nil {
		return reset, err
	}
	err := s.change(ctx, access.PasswordReset, func(o *op) error {
		u, err := o.allowReset(in.Who)
		if err != nil {
			return err
		}
		if u.Status == account.StatusPending {
			return account.Errorf(account.Conflict, "%s has no password yet", u.Email).
				Coded("user.pending").
				Hintf("usher invite link %s", u.Email)
		}
		reset, err = o.resetByLink(u, in, nil)
		return err
	})
	return reset, err
}

// resetByLink makes the link, which carries the organisation key if one is
// given.
func (o *op) resetByLink(u account.User, in ResetInput, carried *keys.OrgKey) (PasswordReset, error) {
	link, err := o.makeLink(u, account.LinkPassword, in.TTL, carried)
	if err != nil {
		return PasswordReset{}, err
	}
	if err := o.emit(audit.UserRef(u.ID), u.Site, nil); err != nil {
		return PasswordReset{}, err
	}
	if in.Send {
		err = o.sendLink(account.LetterPasswordReset, u, link, false)
	}
	return PasswordReset{Email: u.Email, Link: link, Expires: link.Expires}, err
}

// allowReset finds a user whose password may be reset by who acts.
func (o *op) allowReset(who string) (account.User, error) {
	u, err := o.allowUser(who)
	if err != nil {
		return u, err
	}
	return u, o.resettable(u)
}

// resettable makes sure that a user can have a new password.
func (o *op) resettable(u account.User) error {
	switch {
	case u.Auth == account.AuthDirectory:
		return o.svc.errDirectory(u)
	case u.Status == account.StatusSuspended:
		return errSuspended(u)
	}
	return nil
}

// errSuspended refuses a way in to who is shut out: it would open when he is
// resumed.
func errSuspended(u account.User) error {
	return account.Errorf(account.Conflict, "%s is suspended", u.Email).
		Coded("user.suspended").
		Hintf("usher user resume %s", u.Email)
}

// ResetToTemporary gives a user a password that is good for one sign-in, within
// a limited time, which is for choosing his own (O3).
func (s *Service) ResetToTemporary(ctx context.Context, in ResetInput) (PasswordReset, error) {
	var r rules
	err := s.view(ctx, access.PasswordReset, func(o *op) error {
		u, err := o.allowReset(in.Who)
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
	err = s.change(ctx, access.PasswordReset, func(o *op) error {
		u, err := o.allowReset(in.Who)
		if err != nil {
			return err
		}
		k, err := o.orgKey(u.Scope())
		if err != nil {
			return err
		}
		reset, err = o.resetToTemporary(u, k, t, in.TTL)
		return err
	})
	return reset, err
}

// temporary is a temporary password, hashed.
type temporary struct {
	text string // "" where it was given
	hash string
}

// newTemporary hashes the temporary password that was given, or makes one.
func (s *Service) newTemporary(given password.Plain, r rules) (t temporary, err error) {
	if given.IsZero() {
		if t.text, given, err = s.generate(r); err != nil {
			return t, err
		}
	}
	if s.env.DryRun {
		t.text = ""
	}
	t.hash, err = s.checkedHash(given, r)
	return t, err
}

// generate makes a password that the rules take.
func (s *Service) generate(r rules) (string, password.Plain, error) {
	for try := 0; ; try++ {
		text, err := password.GenerateFor(s.env.Random, r.policy)
		if err != nil {
			return "", password.Plain{}, err
		}
		pw, err := password.Prepare([]byte(text))
		if err == nil {
			err = r.judge(pw)
		}
		// That a name turns up in it is as rare as a guess that hits.
		if err == nil || try == 10 {
			return text, pw, err
		}
	}
}

// The life of a temporary password (SPEC section 6).
const (
	temporaryLife = 24 * time.Hour
	temporaryMost = 72 * time.Hour
)

func (o *op) resetToTemporary(before account.User, k keys.OrgKey, t temporary, ttl time.Duration) (PasswordReset, error) {
	until, err := o.temporaryUntil(ttl)
	if err != nil {
		return PasswordReset{}, err
	}
	u, err := o.setPassword(before, newPassword{hash: t.hash, key: k, until: until})
	if err != nil {
		return PasswordReset{}, err
	}
	changes, _ := recordRevisions(userRevisions(before, u))
	if err := o.emit(audit.UserRef(u.ID), u.Site, changes); err != nil {
		return PasswordReset{}, err
	}
	return PasswordReset{Email: u.Email, Temporary: t.text, Expires: until}, o.tellTemporary(u, until, nil)
}

// temporaryUntil returns when a temporary password made now ends.
func (o *op) temporaryUntil(ttl time.Duration) (time.Time, error) {
	life, err := lifetime("the temporary password", ttl, temporaryLife, temporaryMost)
	return o.tx.Now.Add(life), err
}

// tellTemporary tells a user that there is a temporary password, not which.
func (o *op) tellTemporary(u account.User, until time.Time, mailed *bool) error {
	l, err := o.letter(account.LetterTemporaryPassword, u)
	l.Expires = until
	o.tell(outgoing{letter: l, user: u, mailed: mailed})
	return err
}
