package pagefile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"go.etcd.io/bbolt"
	"pgregory.net/rapid"
)

// grown is a file that the engine wrote in several transactions, with what it
// holds.
type grown struct {
	data []byte
	want map[string]string
}

// grow lets the engine put and delete at random, in transactions of all sizes.
func grow(t *rapid.T, dir string) grown {
	path := filepath.Join(dir, "grown.db")
	os.Remove(path)
	pageSize := rapid.SampledFrom([]int{1024, 4096}).Draw(t, "page size")
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{PageSize: pageSize, NoSync: true, FreelistType: bbolt.FreelistMapType})
	if err != nil {
		t.Fatal(err)
	}
	want := make(map[string]string)
	random := rapid.Uint64().Draw(t, "seed")
	next := func(below int) int {
		random = random*6364136223846793005 + 1442695040888963407
		return int(random>>33) % below
	}
	keys := 1 + next([]int{10, 100, 1000}[next(3)])
	for range 1 + next(8) {
		err := db.Update(func(tx *bbolt.Tx) error {
			b, err := tx.CreateBucketIfNotExists([]byte(BucketName))
			if err != nil {
				return err
			}
			b.FillPercent = 0.9
			deletes := next(4) // in four
			for range next(2*keys) + 1 {
				k := binary.BigEndian.AppendUint32(nil, uint32(next(keys))*0x9E3779B1)
				if next(4) < deletes {
					delete(want, string(k))
					if err := b.Delete(k); err != nil {
						return err
					}
					continue
				}
				v := bytes.Repeat([]byte{byte(next(256))}, next([]int{30, 200, 200, 3 * pageSize}[next(4)]))
				want[string(k)] = string(v)
				if err := b.Put(k, v); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return grown{data, want}
}

func TestTheReaderReadsWhatTheEngineWrote(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		g := grow(t, dir)
		open := Open
		if rapid.Bool().Draw(t, "page by page") {
			open = openPages
		}
		r, err := open(g.data)
		if err != nil {
			t.Fatal(err)
		}
		whole := func() {
			if err := r.Check(); err != nil {
				t.Fatal(err)
			}
		}
		if rapid.Bool().Draw(t, "looked over first") {
			whole()
		} else {
			defer whole()
		}
		sorted := slices.Sorted(maps.Keys(g.want))
		for _, k := range append(sorted, "", "\xff", "\x80") {
			want, there := g.want[k]
			got, err := r.Get([]byte(k))
			if err != nil || string(got) != want || (got != nil) != there {
				t.Fatalf("get %x: %d bytes, error %v, want %d bytes, there: %t", k, len(got), err, len(want), there)
			}
		}
		from := []byte{byte(rapid.IntRange(0, 255).Draw(t, "from"))}
		i, _ := slices.BinarySearch(sorted, string(from))
		wantScan(t, g, sorted[i:], func(fn func(k, v []byte) bool) error { return r.Scan(from, fn) })
		wantScan(t, g, sorted, func(fn func(k, v []byte) bool) error { return r.Scan(nil, fn) })
		slices.Reverse(sorted)
		wantScan(t, g, sorted[len(sorted)-i:], func(fn func(k, v []byte) bool) error { return r.ScanBack(from, fn) })
		wantScan(t, g, sorted, func(fn func(k, v []byte) bool) error { return r.ScanBack(nil, fn) })
	})
}

// Wherever the reader was asked to look before, it finds what is there.
func TestWhatWasReadBeforeDoesNotMatter(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		g := grow(t, dir)
		r := mustOpen(t, g.data)
		sorted := slices.Sorted(maps.Keys(g.want))
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "questions"), 0))
		for range 100 {
			key := binary.BigEndian.AppendUint32(nil, random.Uint32())
			if len(sorted) > 0 && random.IntN(2) == 0 {
				key = []byte(sorted[random.IntN(len(sorted))])
			}
			key[0] &= 3 // so that many begin alike
			i, _ := slices.BinarySearch(sorted, string(key))
			if random.IntN(2) == 0 {
				want, there := g.want[string(key)]
				if got, err := r.Get(key); err != nil || string(got) != want || (got != nil) != there {
					t.Fatalf("get %x: %d bytes, error %v, want %d bytes, there: %t", key, len(got), err, len(want), there)
				}
				continue
			}
			wanted := sorted[i:min(i+random.IntN(30), len(sorted))]
			err := r.Scan(key, func(k, _ []byte) bool {
				if len(wanted) == 0 {
					return false
				}
				if string(k) != wanted[0] {
					t.Fatalf("scan from %x: got %x, want %x", key, k, wanted[0])
				}
				wanted = wanted[1:]
				return true
			})
			if err != nil || len(wanted) > 0 {
				t.Fatalf("scan from %x: %d keys are missing, %v", key, len(wanted), err)
			}
		}
	})
}

