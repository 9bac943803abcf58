package store

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/usher-admin/usher/internal/plainfile"
)

// A Copy is a database in a nameless file, which only this process sees and which
// is gone with it: to work on for long while others work on the database. It has
// neither lock nor anchor.
type Copy struct {
	Manifest        // what it says of itself
	Bare     bool   // it came without a manifest, so it may have lost its last changes
	store    *Store // as which it is read
	home     *Store // beside which it lies
	file     *os.File
	sums     *Copy  // the page checks that lay beside it, nil if none did
	records  uint64 // about how many it holds, where a migration made it
}

// Close gives the copy up.
func (c *Copy) Close() error {
	if c.sums != nil {
		_ = c.sums.Close() // only read
	}
	return c.file.Close()
}

// View runs fn in a reading transaction on the copy, which may be of an older
// schema.
func (c *Copy) View(fn func(*Tx) error) error {
	return c.open(func(o *opened) error {
		tx, err := c.store.beginToRead(o)
		if err != nil {
			return err
		}
		return tx.run(fn)
	})
}

// open runs fn while the copy is opened.
func (c *Copy) open(fn func(*opened) error) error {
	return guard(c.store.path, func() error {
		file, err := duplicate(c.file)
		if err != nil {
			return err
		}
		o := &opened{file: file, scratch: c.home.Scratch()}
		defer o.close()
		if err := o.read(); err != nil {
			return c.store.sortOpenError(err)
		}
		if err := c.openSums(o); err != nil {
			return err
		}
		return fn(o)
	})
}

// openSums holds the copy against the page checks that came with it.
func (c *Copy) openSums(o *opened) error {
	if c.sums == nil {
		return nil
	}
	file, err := duplicate(c.sums.file)
	if err != nil {
		return err
	}
	return c.store.useSums(o, file)
}

// newCopy makes an empty copy. path is what errors call it.
func (s *Store) newCopy(path string) (*Copy, error) {
	c := &Copy{home: s, store: &Store{path: path, opt: s.opt, unanchored: true, form: s.form, migrated: s.migrated}}
	err := s.nameless(func(path string) (err error) {
		c.file, err = plainfile.Open(path, os.O_RDWR|os.O_CREATE|os.O_EXCL|plainfile.Strictly, 0o600)
		return err
	})
	return c, err
}

// nameless has a file made and takes its name away: beside the database, where
// what is in it belongs, or else in the folder for temporary files.
func (s *Store) nameless(create func(path string) error) error {
	err := s.namelessIn(filepath.Dir(s.path), create)
	if s.opt.Temp != "" && (errors.Is(err, fs.ErrPermission) || errors.Is(err, fs.ErrNotExist) || isReadOnly(err)) {
		return s.namelessIn(s.opt.Temp, create)
	}
	return err
}

func (s *Store) namelessIn(folder string, create func(path string) error) error {
	name, err := s.besideName(namelessSuffix)
	if err != nil {
		return err
	}
	path := filepath.Join(folder, filepath.Base(name))
	if err := create(path); err != nil {
		return err
	}
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) { // the next writer may have been quicker
		return err
	}
	return nil
}

const copyStep = 64 << 20 // bytes copied before somebody who interrupts is heard

// fill copies what r gives into the copy.
func (c *Copy) fill(ctx context.Context, r io.Reader) error {
	return c.fillEach(ctx, r, func(int64) {})
}

// fillTold is fill from a file, and tells how many bytes were copied of how many.
func (c *Copy) fillTold(ctx context.Context, file *os.File, tell func(done, total int64)) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	tell(0, info.Size())
	return c.fillEach(ctx, file, func(done int64) { tell(done, info.Size()) })
}

func (c *Copy) fillEach(ctx context.Context, r io.Reader, tell func(done int64)) error {
	for done := int64(0); ; tell(done) {
		n, err := io.CopyN(c.file, r, copyStep)
		switch done += n; {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if err := stopped(ctx); err != nil {
			return err
		}
	}
}

// CopyAsItIs takes a copy of the file in whatever state it is.
func (s *Store) CopyAsItIs(ctx context.Context) (c *Copy, err error) {
	if err := s.glance(); err != nil {
		return nil, err
	}
	l, err := acquire(ctx, s.path, false, s.opt.Wait)
	if err != nil {
		return nil, err
	}
	defer l.release()
	return s.copyLocked(ctx)
}

// copyLocked takes a copy while the lock is held.
func (s *Store) copyLocked(ctx context.Context) (*Copy, error) {
	return s.copyTold(ctx, func(_, _ int64) {})
}

// copyTold is copyLocked, and tells how many bytes were copied of how many.
func (s *Store) copyTold(ctx context.Context, tell func(done, total int64)) (*Copy, error) {
	file, err := openExisting(s.path, os.O_RDONLY)
	if err != nil {
		return nil, s.sortOpenError(err)
	}
	defer file.Close() //nolint:errcheck // only read

	ctx.Done() // whoever interrupts from now on waits for the copy to be put away
	c, err := s.newCopy(s.path)
	if err != nil {
		return nil, asRefused(s.path, err)
	}
	if err := orElse(c.fillTold(ctx, file, tell), func() error { return c.takeSums(ctx, s) }); err != nil {
		return nil, errors.Join(asRefused(s.path, err), c.Close())
	}
	return c, nil
}

// takeSums copies the page checks too, if there are any.
func (c *Copy) takeSums(ctx context.Context, s *Store) (err error) {
	file := openSums(s.path)
	if file == nil {
		return nil
	}
	defer file.Close() //nolint:errcheck // only read
	if c.sums, err = s.newCopy(s.path); err != nil {
		return err
	}
	return c.sums.fill(ctx, file)
}

// openSums opens the page checks beside a database, nil where there are none to
// be read.
func openSums(path string) *os.File {
	file, err := plainfile.Open(path+SumsSuffix, os.O_RDONLY|plainfile.Strictly, 0)
	if err != nil {
		return nil
	}
	return file
}

// privateCopy takes a copy of the file once it opened as it should. The lock is
// held no longer than that takes.
func (s *Store) privateCopy(ctx context.Context) (c *Copy, err error) {
	err = s.View(ctx, func(*Tx) error {
		c, err = s.copyLocked(ctx)
		return err
	})
	return c, err
}
