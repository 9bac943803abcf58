package store

import "github.com/usher-admin/usher/internal/account"

// The events about or by a user are found by an index of runs: the first number
// and how many in a row, which a transaction wrote.

// AddUserEvent notes that the events from seq, count of them, are about or by
// a user.
func (tx *Tx) AddUserEvent(org account.OrgID, user account.UserID, seq, count uint64) error {
	var e encoder
	if count > 1 {
		e.uint(1, count)
	}
	return tx.write(userEventKey(org, user, seq), e.buf)
}

func userEventKey(org account.OrgID, user account.UserID, seq uint64) []byte {
	return key(keyUserEvent, orgPart(org), user[:], seqPart(seq))
}

// UserEvents calls fn with each run of events about or by a user that begins
// before the given number, newest run first, until fn returns false.
func (tx *Tx) UserEvents(org account.OrgID, user account.UserID, before uint64, fn func(seq, count uint64) (bool, error)) error {
	prefix := key(keyUserEvent, orgPart(org), user[:])
	return tx.eachBack(prefix, userEventKey(org, user, before), tx.runVisitor(fn))
}

// UserEventsFrom calls fn with each run of events about or by a user that ends
// at the given number or behind it, oldest run first, until fn returns false.
func (tx *Tx) UserEventsFrom(org account.OrgID, user account.UserID, from uint64, fn func(seq, count uint64) (bool, error)) error {
	first := from
	err := tx.UserEvents(org, user, from, func(seq, count uint64) (bool, error) {
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
