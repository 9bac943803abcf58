package store

import (
	"bytes"

	"github.com/usher-admin/usher/internal/account"
)

// CredentialPlace names where a credential stands: the bucket and key that its
// sealing is bound to, so that it opens nowhere else.
func CredentialPlace(org account.OrgID, user account.UserID) (bucket string, k []byte) {
	return "credential", credentialKey(org, user)
}

// Credential returns what is kept of a user's password.
func (tx *Tx) Credential(org account.OrgID, user account.UserID) (account.Credential, bool, error) {
	payload, err := tx.read(credentialKey(org, user))
	if err != nil || payload == nil {
		return account.Credential{}, false, err
	}
	c := account.Credential{User: user}
	err = decode(payload, func(f field) {
		switch f.number {
		case 1:
			c.Sealed = bytes.Clone(f.bytes)
		case 2:
			c.ChangedAt = f.time()
		case 3:
			c.Temporary = f.value == 1
		case 4:
			c.ExpiresAt = f.time()
		case 5:
			c.UsedAt = f.time()
		}
	})
	if err != nil {
		return c, false, tx.damaged("the record of a password cannot be decoded")
	}
	return c, true, nil
}

// PutCredential writes what is kept of a user's password.
func (tx *Tx) PutCredential(org account.OrgID, c account.Credential) error {
	var e encoder
	e.bytes(1, c.Sealed)
	e.time(2, c.ChangedAt)
	e.bool(3, c.Temporary)
	e.time(4, c.ExpiresAt)
	e.time(5, c.UsedAt)
	return tx.write(credentialKey(org, c.User), e.buf)
}

// RemoveCredential deletes a user's password.
func (tx *Tx) RemoveCredential(org account.OrgID, user account.UserID) error {
	return tx.remove(credentialKey(org, user))
}

// Tries returns how often a wrong password was given for a user. The zero id
// stands for all addresses that belong to nobody.
func (tx *Tx) Tries(user account.UserID) (account.Tries, error) {
	payload, err := tx.read(key(keyTries, user[:]))
	if err != nil || payload == nil {
		return account.Tries{}, err
	}
	return tx.decodeTries(payload)
}

func (tx *Tx) decodeTries(payload []byte) (account.Tries, error) {
	var t account.Tries
	err := decode(payload, func(f field) {
		switch f.number {
		case 1:
			t.Failures = int(f.value)
		case 2:
			t.Last = f.time()
		}
	})
	if err != nil {
		return t, tx.damaged("a count of wrong passwords cannot be decoded")
	}
	return t, nil
}

// TriesWalk finds the tries of many users who come in the order of their ids.
// Few users have any, so it mostly knows without looking.
type TriesWalk struct {
	tx    *Tx
	next  account.UserID // the first user with tries who has not come yet
	tries account.Tries
	begun bool
	end   bool // there is none any more
}

// TriesWalk begins a walk.
func (tx *Tx) TriesWalk() *TriesWalk { return &TriesWalk{tx: tx} }

// Of returns the tries of a user.
func (w *TriesWalk) Of(user account.UserID) (account.Tries, error) {
	if !w.begun || !w.end && bytes.Compare(w.next[:], user[:]) < 0 {
		if err := w.seek(user); err != nil {
			return account.Tries{}, err
		}
	}
	if w.end || w.next != user {
		return account.Tries{}, nil
	}
	return w.tries, nil
}

func (w *TriesWalk) seek(user account.UserID) error {
	w.begun, w.end = true, true
	return w.tx.each(key(keyTries), key(keyTries, user[:]), func(k, payload []byte) (more bool, err error) {
		if len(k) != 1+len(w.next) {
			return false, w.tx.damaged(describeKey(k))
		}
		w.next, w.end = account.UserID(k[1:]), false
		w.tries, err = w.tx.decodeTries(payload)
		return false, err
	})
}

// PutTries writes the count; a count of zero is deleted.
func (tx *Tx) PutTries(user account.UserID, t account.Tries) error {
	if t.Failures == 0 {
		return tx.remove(key(keyTries, user[:]))
	}
	var e encoder
	e.uint(1, uint64(t.Failures))
	e.time(2, t.Last)
	return tx.write(key(keyTries, user[:]), e.buf)
}
