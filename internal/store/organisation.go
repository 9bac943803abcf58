package store

import (
	"encoding/binary"

	"github.com/usher-admin/usher/internal/account"
)

// Organisation returns an organisation by its number.
func (tx *Tx) Organisation(id account.OrgID) (account.Organisation, bool, error) {
	payload, err := tx.read(key(keyOrganisation, orgPart(id)))
	if err != nil || payload == nil {
		return account.Organisation{}, false, err
	}
	org, err := tx.decodeOrganisation(id, payload)
	return org, err == nil, err
}

func (tx *Tx) decodeOrganisation(id account.OrgID, payload []byte) (account.Organisation, error) {
	org := account.Organisation{ID: id}
	err := decode(payload, func(f field) {
		switch f.number {
		case 1:
			org.Slug = account.Slug(f.bytes)
		case 2:
			org.Name = string(f.bytes)
		case 3:
			copy(org.Owner[:], f.bytes)
		case 4:
			org.CreatedAt = f.time()
		case 5:
			org.UpdatedAt = f.time()
		}
	})
	if err != nil {
		return org, tx.damaged("the record of an organisation cannot be decoded")
	}
	return org, nil
}

// OrganisationBySlug returns an organisation by its slug.
func (tx *Tx) OrganisationBySlug(slug account.Slug) (account.Organisation, bool, error) {
	payload, err := tx.read(key(keyOrgSlug, []byte(slug)))
	if err != nil || payload == nil {
		return account.Organisation{}, false, err
	}
	if len(payload) != 4 {
		return account.Organisation{}, false, tx.damaged("the index of organisations cannot be decoded")
	}
	return tx.Organisation(account.OrgID(binary.BigEndian.Uint32(payload)))
}

// PutOrganisation writes an organisation and keeps the index of slugs.
func (tx *Tx) PutOrganisation(org account.Organisation) error {
	old, found, err := tx.Organisation(org.ID)
	if err != nil {
		return err
	}
	if found && old.Slug != org.Slug {
		if err := tx.remove(key(keyOrgSlug, []byte(old.Slug))); err != nil {
			return err
		}
	}
	if !found || old.Slug != org.Slug {
		if err := tx.write(key(keyOrgSlug, []byte(org.Slug)), orgPart(org.ID)); err != nil {
			return err
		}
	}
	var e encoder
	e.string(1, string(org.Slug))
	e.string(2, org.Name)
	e.bytes(3, org.Owner[:])
	e.time(4, org.CreatedAt)
	e.time(5, org.UpdatedAt)
	return tx.write(key(keyOrganisation, orgPart(org.ID)), e.buf)
}

// Organisations calls fn with each organisation in the order they were made,
// until fn returns false.
func (tx *Tx) Organisations(fn func(account.Organisation) (bool, error)) error {
	prefix := key(keyOrganisation)
	return tx.each(prefix, prefix, func(k, payload []byte) (bool, error) {
		org, err := tx.decodeOrganisation(account.OrgID(binary.BigEndian.Uint32(k[1:])), payload)
		if err != nil {
			return false, err
		}
		return fn(org)
	})
}
