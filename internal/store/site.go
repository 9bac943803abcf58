package store

import (
	"encoding/binary"

	"github.com/usher-admin/usher/internal/account"
)

func siteKey(org account.OrgID, id account.SiteID) []byte {
	return key(keySite, orgPart(org), sitePart(id))
}

func siteSlugKey(org account.OrgID, slug account.Slug) []byte {
	return key(keySiteSlug, orgPart(org), []byte(slug))
}

// Site returns a site of an organisation.
func (tx *Tx) Site(org account.OrgID, id account.SiteID) (account.Site, bool, error) {
	payload, err := tx.read(siteKey(org, id))
	if err != nil || payload == nil {
		return account.Site{}, false, err
	}
	site, err := tx.decodeSite(org, id, payload)
	return site, err == nil, err
}

func (tx *Tx) decodeSite(org account.OrgID, id account.SiteID, payload []byte) (account.Site, error) {
	site := account.Site{ID: id, Org: org}
	err := decode(payload, func(f field) {
		switch f.number {
		case 1:
			site.Slug = account.Slug(f.bytes)
		case 2:
			site.Name = string(f.bytes)
		case 3:
			site.CreatedAt = f.time()
		case 4:
			site.UpdatedAt = f.time()
		case 5:
			site.HandedAt = f.time()
		}
	})
	if err != nil {
		return site, tx.damaged("the record of a site cannot be decoded")
	}
	return site, nil
}

// SiteBySlug returns a site of an organisation by its slug.
func (tx *Tx) SiteBySlug(org account.OrgID, slug account.Slug) (account.Site, bool, error) {
	payload, err := tx.read(siteSlugKey(org, slug))
	if err != nil || payload == nil {
		return account.Site{}, false, err
	}
	if len(payload) != 4 {
		return account.Site{}, false, tx.damaged("the index of sites cannot be decoded")
	}
	return tx.Site(org, account.SiteID(binary.BigEndian.Uint32(payload)))
}

// PutSite writes a site and keeps the index of slugs.
func (tx *Tx) PutSite(site account.Site) error {
	old, found, err := tx.Site(site.Org, site.ID)
	if err != nil {
		return err
	}
	if found && old.Slug != site.Slug {
		if err := tx.remove(siteSlugKey(site.Org, old.Slug)); err != nil {
			return err
		}
	}
	if err := tx.write(siteSlugKey(site.Org, site.Slug), sitePart(site.ID)); err != nil {
		return err
	}
	var e encoder
	e.string(1, string(site.Slug))
	e.string(2, site.Name)
	e.time(3, site.CreatedAt)
	e.time(4, site.UpdatedAt)
	e.time(5, site.HandedAt)
	return tx.write(siteKey(site.Org, site.ID), e.buf)
}

// RemoveSite deletes a site. Its users and key are the caller's to see to.
func (tx *Tx) RemoveSite(site account.Site) error {
	if err := tx.remove(siteSlugKey(site.Org, site.Slug)); err != nil {
		return err
	}
	return tx.remove(siteKey(site.Org, site.ID))
}

// Sites calls fn with each site of an organisation in the order they were
// made, until fn returns false.
func (tx *Tx) Sites(org account.OrgID, fn func(account.Site) (bool, error)) error {
	prefix := key(keySite, orgPart(org))
	return tx.each(prefix, prefix, func(k, payload []byte) (bool, error) {
		if len(k) != len(prefix)+4 {
			return false, tx.damaged(describeKey(k))
		}
		site, err := tx.decodeSite(org, account.SiteID(binary.BigEndian.Uint32(k[len(prefix):])), payload)
		if err != nil {
			return false, err
		}
		return fn(site)
	})
}
