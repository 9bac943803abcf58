package store

import (
	"bytes"
	"strconv"

	"github.com/usher-admin/usher/internal/account"
)

// A facet is a property by which users or mailboxes are listed and counted:
// each value has an index of those who have it and a counter.
type facet struct {
	kind  FacetKind
	value string
}

// FacetKind names a property of users, or of mailboxes.
type FacetKind byte

// The properties with an index.
const (
	FacetAll    FacetKind = '*' // counted only: the primary keys are the index
	FacetStatus FacetKind = 's'
	FacetRole   FacetKind = 'r'
	FacetSite   FacetKind = 'l'
	FacetType   FacetKind = 't'
	FacetAuth   FacetKind = 'a'
	FacetPlan   FacetKind = 'p'
	FacetDomain FacetKind = 'd' // counted only

	facetMailboxPlan FacetKind = 'm' // of mailboxes
)

// indexed reports whether a value has index entries besides its counter. What
// nearly everybody has (member, local, no site) is found by reading all users:
// an index of nearly all of them would be no quicker and cost every change.
func (f facet) indexed() bool {
	switch f.kind {
	case FacetAll, FacetDomain:
		return false
	case FacetRole:
		return f.value != string(account.RoleMember)
	case FacetAuth:
		return f.value != string(account.AuthLocal)
	case FacetSite, FacetPlan, facetMailboxPlan:
		return f.value != ""
	case FacetType:
		return false
	}
	return true
}

// SiteFacet returns the value of the site facet.
func SiteFacet(id account.SiteID) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatUint(uint64(id), 10)
}

// facetRoom has room for the facets of a user.
type facetRoom [8]facet

// of returns the facets of a user, none of the zero one.
func (r *facetRoom) of(u *account.User) []facet {
	if u.ID.IsZero() {
		return nil
	}
	*r = facetRoom{
		{FacetAll, ""},
		{FacetStatus, string(u.Status)},
		{FacetRole, string(u.Role)},
		{FacetSite, SiteFacet(u.Site)},
		{FacetType, string(u.Type)},
		{FacetAuth, string(u.Auth)},
		{FacetPlan, u.Plan.Key()},
		{FacetDomain, string(u.Email.Domain())},
	}
	return r[:]
}

// facetKey returns the key of a value, or of whom it is indexed for. The zero
// byte ends the value, which never holds one.
func facetKey(kind byte, org account.OrgID, f facet, id []byte) []byte {
	return key(kind, orgPart(org), []byte{byte(f.kind)}, []byte(f.value), []byte{0}, id)
}

// moveFacets brings indexes and counters from the old facets of a user or
// mailbox to the new ones.
func (tx *Tx) moveFacets(org account.OrgID, id [16]byte, old, now []facet) error {
	for _, f := range old {
		if !contains(now, f) {
			if err := tx.dropFacet(org, id, f); err != nil {
				return err
			}
		}
	}
	for _, f := range now {
		if !contains(old, f) {
			if err := tx.addFacet(org, id, f); err != nil {
				return err
			}
		}
	}
	return nil
}

func contains(facets []facet, f facet) bool {
	for _, g := range facets {
		if g == f {
			return true
		}
	}
	return false
}

func (tx *Tx) addFacet(org account.OrgID, id [16]byte, f facet) error {
	if f.indexed() {
		if err := tx.write(facetKey(keyFacet, org, f, id[:]), nil); err != nil {
			return err
		}
	}
	return tx.count(org, f, 1)
}

func (tx *Tx) dropFacet(org account.OrgID, id [16]byte, f facet) error {
	if f.indexed() {
		if err := tx.remove(facetKey(keyFacet, org, f, id[:])); err != nil {
			return err
		}
	}
	return tx.count(org, f, -1)
}

// counted names a counter.
type counted struct {
	org account.OrgID
	facet
}

