package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/usher-admin/usher/internal/account"
)

// Store is a database file. It holds nothing open between transactions, so
// that many processes can take turns and a file swapped by compaction is
// noticed.
type Store struct {
	path       string
	opt        Options
	unanchored bool // looks at no file beside the database when it opens
	form       form
	migrated   func(tx *Tx, from, to int) error // writes the event of a migration
}

// Options is what a Store takes from the world.
type Options struct {
	Wait   time.Duration    // how long to wait for the lock
	Now    func() time.Time // the clock
	Random io.Reader        // cryptographic randomness
	Warn   func(text string)
	// Hold is how many bytes of changes a transaction holds in memory; more go
	// to a scratch file. 0: 12 MB.
	Hold int
	// Temp is a folder for private copies, where none can be made beside the
	// database.
	Temp string
	// Undisturbed is called right before a change is written to the file's pages:
	// nothing may end the process before the outcome is known. nil: nothing does.
	Undisturbed func()
	// Migrating is told how far a migration is. nil: nobody is.
	Migrating func(p MigrationPhase, done, total uint64)
}

// New names a database; it does not touch the disk. A symbolic link is
// followed once, here, so that the lock stands beside the real file, also one
// that leads nowhere, to a volume that is not there.
func New(path string, opt Options) *Store {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	} else if target, err := os.Readlink(path); err == nil {
		if !filepath.IsAbs(target) {
			target = filepath.Join(filepath.Dir(path), target)
		}
		path = target
	}
	noted := func(*Tx, int, int) error { return nil }
	return &Store{path: path, opt: opt, form: currentForm(), migrated: noted}
}

// Path returns the path of the database file.
func (s *Store) Path() string { return s.path }

// View runs fn in a reading transaction. Readers do not wait for each other
// but hold writers up, so fn must not wait for anybody.
func (s *Store) View(ctx context.Context, fn func(*Tx) error) error {
	return s.current(ctx, func() error { return s.view(ctx, fn) })
}

func (s *Store) view(ctx context.Context, fn func(*Tx) error) error {
	if err := s.glance(); err != nil {
		return err
	}
	l, err := acquire(ctx, s.path, false, s.opt.Wait)
	if err != nil {
		return err
	}
	defer l.release()
	return guard(s.path, func() error {
		o, err := s.open(false)
		if err != nil {
			return err
		}
		defer o.close()
		tx, err := s.beginToRead(o)
		if err != nil {
			return err
		}
		return tx.run(fn)
	})
}

// Update runs fn in a writing transaction and commits it when fn returns nil;
// otherwise nothing is changed. Where fn changes nothing, nothing is written. The
// error of a commit says whether the change is not there or its outcome is unknown.
func (s *Store) Update(ctx context.Context, fn func(*Tx) error) error {
	var o *opened
	defer func() { o.unmapEngine() }() // which nobody has to wait for
	return s.alone(ctx, func() (err error) {
		if o, err = s.open(true); err != nil {
			return err
		}
		defer o.close()
		tx, err := s.change(ctx, o, fn)
		if err != nil || !tx.space.changed() {
			return err
		}
		return s.keep(ctx, o, tx)
	})
}

// keep commits a change: in the file's pages, or by making the file anew where
// the change is large, or where most of the file holds nothing any more, which
// makes every commit slow.
func (s *Store) keep(ctx context.Context, o *opened, tx *Tx) error {
	if tx.space.large(o.size) {
		return s.replace(ctx, tx, nothing)
	}
	empty, err := o.mostlyFree()
	if err != nil {
		return asDamaged(s.path, err)
	}
	if empty {
		if err := s.replace(ctx, tx, nothing); !isFull(err) { // on a full disk the pages still do
			return err
		}
	}
	return s.commit(o, tx)
}

// nothing is what there is to do before most files are replaced.
func nothing() error { return nil }

// alone runs fn while nobody else works on the file.
func (s *Store) alone(ctx context.Context, fn func() error) error {
	return s.current(ctx, func() error { return s.aloneOnce(ctx, fn) })
}

func (s *Store) aloneOnce(ctx context.Context, fn func() error) error {
	if err := s.glance(); err != nil {
		return err
	}
	l, err := s.acquireAlone(ctx)
	if err != nil {
		return err
	}
	defer l.release()
	return guard(s.path, fn)
}

