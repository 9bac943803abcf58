package store

import (
	"bytes"
	"encoding/binary"

	"github.com/usher-admin/usher/internal/account"
)

// ScopeKey returns what is kept of a scope's organisation key.
func (tx *Tx) ScopeKey(scope account.Scope) (account.ScopeKey, bool, error) {
	payload, err := tx.read(scopeKey(scope))
	if err != nil || payload == nil {
		return account.ScopeKey{}, false, err
	}
	sk, err := tx.decodeScopeKey(scope, payload)
	return sk, err == nil, err
}

func (tx *Tx) decodeScopeKey(scope account.Scope, payload []byte) (account.ScopeKey, error) {
	sk := account.ScopeKey{Scope: scope}
	err := decode(payload, func(f field) {
		switch f.number {
		case 1:
			copy(sk.Check[:], f.bytes)
		case 2:
			sk.Escrow = bytes.Clone(f.bytes)
		case 3:
			sk.Vault = bytes.Clone(f.bytes)
		}
	})
	if err != nil {
		return sk, tx.damaged("the record of an organisation key cannot be decoded")
	}
	return sk, nil
}

// PutScopeKey writes what is kept of a scope's organisation key.
func (tx *Tx) PutScopeKey(sk account.ScopeKey) error {
	var e encoder
	e.bytes(1, sk.Check[:])
	e.bytes(2, sk.Escrow)
	e.bytes(3, sk.Vault)
	return tx.write(scopeKey(sk.Scope), e.buf)
}

// RemoveScopeKey deletes what is kept of a scope's organisation key.
func (tx *Tx) RemoveScopeKey(scope account.Scope) error { return tx.remove(scopeKey(scope)) }

// ScopeKeys calls fn with every scope's key record until fn returns false.
func (tx *Tx) ScopeKeys(fn func(account.ScopeKey) (bool, error)) error {
	prefix := key(keyScopeKey)
	return tx.each(prefix, prefix, func(k, payload []byte) (bool, error) {
		if len(k) != 9 {
			return false, tx.damaged(describeKey(k))
		}
		scope := account.Scope{
			Org:  account.OrgID(binary.BigEndian.Uint32(k[1:])),
			Site: account.SiteID(binary.BigEndian.Uint32(k[5:])),
		}
		sk, err := tx.decodeScopeKey(scope, payload)
		if err != nil {
			return false, err
		}
		return fn(sk)
	})
}
