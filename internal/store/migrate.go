package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/usher-admin/usher/internal/account"
)

// A file of an older schema is brought to this one by the first command that
// opens it: step by step, each in one transaction, on a private copy. Only when
// the result was looked at whole does it take the place of the old file, which is
// kept. Nothing leads back: an older usher refuses what a newer one wrote.

// form is the schema that a store reads and writes, and what leads to it.
type form struct {
	schema uint32
	steps  []step
}

// step brings a file to a schema from the one before.
type step struct {
	to  uint32
	run func(tx *Tx) error
}

// currentForm is the form of this usher. The first schema has nothing that leads
// to it; a new one adds its step here, and a file of the old one to testdata/db.
func currentForm() form {
	return form{schema: Schema, steps: []step{
		{to: 2, run: moveKeys}, // other records stay as they are, but for the lines of the log
	}}
}

// moveKeys gives the counters and the former users by address, which follow from
// others, the keys that they have in schema 2. The log's end comes there with the
// event of the migration. The lines of the log are kept in short from here on.
func moveKeys(tx *Tx) error {
	tx.shorten = true
	tx.space.delete(key(firstLogHead))
	return errors.Join(
		tx.move(firstCounter, func(k []byte) ([]byte, bool) { return key(keyCounter, k[1:]), true }),
		tx.move(firstFormer, func(k []byte) ([]byte, bool) {
			if len(k) < 1+4+1+16 {
				return nil, false
			}
			org, address, id := k[1:5], k[5:len(k)-16], k[len(k)-16:]
			return key(keyAddress, address, org, id), true
		}))
}

// move gives all records of a kind, which is not a logged one, other keys.
func (tx *Tx) move(kind byte, to func(k []byte) ([]byte, bool)) error {
	keys, _ := tx.someKeys(kind, nil, -1)
	for _, k := range keys {
		rec, ok := unpack(k, tx.space.get(k))
		moved, formed := to(k)
		if !ok || !formed {
			return tx.damaged(describeKey(k))
		}
		tx.space.put(moved, appendPlain(nil, moved, rec.payload))
		tx.space.delete(k)
	}
	return nil
}

// MigrationPhase is a part of a migration, which lasts as long as the file is large.
type MigrationPhase int

// The phases in their order.
const (
	MigrationCopied  MigrationPhase = iota // megabytes of the file, of which a private copy is made
	MigrationWritten                       // records of the new file; of how many is not known
	MigrationChecked                       // records of it that were looked at
	MigrationSaved                         // records of it, in the place of the old one
	MigrationEnded                         // it did, in whatever way
)

// phase returns what tells of a phase, of total things if that is known.
func (s *Store) phase(p MigrationPhase, total uint64) func(done uint64) {
	return func(done uint64) {
		if s.opt.Migrating != nil {
			s.opt.Migrating(p, done, total)
		}
	}
}

// olderSchema says that a file has to be migrated first.
type olderSchema struct{ number uint32 }

func (e olderSchema) Error() string { return fmt.Sprintf("it is of schema %d", e.number) }

// OnMigration sets what a migration does besides: fn writes its event, and the
// baseline of the records as they are from then on.
func (s *Store) OnMigration(fn func(tx *Tx, from, to int) error) { s.migrated = fn }

// current runs an operation, and once more if the file had to be migrated first.
func (s *Store) current(ctx context.Context, operation func() error) error {
	err := operation()
	var older olderSchema
	if !errors.As(err, &older) {
		return err
	}
	if err := s.migrate(ctx); err != nil {
		return err
	}
	return operation()
}

// beginToRead is begin for a transaction that writes nothing. Who looks at whatever
// state the file is in looks at an older schema as it is: every schema so far can
// be read without its migration.
func (s *Store) beginToRead(o *opened) (*Tx, error) {
	tx, err := s.begin(o)
	var older olderSchema
	if s.unanchored && errors.As(err, &older) {
		return s.reading(older.number).begin(o)
	}
	return tx, err
}

// migrate brings the file to the schema of this usher.
func (s *Store) migrate(ctx context.Context) error {
	l, err := s.acquireAlone(ctx)
	if err != nil {
		return err
	}
	defer l.release()
	return guard(s.path, func() error {
		number, err := s.notYetMigrated()
		if err != nil || number == s.form.schema {
			return err // somebody else was quicker
		}
		defer s.phase(MigrationEnded, 0)(0)
		c, err := s.copyTold(ctx, func(done, total int64) { s.phase(MigrationCopied, uint64(total)>>20)(uint64(done) >> 20) })
		if err != nil {
			return err
		}
		defer func() { _ = c.Close() }()
		if c, err = c.migrate(ctx, number); err != nil {
			return err
		}
		return s.settleMigration(ctx, c, number)
	})
}

