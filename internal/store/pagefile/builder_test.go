package pagefile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"

	"go.etcd.io/bbolt"
	"pgregory.net/rapid"
)

// reporter is what a helper needs of a test, also of one that is a property.
type reporter interface {
	Helper()
	Errorf(format string, args ...any)
	Fatal(args ...any)
}

type entry struct{ key, value []byte }

// build writes the entries into a new file and returns its path.
func build(t reporter, dir string, entries []entry, o Options) string {
	path := filepath.Join(dir, "built.db")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	b := NewBuilder(file, o)
	for _, e := range entries {
		if err := b.Put(e.key, e.value); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Finish(); err != nil {
		t.Fatal(err)
	}
	return path
}

// wantEntries opens the file with the engine and holds all it has against the
// entries, and the file against the engine's own check.
func wantEntries(t reporter, path string, entries []entry) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{FreelistType: bbolt.FreelistMapType})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	i := 0
	err = db.View(func(tx *bbolt.Tx) error {
		for err := range tx.Check() {
			t.Errorf("the engine finds: %v", err)
		}
		return tx.Bucket([]byte(BucketName)).ForEach(func(k, v []byte) error {
			if i >= len(entries) || !bytes.Equal(k, entries[i].key) || !bytes.Equal(v, entries[i].value) {
				return fmt.Errorf("entry %d is %q with %d bytes", i, k, len(v))
			}
			i++
			return nil
		})
	})
	if err != nil || i != len(entries) {
		t.Errorf("got %d entries and error %v, want %d", i, err, len(entries))
	}
}

// drawEntries draws a set of entries in order: mostly small, some of several
// pages, some keys long.
func drawEntries(t *rapid.T, pageSize int) []entry {
	n := rapid.SampledFrom([]int{0, 1, 2, 3, 10, 100, 1000}).Draw(t, "most")
	count := rapid.IntRange(0, n).Draw(t, "count")
	seed := rapid.Uint64().Draw(t, "seed")
	longKeys := rapid.IntRange(0, 3).Draw(t, "long keys")
	longValues := rapid.IntRange(0, 3).Draw(t, "long values")
	random := seed
	next := func(below int) int {
		random = random*6364136223846793005 + 1442695040888963407
		return int(random>>33) % below
	}
	var entries []entry
	for i := range count {
		key := binary.BigEndian.AppendUint32(nil, uint32(i*7))
		key = append(key, bytes.Repeat([]byte{byte(i)}, next(60))...)
		value := bytes.Repeat([]byte{byte(i + 1)}, next(200))
		if longKeys > 0 && next(40) < longKeys {
			key = append(key, bytes.Repeat([]byte{'k'}, next(min(3*pageSize, 30_000)))...)
		}
		if longValues > 0 && next(60) < longValues {
			value = bytes.Repeat([]byte{'v'}, next(4*pageSize))
		}
		entries = append(entries, entry{key, value})
	}
	return entries
}

func TestABuiltFileHoldsWhatWasPutAndTakesLaterChanges(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		o := Options{
			PageSize: rapid.SampledFrom([]int{1024, 4096, 16384}).Draw(t, "page size"),
			Fill:     rapid.SampledFrom([]float64{0, 0.5, 0.9, 1}).Draw(t, "fill"),
			Txid:     uint64(rapid.IntRange(0, 9).Draw(t, "txid")),
		}
		entries := drawEntries(t, o.PageSize)
		path := build(t, dir, entries, o)
		wantEntries(t, path, entries)
		entries = change(t, path, entries)
		wantEntries(t, path, entries)
	})
}

