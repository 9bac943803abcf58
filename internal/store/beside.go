package store

import (
	"sync"

	"github.com/usher-admin/usher/internal/timerslack"
)

// Beside runs functions beside each other, each in a transaction of its own that
// sees what this one does, and returns when all have ended: the first error in
// their order. In a transaction that may write they run one after the other.
func (tx *Tx) Beside(parts ...func(*Tx) error) error {
	if len(parts) == 1 || tx.writable {
		for _, part := range parts {
			if err := part(tx); err != nil {
				return err
			}
		}
		return nil
	}
	beside := make([]*Tx, len(parts))
	for i := range beside {
		var err error
		if beside[i], err = tx.beside(); err != nil {
			return asDamaged(tx.path, err)
		}
	}
	ends := make([]ending, len(parts))
	timerslack.Reset()
	var all sync.WaitGroup
	for i := range parts {
		all.Go(func() { ends[i] = beside[i].runAlone(parts[i]) })
	}
	all.Wait()
	var first error
	for _, e := range ends {
		if err := e.result(); first == nil {
			first = err
		}
	}
	return first
}

// ending is how a function ended that ran beside others: with an error, or in a
// panic, which goes on where all of them were begun.
type ending struct {
	err   error
	cause any
}

func (e ending) result() error {
	if e.cause != nil {
		panic(e.cause)
	}
	return e.err
}

func (tx *Tx) beside() (*Tx, error) {
	tree, err := tx.space.tree.Beside()
	if err != nil {
		return nil, err
	}
	return &Tx{Now: tx.Now, clock: tx.clock, path: tx.path, schema: tx.schema, head: tx.head, space: newBuffered(space{tree: tree}, nil, 0)}, nil
}

func (tx *Tx) runAlone(fn func(*Tx) error) (e ending) {
	defer func() { e.cause = recover() }()
	e.err = guard(tx.path, func() error { return tx.run(fn) })
	return e
}
