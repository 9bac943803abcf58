package store

import (
	"bytes"
	"hash/maphash"

	"github.com/usher-admin/usher/internal/store/scratch"
)

// buffered is the key space of a writing transaction with its changes held back
// until the commit, when they are applied in the order of their keys. The engine
// keeps a page it has touched as one growing row until it commits; writing in
// any other order moves that row's tail at each put, which made an import take
// minutes for what takes seconds.
//
// The changes are held in memory. When they pass a limit they go to a scratch
// file as a run, and reads look there too.
type buffered struct {
	space
	pending *pending
	runs    []*run // oldest first
	top     [256][]byte
	spilled int // bytes of changes in runs
	scratch *scratch.File
	limit   int
	lost    error // what befell the scratch file: what was read since may be wrong
}

// usualLimit is how many bytes of changes are held in memory unless told
// otherwise.
const usualLimit = 12 << 20

// newBuffered returns the key space with changes; file is where they go when
// there are more than limit bytes.
func newBuffered(s space, file *scratch.File, limit int) *buffered {
	if limit == 0 {
		limit = usualLimit
	}
	return &buffered{space: s, pending: newPending(), scratch: file, limit: limit}
}

// get returns the bytes under key, nil if there are none. They are valid until
// the transaction ends or the next put.
func (b *buffered) get(key []byte) []byte {
	if b.pending.count() > 0 {
		if c, changed := b.pending.get(key); changed {
			return c.value
		}
	}
	if bytes.Compare(key, b.top[key[0]]) <= 0 {
		if c, changed := b.getSpilled(key); changed {
			return c.value
		}
	}
	return b.space.get(key)
}

// getSpilled looks for the newest change of a key in the runs.
func (b *buffered) getSpilled(key []byte) (change, bool) {
	hash := maphash.Bytes(b.pending.seed, key)
	for i := len(b.runs) - 1; i >= 0; i-- {
		if !b.runs[i].mayHave(key, hash) {
			continue
		}
		c, found, err := b.runs[i].get(key)
		b.lose(err)
		if found {
			return c, true
		}
	}
	return change{}, false
}

func (b *buffered) lose(err error) {
	if b.lost == nil {
		b.lost = err
	}
}

func (b *buffered) put(key, value []byte) { b.set(key, change{value: value}) }

func (b *buffered) delete(key []byte) { b.set(key, change{gone: true}) }

func (b *buffered) set(key []byte, c change) {
	b.pending.set(key, c)
	if b.pending.bytes >= b.limit {
		b.lose(b.spill())
	}
}

// spill moves the changes from memory to a run.
func (b *buffered) spill() error {
	r, err := writeRun(b.scratch, b.pending)
	if err != nil {
		return err
	}
	b.runs = append(b.runs, r)
	b.spilled += b.pending.bytes
	b.pending.empty()
	for _, s := range r.spans {
		if kind := s.first[0]; bytes.Compare(b.top[kind], s.last) < 0 {
			b.top[kind] = s.last
		}
	}
	return nil
}

// Changes are kept by writing the file anew where that is quicker than changing
// its pages, or where the engine would need much memory: it holds every page it
// touches until its commit.
// Measured with a million users in 387 MB: 60,000 who are suspended, 27 MB of
// changes, take 1.9 s of processor time in place and 2.2 s anew; 120,000 take 3.9
// and 3.6 s.
const (
	largeChange    = 2 << 20  // bytes: fewer never are
	largestInPlace = 48 << 20 // bytes: more always are
	largeShare     = 16       // as a part of the file
)

// changed reports whether there is anything to commit.
func (b *buffered) changed() bool { return b.pending.count() > 0 || len(b.runs) > 0 }

// large reports whether the changes are many for a file of so many bytes.
func (b *buffered) large(size int64) bool {
	changed := int64(b.spilled + b.pending.bytes)
	return changed > largestInPlace || changed > largeChange && changed > size/largeShare
}

