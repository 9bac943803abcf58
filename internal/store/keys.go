package store

import (
	"encoding/binary"

	"github.com/usher-admin/usher/internal/account"
)

// The first byte of a key says what stands there. Upper-case letters are few
// and small and seldom change, and lie together on the same pages; lower-case ones
// grow with users and events, but for the log's end and the counters: every change
// writes these, and so they stand close behind what every change adds to, the
// lines of the log. docs/format.md is the list for people.
const (
	keyInstance     = 'A' // the instance's own settings
	keyOrganisation = 'D' // org
	keyOrgSlug      = 'E' // slug: org
	keyScopeKey     = 'F' // org, site
	keyDomain       = 'G' // org, domain
	keySite         = 'H' // org, site
	keySiteSlug     = 'I' // org, slug: site
	keyRole         = 'J' // org, role
	keyServiceToken = 'K' // org, name
	keyTokenHash    = 'L' // hash of the token: org, name
	keyPool         = 'M' // org, plan
	keyPolicy       = 'P' // org
	keyBlocklist    = 'Q' // org

	keyBaseline   = 'b' // generation, number of the page: hashes of records by their keys
	keyCredential = 'c' // org, user
	keyAddress    = 'e' // address: what it belongs to; address, 0, org, user or mailbox: deleted ones by their last address
	keyFacet      = 'f' // org, facet, value, user or mailbox
	keyMembership = 'i' // org, user, mailbox: the mailboxes of a user
	keyMember     = 'j' // org, mailbox, user
	keyLink       = 'k' // hash of the token
	keyLine       = 'l' // number of the event
	keyMailbox    = 'm' // org, mailbox
	keyName       = 'n' // org, user or mailbox: the name of a deleted one
	keyPersonal   = 'p' // number of the event: old and new personal values
	keyLogHead    = 'q' // size and edge of the log's tree
	keyCounter    = 'r' // org, facet, value: how many users or mailboxes
	keySession    = 's' // hash of the token
	keyUserToken  = 't' // user, what for, hash of the token
	keyUser       = 'u' // org, user
	keySecret     = 'v' // org, site, stored password
	keyTries      = 'w' // user: wrong passwords
	keyUserEvent  = 'x' // org, user or mailbox, number of the event
	keySecretMark = 'y' // org, site, mark of a name: stored password
	keySecretGone = 'z' // org, site, stored password: the name of a deleted one
)

// Where in files of schema 1 stands what has other keys now.
const (
	firstLogHead = 'B'
	firstCounter = 'C'
	firstFormer  = 'd' // org, address, 0, user or mailbox
)

// first reports whether the file is of schema 1, which is read as it is by who
// only looks at it.
func (tx *Tx) first() bool { return tx.schema == 1 }

func (tx *Tx) logHeadKey() []byte {
	if tx.first() {
		return key(firstLogHead)
	}
	return key(keyLogHead)
}

func (tx *Tx) counterKey(org account.OrgID, f facet) []byte {
	if tx.first() {
		return facetKey(firstCounter, org, f, nil)
	}
	return facetKey(keyCounter, org, f, nil)
}

// logged reports whether records under the kind are named in the event that
// changes them, so that the log can vouch for them. Indexes and counters
// follow from other records; sessions, tries and the log itself do not count.
func logged(kind byte) bool {
	switch kind {
	case keyInstance, keyOrganisation, keyScopeKey, keyDomain, keySite, keyRole, keyPool, keyPolicy, keyBlocklist,
		keyCredential, keyUser, keyMailbox, keyMember, keySecret:
		return true
	}
	return false
}

func key(kind byte, parts ...[]byte) []byte {
	k := make([]byte, 1, 40)
	k[0] = kind
	for _, p := range parts {
		k = append(k, p...)
	}
	return k
}

func orgPart(id account.OrgID) []byte { return binary.BigEndian.AppendUint32(nil, uint32(id)) }

func sitePart(id account.SiteID) []byte { return binary.BigEndian.AppendUint32(nil, uint32(id)) }

func seqPart(seq uint64) []byte { return binary.BigEndian.AppendUint64(nil, seq) }

func userKey(org account.OrgID, id account.UserID) []byte {
	return key(keyUser, orgPart(org), id[:])
}

func credentialKey(org account.OrgID, id account.UserID) []byte {
	return key(keyCredential, orgPart(org), id[:])
}

func scopeKey(s account.Scope) []byte {
	return key(keyScopeKey, scopePart(s))
}

func lineKey(seq uint64) []byte { return key(keyLine, seqPart(seq)) }

// seqOf returns the number that ends a key.
func seqOf(key []byte) uint64 { return binary.BigEndian.Uint64(key[len(key)-8:]) }
