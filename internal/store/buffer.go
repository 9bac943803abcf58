package store

import (
	"bytes"
	"maps"
	"slices"
	"strings"
)

// buffered is the key space of a writing transaction with its changes held in
// memory until the commit, when they are applied in the order of their keys.
// The engine keeps a page it has touched as one growing row until it commits;
// writing in any other order moves that row's tail at each put, which made an
// import take minutes for what takes seconds.
type buffered struct {
	space
	pending map[byte]map[string]change // by the kind of record
}

// change is what a transaction did to one key.
type change struct {
	value []byte
	gone  bool
}

func newBuffered(s space) *buffered {
	return &buffered{space: s, pending: make(map[byte]map[string]change)}
}

func (b *buffered) get(key []byte) []byte {
	if c, changed := b.pending[key[0]][string(key)]; changed {
		return c.value
	}
	return b.space.get(key)
}

func (b *buffered) put(key, value []byte) { b.set(key, change{value: value}) }

func (b *buffered) delete(key []byte) { b.set(key, change{gone: true}) }

func (b *buffered) set(key []byte, c change) {
	kind := b.pending[key[0]]
	if kind == nil {
		kind = make(map[string]change)
		b.pending[key[0]] = kind
	}
	kind[string(key)] = c
}

// flush applies the changes to the engine.
func (b *buffered) flush() error {
	var kinds []byte
	for k := range b.pending {
		kinds = append(kinds, k)
	}
	slices.Sort(kinds)
	for _, k := range kinds {
		for _, key := range b.sorted([]byte{k}) {
			if err := b.apply(key, b.pending[k][key]); err != nil {
				return err
			}
		}
	}
	clear(b.pending)
	return nil
}

func (b *buffered) apply(key string, c change) error {
	if c.gone {
		return b.space.delete([]byte(key))
	}
	return b.space.put([]byte(key), c.value)
}

// sorted returns the changed keys that begin with prefix, in order.
func (b *buffered) sorted(prefix []byte) []string {
	if len(b.pending) == 0 {
		return nil
	}
	var keys []string
	for _, kind := range b.kinds(prefix) {
		for key := range kind {
			if strings.HasPrefix(key, string(prefix)) {
				keys = append(keys, key)
			}
		}
	}
	slices.Sort(keys)
	return keys
}

// kinds returns the changes of all kinds of records that can begin with prefix.
func (b *buffered) kinds(prefix []byte) []map[string]change {
	if len(prefix) > 0 {
		return []map[string]change{b.pending[prefix[0]]}
	}
	return slices.Collect(maps.Values(b.pending))
}

// scan is space.scan with the changes merged in.
func (b *buffered) scan(prefix, from []byte, fn func(key, value []byte) bool) {
	changed := b.sorted(prefix)
	i, _ := slices.BinarySearch(changed, string(from))
	m := merge{b: b, changed: changed[i:], fn: fn, order: bytes.Compare}
	b.space.scan(prefix, from, m.stored)
	m.rest()
}

// scanBack is space.scanBack with the changes merged in.
func (b *buffered) scanBack(prefix, before []byte, fn func(key, value []byte) bool) {
	changed := b.sorted(prefix)
	i, _ := slices.BinarySearch(changed, string(before))
	changed = changed[:i]
	slices.Reverse(changed)
	m := merge{b: b, changed: changed, fn: fn, order: func(x, y []byte) int { return bytes.Compare(y, x) }}
	b.space.scanBack(prefix, before, m.stored)
	m.rest()
}

// merge brings the stored keys and the changed ones into one order.
type merge struct {
	b       *buffered
	changed []string
	fn      func(key, value []byte) bool
	order   func(x, y []byte) int
	stopped bool
}

// stored takes the next stored key, after the changed ones before it.
func (m *merge) stored(key, value []byte) bool {
	for len(m.changed) > 0 {
		switch c := m.order([]byte(m.changed[0]), key); {
		case c > 0:
			return m.visit(key, value)
		case c == 0: // the change stands for the stored one
			return m.next()
		}
		if !m.next() {
			return false
		}
	}
	return m.visit(key, value)
}

// rest takes the changed keys behind all stored ones.
func (m *merge) rest() {
	for len(m.changed) > 0 && !m.stopped {
		m.next()
	}
}

// next takes the next changed key, passing over one that is gone.
func (m *merge) next() bool {
	key := m.changed[0]
	m.changed = m.changed[1:]
	c := m.b.pending[key[0]][key]
	if c.gone {
		return true
	}
	return m.visit([]byte(key), c.value)
}

func (m *merge) visit(key, value []byte) bool {
	m.stopped = !m.fn(key, value)
	return !m.stopped
}