// notYetMigrated returns the schema of the file, once it is the one that was
// committed last.
func (s *Store) notYetMigrated() (uint32, error) {
	o, err := s.open(false)
	if err != nil {
		return 0, err
	}
	defer o.close()
	_, err = s.begin(o)
	var older olderSchema
	if !errors.As(err, &older) {
		return s.form.schema, err
	}
	_, err = s.reading(older.number).begin(o)
	return older.number, err
}

// reading returns the store as one that reads files of another schema.
func (s *Store) reading(schema uint32) *Store {
	other := *s
	other.form = form{schema: schema}
	return &other
}

// migrate brings a copy of a schema to the one of this usher, a step after the
// other. It returns another copy and closes this one.
func (c *Copy) migrate(ctx context.Context, from uint32) (*Copy, error) {
	target := c.store.form
	for _, st := range target.steps {
		if st.to <= from {
			continue
		}
		next, err := c.step(ctx, from, st)
		if err != nil {
			return c, migrationError(c.store.path, from, st.to, err)
		}
		_ = c.Close()
		c, from = next, st.to
	}
	if from != target.schema {
		return c, fmt.Errorf("nothing leads from schema %d to %d", from, target.schema)
	}
	found, err := c.look(c.store.phase(MigrationChecked, c.records))
	if i := slices.IndexFunc(found, Finding.byMigration); err == nil && i >= 0 {
		err = fmt.Errorf("%s: %s", found[i].Where, found[i].Message)
	}
	if err != nil {
		return c, migrationError(c.store.path, from, target.schema, err)
	}
	return c, nil
}

// byMigration reports whether a migration may have caused a finding. It writes
// every record in another form and deletes none: whom one refers to in vain was
// gone before, which must keep nobody out of his database.
func (f Finding) byMigration() bool { return f.Kind != "reference" && f.Kind != "seat" }

// step makes another copy that is one schema further.
func (c *Copy) step(ctx context.Context, from uint32, st step) (next *Copy, err error) {
	records := uint64(0)
	tell := c.store.phase(MigrationWritten, 0)
	err = c.open(func(o *opened) error {
		tx, err := c.store.reading(from).change(ctx, o, func(tx *Tx) error {
			tx.OnSaving(func(n uint64) { records = n; tell(n) })
			if err := st.run(tx); err != nil {
				return err
			}
			tx.setSchema(st.to)
			return c.store.migrated(tx, int(from), int(st.to))
		})
		if err != nil {
			return err
		}
		next, err = c.home.compactTo(ctx, tx)
		return err
	})
	if err == nil {
		next.store, next.home, next.records = c.store, c.home, records
	}
	return next, err
}

// settleMigration puts what was migrated into the place of the file.
func (s *Store) settleMigration(ctx context.Context, c *Copy, from uint32) error {
	return c.open(func(o *opened) error {
		tx, err := c.store.begin(o)
		if err != nil {
			return err
		}
		tx.OnSaving(s.phase(MigrationSaved, c.records))
		kept := ""
		err = s.replace(ctx, tx, func() (err error) {
			kept, err = s.keepOld(tx, fmt.Sprintf("schema-%d", s.form.schema))
			return err
		})
		s.phase(MigrationEnded, 0)(0)
		if err == nil {
			s.opt.Warn(fmt.Sprintf("the database was brought from schema %d to %d; the file as it was is kept as %s", from, s.form.schema, kept))
		}
		return err
	})
}

func migrationError(path string, from, to uint32, cause error) error {
	return account.Errorf(account.Unexpected, "the database %q cannot be brought from schema %d to %d; nothing was changed: %w", path, from, to, cause).
		Coded("db.migration").
		Hintf("go on with the usher that wrote it, and look with: usher db check")
}

// setSchema writes the number of another schema.
func (tx *Tx) setSchema(number uint32) {
	k := schemaKey()
	value := binary.BigEndian.AppendUint32(nil, number)
	tx.space.put(k, binary.BigEndian.AppendUint32(value, castagnoli(k, value)))
	tx.schema = number
}

// reform gives a record another payload that says the same. A logged one stays
// that of the event that wrote it; the baseline of the migration vouches for it.
func (tx *Tx) reform(k, payload []byte) error {
	value := tx.space.get(k)
	rec, ok := unpack(k, value)
	if !ok {
		return tx.damaged(describeKey(k))
	}
	if !logged(k[0]) {
		tx.space.put(k, appendPlain(nil, k, payload))
		return nil
	}
	tx.space.put(k, appendLogged(nil, k, payload, value[1:1+nonceSize], rec.event))
	return nil
}
