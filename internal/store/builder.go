package store

import (
	"errors"
	"os"

	"go.etcd.io/bbolt"
)

// A builder makes a new file out of keys that come in their order, in memory
// that does not grow with them. Nothing is flushed before the end: a file that
// is not finished is thrown away.
type builder struct {
	path string
	file *os.File // sees every error that the disk reports while it is written
	db   *bbolt.DB
	tx   *bbolt.Tx
	to   space
	held int // bytes put since the engine wrote them
}

// builderHolds is how many bytes are put before the engine writes them out.
const builderHolds = 4 << 20

// newBuilder begins a file at a path where nothing is.
func newBuilder(path string) (*builder, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL|plainly, 0o600)
	if err != nil {
		return nil, err
	}
	b := &builder{path: path, file: file}
	o := engineOptions(false)
	o.NoSync, o.NoGrowSync = true, true
	if b.db, err = bbolt.Open(path, 0o600, o); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	if err = b.begin(); err != nil {
		return nil, errors.Join(err, b.close())
	}
	return b, nil
}

func (b *builder) begin() (err error) {
	if b.tx, err = b.db.Begin(true); err != nil {
		return err
	}
	if err := createSpace(b.tx); err != nil {
		return err
	}
	b.to, _ = openSpace(b.tx)
	return nil
}

// put adds the next key, which stands behind all before it. Key and value must
// stay as they are until the builder is finished or closed.
func (b *builder) put(key, value []byte) error {
	if b.held >= builderHolds {
		if err := b.tx.Commit(); err != nil {
			return err
		}
		b.held = 0
		if err := b.begin(); err != nil {
			return err
		}
	}
	b.held += len(key) + len(value)
	return b.to.put(key, value)
}

// finish makes the file whole, as long as it has to be, and flushes it.
func (b *builder) finish() error {
	if err := b.tx.Commit(); err != nil {
		return err
	}
	var size int64
	if err := b.db.View(func(tx *bbolt.Tx) error { size = tx.Size(); return nil }); err != nil {
		return err
	}
	if err := b.db.Close(); err != nil {
		return err
	}
	if err := b.file.Truncate(size); err != nil {
		return err
	}
	return b.file.Sync()
}

// close gives back what the builder holds; the file stays as it is.
func (b *builder) close() error {
	if b.tx != nil {
		_ = b.tx.Rollback() // after a commit it does nothing
	}
	return errors.Join(b.db.Close(), b.file.Close())
}