// leafKeys returns the keys by which branches name the leaves, in order.
func leafKeys(t *rapid.T, r *Reader, p page) (keys [][]byte) {
	for i := range p.len() {
		child, err := r.page(p.child(i), 0)
		if err != nil {
			t.Fatal(err)
		}
		if child.kind == kindBranch {
			keys = append(keys, leafKeys(t, r, child)...)
		} else {
			keys = append(keys, p.key(i))
		}
	}
	return keys
}

func TestAheadStandTheLeavesOfTheTree(t *testing.T) {
	dir := t.TempDir()
	found := 0
	rapid.Check(t, func(t *rapid.T) {
		g := grow(t, dir)
		r := mustOpen(t, g.data)
		p, err := r.first()
		if err != nil {
			t.Fatal(err)
		}
		var leaves [][]byte
		if p.kind == kindBranch {
			leaves = leafKeys(t, r, p)
		}
		for range 20 {
			from := binary.BigEndian.AppendUint32(nil, rapid.Uint32().Draw(t, "from"))
			n := 1 + rapid.IntRange(0, 20).Draw(t, "leaves")
			stands, exact := slices.BinarySearchFunc(leaves, from, bytes.Compare)
			if !exact && stands > 0 {
				stands--
			}
			var want []byte
			if stands+n < len(leaves) {
				want = leaves[stands+n]
				found++
			}
			beside, err := r.Beside()
			if err != nil {
				t.Fatal(err)
			}
			if got, err := beside.Ahead(from, n); err != nil || !bytes.Equal(got, want) {
				t.Fatalf("%d leaves from %x: got %x, %v, want %x", n, from, got, err, want)
			}
		}
	})
	if found == 0 {
		t.Error("no file had leaves enough: the test tells nothing")
	}
}

// openPages reads a file of which some bytes are given page by page, until they
// are many.
func openPages(data []byte) (*Reader, error) {
	return OpenFile(bytes.NewReader(data), int64(len(data)), func() ([]byte, error) { return data, nil })
}

func wantScan(t *rapid.T, g grown, keys []string, scan func(fn func(k, v []byte) bool) error) {
	err := scan(func(k, v []byte) bool {
		if len(keys) == 0 || keys[0] != string(k) || g.want[keys[0]] != string(v) {
			t.Fatalf("scan came to %x with %d bytes", k, len(v))
		}
		keys = keys[1:]
		return true
	})
	if err != nil || len(keys) > 0 {
		t.Fatalf("scan left %d keys, error %v", len(keys), err)
	}
}

func TestTheReaderReadsWhatTheBuilderWrote(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		entries := drawEntries(t, 4096)
		data, err := os.ReadFile(build(t, dir, entries, Options{Txid: 7, PageSize: 4096}))
		if err != nil {
			t.Fatal(err)
		}
		r, err := Open(data)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Check(); err != nil || r.Txid() != 7 {
			t.Fatalf("transaction %d, error %v", r.Txid(), err)
		}
		i := 0
		err = r.Scan(nil, func(k, v []byte) bool {
			same := bytes.Equal(k, entries[i].key) && bytes.Equal(v, entries[i].value)
			i++
			return same
		})
		if err != nil || i != len(entries) {
			t.Fatalf("read %d of %d entries, error %v", i, len(entries), err)
		}
	})
}

// Whatever the damage, reading ends, with an error or without.
func TestReadingADamagedFileEnds(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		g := grow(t, dir)
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "damage"), 0))
		for range 5 {
			data := bytes.Clone(g.data)
			for range 1 + random.IntN(4) {
				at := random.IntN(len(data))
				if random.IntN(2) == 0 { // in a header or a table of elements
					at = at/1024*1024 + at%48
				}
				data[at%len(data)] = byte(random.IntN(256))
			}
			if mapped, read := readAll(data, Open), readAll(data, openPages); mapped != read {
				t.Fatalf("%d keys where the file is mapped, %d where its pages are read", mapped, read)
			}
		}
	})
}