// change deletes and puts some entries with the engine and returns what there
// is then.
func change(t *rapid.T, path string, entries []entry) []entry {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{FreelistType: bbolt.FreelistMapType})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	step := rapid.IntRange(1, 20).Draw(t, "step")
	err = db.Update(func(tx *bbolt.Tx) error {
		b := tx.Bucket([]byte(BucketName))
		for i := len(entries) - 1; i >= 0; i -= step {
			if i%2 == 0 {
				if err := b.Delete(entries[i].key); err != nil {
					return err
				}
				entries = slices.Delete(entries, i, i+1)
				continue
			}
			entries[i].value = bytes.Repeat([]byte{'n'}, i%500)
			if err := b.Put(entries[i].key, entries[i].value); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

func TestKeysThatDoNotAscendAreRefused(t *testing.T) {
	rows := []struct {
		name string
		keys []string
	}{
		{"the same key twice", []string{"a", "a"}},
		{"a key before the last", []string{"b", "a"}},
		{"a beginning of the last", []string{"ab", "a"}},
		{"an empty key", []string{""}},
		{"a key that is too long", []string{string(make([]byte, maxKey+1))}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			file, err := os.Create(filepath.Join(t.TempDir(), "built.db"))
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			b := NewBuilder(file, Options{})
			for _, k := range row.keys {
				err = b.Put([]byte(k), nil)
			}
			if err == nil {
				t.Error("the last key was taken")
			}
			if b.Finish() == nil {
				t.Error("the file was finished all the same")
			}
		})
	}
}

// flawedFile fails once, at one of its writes.
type flawedFile struct {
	*os.File
	before int // writes that succeed
}

func (f *flawedFile) fails() bool {
	f.before--
	return f.before == -1
}

func (f *flawedFile) WriteAt(p []byte, at int64) (int, error) {
	if f.fails() {
		return 0, syscall.EIO
	}
	return f.File.WriteAt(p, at)
}

func (f *flawedFile) Truncate(size int64) error {
	if f.fails() {
		return syscall.EIO
	}
	return f.File.Truncate(size)
}

// Whichever write fails, a file that may lack it is never called finished.
func TestABuilderTellsEveryWriteThatFails(t *testing.T) {
	value := make([]byte, 3*writeSize/4)
	for writes := 0; ; writes++ {
		file, err := os.Create(filepath.Join(t.TempDir(), "built.db"))
		if err != nil {
			t.Fatal(err)
		}
		flawed := &flawedFile{file, writes}
		b := NewBuilder(flawed, Options{})
		for i := range 4 {
			_ = b.Put([]byte{byte('a' + i)}, value) // the end tells as well
		}
		err = b.Finish()
		file.Close()
		if flawed.before >= 0 {
			if err != nil || writes < 5 {
				t.Errorf("got error %v where all %d writes succeed, want none of 5 or more", err, writes)
			}
			return
		}
		if !errors.Is(err, syscall.EIO) {
			t.Errorf("write %d fails: got error %v, want %v", writes+1, err, syscall.EIO)
		}
	}
}

func TestABuiltFileGoesOnFromItsTransaction(t *testing.T) {
	path := build(t, t.TempDir(), []entry{{[]byte("k"), []byte("v")}}, Options{Txid: 41})
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tx, err := db.Begin(true)
	if err != nil || tx.ID() != 42 {
		t.Errorf("the next transaction is %d, error %v, want 42", tx.ID(), err)
	}
	tx.Rollback()
}

// A page of a few keys that need several pages each, and one key over.
func TestFewLongKeysNeverMakeABranchOfOne(t *testing.T) {
	for count := range 40 {
		var entries []entry
		for i := range count {
			entries = append(entries, entry{append([]byte{byte(i)}, make([]byte, 3000)...), []byte("value")})
		}
		path := build(t, t.TempDir(), entries, Options{PageSize: 1024})
		wantEntries(t, path, entries)
		noBranchOfOne(t, path, 1024)
	}
}

func noBranchOfOne(t *testing.T, path string, pageSize int) {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at+headerSize <= len(data); {
		kind := binary.NativeEndian.Uint16(data[at+8:])
		count := binary.NativeEndian.Uint16(data[at+10:])
		if kind == kindBranch && count < 2 {
			t.Errorf("page %d is a branch of %d", at/pageSize, count)
		}
		at += pageSize * (1 + int(binary.NativeEndian.Uint32(data[at+12:])))
	}
}

// nowhere is a file on a disk that costs no time.
type nowhere struct{}

func (nowhere) WriteAt(p []byte, _ int64) (int, error) { return len(p), nil }
func (nowhere) Truncate(int64) error                   { return nil }

func BenchmarkBuilder(b *testing.B) {
	const keys = 1_000_000
	var key [12]byte
	value := bytes.Repeat([]byte{'v'}, 40)
	for b.Loop() {
		built := NewBuilder(nowhere{}, Options{})
		for i := range uint64(keys) {
			binary.BigEndian.PutUint64(key[4:], i)
			if err := built.Put(key[:], value); err != nil {
				b.Fatal(err)
			}
		}
		if err := built.Finish(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*keys)/b.Elapsed().Seconds(), "keys/s")
}
