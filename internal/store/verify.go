package store

import (
	"bytes"
	"context"
	"fmt"
)

// Verify reads the whole database and returns the first thing that is wrong
// with it as the "damaged" error: a page that is not as the engine leaves it, a
// record that does not match its check, one that names an event which never
// was, or a gap in the log. It holds the reading lock all the while.
func (s *Store) Verify(ctx context.Context) error {
	return s.View(ctx, func(tx *Tx) error {
		if err := tx.space.tree.Check(); err != nil {
			return asDamaged(tx.path, err)
		}
		return tx.verify()
	})
}

// verify reads every record there is.
func (tx *Tx) verify() (err error) {
	v := verifier{tx: tx}
	tx.space.scan(nil, nil, func(k, value []byte) bool {
		err = v.visit(k, value)
		return err == nil
	})
	if err != nil {
		return err
	}
	return v.end()
}

// verifier looks at all records of a file, one after the other.
type verifier struct {
	tx   *Tx
	seen int
	last []byte // the key before
	line uint64 // the last line of the log
}

func (v *verifier) visit(k, value []byte) error {
	if v.seen > 0 && bytes.Compare(k, v.last) <= 0 {
		return v.tx.damaged("its keys are out of order")
	}
	v.seen++
	v.last = append(v.last[:0], k...)
	if bytes.Equal(k, schemaKey()) { // it has a form of its own, which opening has checked
		return nil
	}
	rec, ok := unpack(k, value)
	switch {
	case !ok:
		return v.tx.damaged(describeKey(k))
	case rec.event > v.tx.head.Size:
		return v.tx.damaged(fmt.Sprintf("a record names event %d of %d", rec.event, v.tx.head.Size))
	case k[0] == keyLine:
		return v.visitLine(k, rec.payload)
	}
	return nil
}

// visitLine counts the lines of the log from first to last.
func (v *verifier) visitLine(k, payload []byte) error {
	if len(k) != 9 {
		return v.tx.damaged(describeKey(k))
	}
	if v.line++; seqOf(k) != v.line {
		return v.tx.damaged(fmt.Sprintf("event %d of its log is missing", v.line))
	}
	if !lineFormed(payload) {
		return v.tx.damaged("an event of its log has an unknown form")
	}
	return nil
}

// end looks at what only shows behind the last record.
func (v *verifier) end() error {
	if v.line != v.tx.head.Size {
		return v.tx.damaged(fmt.Sprintf("its log ends at event %d, not at %d", v.line, v.tx.head.Size))
	}
	return nil
}