// walk returns the changes whose keys begin with prefix: with by 1 those from
// the first not before start, with -1 those before start, last first.
func (b *buffered) walk(prefix, start []byte, by int) *changeWalk {
	w := &changeWalk{compare: bytes.Compare}
	if by < 0 {
		w.compare = func(x, y []byte) int { return bytes.Compare(y, x) }
	}
	numbers := b.pending.inOrder(prefix)
	h := &heldChanges{pending: b.pending, numbers: numbers, by: by, at: b.pending.search(numbers, start)}
	if by < 0 {
		h.at--
	}
	if h.at >= 0 && h.at < len(numbers) {
		w.add(h)
	}
	low, high := start, after(prefix)
	if by < 0 {
		low, high = prefix, start
	}
	for i := len(b.runs) - 1; i >= 0; i-- {
		if b.runs[i].mayHaveBetween(low, high) {
			b.walkRun(w, b.runs[i], prefix, start, by)
		}
	}
	return w
}

func (b *buffered) walkRun(w *changeWalk, r *run, prefix, start []byte, by int) {
	s := &spilledChanges{runReader: newRunReader(r), prefix: prefix, by: by}
	err := s.seek(start)
	if err == nil {
		if by < 0 {
			s.at--
		}
		var more bool
		if more, err = s.settle(by); s.within(more) {
			w.add(s)
		}
	}
	b.lose(err)
}

// untouched reports whether no change is of the kind of a prefix.
func (b *buffered) untouched(prefix []byte) bool {
	if len(prefix) == 0 {
		return b.pending.count() == 0 && len(b.runs) == 0
	}
	kind := b.pending.kinds[prefix[0]]
	return (kind == nil || len(kind.numbers) == 0) && b.top[prefix[0]] == nil
}

// bare is space.bare, of what the transaction did not change.
func (b *buffered) bare(prefix []byte) bool { return b.untouched(prefix) && b.space.bare(prefix) }

// scan is space.scan with the changes merged in.
func (b *buffered) scan(prefix, from []byte, fn func(key, value []byte) bool) {
	if b.untouched(prefix) {
		b.space.scan(prefix, from, fn)
		return
	}
	m := merge{b: b, changes: b.walk(prefix, from, 1), fn: fn}
	b.space.scan(prefix, from, m.stored)
	m.rest()
}

// scanBack is space.scanBack with the changes merged in.
func (b *buffered) scanBack(prefix, before []byte, fn func(key, value []byte) bool) {
	m := merge{b: b, changes: b.walk(prefix, before, -1), fn: fn}
	b.space.scanBack(prefix, before, m.stored)
	m.rest()
}

// merge brings the stored keys and the changed ones into one order.
type merge struct {
	b       *buffered
	changes *changeWalk
	fn      func(key, value []byte) bool
	stopped bool
}

// stored takes the next stored key, after the changed ones before it.
func (m *merge) stored(key, value []byte) bool {
	for {
		changed, c, more := m.peek()
		if !more {
			return !m.stopped && m.visit(key, value)
		}
		order := m.changes.compare(changed, key)
		if order > 0 {
			return m.visit(key, value)
		}
		m.changes.take()
		if !c.gone && !m.visit(changed, c.value) {
			return false
		}
		if order == 0 { // the change stands for the stored one
			return true
		}
	}
}

// rest takes the changed keys behind all stored ones.
func (m *merge) rest() {
	for !m.stopped {
		key, c, more := m.peek()
		if !more {
			return
		}
		m.changes.take()
		if !c.gone {
			m.visit(key, c.value)
		}
	}
}

func (m *merge) peek() ([]byte, change, bool) {
	key, c, more, err := m.changes.peek()
	if err != nil {
		m.b.lose(err)
		m.stopped = true
	}
	return key, c, more && err == nil
}

func (m *merge) visit(key, value []byte) bool {
	m.stopped = !m.fn(key, value)
	return !m.stopped
}
