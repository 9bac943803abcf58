package service

import (
	"time"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/password"
	"github.com/usher-admin/usher/internal/store"
)

// rules are what a new password of somebody is judged by: the policy of his
// organisation, and the names that others know of him.
type rules struct {
	policy password.Policy
	names  password.Context
}

// readRules returns the rules for a user, who need not be there yet.
func readRules(tx *store.Tx, u account.User) (rules, error) {
	r := rules{names: password.Context{Words: namesOf(u)}}
	org, _, err := tx.Organisation(u.Org)
	if err != nil {
		return r, err
	}
	r.names.Words = append(r.names.Words, org.Name, string(org.Slug))
	if u.Site != 0 {
		site, _, err := tx.Site(u.Org, u.Site)
		if err != nil {
			return r, err
		}
		r.names.Words = append(r.names.Words, site.Name, string(site.Slug))
	}
	r.policy, err = readPolicy(tx, u.Org)
	return r, err
}

// firstRules are those for the owner of an organisation that is being made.
func firstRules(in InitInput) rules {
	u := account.User{Email: in.Email, FirstName: in.FirstName, LastName: in.LastName}
	return rules{names: password.Context{Words: append(namesOf(u), in.Org, string(in.Slug))}}
}

func namesOf(u account.User) []string {
	return []string{u.FirstName, u.LastName, u.Email.Local(), string(u.Email.Domain()), u.Email.Domain().String()}
}

// judge returns what is wrong with a password to be, nil if nothing is.
func (r rules) judge(pw password.Plain) error {
	return r.policy.Err(r.policy.Check(pw, r.names))
}

// checkedHash judges a new password and hashes it. It takes a tenth of a second,
// so nothing may be locked while it runs.
func (s *Service) checkedHash(pw password.Plain, r rules) (string, error) {
	if err := r.judge(pw); err != nil {
		return "", err
	}
	return password.HashWith(s.env.Hash, s.env.Random, pw)
}

// newPassword is a hash that becomes somebody's password.
type newPassword struct {
	hash  string
	key   keys.OrgKey // of his scope
	until time.Time   // of a temporary one; zero for one to keep
	keep  [32]byte    // the hash of the one session that goes on; zero: none
}

// setPassword makes a hash the password of a user: what was given out to get in
// ends with the old one, and a seat waits no longer for him to be resumed. It
// returns him as he is then; the event is the caller's.
func (o *op) setPassword(u account.User, p newPassword) (account.User, error) {
	temporary := !p.until.IsZero()
	c := account.Credential{Temporary: temporary, ExpiresAt: p.until}
	if err := o.svc.putCredential(o.tx, u, p.key, p.hash, c); err != nil {
		return u, err
	}
	if err := o.tx.PutTries(u.ID, account.Tries{}); err != nil {
		return u, err
	}
	if err := o.tx.RemoveUserLinks(u.ID); err != nil {
		return u, err
	}
	if err := o.endOtherSessions(u.ID, p.keep); err != nil {
		return u, err
	}
	u.Status, u.MustChange, u.Released, u.UpdatedAt = account.StatusActive, temporary, "", o.tx.Now
	return u, o.tx.PutUser(u)
}

// putCredential seals a hash for a user and writes it as the rest of c says.
func (s *Service) putCredential(tx *store.Tx, u account.User, k keys.OrgKey, hash string, c account.Credential) error {
	sealed, err := s.sealPassword(tx.Head().Instance, u, k, hash)
	if err != nil {
		return err
	}
	c.User, c.Sealed, c.ChangedAt = u.ID, sealed, tx.Now
	return tx.PutCredential(u.Org, c)
}

// endOtherSessions ends the sessions of a user but for one.
func (o *op) endOtherSessions(id account.UserID, keep [32]byte) error {
	sessions, err := o.tx.UserSessions(id)
	if err != nil {
		return err
	}
	for _, s := range sessions {
		if s.TokenHash == keep {
			continue
		}
		if err := o.tx.RemoveSession(s); err != nil {
			return err
		}
	}
	return nil
}
