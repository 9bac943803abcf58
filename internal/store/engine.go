package store

import (
	"bytes"
	"errors"

	"go.etcd.io/bbolt"

	"github.com/usher-admin/usher/internal/store/pagefile"
)

// This file is the narrow seam to the engine: one flat space of ordered keys.
// Reads go through pagefile, which looks at every page before it believes it;
// the engine itself is opened to write alone, and only for pages that were
// looked at. Nothing else in usher names a bucket, a cursor or a page.

// spaceName is the one bucket all keys live in. A flat space shares its upper
// pages between all kinds of records, so that a small change writes few pages.
var spaceName = []byte(pagefile.BucketName)

// fillPercent packs pages tightly: most keys arrive in order.
const fillPercent = 0.9

// space is the key space as it was when the transaction began.
type space struct {
	tree   *pagefile.Reader // nil: the file is only being made
	bucket *bbolt.Bucket    // takes the changes, once they are handed over
	gone   *bbolt.Cursor    // of the bucket, to delete
	fault  error            // the first thing found wrong with the file; what was read since may be missing
}

// get returns the bytes under key, nil if there are none. They are valid until
// the transaction ends.
func (s *space) get(key []byte) []byte {
	if s.tree == nil {
		return nil
	}
	value, err := s.tree.Get(key)
	s.fail(err)
	return value
}

func (s *space) fail(err error) {
	if s.fault == nil {
		s.fault = err
	}
}

// look looks at the pages that the engine will read for a change, and write anew.
func (s *space) look(key []byte, c change) error {
	if c.gone {
		return s.tree.TouchDelete(key)
	}
	return s.tree.TouchPut(key, len(c.value))
}

// apply hands a change to the engine, which keeps the value until its commit. Its
// pages were looked at.
func (s *space) apply(key []byte, c change) error {
	if c.gone {
		return s.delete(key)
	}
	return s.bucket.Put(key, c.value)
}

// delete takes a key away, if it is there. One cursor does it for all keys: the
// bucket would make one for each.
func (s *space) delete(key []byte) error {
	if s.gone == nil {
		s.gone = s.bucket.Cursor()
	}
	if found, _ := s.gone.Seek(key); !bytes.Equal(found, key) {
		return nil
	}
	return s.gone.Delete()
}

// settle is called when all changes were looked at: pages that became too empty
// are merged with those beside them at the commit.
func (s *space) settle() error { return s.tree.TouchMerged(fillPercent) }

// bare reports whether it is known already that no key begins with prefix.
func (s *space) bare(prefix []byte) bool { return s.tree != nil && s.tree.Bare(prefix) }

// scan calls fn for each key from the first not before from, while keys begin
// with prefix, until fn returns false. fn must not change the space.
func (s *space) scan(prefix, from []byte, fn func(key, value []byte) bool) {
	if s.tree == nil {
		return
	}
	s.fail(s.tree.Scan(from, func(k, v []byte) bool {
		return bytes.HasPrefix(k, prefix) && fn(k, v)
	}))
}

// scanBack calls fn for each key under prefix that stands before the given
// one, last first, until fn returns false. fn must not change the space.
func (s *space) scanBack(prefix, before []byte, fn func(key, value []byte) bool) {
	if s.tree == nil {
		return
	}
	s.fail(s.tree.ScanBack(before, func(k, v []byte) bool {
		return bytes.HasPrefix(k, prefix) && fn(k, v)
	}))
}

// after returns the first key that is behind all that begin with prefix. No
// prefix of usher ends in 0xff alone, so there always is one.
func after(prefix []byte) []byte {
	end := bytes.Clone(prefix)
	for i := len(end) - 1; i >= 0; i-- {
		end[i]++
		if end[i] != 0 {
			return end[:i+1]
		}
	}
	return nil
}

// asDamaged turns what is wrong with the file's pages into the "damaged" error.
func asDamaged(path string, err error) error {
	if err == nil {
		return nil
	}
	var damage *pagefile.Damage
	if errors.As(err, &damage) {
		return damagedError(path, damage.Error())
	}
	return err
}
