package pagefile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"go.etcd.io/bbolt"
	"pgregory.net/rapid"

	"github.com/usher-admin/usher/internal/store/pagefile/sums"
)

// Every page that the engine writes anew because of a change was looked at
// before, and the pages it wrote are known without a look at the rest.
func TestWhatAChangeReadsAndWritesIsKnown(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		g := grow(t, dir)
		path := filepath.Join(dir, "grown.db")
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "changes"), 0))
		data, known := g.data, map[uint64]uint64{}
		for _, p := range usedPages(t, data) {
			known[p.ID] = p.Sum
		}
		for range 4 {
			before, err := Open(data)
			if err != nil {
				t.Fatal(err)
			}
			after := changeWith(t, path, before, random)
			wantLooked(t, data, after, before)
			changed, err := openUnmapped(t, after).Changed(before)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range changed {
				known[p.ID] = p.Sum
			}
			for _, p := range usedPages(t, after) {
				if known[p.ID] != p.Sum {
					t.Fatalf("page %d was changed and is not among the %d that were", p.ID, len(changed))
				}
			}
			data = after
		}
	})
}

// openUnmapped opens a file that may not be mapped, however many of its pages are
// read: so they have to be given back. One whose pages have another size than usual
// always is.
func openUnmapped(t *rapid.T, data []byte) *Reader {
	if r := mustOpen(t, data); r.meta.pageSize != usualPage {
		return r
	}
	r, err := OpenFile(bytes.NewReader(data), int64(len(data)), func() ([]byte, error) {
		return nil, errors.New("it holds too many pages")
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func mustOpen(t *rapid.T, data []byte) *Reader {
	r, err := Open(data)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func usedPages(t *rapid.T, data []byte) []sums.Page {
	pages, err := mustOpen(t, data).Sums()
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

// wantFree checks that a file's free pages are counted.
func wantFree(t *rapid.T, r *Reader) {
	free, err := r.TouchFreelist()
	if err != nil {
		t.Fatal(err)
	}
	share, err := r.FreeShare()
	if err != nil || free != int(math.Round(share*float64(r.meta.end))) {
		t.Fatalf("got %d free pages of %d, error %v; want the share %v", free, r.meta.end, err, share)
	}
}

// changeWith lets the engine put and delete some keys, after r looked at the
// pages of each, and returns the file.
func changeWith(t *rapid.T, path string, r *Reader, random *rand.Rand) []byte {
	wantFree(t, r)
	list := []bbolt.FreelistType{bbolt.FreelistMapType, bbolt.FreelistArrayType}[random.IntN(2)]
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{NoSync: true, FreelistType: list})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	deletes := random.IntN(5) // in four
	var keys [][]byte
	err = r.Scan(nil, func(k, _ []byte) bool {
		if random.IntN(8) == 0 {
			keys = append(keys, slices.Clone(k))
		}
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	most := random.IntN(40)
	if random.IntN(3) > 0 {
		keys = keys[:min(most, len(keys))]
	}
	for range random.IntN(4) {
		keys = append(keys, binary.BigEndian.AppendUint32(nil, random.Uint32()))
	}
	r.looked = newPageSet(r.meta.end)
	err = db.Update(func(tx *bbolt.Tx) error {
		b := tx.Bucket([]byte(BucketName))
		b.FillPercent = 0.9
		for _, k := range keys {
			if random.IntN(4) < deletes {
				if err := r.TouchDelete(k); err != nil {
					return err
				}
				if err := b.Delete(k); err != nil {
					return err
				}
				continue
			}
			value := make([]byte, random.IntN(300))
			if err := r.TouchPut(k, len(value)); err != nil {
				return err
			}
			if err := b.Put(k, value); err != nil {
				return err
			}
		}
		return r.TouchMerged(b.FillPercent)
	})
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// wantLooked holds the pages of the tree that a change did away with against
// those that were looked at.
func wantLooked(t *rapid.T, before, after []byte, r *Reader) {
	still := map[uint64]bool{}
	for _, p := range usedPages(t, after) {
		still[p.ID] = true
	}
	for _, p := range usedPages(t, before) {
		if p.ID == r.meta.root || p.ID == r.meta.freelist {
			continue // looked at when the file was opened, and by TouchFreelist
		}
		if !still[p.ID] && !r.looked.has(p.ID) {
			t.Fatalf("page %d was written anew and not looked at", p.ID)
		}
	}
}
