package store

import (
	"bytes"
	"strconv"

	"github.com/usher-admin/usher/internal/account"
)

// A facet is a property by which users are listed and counted: each value has
// an index of its users and a counter.
type facet struct {
	kind  FacetKind
	value string
}

// FacetKind names a property of users.
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
	case FacetSite, FacetPlan:
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

func facetsOf(u account.User) []facet {
	if u.ID.IsZero() {
		return nil
	}
	return []facet{
		{FacetAll, ""},
		{FacetStatus, string(u.Status)},
		{FacetRole, string(u.Role)},
		{FacetSite, SiteFacet(u.Site)},
		{FacetType, string(u.Type)},
		{FacetAuth, string(u.Auth)},
		{FacetPlan, u.Plan.Key()},
		{FacetDomain, string(u.Email.Domain())},
	}
}

// facetKey returns the key of a value, or of a user under it. The zero byte
// ends the value, which never holds one.
func facetKey(kind byte, org account.OrgID, f facet, user []byte) []byte {
	return key(kind, orgPart(org), []byte{byte(f.kind)}, []byte(f.value), []byte{0}, user)
}

// moveFacets brings indexes and counters from a user's old facets to his new
// ones.
func (tx *Tx) moveFacets(old, now []facet, u account.User) error {
	for _, f := range old {
		if !contains(now, f) {
			if err := tx.dropFacet(f, u); err != nil {
				return err
			}
		}
	}
	for _, f := range now {
		if !contains(old, f) {
			if err := tx.addFacet(f, u); err != nil {
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

func (tx *Tx) addFacet(f facet, u account.User) error {
	if f.indexed() {
		if err := tx.write(facetKey(keyFacet, u.Org, f, u.ID[:]), nil); err != nil {
			return err
		}
	}
	return tx.count(u.Org, f, 1)
}

func (tx *Tx) dropFacet(f facet, u account.User) error {
	if f.indexed() {
		if err := tx.remove(facetKey(keyFacet, u.Org, f, u.ID[:])); err != nil {
			return err
		}
	}
	return tx.count(u.Org, f, -1)
}

func (tx *Tx) count(org account.OrgID, f facet, by int) error {
	n, err := tx.Count(org, f.kind, f.value)
	if err != nil {
		return err
	}
	n += by
	if n < 0 {
		return tx.damaged("a counter of users does not match them")
	}
	if n == 0 {
		return tx.remove(facetKey(keyCounter, org, f, nil))
	}
	var e encoder
	e.uint(1, uint64(n))
	return tx.write(facetKey(keyCounter, org, f, nil), e.buf)
}

// Count returns how many users of an organisation have a facet's value.
func (tx *Tx) Count(org account.OrgID, kind FacetKind, value string) (int, error) {
	payload, err := tx.read(facetKey(keyCounter, org, facet{kind, value}, nil))
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
	f := facet{kind, value}
	prefix := facetKey(keyFacet, org, f, nil)
	from := append(bytes.Clone(prefix), behind[:]...)
	from = append(from, 0)
	if behind.IsZero() {
		from = prefix
	}
	return tx.each(prefix, from, func(k, _ []byte) (bool, error) {
		if len(k) != len(prefix)+16 {
			return false, tx.damaged(describeKey(k))
		}
		u, found, err := tx.User(org, account.UserID(k[len(prefix):]))
		if err != nil {
			return false, err
		}
		if !found {
			return false, tx.damaged("an index names a user who is not there")
		}
		return fn(u)
	})
}