// change runs fn in a typed transaction that may write, up to the point where
// its changes, still held in memory, can be kept.
func (s *Store) change(ctx context.Context, o *opened, fn func(*Tx) error) (*Tx, error) {
	tx, err := s.begin(o)
	if err != nil {
		return nil, err
	}
	tx.writable = true
	tx.random = bufio.NewReaderSize(s.opt.Random, 32*nonceSize) // a nonce for every record
	err = tx.run(func(tx *Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		return tx.settle()
	})
	if err != nil {
		return nil, err
	}
	return tx, stopped(ctx)
}

// commit hands the changes to the engine and lets it write them.
func (s *Store) commit(o *opened, tx *Tx) error {
	if s.opt.Undisturbed != nil {
		s.opt.Undisturbed()
	}
	if !s.unanchored {
		if err := s.coverPages(o); err != nil {
			return err
		}
	}
	db, err := o.engine()
	if err != nil {
		return s.sortOpenError(err)
	}
	btx, err := db.Begin(true)
	if err != nil {
		return fmt.Errorf("cannot begin to write %q: %w", s.path, err)
	}
	defer btx.Rollback() //nolint:errcheck // after a commit it does nothing
	tx.space.bucket = btx.Bucket(spaceName)
	tx.space.bucket.FillPercent = fillPercent
	if err := tx.space.flush(s.path); err != nil {
		return asDamaged(s.path, err)
	}
	id := btx.ID() // the engine forgets it when a commit fails
	if err := btx.Commit(); err != nil {
		return s.commitError(id, err)
	}
	if !s.vouches(tx) {
		s.dropSums()
		return nil
	}
	s.forgetAccepted(tx)
	s.updateSums(o)
	s.writeAnchor(tx)
	return nil
}

// stopped returns the error of a change that is called off in time.
func stopped(ctx context.Context) error {
	if ctx.Err() == nil {
		return nil
	}
	return account.Errorf(account.Interrupted, "interrupted; nothing was changed").Coded("interrupted")
}

// begin makes the typed transaction: schema, log head, anchor.
func (s *Store) begin(o *opened) (*Tx, error) {
	now := s.opt.Now()
	tx := &Tx{Now: now, clock: now, space: newBuffered(space{tree: o.tree}, o.scratch, s.opt.Hold), path: s.path, random: s.opt.Random}
	return tx, tx.run(func(tx *Tx) error {
		if err := tx.checkSchema(s.form.schema); err != nil {
			return err
		}
		if err := tx.loadHead(); err != nil {
			return err
		}
		if s.unanchored {
			return nil
		}
		if err := s.checkAnchor(tx); err != nil {
			return err
		}
		return s.checkTaken(o)
	})
}

// commitError tells a change that is certainly not there from one that may be:
// the engine's last step is to write its number into a meta page.
func (s *Store) commitError(id int, cause error) error {
	newest, err := newestTransaction(s.path)
	if err != nil || newest >= uint64(id) {
		return unknownOutcomeError(s.path, cause)
	}
	return refusedError(s.path, cause)
}

// errRollback ends a transaction that was only tried.
var errRollback = errors.New("rolled back as asked")

// Try runs fn in a writing transaction that is always rolled back.
func (s *Store) Try(ctx context.Context, fn func(*Tx) error) error {
	err := s.Update(ctx, func(tx *Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		return errRollback
	})
	if errors.Is(err, errRollback) {
		return nil
	}
	return err
}

// Soon returns the store as one that does not wait for the lock.
func (s *Store) Soon() *Store {
	soon := *s
	soon.opt.Wait = 0
	return &soon
}

// Unanchored returns the store as one that opens whatever state the file is in,
// also one that was rolled back or that has a page which is not the one written
// last: for looking at it, and for accepting it. It reads a file of an older schema
// as it is, so that one which cannot be migrated can be looked at. It does
// not vouch for what it commits, unless that was accepted.
func (s *Store) Unanchored() *Store {
	whatever := *s
	whatever.unanchored = true
	return &whatever
}

// Anchored reports whether the store opens the database only in the state that
// was committed last.
func (s *Store) Anchored() bool { return !s.unanchored }
