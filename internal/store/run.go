package store

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
	"math/bits"
	"slices"
	"sort"

	"github.com/usher-admin/usher/internal/store/scratch"
)

// run is changes that no longer had room in memory, in the order of their keys,
// in a scratch file. It is cut into blocks; the first key of each is in memory.
//
//	length of the key (uvarint), length of the value + 1 or 0 for a deletion
//	(uvarint), key, value
type run struct {
	file   *scratch.File
	blocks []runBlock
	spans  []keySpan
	read   *runReader // for single keys: it keeps the block it looked at last
}

type runBlock struct {
	first  []byte
	offset int64
	size   int
}

// keySpan is the keys of one kind in a run: the first, the last, and where they
// did not come in order, so that others may lie between, which there are.
type keySpan struct {
	first, last []byte
	filter      keyFilter
}

// runBlockSize is how many bytes a block has at least.
const runBlockSize = 32 << 10

// writeRun writes all changes that are held in memory.
func writeRun(file *scratch.File, p *pending) (*run, error) {
	w := runWriter{run: &run{file: file}}
	for kind := range p.kinds {
		if p.kinds[kind] == nil || len(p.kinds[kind].numbers) == 0 {
			continue
		}
		came := p.kinds[kind].inOneRow()
		numbers := p.sort(byte(kind))
		span := keySpan{first: bytes.Clone(p.key(numbers[0])), last: bytes.Clone(p.key(numbers[len(numbers)-1]))}
		if !came {
			span.filter = newKeyFilter(len(numbers))
		}
		for _, n := range numbers {
			key := p.key(n)
			if span.filter != nil {
				span.filter.add(maphash.Bytes(p.seed, key))
			}
			if err := w.add(key, p.change(n)); err != nil {
				return nil, err
			}
		}
		w.run.spans = append(w.run.spans, span)
	}
	if err := w.cut(); err != nil {
		return nil, err
	}
	w.run.read = newRunReader(w.run)
	return w.run, nil
}

type runWriter struct {
	run   *run
	block []byte
	first []byte
}

func (w *runWriter) add(key []byte, c change) error {
	if len(w.block) == 0 {
		w.first = bytes.Clone(key)
	}
	w.block = binary.AppendUvarint(w.block, uint64(len(key)))
	length := uint64(len(c.value)) + 1
	if c.gone {
		length = 0
	}
	w.block = binary.AppendUvarint(w.block, length)
	w.block = append(append(w.block, key...), c.value...)
	if len(w.block) >= runBlockSize {
		return w.cut()
	}
	return nil
}

// cut ends a block.
func (w *runWriter) cut() error {
	if len(w.block) == 0 {
		return nil
	}
	w.run.blocks = append(w.run.blocks, runBlock{first: w.first, offset: w.run.file.Size(), size: len(w.block)})
	_, err := w.run.file.Write(w.block)
	w.block = w.block[:0]
	return err
}

// mayHave reports whether a key can be in the run.
func (r *run) mayHave(key []byte, hash uint64) bool {
	for i := range r.spans {
		s := &r.spans[i]
		if s.first[0] == key[0] {
			return bytes.Compare(s.first, key) <= 0 && bytes.Compare(key, s.last) <= 0 && s.filter.mayHave(hash)
		}
	}
	return false
}

// mayHaveBetween reports whether the run can have a key that is not before low
// and, unless there is no end, before high. Deleting a user looks for half a
// dozen kinds of records that hardly anybody has, and must not read a block for
// each.
func (r *run) mayHaveBetween(low, high []byte) bool {
	return slices.ContainsFunc(r.spans, func(s keySpan) bool {
		return bytes.Compare(low, s.last) <= 0 && (high == nil || bytes.Compare(s.first, high) < 0)
	})
}

// get returns what the run says of a key. It holds until the next call.
func (r *run) get(key []byte) (change, bool, error) {
	if err := r.read.seek(key); err != nil || r.read.at == len(r.read.entries) {
		return change{}, false, err
	}
	e := &r.read.entries[r.read.at]
	return e.change, bytes.Equal(e.key, key), nil
}

// block returns the number of the block where a key would stand.
func (r *run) block(key []byte) int {
	behind := sort.Search(len(r.blocks), func(i int) bool { return bytes.Compare(r.blocks[i].first, key) > 0 })
	return max(behind-1, 0)
}

// runReader reads a run block by block.
type runReader struct {
	run     *run
	block   int // that entries are of; -1: none yet
	data    []byte
	entries []runEntry
	at      int // in entries
}

type runEntry struct {
	key []byte
	change
}

func newRunReader(r *run) *runReader { return &runReader{run: r, block: -1} }

// seek goes to the first entry whose key is not before key, which may be behind
// the last of a block.
func (r *runReader) seek(key []byte) error {
	if err := r.load(r.run.block(key)); err != nil {
		return err
	}
	r.at = sort.Search(len(r.entries), func(i int) bool { return bytes.Compare(r.entries[i].key, key) >= 0 })
	return nil
}

// load reads a block and takes it apart.
func (r *runReader) load(block int) error {
	if r.block == block {
		return nil
	}
	b := r.run.blocks[block]
	if cap(r.data) < b.size {
		r.data = make([]byte, max(b.size, runBlockSize+runBlockSize/4))
	}
	r.block, r.data, r.entries, r.at = block, r.data[:b.size], r.entries[:0], 0
	if _, err := r.run.file.ReadAt(r.data, b.offset); err != nil {
		r.block = -1
		return err
	}
	for rest := r.data; len(rest) > 0; {
		var e runEntry
		e, rest = nextRunEntry(rest)
		r.entries = append(r.entries, e)
	}
	return nil
}

func nextRunEntry(data []byte) (runEntry, []byte) {
	keyLength, n := binary.Uvarint(data)
	data = data[n:]
	length, n := binary.Uvarint(data)
	data = data[n:]
	e := runEntry{key: data[:keyLength:keyLength]}
	data = data[keyLength:]
	if length == 0 {
		e.gone = true
		return e, data
	}
	e.value = data[: length-1 : length-1]
	return e, data[length-1:]
}

// step goes to the next entry, or to the one before if by is -1, over the
// borders of blocks. It returns false behind the last.
func (r *runReader) step(by int) (bool, error) {
	r.at += by
	return r.settle(by)
}

// settle brings a reader that stands beyond a block's border to the entry in
// the block next to it.
func (r *runReader) settle(by int) (bool, error) {
	for r.at < 0 || r.at >= len(r.entries) {
		next := r.block + by
		if next < 0 || next >= len(r.run.blocks) {
			return false, nil
		}
		if err := r.load(next); err != nil {
			return false, err
		}
		if by < 0 {
			r.at = len(r.entries) - 1
		}
	}
	return true, nil
}

// keyFilter tells most keys that are not in a set, by their hashes: a word for
// four keys, of which each sets five bits.
type keyFilter []uint64

func newKeyFilter(keys int) keyFilter { return make(keyFilter, keys/4+1) }

func (f keyFilter) add(hash uint64) { f[f.word(hash)] |= filterBits(hash) }

// mayHave is true for every key of the set. No filter knows nothing.
func (f keyFilter) mayHave(hash uint64) bool {
	want := filterBits(hash)
	return f == nil || f[f.word(hash)]&want == want
}

func (f keyFilter) word(hash uint64) int {
	high, _ := bits.Mul64(hash, uint64(len(f)))
	return int(high)
}

func filterBits(hash uint64) uint64 {
	return 1<<(hash&63) | 1<<(hash>>6&63) | 1<<(hash>>12&63) | 1<<(hash>>18&63) | 1<<(hash>>24&63)
}
