package store

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"go.etcd.io/bbolt"

	"github.com/usher-admin/usher/internal/store/pagefile"
)

// flushed applies changes to a file of usher's bucket as a commit does. Spoil may
// change what is read of the file.
func flushed(path string, spoil func([]byte), fill func(*buffered)) error {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{NoSync: true})
	if err != nil {
		return err
	}
	defer db.Close()
	return db.Update(func(tx *bbolt.Tx) error {
		bucket, err := tx.CreateBucketIfNotExists(spaceName)
		if err != nil {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		spoil(data)
		b := newBuffered(space{bucket: bucket}, nil, 0)
		if b.tree, err = pagefile.Open(data); errors.Is(err, pagefile.ErrForeign) {
			return nil // the bucket is only being made
		} else if err != nil {
			return err
		}
		fill(b)
		return b.flush(path)
	})
}

func asItIs([]byte) {}

// numbered returns a key of one of two kinds.
func numbered(i int) []byte { return fmt.Appendf(nil, "%c%06d", 'k'+i%2, i) }

// filled is a file with so many keys.
func filled(t *testing.T, keys int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "filled.db")
	must(t, flushed(path, asItIs, nil))
	must(t, flushed(path, asItIs, func(b *buffered) {
		for i := range keys {
			b.put(numbered(i), fmt.Appendf(nil, "value %d", i))
		}
	}))
	return path
}

// Many changes are looked at beside the engine; all of them reach it.
func TestManyChangesReachTheEngine(t *testing.T) {
	const keys = 5 * manyChanges
	path := filled(t, keys)
	must(t, flushed(path, asItIs, func(b *buffered) {
		for n := range keys {
			i := n * 7919 % keys // in no order
			switch i % 3 {
			case 0:
				b.delete(numbered(i))
			case 1:
				b.put(numbered(i), fmt.Appendf(nil, "other %d", i))
			}
		}
	}))
	data, err := os.ReadFile(path)
	must(t, err)
	tree, err := pagefile.Open(data)
	must(t, err)
	for i := range keys {
		want := [3]string{"", fmt.Sprintf("other %d", i), fmt.Sprintf("value %d", i)}[i%3]
		if got, err := tree.Get(numbered(i)); err != nil || string(got) != want {
			t.Fatalf("%s: %q, error %v, want %q", numbered(i), got, err, want)
		}
	}
}

// A damaged page that one of many changes comes to stops them all.
func TestManyChangesStopAtADamagedPage(t *testing.T) {
	const keys = 5 * manyChanges
	path := filled(t, keys)
	spoil := func(data []byte) {
		key := bytes.Index(data, numbered(keys/2))
		if key < 0 {
			t.Fatal("the key is not in the file")
		}
		data[key] = 'j' // before its neighbours
	}
	err := flushed(path, spoil, func(b *buffered) {
		for i := range keys {
			b.delete(numbered(i))
		}
	})
	var damage *pagefile.Damage
	if !errors.As(err, &damage) {
		t.Fatalf("error %v, want that of a damaged page", err)
	}
}
