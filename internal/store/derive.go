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
	case keyInstance, keyOrganisation, keyScopeKey, keyDomain, keySite, keyRole, keyServiceToken,
		keyCredential, keyLink, keyName, keySession, keyUser, keyTries, keySecret, keySecretGone:
		return classRecord
	case keyOrgSlug, keySiteSlug, keyTokenHash, keyFormer, keyAddress, keyFacet, keyUserToken, keySecretMark:
		return classIndex
	case keyCounter:
		return classCounter
	case keyLogHead, keyLine, keyPersonal, keyUserEvent:
		return classLog
	}
	return classUnknown
}

// derived takes what a record gives rise to.
type derived struct {
	entry func(key, payload []byte)
	count func(key []byte)
}

// derive hands the index entries and counters that follow from one record to d.
// The record has passed its check; its key may still be too short.
func (tx *Tx) derive(k, payload []byte, d derived) error {
	switch {
	case k[0] == keyUser && len(k) == 21:
		return tx.deriveUser(k, payload, d)
	case k[0] == keyOrganisation && len(k) == 5:
		org, err := tx.decodeOrganisation(orgOf(k), payload)
		d.entry(key(keyOrgSlug, []byte(org.Slug)), orgPart(org.ID))
		return err
	case k[0] == keySite && len(k) == 9:
		site, err := tx.decodeSite(orgOf(k), account.SiteID(binary.BigEndian.Uint32(k[5:])), payload)
		d.entry(siteSlugKey(site.Org, site.Slug), sitePart(site.ID))
		return err
	case k[0] == keyServiceToken && len(k) > 5:
		t, err := tx.decodeToken(orgOf(k), string(k[5:]), payload)
		d.entry(key(keyTokenHash, t.TokenHash[:]), append(orgPart(t.Org), t.Name...))
		return err
	case k[0] == keyName && len(k) == 21:
		n, err := tx.decodeName(payload)
		d.entry(formerKey(orgOf(k), n.Email, k[5:]), nil)
		return err
	case k[0] == keySecret && len(k) == 25:
		secret, err := tx.decodeSecret(scopeOf(k), account.SecretID(k[9:]), payload)
		d.entry(secretMarkKey(secret.Scope, secret.Mark), secret.ID[:])
		return err
	case (k[0] == keySession || k[0] == keyLink) && len(k) == 33:
		return tx.deriveToken(k, payload, d)
	case k[0] == keyUser, k[0] == keyOrganisation, k[0] == keySite, k[0] == keyServiceToken, k[0] == keyName, k[0] == keySession, k[0] == keyLink, k[0] == keySecret:
		return tx.damaged(describeKey(k))
	}
	return nil
}

func (tx *Tx) deriveUser(k, payload []byte, d derived) error {
	u, err := tx.decodeUser(orgOf(k), account.UserID(k[5:]), payload)
	if err != nil {
		return err
	}
	d.entry(addressKey(u.Email), holderValue(u))
	for _, f := range facetsOf(u) {
		if f.indexed() {
			d.entry(facetKey(keyFacet, u.Org, f, u.ID[:]), nil)
		}
		d.count(facetKey(keyCounter, u.Org, f, nil))
	}
	return nil
}

func (tx *Tx) deriveToken(k, payload []byte, d derived) error {
	hash := [32]byte(k[1:])
	if k[0] == keyLink {
		l, err := tx.decodeLink(hash, payload)
		d.entry(userLinkKey(l.User, l.Kind, hash[:]), nil)
		return err
	}
	s, err := tx.decodeSession(hash, payload)
	d.entry(userSessionKey(s.User, hash[:]), nil)
	return err
}

// orgOf returns the organisation whose number follows the kind in a key.
func orgOf(k []byte) account.OrgID { return account.OrgID(binary.BigEndian.Uint32(k[1:])) }

// scopeOf returns the scope that follows the kind in a key.
func scopeOf(k []byte) account.Scope {
	return account.Scope{Org: orgOf(k), Site: account.SiteID(binary.BigEndian.Uint32(k[5:]))}
}
