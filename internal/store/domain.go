package store

import "github.com/usher-admin/usher/internal/account"

func domainKey(org account.OrgID, d account.Domain) []byte {
	return key(keyDomain, orgPart(org), []byte(d))
}

// Domain returns an approved domain of an organisation.
func (tx *Tx) Domain(org account.OrgID, d account.Domain) (account.ApprovedDomain, bool, error) {
	payload, err := tx.read(domainKey(org, d))
	if err != nil || payload == nil {
		return account.ApprovedDomain{}, false, err
	}
	ad, err := tx.decodeDomain(org, d, payload)
	return ad, err == nil, err
}

func (tx *Tx) decodeDomain(org account.OrgID, d account.Domain, payload []byte) (account.ApprovedDomain, error) {
	ad := account.ApprovedDomain{Org: org, Domain: d}
	err := decode(payload, func(f field) {
		switch f.number {
		case 1:
			ad.ApprovedAt = f.time()
		case 2:
			copy(ad.ApprovedBy[:], f.bytes)
		}
	})
	if err != nil {
		return ad, tx.damaged("the record of a domain cannot be decoded")
	}
	return ad, nil
}

// PutDomain writes an approved domain.
func (tx *Tx) PutDomain(ad account.ApprovedDomain) error {
	var e encoder
	e.time(1, ad.ApprovedAt)
	e.bytes(2, ad.ApprovedBy[:])
	return tx.write(domainKey(ad.Org, ad.Domain), e.buf)
}

// RemoveDomain deletes an approved domain.
func (tx *Tx) RemoveDomain(org account.OrgID, d account.Domain) error {
	return tx.remove(domainKey(org, d))
}

// Domains calls fn with each approved domain of an organisation, in the order
// of their names, until fn returns false.
func (tx *Tx) Domains(org account.OrgID, fn func(account.ApprovedDomain) (bool, error)) error {
	prefix := key(keyDomain, orgPart(org))
	return tx.each(prefix, prefix, func(k, payload []byte) (bool, error) {
		ad, err := tx.decodeDomain(org, account.Domain(k[len(prefix):]), payload)
		if err != nil {
			return false, err
		}
		return fn(ad)
	})
}
