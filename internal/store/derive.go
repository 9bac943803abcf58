package store

import (
	"encoding/binary"

	"github.com/usher-admin/usher/internal/account"
)

// Index entries and counters follow from the records alone. They are written
// where the records are, for speed; here they are worked out a second time, so
// that a whole file can be held against itself and made right again.

// class says what stands under a kind of key.
type class byte

const (
	classUnknown class = iota
	classRecord        // kept for itself
	classIndex         // follows from records: entries
	classCounter       // follows from records: how many
	classLog           // the log's lines, its end, and what is found by its events
)

// classOf returns the class of a kind of key.
func classOf(kind byte) class {
	switch kind {
	case keyInstance, keyOrganisation, keyScopeKey, keyDomain, keySite, keyRole, keyServiceToken, keyPool, keyPolicy, keyBlocklist,
		keyCredential, keyMember, keyLink, keyMailbox, keyName, keySession, keyUser, keyTries, keySecret, keySecretGone:
		return classRecord
	case keyOrgSlug, keySiteSlug, keyTokenHash, firstFormer, keyAddress, keyFacet, keyMembership, keyUserToken, keySecretMark:
		return classIndex
	case keyCounter, firstCounter:
		return classCounter
	case keyLogHead, firstLogHead, keyLine, keyPersonal, keyUserEvent, keyBaseline:
		return classLog
	}
	return classUnknown
}

// derived takes what a record gives rise to.
type derived struct {
	entry func(key, payload []byte)
	count func(key []byte)
}

// entryOf is entry for what follows from a record, unless that cannot be decoded.
func (d derived) entryOf(err error, key, payload []byte) error {
	if err == nil {
		d.entry(key, payload)
	}
	return err
}

// derive hands the index entries and counters that follow from one record to d.
// The record has passed its check; its key may still be of a wrong length.
func (tx *Tx) derive(k, payload []byte, d derived) error {
	if !whole(k) {
		return tx.damaged(describeKey(k))
	}
	switch k[0] {
	case keyUser:
		return tx.deriveUser(k, payload, d)
	case keyMailbox:
		return tx.deriveMailbox(k, payload, d)
	case keyMember:
		d.entry(membershipKey(orgOf(k), account.UserID(k[21:]), k[5:21]), nil)
	case keyOrganisation:
		org, err := tx.decodeOrganisation(orgOf(k), payload)
		return d.entryOf(err, key(keyOrgSlug, []byte(org.Slug)), orgPart(org.ID))
	case keySite:
		site, err := tx.decodeSite(orgOf(k), account.SiteID(binary.BigEndian.Uint32(k[5:])), payload)
		return d.entryOf(err, siteSlugKey(site.Org, site.Slug), sitePart(site.ID))
	case keyServiceToken:
		t, err := tx.decodeToken(orgOf(k), string(k[5:]), payload)
		return d.entryOf(err, key(keyTokenHash, t.TokenHash[:]), append(orgPart(t.Org), t.Name...))
	case keyName:
		n, err := tx.decodeName(payload)
		return d.entryOf(err, tx.formerKey(orgOf(k), n.Email, k[5:]), nil)
	case keySecret:
		secret, err := tx.decodeSecret(scopeOf(k), account.SecretID(k[9:]), payload)
		return d.entryOf(err, secretMarkKey(secret.Scope, secret.Mark), secret.ID[:])
	case keySession, keyLink:
		return tx.deriveToken(k, payload, d)
	}
	return nil
}

// whole reports whether the key of a record that others follow from, or that
// refers to others, is as long as its kind demands.
func whole(k []byte) bool {
	switch k[0] {
	case keyOrganisation, keyPolicy, keyBlocklist:
		return len(k) == 5
	case keySite, keyScopeKey:
		return len(k) == 9
	case keyServiceToken, keyDomain, keyRole, keyPool:
		return len(k) > 5
	case keyUser, keyMailbox, keyName, keyCredential:
		return len(k) == 21
	case keySecret, keySecretGone:
		return len(k) == 25
	case keySession, keyLink:
		return len(k) == 33
	case keyMember:
		return len(k) == 37
	}
	return true
}

func (tx *Tx) deriveUser(k, payload []byte, d derived) error {
	u, err := tx.decodeUser(orgOf(k), account.UserID(k[5:]), payload)
	if err != nil {
		return err
	}
	d.entry(addressKey(u.Email), Holder{Org: u.Org, User: u.ID}.value())
	tx.deriveFacets(u.Org, u.ID, new(facetRoom).of(&u), d)
	return nil
}

func (tx *Tx) deriveMailbox(k, payload []byte, d derived) error {
	m, err := tx.decodeMailbox(orgOf(k), account.MailboxID(k[5:]), payload)
	if err != nil {
		return err
	}
	d.entry(addressKey(m.Address), Holder{Org: m.Org, Mailbox: m.ID}.value())
	tx.deriveFacets(m.Org, m.ID, mailboxFacets(m), d)
	return nil
}

// deriveFacets hands on what follows from the properties of a user or mailbox.
func (tx *Tx) deriveFacets(org account.OrgID, id [16]byte, facets []facet, d derived) {
	for _, f := range facets {
		if f.indexed() {
			d.entry(facetKey(keyFacet, org, f, id[:]), nil)
		}
		d.count(tx.counterKey(org, f))
	}
}

func (tx *Tx) deriveToken(k, payload []byte, d derived) error {
	hash := [32]byte(k[1:])
	if k[0] == keyLink {
		l, err := tx.decodeLink(hash, payload)
		return d.entryOf(err, userLinkKey(l.User, l.Kind, hash[:]), nil)
	}
	s, err := tx.decodeSession(hash, payload)
	return d.entryOf(err, userSessionKey(s.User, hash[:]), nil)
}

// orgOf returns the organisation whose number follows the kind in a key.
func orgOf(k []byte) account.OrgID { return account.OrgID(binary.BigEndian.Uint32(k[1:])) }

// scopeOf returns the scope that follows the kind in a key.
func scopeOf(k []byte) account.Scope {
	return account.Scope{Org: orgOf(k), Site: account.SiteID(binary.BigEndian.Uint32(k[5:]))}
}
