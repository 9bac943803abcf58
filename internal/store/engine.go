package store

import (
	"bytes"

	"go.etcd.io/bbolt"
)

// This file is the narrow seam to the engine: one flat space of ordered keys.
// Nothing else in usher names a bucket, a cursor or a page.

// spaceName is the one bucket all keys live in. A flat space shares its upper
// pages between all kinds of records, so that a small change writes few pages.
var spaceName = []byte("usher")

// fillPercent packs pages tightly: most keys arrive in order.
const fillPercent = 0.9

// space is the key space within one transaction.
type space struct {
	bucket *bbolt.Bucket
}

func openSpace(tx *bbolt.Tx) (space, bool) {
	b := tx.Bucket(spaceName)
	if b == nil {
		return space{}, false
	}
	b.FillPercent = fillPercent
	return space{bucket: b}, true
}

func createSpace(tx *bbolt.Tx) error {
	_, err := tx.CreateBucketIfNotExists(spaceName)
	return err
}

// get returns the bytes under key, nil if there are none. They are valid until
// the transaction ends or the next put.
func (s space) get(key []byte) []byte { return s.bucket.Get(key) }

func (s space) put(key, value []byte) error { return s.bucket.Put(key, value) }

func (s space) delete(key []byte) error { return s.bucket.Delete(key) }

// scan calls fn for each key from the first not before from, while keys begin
// with prefix, until fn returns false. fn must not change the space.
func (s space) scan(prefix, from []byte, fn func(key, value []byte) bool) {
	c := s.bucket.Cursor()
	for k, v := c.Seek(from); k != nil && bytes.HasPrefix(k, prefix); k, v = c.Next() {
		if !fn(k, v) {
			return
		}
	}
}

// scanBack calls fn for each key under prefix that stands before the given
// one, last first, until fn returns false. fn must not change the space.
func (s space) scanBack(prefix, before []byte, fn func(key, value []byte) bool) {
	c := s.bucket.Cursor()
	k, _ := c.Seek(before)
	var v []byte
	if k == nil {
		k, v = c.Last()
	} else {
		k, v = c.Prev()
	}
	for ; k != nil && bytes.HasPrefix(k, prefix); k, v = c.Prev() {
		if !fn(k, v) {
			return
		}
	}
}

// pageFault returns what the engine finds wrong with its pages, nil if
// nothing. It walks all of them.
func (s space) pageFault() (fault error) {
	for err := range s.bucket.Tx().Check() { // to the end, or its goroutine stays
		if fault == nil {
			fault = err
		}
	}
	return fault
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

// freePages returns how many pages of the file hold nothing, as the engine's
// free list says, which it reads for readers only when asked.
func freePages(db *bbolt.DB) int {
	stats := db.Stats()
	return stats.FreePageN + stats.PendingPageN
}
