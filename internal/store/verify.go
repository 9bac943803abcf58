package store

import (
	"context"
	"fmt"

	"go.etcd.io/bbolt"
)

// Verify reads the whole database and returns the first thing that is wrong
// with it as the "damaged" error: a page the engine does not vouch for, a
// record that does not match its check, one that names an event which never
// was, or a gap in the log. It holds the reading lock all the while.
func (s *Store) Verify(ctx context.Context) error {
	o := engineOptions(true)
	o.PreLoadFreelist = true // the engine looks for pages that nobody holds
	return s.read(ctx, o, func(_ *bbolt.DB, tx *Tx) error {
		if fault := tx.space.pageFault(); fault != nil {
			return tx.damaged(fault.Error())
		}
		if err := tx.verifyRecords(); err != nil {
			return err
		}
		return tx.verifyLog()
	})
}

// verifyRecords reads every record there is. The schema number has a form of
// its own, which opening has checked.
func (tx *Tx) verifyRecords() (err error) {
	schema := string(schemaKey())
	tx.space.scan(nil, nil, func(k, v []byte) bool {
		if string(k) == schema {
			return true
		}
		switch r, ok := unpack(k, v); {
		case !ok:
			err = tx.damaged(describeKey(k))
		case r.event > tx.head.Size:
			err = tx.damaged(fmt.Sprintf("a record names event %d of %d", r.event, tx.head.Size))
		}
		return err == nil
	})
	return err
}

// verifyLog counts the lines of the log from first to last.
func (tx *Tx) verifyLog() error {
	next := uint64(1)
	err := tx.Lines(next, func(l Line) (bool, error) {
		if l.Seq != next {
			return false, tx.damaged(fmt.Sprintf("event %d of its log is missing", next))
		}
		next++
		return true, nil
	})
	if err == nil && next != tx.head.Size+1 {
		err = tx.damaged(fmt.Sprintf("its log ends at event %d, not at %d", next-1, tx.head.Size))
	}
	return err
}
