package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"time"
)

// Backup makes a backup of the database while others work: what is there now, in
// a compact file that was read back whole, with its manifest. Whoever asked for
// it closes it.
func (s *Store) Backup(ctx context.Context) (*Copy, error) {
	raw, err := s.privateCopy(ctx)
	if err != nil {
		return nil, err
	}
	defer raw.Close() //nolint:errcheck // only read from here on
	made, err := s.compactCopy(ctx, raw)
	if err != nil {
		return nil, asRefused(s.path, err)
	}
	if err := made.vouch(s.opt.Now()); err != nil {
		return nil, errors.Join(err, made.Close())
	}
	return made, nil
}

// compactCopy makes another copy that holds what one holds, and nothing else.
func (s *Store) compactCopy(ctx context.Context, from *Copy) (made *Copy, err error) {
	err = from.View(func(tx *Tx) error {
		made, err = s.compactTo(ctx, tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	made.store, made.home = from.store, s
	return made, nil
}

// compactTo makes a copy of what tx sees.
func (s *Store) compactTo(ctx context.Context, tx *Tx) (*Copy, error) {
	var b *builder
	err := s.nameless(func(path string) (err error) {
		b, err = newBuilder(path, tx.space.tree.Txid())
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := orElse(tx.copyTo(ctx, b), b.finish); err != nil {
		return nil, errors.Join(err, b.close())
	}
	return &Copy{file: b.file}, nil
}

// vouch reads the whole copy and writes down what it is.
func (c *Copy) vouch(now time.Time) error {
	if err := c.verify(); err != nil {
		return err
	}
	info, err := c.file.Stat()
	if err != nil {
		return err
	}
	c.Size, c.MadeAt = info.Size(), now.UTC().Truncate(time.Second)
	c.SHA256, err = c.sum()
	return err
}

// verify reads every page and every record of the copy, and takes from it what
// its manifest says of the database.
func (c *Copy) verify() error {
	as := Copy{store: c.store, home: c.home, file: c.file}
	return as.View(func(tx *Tx) error {
		c.Instance, c.Schema, c.Events, c.Root = tx.head.Instance, int(tx.schema), tx.head.Size, tx.head.Root
		return orElse(asDamaged(tx.path, tx.space.tree.Check()), tx.verify)
	})
}

// sum returns the SHA-256 of the database's bytes.
func (c *Copy) sum() (sum [32]byte, err error) {
	h := sha256.New()
	if _, err := io.Copy(h, c.database()); err != nil {
		return sum, err
	}
	return [32]byte(h.Sum(nil)), nil
}

// database reads the copy without its manifest.
func (c *Copy) database() io.Reader { return io.NewSectionReader(c.file, 0, c.Size) }

// WriteTo writes the backup with its manifest, and returns how many bytes that
// were.
func (c *Copy) WriteTo(w io.Writer) (int64, error) {
	n, err := io.Copy(w, c.database())
	if err != nil {
		return n, err
	}
	m, err := w.Write(c.block())
	return n + int64(m), err
}

// ReadBackup reads a backup, or any other database file, and checks it whole:
// its bytes against its manifest and each of its records. name is what errors
// call it. Whoever asked for it closes it.
func (s *Store) ReadBackup(ctx context.Context, name string, r io.Reader) (*Copy, error) {
	c, err := s.newCopy(name)
	if err != nil {
		return nil, asRefused(name, err)
	}
	if r, err = c.glance(r); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	if err := c.fill(ctx, r); err != nil {
		return nil, errors.Join(asRefused(name, err), c.Close())
	}
	if err := c.check(); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	if said := uint32(c.Schema); said != s.form.schema {
		defer s.phase(MigrationEnded, 0)(0)
		m, bare := c.Manifest, c.Bare
		if c, err = c.migrate(ctx, said); err != nil {
			return nil, errors.Join(err, c.Close())
		}
		c.Manifest, c.Bare = m, bare
	}
	return c, nil
}

// glance refuses what does not begin as a database before all of it is copied: it
// may have no end. It returns what is left to read, all of it.
func (c *Copy) glance(r io.Reader) (io.Reader, error) {
	head := make([]byte, maxPageSize+metaSize)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, asRefused(c.store.path, err)
	}
	begin := bytes.NewReader(head[:n])
	if err := inspectMeta(begin, int64(n)); err != nil {
		return nil, c.store.sortOpenError(err)
	}
	return io.MultiReader(begin, r), nil
}

// check holds a backup that was read against its manifest.
func (c *Copy) check() error {
	said, err := c.readManifest()
	if c.Bare = errors.Is(err, errNoManifest); c.Bare {
		return c.verify()
	}
	if err != nil {
		return damagedError(c.store.path, err.Error())
	}
	c.Manifest = said
	sum, err := c.sum()
	if err != nil {
		return err
	}
	if sum != said.SHA256 {
		return damagedError(c.store.path, "its bytes are not those that its manifest tells of")
	}
	if err := c.verify(); err != nil {
		return err
	}
	if c.Manifest != said {
		return damagedError(c.store.path, "it holds another state than its manifest tells of")
	}
	return nil
}

// readManifest reads the manifest behind the database and takes it off.
func (c *Copy) readManifest() (Manifest, error) {
	info, err := c.file.Stat()
	if err != nil {
		return Manifest{}, err
	}
	size := info.Size() - manifestSize
	block := make([]byte, manifestSize)
	if _, err := c.file.ReadAt(block, max(size, 0)); err != nil && !errors.Is(err, io.EOF) {
		return Manifest{}, err
	}
	m, err := parseManifest(block)
	if err == nil && m.Size != size {
		err = fmt.Errorf("it has %d bytes, and its manifest tells of %d", size, m.Size)
	}
	if err != nil {
		return m, err
	}
	return m, c.file.Truncate(size)
}
