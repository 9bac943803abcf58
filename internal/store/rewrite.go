package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/usher-admin/usher/internal/account"
)

// Rewrite is Update for a change after which the file is made anew: what was
// there and what fn changed is written to a new file beside the old one, which
// then takes its place. The new file is as small as it can be and holds nothing
// that was deleted. A failure before that moment leaves the old file as it was.
func (s *Store) Rewrite(ctx context.Context, fn func(*Tx) error) error {
	return s.alone(ctx, func() error { return s.rewrite(ctx, fn) })
}

// Compact makes the file anew as it is: without free pages, and without what
// was deleted. The log does not change.
func (s *Store) Compact(ctx context.Context) error {
	return s.Rewrite(ctx, func(*Tx) error { return nil })
}

// rewrite is Rewrite while the lock is held.
func (s *Store) rewrite(ctx context.Context, fn func(*Tx) error) error {
	o, err := s.open(false)
	if err != nil {
		return err
	}
	defer o.close()
	tx, err := s.change(ctx, o, fn)
	if err != nil {
		return err
	}
	return s.replace(ctx, tx, nothing)
}

// replace puts a new file that holds what tx sees into the place of the old one,
// if there is one. ready is called when the new file is whole, right before.
func (s *Store) replace(ctx context.Context, tx *Tx, ready func() error) error {
	temp, err := s.temporaryName()
	if err != nil {
		return err
	}
	defer os.Remove(temp) //nolint:errcheck // gone already when all went well
	if err := s.writeNew(ctx, temp, tx); err != nil {
		return asRefused(s.path, err)
	}
	if err := orElse(stopped(ctx), ready); err != nil {
		return err
	}
	if err := os.Rename(temp, s.path); err != nil {
		return s.renameError(temp, err)
	}
	if err := syncFolder(filepath.Dir(s.path)); err != nil {
		return unknownOutcomeError(s.path, err)
	}
	s.vouch(tx)
	return nil
}

// orElse returns an error, or that of the next step where there is none.
func orElse(err error, next func() error) error {
	if err != nil {
		return err
	}
	return next()
}

// writeNew writes what tx sees to a new file of the old one's owner.
func (s *Store) writeNew(ctx context.Context, temp string, tx *Tx) (err error) {
	ctx.Done() // from here on somebody who interrupts is waited for, to put the new file away
	b, err := newBuilder(temp, tx.space.tree.Txid()+1)
	if err != nil {
		return err
	}
	defer func() {
		if closed := b.close(); err == nil {
			err = closed
		}
	}()
	if err := sameOwner(b.file, s.path); err != nil {
		return err
	}
	if err := tx.copyTo(ctx, b); err != nil {
		return err
	}
	tx.built = b
	return b.finish()
}

// tellEach is how many records lie between two words about progress.
const tellEach = 1024

// copyTo hands every record that tx sees to a builder, after looking at each: a
// damaged file is not made one that looks sound, unless what can be repaired of it
// was.
func (tx *Tx) copyTo(ctx context.Context, b *builder) (err error) {
	v := verifier{tx: tx}
	tx.space.scan(nil, nil, func(k, value []byte) bool {
		if err = v.visit(k, value); err == nil || tx.lenient {
			err = b.put(k, tx.shortened(k, value))
		}
		if err == nil && v.seen%tellEach == 0 {
			if tx.saving != nil {
				tx.saving(uint64(v.seen))
			}
			err = stopped(ctx)
		}
		return err == nil
	})
	if err == nil {
		err = tx.fault()
	}
	if err != nil || tx.lenient {
		return err
	}
	return v.end()
}

// asRefused sorts the error of a new file that did not come about.
func asRefused(path string, err error) error {
	var known *account.Error
	if errors.As(err, &known) {
		return err
	}
	return refusedError(path, err)
}

// renameError tells a new file that certainly did not take its place, since it
// still stands where it was, from one that may have.
func (s *Store) renameError(temp string, cause error) error {
	if _, err := os.Lstat(temp); err != nil {
		return unknownOutcomeError(s.path, cause)
	}
	return refusedError(s.path, cause)
}
