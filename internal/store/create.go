package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/usher-admin/usher/internal/account"
)

// Create makes a new database whose first records fn writes. The file is made
// beside its place and comes there whole or not at all; an existing path is
// never overwritten. A missing folder is made, readable by its owner alone.
func (s *Store) Create(ctx context.Context, instance account.InstanceID, fn func(*Tx) error) error {
	if err := s.makeFolder(); err != nil {
		return err
	}
	dir := filepath.Dir(s.path)
	if err := refuseExisting(s.path); err != nil {
		return err
	}
	l, err := s.acquireAlone(ctx)
	if err != nil {
		return err
	}
	defer l.release()
	if err := refuseExisting(s.path); err != nil { // another init may have been quicker
		return err
	}
	return s.createLocked(dir, instance, fn)
}

// makeFolder makes the folder of the file, as its path names it: "a/.." needs an a,
// which may be a link to elsewhere. Links are followed from here on, as New does it.
func (s *Store) makeFolder() error {
	folder, name := filepath.Split(s.path)
	if folder == "" {
		return nil
	}
	if len(folder) > 1 {
		folder = folder[:len(folder)-1] // its own name, without the separator
	}
	err := os.MkdirAll(folder, 0o700)
	if err == nil {
		folder, err = filepath.EvalSymlinks(folder)
	}
	if err != nil {
		return folderError(s.path, err)
	}
	s.path = filepath.Join(folder, name)
	return nil
}

func refuseExisting(path string) error {
	switch _, err := os.Lstat(path); {
	case err == nil:
		return account.Errorf(account.Conflict, "%q exists already", path).
			Coded("db.exists").
			Hintf("use it as it is, or name another place with --db FILE")
	case errors.Is(err, fs.ErrNotExist):
		return nil
	default:
		return openError(path, err)
	}
}

func (s *Store) createLocked(dir string, instance account.InstanceID, fn func(*Tx) error) error {
	temp, err := s.temporaryName()
	if err != nil {
		return err
	}
	defer os.Remove(temp) //nolint:errcheck // gone already when all went well
	tx, err := s.fill(temp, instance, fn)
	if err != nil {
		return createError(s.path, err)
	}
	if err := inspectFolder(dir); err != nil {
		return s.sortOpenError(err)
	}
	if err := os.Rename(temp, s.path); err != nil {
		return createError(s.path, err)
	}
	if err := syncFolder(dir); err != nil {
		return unknownOutcomeError(s.path, err)
	}
	s.vouch(tx)
	return nil
}

// fill makes the file under its temporary name and flushes it.
func (s *Store) fill(temp string, instance account.InstanceID, fn func(*Tx) error) (*Tx, error) {
	b, err := newBuilder(temp, 1)
	if err != nil {
		return nil, err
	}
	defer b.close() //nolint:errcheck // flushed before
	tx, err := s.first(instance, fn)
	if err != nil {
		return nil, err
	}
	tx.space.scan(nil, nil, func(k, value []byte) bool {
		err = b.put(k, value)
		return err == nil
	})
	if err != nil {
		return nil, err
	}
	tx.built = b
	return tx, b.finish()
}

// first returns the transaction that holds the records of a new database.
func (s *Store) first(instance account.InstanceID, fn func(*Tx) error) (*Tx, error) {
	now := s.opt.Now()
	tx := &Tx{Now: now, clock: now, space: newBuffered(space{}, s.Scratch(), s.opt.Hold), path: s.path, random: s.opt.Random, writable: true}
	tx.head.Instance = instance
	tx.setSchema(Schema)
	if err := tx.saveHead(); err != nil {
		return nil, err
	}
	if err := fn(tx); err != nil {
		return nil, err
	}
	return tx, tx.settle()
}

func createError(path string, err error) error {
	var known *account.Error
	switch {
	case errors.As(err, &known):
		return err
	case isFull(err):
		return fullError(path, err)
	case errors.Is(err, fs.ErrPermission):
		return permissionError(path, err)
	}
	return fmt.Errorf("cannot make the database %q: %w", path, err)
}
