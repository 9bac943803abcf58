package store

import (
	"slices"

	"github.com/usher-admin/usher/internal/account"
)

// The events about or by a user are found by an index of runs: the first number
// and how many in a row, which a transaction wrote. The event that made him has
// no entry as long as he is there: his record keeps its number, which costs a new
// user, and a million of them, neither a key nor a page.

// AddUserEvent notes that the events from seq, count of them, are about or by
// a user.
func (tx *Tx) AddUserEvent(org account.OrgID, user account.UserID, seq, count uint64) error {
	if i := slices.Index(tx.newborn, user); i >= 0 && seq == tx.head.Size && count == 1 {
		tx.newborn = slices.Delete(tx.newborn, i, i+1)
		return nil
	}
	return tx.putUserEvent(org, user, seq, count)
}

func (tx *Tx) putUserEvent(org account.OrgID, user account.UserID, seq, count uint64) error {
	var e encoder
	if count > 1 {
		e.uint(1, count)
	}
	return tx.write(userEventKey(org, user, seq), e.buf)
}

// born returns the number of the event that made a user, 0 where his record does
// not keep it, or the event is pruned.
func (tx *Tx) born(org account.OrgID, user account.UserID) (uint64, error) {
	u, _, err := tx.User(org, user)
	if err != nil || u.Born <= tx.head.Pruned {
		return 0, err
	}
	return u.Born, nil
}

// releaseBorn gives the event that made a user an entry in the index, before his
// record goes. One who was read knows the number, which never changes.
func (tx *Tx) releaseBorn(u account.User) error {
	seq := u.Born
	if seq == 0 {
		var err error
		if seq, err = tx.born(u.Org, u.ID); err != nil {
			return err
		}
	}
	if seq <= tx.head.Pruned {
		return nil
	}
	return tx.putUserEvent(u.Org, u.ID, seq, 1)
}

func userEventKey(org account.OrgID, user account.UserID, seq uint64) []byte {
	return key(keyUserEvent, orgPart(org), user[:], seqPart(seq))
}

// UserEvents calls fn with each run of events about or by a user that begins
// before the given number, newest run first, until fn returns false.
func (tx *Tx) UserEvents(org account.OrgID, user account.UserID, before uint64, fn func(seq, count uint64) (bool, error)) error {
	more := true
	err := tx.indexedBack(org, user, before, func(seq, count uint64) (_ bool, err error) {
		more, err = fn(seq, count)
		return more, err
	})
	if err != nil || !more {
		return err
	}
	seq, err := tx.born(org, user) // nothing comes before that one
	if err == nil && seq != 0 && seq < before {
		_, err = fn(seq, 1)
	}
	return err
}

// indexedBack is UserEvents for those that the index has.
func (tx *Tx) indexedBack(org account.OrgID, user account.UserID, before uint64, fn func(seq, count uint64) (bool, error)) error {
	prefix := key(keyUserEvent, orgPart(org), user[:])
	return tx.eachBack(prefix, userEventKey(org, user, before), tx.runVisitor(fn))
}

// UserEventsFrom calls fn with each run of events about or by a user that ends
// at the given number or behind it, oldest run first, until fn returns false.
func (tx *Tx) UserEventsFrom(org account.OrgID, user account.UserID, from uint64, fn func(seq, count uint64) (bool, error)) error {
	switch seq, err := tx.born(org, user); {
	case err != nil:
		return err
	case seq != 0 && seq >= from:
		if more, err := fn(seq, 1); err != nil || !more {
			return err
		}
	}
	first := from
	err := tx.indexedBack(org, user, from, func(seq, count uint64) (bool, error) {
		if seq+count > from {
			first = seq
		}
		return false, nil
	})
	if err != nil {
		return err
	}
	prefix := key(keyUserEvent, orgPart(org), user[:])
	return tx.each(prefix, userEventKey(org, user, first), tx.runVisitor(fn))
}

func (tx *Tx) runVisitor(fn func(seq, count uint64) (bool, error)) func(k, payload []byte) (bool, error) {
	return func(k, payload []byte) (bool, error) {
		if len(k) != 1+4+16+8 {
			return false, tx.damaged(describeKey(k))
		}
		count := uint64(1)
		if err := decode(payload, func(f field) { count = f.value }); err != nil {
			return false, tx.damaged(describeKey(k))
		}
		return fn(seqOf(k), count)
	}
}
