package store

import (
	"encoding/binary"
	"errors"

	"github.com/usher-admin/usher/internal/account"
)

// A record may name others, by their ids or in its key. Each of these has to be
// there: where one is not, something was deleted and what belonged to it was
// left.

// errRefers says whom a record refers to in vain.
func errRefers(what string) error { return errors.New("it refers to " + what + " that is not there") }

// needs notes what a record refers to in vain.
func (c *checker) needs(k []byte, what string) error {
	if c.tx.space.get(k) == nil {
		return errRefers(what)
	}
	return nil
}

func (c *checker) needsOrg(org account.OrgID) error {
	return c.needs(key(keyOrganisation, orgPart(org)), "an organisation")
}

func (c *checker) needsSite(s account.Scope) error {
	if s.Site == 0 {
		return nil
	}
	return c.needs(siteKey(s.Org, s.Site), "a site")
}

func (c *checker) needsUser(org account.OrgID, id account.UserID) error {
	return c.needs(userKey(org, id), "a user")
}

func (c *checker) needsKey(s account.Scope) error { return c.needs(scopeKey(s), "a key scope") }

// refers looks whether those are there whom a record names. The key is as long
// as its kind demands.
func (c *checker) refers(k, payload []byte) error {
	switch k[0] {
	case keyOrganisation:
		org, err := c.tx.decodeOrganisation(orgOf(k), payload)
		return errors.Join(err, c.needs(userKey(org.ID, org.Owner), "an owner"), c.needsKey(account.Scope{Org: org.ID}))
	case keySite:
		s := account.Scope{Org: orgOf(k), Site: account.SiteID(binary.BigEndian.Uint32(k[5:]))}
		return errors.Join(c.needsOrg(s.Org), c.needsKey(s))
	case keyScopeKey:
		return errors.Join(c.needsOrg(orgOf(k)), c.needsSite(scopeOf(k)))
	case keyDomain, keyRole, keyPool, keyPolicy, keyBlocklist, keyMailbox:
		return c.needsOrg(orgOf(k))
	case keySecret, keySecretGone:
		return c.needsKey(scopeOf(k))
	case keyMember:
		return errors.Join(c.needs(mailboxKey(orgOf(k), account.MailboxID(k[5:21])), "a mailbox"), c.needsUser(orgOf(k), account.UserID(k[21:])))
	}
	return c.personRefers(k, payload)
}

// personRefers is refers for users and what lets them in.
func (c *checker) personRefers(k, payload []byte) error {
	switch k[0] {
	case keyUser:
		u, err := c.tx.decodeUser(orgOf(k), account.UserID(k[5:]), payload)
		return errors.Join(err, c.needsOrg(u.Org), c.needsSite(u.Scope()), c.needsRole(u))
	case keyCredential:
		return c.needsUser(orgOf(k), account.UserID(k[5:]))
	case keySession:
		s, err := c.tx.decodeSession([32]byte(k[1:]), payload)
		return errors.Join(err, c.needsUser(s.Scope.Org, s.User), c.needsSite(s.Scope))
	case keyLink:
		l, err := c.tx.decodeLink([32]byte(k[1:]), payload)
		return errors.Join(err, c.needsUser(l.Scope.Org, l.User), c.needsSite(l.Scope))
	case keyServiceToken:
		t, err := c.tx.decodeToken(orgOf(k), string(k[5:]), payload)
		err = errors.Join(err, c.needsUser(t.Org, t.CreatedBy))
		if len(t.Carried) > 0 {
			err = errors.Join(err, c.needsKey(t.Scope))
		}
		return err
	}
	return nil
}

// needsRole looks for the role of a user, which is there unless it is built in.
func (c *checker) needsRole(u account.User) error {
	if u.Role.BuiltIn() {
		return nil
	}
	return c.needs(roleKey(u.Org, u.Role), "a role")
}