// count changes a counter. A transaction keeps those it changes to itself and
// writes them before its commit: each user changes eight of them.
func (tx *Tx) count(org account.OrgID, f facet, by int) error {
	if !tx.writable {
		return errReadOnly()
	}
	c, err := tx.counter(org, f)
	if err != nil {
		return err
	}
	c.n += by
	if c.n < 0 {
		return tx.damaged("a counter of users does not match them")
	}
	return nil
}

// counter is a counter that a transaction changes.
type counter struct {
	counted
	n int
}

// counter returns a counter. Many users in a row have the same properties, so it
// looks at the last one of each kind first.
func (tx *Tx) counter(org account.OrgID, f facet) (*counter, error) {
	of := counted{org, f}
	recent := &tx.recent[f.kind%recentCounters]
	if *recent != nil && (*recent).counted == of {
		return *recent, nil
	}
	c := tx.counters[of]
	if c == nil {
		n, err := tx.storedCount(org, f)
		if err != nil {
			return nil, err
		}
		if tx.counters == nil {
			tx.counters = make(map[counted]*counter)
		}
		c = &counter{of, n}
		tx.counters[of] = c
	}
	*recent = c
	return c, nil
}

// writeCounters writes the counters that changed.
func (tx *Tx) writeCounters() error {
	for of, c := range tx.counters {
		k := tx.counterKey(of.org, of.facet)
		if c.n == 0 {
			if err := tx.remove(k); err != nil {
				return err
			}
			continue
		}
		var e encoder
		e.uint(1, uint64(c.n))
		if err := tx.write(k, e.buf); err != nil {
			return err
		}
	}
	return nil
}

// Count returns how many users of an organisation have a facet's value.
func (tx *Tx) Count(org account.OrgID, kind FacetKind, value string) (int, error) {
	f := facet{kind, value}
	if c := tx.counters[counted{org, f}]; c != nil {
		return c.n, nil
	}
	return tx.storedCount(org, f)
}

func (tx *Tx) storedCount(org account.OrgID, f facet) (int, error) {
	payload, err := tx.read(tx.counterKey(org, f))
	if err != nil || payload == nil {
		return 0, err
	}
	n := 0
	if err := decode(payload, func(f field) { n = int(f.value) }); err != nil {
		return 0, tx.damaged("a counter cannot be decoded")
	}
	return n, nil
}

// DomainUsers returns how many users of an organisation have an address of a
// domain.
func (tx *Tx) DomainUsers(org account.OrgID, d account.Domain) (int, error) {
	return tx.Count(org, FacetDomain, string(d))
}

// Indexed reports whether users with a facet's value can be listed by
// FacetUsers.
func Indexed(kind FacetKind, value string) bool { return facet{kind, value}.indexed() }

// FacetUsers calls fn with the users behind the given id that have a facet's
// value, in the order they were made, until fn returns false.
func (tx *Tx) FacetUsers(org account.OrgID, kind FacetKind, value string, behind account.UserID, fn func(account.User) (bool, error)) error {
	return tx.indexed(org, facet{kind, value}, behind, func(id [16]byte) (bool, error) {
		u, found, err := tx.User(org, id)
		if err != nil {
			return false, err
		}
		if !found {
			return false, tx.damaged("an index names a user who is not there")
		}
		return fn(u)
	})
}

// indexed calls fn with the ids behind the given one in a facet's index.
func (tx *Tx) indexed(org account.OrgID, f facet, behind [16]byte, fn func(id [16]byte) (bool, error)) error {
	prefix := facetKey(keyFacet, org, f, nil)
	return tx.each(prefix, behindKey(prefix, behind), func(k, _ []byte) (bool, error) {
		if len(k) != len(prefix)+16 {
			return false, tx.damaged(describeKey(k))
		}
		return fn([16]byte(k[len(prefix):]))
	})
}

// behindKey returns where the ids under a prefix go on behind one of them; the
// zero id stands before all.
func behindKey(prefix []byte, id [16]byte) []byte {
	if id == [16]byte{} {
		return prefix
	}
	return append(append(bytes.Clone(prefix), id[:]...), 0)
}
