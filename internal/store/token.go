package store

import (
	"bytes"
	"encoding/binary"

	"github.com/usher-admin/usher/internal/account"
)

func tokenKey(org account.OrgID, name string) []byte {
	return key(keyServiceToken, orgPart(org), []byte(name))
}

// TokenPlace names where a service token stands: what the key it carries is
// bound to.
func TokenPlace(tokenHash [32]byte) (bucket string, k []byte) {
	return "token", key(keyTokenHash, tokenHash[:])
}

// ServiceToken returns a service token by its name.
func (tx *Tx) ServiceToken(org account.OrgID, name string) (account.ServiceToken, bool, error) {
	payload, err := tx.read(tokenKey(org, name))
	if err != nil || payload == nil {
		return account.ServiceToken{}, false, err
	}
	t, err := tx.decodeToken(org, name, payload)
	return t, err == nil, err
}

func (tx *Tx) decodeToken(org account.OrgID, name string, payload []byte) (account.ServiceToken, error) {
	t := account.ServiceToken{Org: org, Name: name}
	err := decode(payload, func(f field) {
		switch f.number {
		case 1:
			copy(t.TokenHash[:], f.bytes)
		case 2: // once for each permission
			t.Allow = append(t.Allow, string(f.bytes))
		case 3:
			copy(t.CreatedBy[:], f.bytes)
		case 4:
			t.CreatedAt = f.time()
		case 5:
			t.ExpiresAt = f.time()
		case 6:
			t.LastUsedAt = f.time()
		case 7:
			t.Carried = bytes.Clone(f.bytes)
		case 8:
			t.Scope.Org = account.OrgID(f.value)
		case 9:
			t.Scope.Site = account.SiteID(f.value)
		}
	})
	if err != nil {
		return t, tx.damaged("the record of a token cannot be decoded")
	}
	return t, nil
}

// ServiceTokenByHash returns a service token by the hash of its secret.
func (tx *Tx) ServiceTokenByHash(hash [32]byte) (account.ServiceToken, bool, error) {
	payload, err := tx.read(key(keyTokenHash, hash[:]))
	if err != nil || payload == nil {
		return account.ServiceToken{}, false, err
	}
	if len(payload) < 5 {
		return account.ServiceToken{}, false, tx.damaged("the index of tokens cannot be decoded")
	}
	return tx.ServiceToken(account.OrgID(binary.BigEndian.Uint32(payload)), string(payload[4:]))
}

// PutServiceToken writes a service token and keeps the index of secrets.
func (tx *Tx) PutServiceToken(t account.ServiceToken) error {
	var e encoder
	e.bytes(1, t.TokenHash[:])
	for _, p := range t.Allow {
		e.string(2, p)
	}
	e.bytes(3, t.CreatedBy[:])
	e.time(4, t.CreatedAt)
	e.time(5, t.ExpiresAt)
	e.time(6, t.LastUsedAt)
	e.bytes(7, t.Carried)
	e.uint(8, uint64(t.Scope.Org))
	e.uint(9, uint64(t.Scope.Site))
	if err := tx.write(key(keyTokenHash, t.TokenHash[:]), append(orgPart(t.Org), t.Name...)); err != nil {
		return err
	}
	return tx.write(tokenKey(t.Org, t.Name), e.buf)
}

// RemoveServiceToken ends a service token.
func (tx *Tx) RemoveServiceToken(t account.ServiceToken) error {
	if err := tx.remove(key(keyTokenHash, t.TokenHash[:])); err != nil {
		return err
	}
	return tx.remove(tokenKey(t.Org, t.Name))
}

// ServiceTokens calls fn with each service token of an organisation, in the
// order of their names, until fn returns false.
func (tx *Tx) ServiceTokens(org account.OrgID, fn func(account.ServiceToken) (bool, error)) error {
	prefix := key(keyServiceToken, orgPart(org))
	return tx.each(prefix, prefix, func(k, payload []byte) (bool, error) {
		t, err := tx.decodeToken(org, string(k[len(prefix):]), payload)
		if err != nil {
			return false, err
		}
		return fn(t)
	})
}

// TokensMadeBy returns the service tokens that a user made, in the order of their
// names.
func (tx *Tx) TokensMadeBy(org account.OrgID, user account.UserID) ([]account.ServiceToken, error) {
	if tx.space.bare(key(keyServiceToken, orgPart(org))) {
		return nil, nil
	}
	var made []account.ServiceToken
	err := tx.ServiceTokens(org, func(t account.ServiceToken) (bool, error) {
		if t.CreatedBy == user {
			made = append(made, t)
		}
		return true, nil
	})
	return made, err
}