// Each page of a file is used once or free, and the file has them all.
func TestCheckFindsPagesThatAreLostOrUsedTwice(t *testing.T) {
	whole, err := os.ReadFile(build(t, t.TempDir(), manyEntries(500), Options{PageSize: 4096}))
	if err != nil {
		t.Fatal(err)
	}
	free := func(data []byte, pages ...uint64) {
		list := data[pageFreelist*4096:]
		header{id: pageFreelist, kind: kindFreelist, count: uint16(len(pages))}.put(list)
		for i, id := range pages {
			binary.NativeEndian.PutUint64(list[headerSize+8*i:], id)
		}
	}
	for _, row := range []struct {
		name string
		do   func(data []byte, m *meta)
		fits bool
	}{
		{"as it was written", func([]byte, *meta) {}, true},
		{"with another page behind its end", func(_ []byte, m *meta) { m.end++ }, false},
		{"with another page that is free", func(data []byte, m *meta) { free(data, m.end); m.end++ }, true},
		{"with a free page behind its end", func(data []byte, m *meta) { free(data, m.end) }, false},
		{"with a page that is used and free", func(data []byte, m *meta) { free(data, m.root) }, false},
		{"with a page that is free twice", func(data []byte, m *meta) { free(data, m.end, m.end); m.end++ }, false},
		{"with the free list in a page that is used", func(_ []byte, m *meta) { m.freelist = m.root }, false},
		{"without a free list", func(_ []byte, m *meta) { m.freelist = noFreelist }, false},
	} {
		data := bytes.Clone(whole)
		r, err := Open(data)
		if err != nil {
			t.Fatal(err)
		}
		m := r.meta
		row.do(data, &m)
		m.put(data[int(m.txid%2)*4096:])
		if r, err = Open(data); err == nil {
			err = r.Check()
		}
		var damaged *Damage
		if (err == nil) != row.fits || err != nil && !errors.As(err, &damaged) {
			t.Errorf("%s: got error %v, fits: %t", row.name, err, row.fits)
		}
	}
}

func TestAFileThatIsTooShortIsDamagedAtTheFirstLook(t *testing.T) {
	data, err := os.ReadFile(build(t, t.TempDir(), manyEntries(500), Options{PageSize: 4096}))
	if err != nil {
		t.Fatal(err)
	}
	r, err := Open(data)
	if err != nil {
		t.Fatal(err)
	}
	end := int(r.meta.end) * 4096
	for size, fits := range map[int]bool{end: true, end - 1: false, end - 4096: false, 2 * 4096: false, 100: false, 0: false} {
		for _, open := range []func([]byte) (*Reader, error){Open, openPages} {
			var damaged *Damage
			if _, err := open(data[:size]); (err == nil) != fits || err != nil && !errors.As(err, &damaged) {
				t.Errorf("%d bytes of %d: got error %v, fits: %t", size, end, err, fits)
			}
		}
	}
}

func TestAFileThatCannotBeReadIsDamaged(t *testing.T) {
	data, err := os.ReadFile(build(t, t.TempDir(), manyEntries(5000), Options{PageSize: 4096}))
	if err != nil {
		t.Fatal(err)
	}
	r, err := OpenFile(bytes.NewReader(data), int64(len(data)), func() ([]byte, error) { return nil, errors.New("no memory") })
	if err != nil {
		t.Fatal(err)
	}
	if value, err := r.Get([]byte{1, 0, 7}); err != nil || value == nil {
		t.Errorf("got %q, error %v, want a value: few pages need no mapping", value, err)
	}
	var damaged *Damage
	if err := r.Check(); !errors.As(err, &damaged) {
		t.Errorf("got error %v, want that its pages cannot be read", err)
	}
	short, err := OpenFile(bytes.NewReader(data[:3*4096]), int64(len(data)), func() ([]byte, error) { return data, nil })
	if err == nil {
		_, err = short.Get([]byte{1, 0, 7})
	}
	if !errors.As(err, &damaged) {
		t.Errorf("got error %v, want that a page behind the end cannot be read", err)
	}
}

func manyEntries(n int) (entries []entry) {
	for i := range n {
		entries = append(entries, entry{[]byte{1, byte(i >> 8), byte(i)}, bytes.Repeat([]byte{'v'}, 100)})
	}
	return entries
}

// readAll reads a file in every way there is.
func readAll(data []byte, open func([]byte) (*Reader, error)) (keys int) {
	r, err := open(data)
	if err != nil {
		return 0
	}
	var some []byte
	_ = r.Scan(nil, func(k, v []byte) bool {
		keys++
		some = k
		return true
	})
	_ = r.ScanBack(nil, func(k, v []byte) bool { return true })
	_ = r.ScanBack(some, func(k, v []byte) bool { return true })
	_, _ = r.Get(some)
	_, _ = r.Free()
	_ = r.Check()
	return keys
}

func FuzzReader(f *testing.F) {
	dir := f.TempDir()
	for _, n := range []int{0, 1, 60} {
		var entries []entry
		for i := range n {
			entries = append(entries, entry{[]byte{1, byte(i)}, bytes.Repeat([]byte{'v'}, 40)})
		}
		data, err := os.ReadFile(build(f, dir, entries, Options{PageSize: 1024}))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data[:1024*(len(data)/1024-31)])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		mend(data)
		if keys := readAll(data, Open); keys > len(data) {
			t.Errorf("%d keys in %d bytes", keys, len(data))
		}
	})
}

// mend makes the first meta page pass its check, or nothing behind it would be
// looked at.
func mend(data []byte) {
	if len(data) < headerSize+metaSize {
		return
	}
	body := data[headerSize : headerSize+metaSize]
	binary.NativeEndian.PutUint64(body[metaSize-8:], metaCheck(body))
}
