package store

import (
	"bytes"

	"github.com/usher-admin/usher/internal/account"
)

// Policy returns an organisation's password policy; the zero one, but for Org,
// where none was set.
func (tx *Tx) Policy(org account.OrgID) (account.PasswordPolicy, error) {
	p := account.PasswordPolicy{Org: org}
	payload, err := tx.read(key(keyPolicy, orgPart(org)))
	if err != nil || payload == nil {
		return p, err
	}
	err = decode(payload, func(f field) {
		switch f.number {
		case 1:
			p.MinLength = int(f.value)
		case 2:
			p.MinDigits = int(f.value)
		case 3:
			p.MinLower = int(f.value)
		case 4:
			p.MinUpper = int(f.value)
		case 5:
			p.MinSpecial = int(f.value)
		case 6:
			p.Message = string(f.bytes)
		case 7:
			p.UpdatedAt = f.time()
		}
	})
	if err != nil {
		return p, tx.damaged("a password policy cannot be decoded")
	}
	return p, nil
}

// PutPolicy writes an organisation's password policy.
func (tx *Tx) PutPolicy(p account.PasswordPolicy) error {
	var e encoder
	e.uint(1, uint64(p.MinLength))
	e.uint(2, uint64(p.MinDigits))
	e.uint(3, uint64(p.MinLower))
	e.uint(4, uint64(p.MinUpper))
	e.uint(5, uint64(p.MinSpecial))
	e.string(6, p.Message)
	e.time(7, p.UpdatedAt)
	return tx.write(key(keyPolicy, orgPart(p.Org)), e.buf)
}

// Blocklist returns the bytes of an organisation's own password blocklist, nil
// where it has none.
func (tx *Tx) Blocklist(org account.OrgID) ([]byte, error) {
	payload, err := tx.read(key(keyBlocklist, orgPart(org)))
	return bytes.Clone(payload), err
}

// PutBlocklist writes an organisation's password blocklist; none deletes it.
func (tx *Tx) PutBlocklist(org account.OrgID, list []byte) error {
	if len(list) == 0 {
		return tx.remove(key(keyBlocklist, orgPart(org)))
	}
	return tx.write(key(keyBlocklist, orgPart(org)), list)
}
