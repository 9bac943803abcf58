package store

import "context"

// Repair makes indexes and counters anew from the records, by a new file. fn
// repairs what only it understands, writes the event and returns how much more it
// repaired; where there is nothing to repair the file stays as it is. Records are
// taken over as they are, damaged ones too. The old file is kept under another
// name, which is returned.
func (s *Store) Repair(ctx context.Context, fn func(tx *Tx, repaired int) (more int, err error)) (kept string, repaired int, err error) {
	err = s.alone(ctx, func() error {
		o, err := s.open(false)
		if err != nil {
			return err
		}
		defer o.close()
		if err := asDamaged(s.path, o.tree.Check()); err != nil {
			return err
		}
		tx, err := s.change(ctx, o, func(tx *Tx) error {
			tx.lenient = true
			repaired = tx.mend()
			more, err := fn(tx, repaired)
			repaired += more
			return err
		})
		if err != nil || repaired == 0 {
			return err
		}
		return s.replace(ctx, tx, func() (err error) {
			kept, err = s.keepOld(tx, "repair")
			return err
		})
	})
	return kept, repaired, err
}

// mend puts right what follows from the records, and returns how many keys that
// were.
func (tx *Tx) mend() int {
	c := newChecker(tx)
	c.run(func(uint64) {})
	for k, value := range c.fixes {
		if value == nil {
			tx.space.delete([]byte(k))
		} else {
			tx.space.put([]byte(k), value)
		}
	}
	return len(c.fixes)
}
