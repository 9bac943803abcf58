package store

import (
	"bytes"
	"crypto/rand"
	"fmt"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.etcd.io/bbolt"
	"pgregory.net/rapid"

	"github.com/usher-admin/usher/internal/store/pagefile"
	"github.com/usher-admin/usher/internal/store/scratch"
)

// TestBufferEqualsPlainMap drives random changes, look-ups and scans through a
// buffered space and a plain map, before and after they are written, and with
// any number of runs in a scratch file.
func TestBufferEqualsPlainMap(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		path := filepath.Join(dir, "b.db")
		_ = os.Remove(path)
		compareWithMap(t, path)
	})
}

// written writes the changes of b, if any, and returns the space as it is then.
func written(t rapid.TB, path string, limit int, b *buffered) *buffered {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Update(func(tx *bbolt.Tx) (err error) {
		bucket, err := tx.CreateBucketIfNotExists(spaceName)
		if err != nil || b == nil {
			return err
		}
		b.bucket = bucket
		return b.flush("")
	})
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	tree, err := pagefile.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	file := scratch.New(func() (*os.File, error) {
		file, err := os.CreateTemp(filepath.Dir(path), "scratch")
		if err == nil {
			err = os.Remove(file.Name())
		}
		return file, err
	}, rand.Reader)
	return newBuffered(space{tree: tree}, file, limit)
}

func compareWithMap(t *rapid.T, path string) {
	limit := rapid.SampledFrom([]int{1, 20, 60, 200, usualLimit}).Draw(t, "limit")
	b := written(t, path, limit, nil)
	model := map[string]string{}
	keys := rapid.Custom(func(t *rapid.T) string {
		return rapid.SampledFrom([]string{"a", "b"}).Draw(t, "kind") + fmt.Sprintf("%02d", rapid.IntRange(0, 40).Draw(t, "n"))
	})
	for range rapid.IntRange(1, 120).Draw(t, "steps") {
		k := keys.Draw(t, "key")
		switch rapid.IntRange(0, 4).Draw(t, "what") {
		case 0, 1:
			v := rapid.StringMatching(`[a-z]{1,4}`).Draw(t, "value")
			b.put([]byte(k), []byte(v))
			model[k] = v
		case 2:
			b.delete([]byte(k))
			delete(model, k)
		case 3:
			old := b.scratch
			b = written(t, path, limit, b)
			_ = old.Close()
		case 4:
			if got, want := string(b.get([]byte(k))), model[k]; got != want {
				t.Fatalf("get(%q) = %q, want %q", k, got, want)
			}
		}
		compareScans(t, b, model, k)
	}
}

func compareScans(t rapid.TB, b *buffered, model map[string]string, at string) {
	var below, above []string
	for k := range model {
		if k[0] == at[0] && k >= at {
			above = append(above, k)
		} else if k[0] == at[0] {
			below = append(below, k)
		}
	}
	slices.Sort(above)
	slices.Sort(below)
	slices.Reverse(below)
	check := func(name string, scan func(prefix, at []byte, fn func(k, v []byte) bool), prefix string, want []string) {
		var got []string
		scan([]byte(prefix), []byte(at), func(k, v []byte) bool {
			if !bytes.Equal(v, []byte(model[string(k)])) {
				t.Fatalf("%s: value of %q is %q, want %q", name, k, v, model[string(k)])
			}
			got = append(got, string(k))
			return true
		})
		if !slices.Equal(got, want) {
			t.Fatalf("%s from %q: got %q, want %q", name, at, got, want)
		}
	}
	check("scan", b.scan, at[:1], above)
	check("scanBack", b.scanBack, at[:1], below)
	var behind []string // of all kinds
	for k := range model {
		if k >= at {
			behind = append(behind, k)
		}
	}
	slices.Sort(behind)
	check("scan of all", b.scan, "", behind)
}

// A run of many blocks is read across their borders, both ways.
func TestRunsOfManyBlocksEqualAPlainMap(t *testing.T) {
	path := filepath.Join(t.TempDir(), "b.db")
	b := written(t, path, 6*runBlockSize, nil)
	random := mathrand.New(mathrand.NewPCG(1, 2))
	model := map[string]string{}
	for round := range 4 {
		for range 200 {
			k := fmt.Sprintf("a%03d", random.IntN(300))
			if random.IntN(4) == 0 {
				b.delete([]byte(k))
				delete(model, k)
				continue
			}
			model[k] = strings.Repeat(string('a'+rune(round)), random.IntN(runBlockSize/4))
			b.put([]byte(k), []byte(model[k]))
		}
		for n := range 300 {
			k := fmt.Sprintf("a%03d", n)
			want, there := model[k]
			if got := b.get([]byte(k)); string(got) != want || (got != nil) != there {
				t.Fatalf("round %d: get(%q) = %d bytes, want %d, there: %t", round, k, len(got), len(want), there)
			}
			if n%10 == 0 {
				compareScans(t, b, model, k)
			}
		}
		if round == 2 {
			old := b.scratch
			b = written(t, path, 6*runBlockSize, b)
			_ = old.Close()
		}
	}
}

// What cannot be read back from the scratch file is never taken for what was not
// changed.
func TestALostScratchFileIsNoticed(t *testing.T) {
	for name, read := range map[string]func(b *buffered){
		"get":       func(b *buffered) { b.get([]byte("a000")) },
		"scan":      func(b *buffered) { b.scan([]byte("a"), []byte("a"), func(_, _ []byte) bool { return true }) },
		"scan back": func(b *buffered) { b.scanBack([]byte("a"), []byte("b"), func(_, _ []byte) bool { return true }) },
		"scan over the border of blocks": func(b *buffered) {
			b.scan([]byte("a"), []byte("a"), func(_, _ []byte) bool { _ = b.scratch.Close(); return true })
		},
		"another change": func(b *buffered) { b.put([]byte("a999"), make([]byte, 9*runBlockSize)) },
	} {
		b := written(t, filepath.Join(t.TempDir(), "b.db"), 4*runBlockSize, nil)
		for i := range 100 {
			b.put(fmt.Appendf(nil, "a%03d", i), make([]byte, runBlockSize/8))
		}
		if len(b.runs) == 0 || b.lost != nil {
			t.Fatalf("%s: %d runs, lost: %v", name, len(b.runs), b.lost)
		}
		if !strings.Contains(name, "over the border") {
			must(t, b.scratch.Close())
		}
		if read(b); b.lost == nil {
			t.Errorf("%s: nothing seems to be lost", name)
		}
	}
}
