package store

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/usher-admin/usher/internal/account"
)

// Standing is what stands in the place that a restore takes.
type Standing struct {
	There    bool // something does
	Readable bool // it says itself what it is; else the anchor may
	Instance Instance
	Events   uint64
	Root     [32]byte

	tickets map[string]bool // hashes of sessions, links and service tokens that live
}

// Standing looks at what stands in the database's place, whatever state it is
// in. A file that is not usher's, or that a newer usher wrote, is an error.
func (s *Store) Standing(ctx context.Context) (Standing, error) {
	if _, err := os.Lstat(s.path); errors.Is(err, fs.ErrNotExist) {
		return Standing{}, nil
	}
	var found Standing
	err := s.Unanchored().View(ctx, found.read)
	return s.sortStanding(found, err)
}

// standing is Standing while the lock is held.
func (s *Store) standing() (Standing, error) {
	if _, err := os.Lstat(s.path); errors.Is(err, fs.ErrNotExist) {
		return Standing{}, nil
	}
	var found Standing
	err := guard(s.path, func() error {
		whatever := s.Unanchored()
		o, err := whatever.open(false)
		if err != nil {
			return err
		}
		defer o.close()
		tx, err := whatever.beginToRead(o)
		if err != nil {
			return err
		}
		return tx.run(found.read)
	})
	return s.sortStanding(found, err)
}

// read takes from a database what a restore wants to know of it.
func (f *Standing) read(tx *Tx) (err error) {
	if f.Instance, err = tx.Instance(); err != nil {
		return err
	}
	f.Events, f.Root, f.tickets = tx.head.Size, tx.head.Root, map[string]bool{}
	for _, kind := range ticketKinds() {
		tx.space.scan([]byte{kind}, []byte{kind}, func(k, _ []byte) bool {
			f.tickets[string(k)] = true
			return true
		})
	}
	f.Readable = true
	return nil
}

// ticketKinds are the records by which somebody gets in without a password.
func ticketKinds() []byte { return []byte{keySession, keyLink, keyTokenHash} }

// sortStanding decides what a database that could not be read means. A damaged
// one can be replaced; what it was, the anchor may say.
func (s *Store) sortStanding(found Standing, err error) (Standing, error) {
	if err != nil && account.CodeOf(err) != "db.damaged" {
		return found, err
	}
	found.There = true
	if a, ok := s.Anchor(); ok && !found.Readable {
		found.Events, found.Root = a.Size, a.Root
	}
	return found, nil
}

// Restore puts a backup into the place of the database, whatever stands there.
// fn makes the changes that go with it, and may refuse. What stood there is kept
// under another name, which is returned, "" if nothing did. The log's end that
// the file has then is anchored.
func (s *Store) Restore(ctx context.Context, from *Copy, fn func(*Tx, Standing) error) (kept string, err error) {
	if err := s.makeFolder(); err != nil {
		return "", err
	}
	dir := filepath.Dir(s.path)
	if err := inspectFolder(dir); err != nil {
		return "", s.sortOpenError(err)
	}
	l, err := s.acquireAlone(ctx)
	if err != nil {
		return "", err
	}
	defer l.release()
	old, err := s.standing()
	if err != nil {
		return "", err
	}
	err = from.open(func(o *opened) error {
		tx, err := from.store.change(ctx, o, func(tx *Tx) error { return fn(tx, old) })
		if err != nil {
			return err
		}
		return s.replace(ctx, tx, func() (err error) {
			kept, err = s.setAside(old, tx)
			return err
		})
	})
	if err != nil && account.KindOf(err) != account.OutcomeUnknown && kept != "" {
		_ = os.Remove(kept) // the file is still in its place
	}
	return kept, err
}

// setAside gives what stands in the database's place a second name, and takes
// anchor and page checks away, which say what stood there last: without them, a
// crash now costs a warning, and leaves either file whole.
func (s *Store) setAside(old Standing, tx *Tx) (kept string, err error) {
	if old.There {
		if kept, err = s.keepOld(tx, "restore"); err != nil {
			return "", refusedError(s.path, err)
		}
	}
	if err := s.forget(); err != nil {
		return kept, refusedError(s.path, err)
	}
	return kept, nil
}

// forget takes away what lies beside the database and says how far it had come,
// down to the disk: what came back after a loss of power would refuse the file
// that counts now.
func (s *Store) forget() error {
	for _, suffix := range []string{AnchorSuffix, SumsSuffix} {
		if err := os.Remove(s.path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return syncFolder(filepath.Dir(s.path))
}

// keepOld links the file under a name that tells before what it was replaced, and
// when.
func (s *Store) keepOld(tx *Tx, what string) (string, error) {
	name := s.path + ".before-" + what + "-" + tx.clock.UTC().Format("20060102T150405Z")
	for n := 1; ; n++ {
		path := name
		if n > 1 {
			path += "-" + strconv.Itoa(n)
		}
		if err := os.Link(s.path, path); !errors.Is(err, fs.ErrExist) {
			return path, err
		}
	}
}

// Ended is what a restore took from those who could get in without a password.
type Ended struct{ Sessions, Links, Tokens int }

// EndWhatEnded takes away the sessions, links and service tokens that the
// database which is replaced has no longer: what was ended, used or revoked since
// the backup was made stays so. A database that cannot be read tells nothing.
func (tx *Tx) EndWhatEnded(old Standing) (Ended, error) {
	var n Ended
	if !old.Readable || old.Instance.ID != tx.head.Instance {
		return n, nil
	}
	for _, kind := range ticketKinds() {
		for _, k := range tx.keysNotIn(kind, old.tickets) {
			if err := tx.endTicket(k, &n); err != nil {
				return n, err
			}
		}
	}
	return n, nil
}

func (tx *Tx) keysNotIn(kind byte, known map[string]bool) (keys [][]byte) {
	tx.space.scan([]byte{kind}, []byte{kind}, func(k, _ []byte) bool {
		if !known[string(k)] {
			keys = append(keys, append([]byte(nil), k...))
		}
		return true
	})
	return keys
}

// endTicket removes what stands under the hash of a session, link or token.
func (tx *Tx) endTicket(k []byte, n *Ended) error {
	if len(k) != 33 {
		return tx.damaged(describeKey(k))
	}
	hash := [32]byte(k[1:])
	switch k[0] {
	case keySession:
		found, _, err := tx.Session(hash)
		n.Sessions++
		return orElse(err, func() error { return tx.RemoveSession(found) })
	case keyLink:
		found, _, err := tx.Link(hash)
		n.Links++
		return orElse(err, func() error { return tx.RemoveLink(found) })
	}
	found, _, err := tx.ServiceTokenByHash(hash)
	n.Tokens++
	return orElse(err, func() error { return tx.RemoveServiceToken(found) })
}
