package store

import "github.com/usher-admin/usher/internal/account"

func roleKey(org account.OrgID, name account.RoleName) []byte {
	return key(keyRole, orgPart(org), []byte(name))
}

// Role returns a custom role of an organisation.
func (tx *Tx) Role(org account.OrgID, name account.RoleName) (account.CustomRole, bool, error) {
	payload, err := tx.read(roleKey(org, name))
	if err != nil || payload == nil {
		return account.CustomRole{}, false, err
	}
	r, err := tx.decodeRole(org, name, payload)
	return r, err == nil, err
}

func (tx *Tx) decodeRole(org account.OrgID, name account.RoleName, payload []byte) (account.CustomRole, error) {
	r := account.CustomRole{Org: org, Name: name}
	err := decode(payload, func(f field) {
		switch f.number {
		case 1: // once for each permission
			r.Allow = append(r.Allow, string(f.bytes))
		case 2:
			r.CreatedAt = f.time()
		case 3:
			r.UpdatedAt = f.time()
		}
	})
	if err != nil {
		return r, tx.damaged("the record of a role cannot be decoded")
	}
	return r, nil
}

// PutRole writes a custom role.
func (tx *Tx) PutRole(r account.CustomRole) error {
	var e encoder
	for _, p := range r.Allow {
		e.string(1, p)
	}
	e.time(2, r.CreatedAt)
	e.time(3, r.UpdatedAt)
	return tx.write(roleKey(r.Org, r.Name), e.buf)
}

// RemoveRole deletes a custom role.
func (tx *Tx) RemoveRole(org account.OrgID, name account.RoleName) error {
	return tx.remove(roleKey(org, name))
}

// Roles calls fn with each custom role of an organisation, in the order of
// their names, until fn returns false.
func (tx *Tx) Roles(org account.OrgID, fn func(account.CustomRole) (bool, error)) error {
	prefix := key(keyRole, orgPart(org))
	return tx.each(prefix, prefix, func(k, payload []byte) (bool, error) {
		r, err := tx.decodeRole(org, account.RoleName(k[len(prefix):]), payload)
		if err != nil {
			return false, err
		}
		return fn(r)
	})
}
