package store

import (
	"bytes"
	"slices"
)

// changeSource gives changes in the order of their keys, or backwards.
type changeSource interface {
	// current returns the change the source stands at.
	current() (key []byte, c change)
	// next goes on; false: that was the last one.
	next() (bool, error)
}

// changeWalk brings the changes of several sources into one order. Of several of
// one key the one of the newest source stands.
type changeWalk struct {
	sources []*walked // by the keys they stand at, the newest first where these are equal
	compare func(a, b []byte) int
	last    []byte // the key given last
	given   bool
}

type walked struct {
	changeSource
	age int // 0: the newest
	key []byte
}

// add adds a source that stands at a change, older than all before it.
func (w *changeWalk) add(s changeSource) {
	added := &walked{changeSource: s, age: len(w.sources)}
	added.key, _ = s.current()
	w.sources = slices.Insert(w.sources, w.place(w.sources, added), added)
}

// place returns where a source stands among others.
func (w *changeWalk) place(among []*walked, s *walked) int {
	i, _ := slices.BinarySearchFunc(among, s, w.order)
	return i
}

func (w *changeWalk) order(a, b *walked) int {
	if c := w.compare(a.key, b.key); c != 0 {
		return c
	}
	return a.age - b.age
}

// peek returns the next change; false: there is none.
func (w *changeWalk) peek() (key []byte, c change, more bool, err error) {
	for len(w.sources) > 0 && w.given && bytes.Equal(w.sources[0].key, w.last) {
		if err := w.step(); err != nil { // a source that is older says something of the same key
			return nil, change{}, false, err
		}
	}
	if len(w.sources) == 0 {
		return nil, change{}, false, nil
	}
	key, c = w.sources[0].current()
	return key, c, true, nil
}

// take goes on behind the change that peek returned. That stays valid until the
// next call of peek.
func (w *changeWalk) take() {
	w.last, w.given = append(w.last[:0], w.sources[0].key...), true
}

// step moves the first source on and puts it in its place.
func (w *changeWalk) step() error {
	first := w.sources[0]
	more, err := first.next()
	if err != nil {
		return err
	}
	rest := w.sources[1:]
	if !more {
		w.sources = rest
		return nil
	}
	first.key, _ = first.current()
	if len(rest) == 0 || w.order(first, rest[0]) < 0 {
		return nil
	}
	i := w.place(rest, first)
	copy(w.sources, rest[:i])
	w.sources[i] = first
	return nil
}

// heldChanges are those in memory.
type heldChanges struct {
	pending *pending
	numbers []uint32
	by      int
	at      int
}

func (h *heldChanges) current() ([]byte, change) {
	n := h.numbers[h.at]
	return h.pending.key(n), h.pending.change(n)
}

func (h *heldChanges) next() (bool, error) {
	h.at += h.by
	return h.at >= 0 && h.at < len(h.numbers), nil
}

// spilledChanges are those of a run, as far as their keys begin with prefix.
type spilledChanges struct {
	*runReader
	prefix []byte
	by     int
}

func (s *spilledChanges) current() ([]byte, change) {
	e := &s.entries[s.at]
	return e.key, e.change
}

func (s *spilledChanges) next() (bool, error) {
	more, err := s.step(s.by)
	return s.within(more), err
}

func (s *spilledChanges) within(more bool) bool {
	return more && bytes.HasPrefix(s.entries[s.at].key, s.prefix)
}
