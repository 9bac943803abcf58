package store

import (
	"bytes"
	"encoding/binary"

	"github.com/usher-admin/usher/internal/account"
)

// Stored passwords stand under their scope, so that all of a scope are found,
// and go, together. A second key finds them by the mark of their name. Of a
// deleted one the sealed name stays, for the log.

// SecretPart is a part of a stored password that is sealed by itself.
type SecretPart string

// The parts. Their words are part of the file format.
const (
	SecretDetails SecretPart = "secret"       // name, user name, address and notes
	SecretValue   SecretPart = "secret value" // the password
	SecretName    SecretPart = "secret name"  // the name of a deleted one
)

// SecretPlace names where a part of a stored password stands: what its sealing
// is bound to.
func SecretPlace(part SecretPart, scope account.Scope, id account.SecretID) (bucket string, k []byte) {
	kind := byte(keySecret)
	if part == SecretName {
		kind = keySecretGone
	}
	return string(part), key(kind, scopePart(scope), id[:])
}

func secretKey(scope account.Scope, id account.SecretID) []byte {
	return key(keySecret, scopePart(scope), id[:])
}

func secretMarkKey(scope account.Scope, mark [16]byte) []byte {
	return key(keySecretMark, scopePart(scope), mark[:])
}

func secretGoneKey(scope account.Scope, id account.SecretID) []byte {
	return key(keySecretGone, scopePart(scope), id[:])
}

// Secret returns a stored password of a scope.
func (tx *Tx) Secret(scope account.Scope, id account.SecretID) (account.Secret, bool, error) {
	payload, err := tx.read(secretKey(scope, id))
	if err != nil || payload == nil {
		return account.Secret{}, false, err
	}
	s, err := tx.decodeSecret(scope, id, payload)
	return s, err == nil, err
}

func (tx *Tx) decodeSecret(scope account.Scope, id account.SecretID, payload []byte) (account.Secret, error) {
	s := account.Secret{ID: id, Scope: scope}
	err := decode(payload, func(f field) {
		switch f.number {
		case 1:
			copy(s.Mark[:], f.bytes)
		case 2:
			s.Details = bytes.Clone(f.bytes)
		case 3:
			s.Value = bytes.Clone(f.bytes)
		case 4:
			s.CreatedAt = f.time()
		case 5:
			copy(s.CreatedBy[:], f.bytes)
		case 6:
			s.UpdatedAt = f.time()
		case 7:
			copy(s.UpdatedBy[:], f.bytes)
		}
	})
	if err != nil {
		return s, tx.damaged("the record of a stored password cannot be decoded")
	}
	return s, nil
}

// SecretByMark returns the stored password of a scope whose name has the mark.
func (tx *Tx) SecretByMark(scope account.Scope, mark [16]byte) (account.Secret, bool, error) {
	payload, err := tx.read(secretMarkKey(scope, mark))
	if err != nil || payload == nil {
		return account.Secret{}, false, err
	}
	if len(payload) != 16 {
		return account.Secret{}, false, tx.damaged("the index of stored passwords cannot be decoded")
	}
	return tx.Secret(scope, account.SecretID(payload))
}

// PutSecret writes a stored password and keeps the index of marks. The caller
// has made sure that the mark is free.
func (tx *Tx) PutSecret(s account.Secret) error {
	old, found, err := tx.Secret(s.Scope, s.ID)
	if err != nil {
		return err
	}
	if found && old.Mark != s.Mark {
		if err := tx.remove(secretMarkKey(s.Scope, old.Mark)); err != nil {
			return err
		}
	}
	if err := tx.write(secretMarkKey(s.Scope, s.Mark), s.ID[:]); err != nil {
		return err
	}
	var e encoder
	e.bytes(1, s.Mark[:])
	e.bytes(2, s.Details)
	e.bytes(3, s.Value)
	e.time(4, s.CreatedAt)
	e.bytes(5, s.CreatedBy[:])
	e.time(6, s.UpdatedAt)
	e.bytes(7, s.UpdatedBy[:])
	return tx.write(secretKey(s.Scope, s.ID), e.buf)
}

// RemoveSecret deletes a stored password and keeps its name, sealed, for the
// log.
func (tx *Tx) RemoveSecret(s account.Secret, name []byte) error {
	if err := tx.DropSecret(s); err != nil {
		return err
	}
	return tx.PutGoneSecret(s.Scope, s.ID, name)
}

// DropSecret deletes a stored password and keeps nothing of it.
func (tx *Tx) DropSecret(s account.Secret) error {
	if err := tx.remove(secretMarkKey(s.Scope, s.Mark)); err != nil {
		return err
	}
	return tx.remove(secretKey(s.Scope, s.ID))
}

// GoneSecret returns the sealed name of a deleted stored password, nil if there
// is none.
func (tx *Tx) GoneSecret(scope account.Scope, id account.SecretID) ([]byte, error) {
	payload, err := tx.read(secretGoneKey(scope, id))
	if err != nil {
		return nil, err
	}
	return tx.decodeGone(payload)
}

func (tx *Tx) decodeGone(payload []byte) (name []byte, err error) {
	if err := decode(payload, func(f field) { name = bytes.Clone(f.bytes) }); err != nil {
		return nil, tx.damaged("the name of a deleted stored password cannot be decoded")
	}
	return name, nil
}

// PutGoneSecret writes the sealed name of a deleted stored password.
func (tx *Tx) PutGoneSecret(scope account.Scope, id account.SecretID, name []byte) error {
	var e encoder
	e.bytes(1, name)
	return tx.write(secretGoneKey(scope, id), e.buf)
}

// Secrets calls fn with each stored password of a scope, in the order they were
// made, until fn returns false.
func (tx *Tx) Secrets(scope account.Scope, fn func(account.Secret) (bool, error)) error {
	return tx.eachOfScope(keySecret, scope, func(id account.SecretID, payload []byte) (bool, error) {
		s, err := tx.decodeSecret(scope, id, payload)
		if err != nil {
			return false, err
		}
		return fn(s)
	})
}

// GoneSecrets calls fn with the id and sealed name of each deleted stored
// password of a scope, until fn returns false.
func (tx *Tx) GoneSecrets(scope account.Scope, fn func(id account.SecretID, name []byte) (bool, error)) error {
	return tx.eachOfScope(keySecretGone, scope, func(id account.SecretID, payload []byte) (bool, error) {
		name, err := tx.decodeGone(payload)
		if err != nil {
			return false, err
		}
		return fn(id, name)
	})
}

func (tx *Tx) eachOfScope(kind byte, scope account.Scope, fn func(id account.SecretID, payload []byte) (bool, error)) error {
	prefix := key(kind, scopePart(scope))
	return tx.each(prefix, prefix, func(k, payload []byte) (bool, error) {
		if len(k) != len(prefix)+16 {
			return false, tx.damaged(describeKey(k))
		}
		return fn(account.SecretID(k[len(prefix):]), payload)
	})
}

// DropGoneSecrets forgets the names of a scope's deleted stored passwords.
func (tx *Tx) DropGoneSecrets(scope account.Scope) error {
	return tx.removeAll(key(keySecretGone, scopePart(scope)))
}

// scopePart returns a scope as it stands in keys, so that those of an
// organisation and all its sites share a beginning.
func scopePart(s account.Scope) []byte {
	part := make([]byte, 0, 8)
	part = binary.BigEndian.AppendUint32(part, uint32(s.Org))
	return binary.BigEndian.AppendUint32(part, uint32(s.Site))
}
