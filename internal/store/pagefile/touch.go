package pagefile

import "bytes"

// The engine follows what pages say without a look at them. These look first at
// every page that it will read for a change, so that nothing is written because
// of a damaged one: TouchPut and TouchDelete at those on the way to each key, and
// in the end TouchMerged at those that leaves which became too empty are merged
// with.

// thinned is what a change leaves of a leaf.
type thinned struct {
	deleted []byte // a key that it deletes there, nil: none
	size    int    // bytes that are left at least
	keys    int    // that are left at least
}

// TouchPut looks at the pages on the way to a key that shall be put with a value
// of some size.
func (r *Reader) TouchPut(key []byte, size int) error {
	leaf, err := r.touch(key)
	if err != nil {
		return err
	}
	if i, there := leaf.search(key); there {
		if less := len(leaf.value(i)) - size; less > 0 {
			r.thin(leaf).size -= less
		}
	}
	return nil
}

// TouchDelete looks at the pages on the way to a key that shall be deleted. A
// change comes to each key once.
func (r *Reader) TouchDelete(key []byte) error {
	leaf, err := r.touch(key)
	if err != nil {
		return err
	}
	if i, there := leaf.search(key); there {
		t := r.thin(leaf)
		if t.deleted == nil {
			t.deleted = bytes.Clone(key)
		}
		t.size -= elementSize + len(key) + len(leaf.value(i))
		t.keys--
	}
	return nil
}

// touch looks at the pages on the way to a key and returns the last. Changes come
// in the order of their keys, so that is mostly the one of the key before.
func (r *Reader) touch(key []byte) (*page, error) {
	if r.sure.covers(key) {
		return &r.sure.leaf, nil
	}
	c := r.toucher()
	if err := c.seek(func(p *page) int { return place(p, key) }); err != nil {
		return nil, err
	}
	leaf := &c.way[len(c.way)-1]
	r.sure = &finger{leaf.page, leaf.bounds}
	return &r.sure.leaf, nil
}

// thin returns what is left of a leaf so far.
func (r *Reader) thin(leaf *page) *thinned {
	t := r.thinned[leaf.id]
	if t == nil {
		if r.thinned == nil {
			r.thinned = make(map[uint64]*thinned)
		}
		t = &thinned{size: leaf.used(), keys: leaf.len()}
		r.thinned[leaf.id] = t
	}
	return t
}

// TouchMerged looks at the pages that leaves are merged with because of what was
// deleted, when pages are filled to a part of fill: the engine merges a leaf that
// is less than half as full.
func (r *Reader) TouchMerged(fill float64) error {
	least := int(float64(r.meta.pageSize)*fill) / 2
	for _, t := range r.thinned {
		if t.deleted == nil || t.size > least && t.keys > 1 {
			continue
		}
		if err := r.touchAround(t.deleted); err != nil {
			return err
		}
	}
	return nil
}

// touchAround looks on the way to a key on every level at the pages beside: a leaf
// is merged with one, and what that leaves of the page above may be merged too.
func (r *Reader) touchAround(key []byte) error {
	c := r.toucher()
	if err := c.seek(func(p *page) int { return place(p, key) }); err != nil {
		return err
	}
	beside := cursor{reader: r, way: make([]step, 0, cap(c.way))}
	for depth := len(c.way) - 1; depth > 0; depth-- {
		for _, by := range []int{-1, 1} {
			beside.way = append(beside.way[:0], c.way[:depth]...)
			if err := beside.move(by); err != nil {
				return err
			}
		}
	}
	return nil
}

// toucher returns the one cursor that goes to the keys of a change.
func (r *Reader) toucher() *cursor {
	if r.touching == nil {
		r.touching = &cursor{reader: r, way: make([]step, 0, 8)}
	}
	return r.touching
}

// TouchFreelist looks at the list of pages that a change may write to, and returns
// how many there are. Where there is no list the engine finds them by itself: they
// may be as many as the file has pages.
func (r *Reader) TouchFreelist() (int, error) {
	if r.meta.freelist == noFreelist {
		return int(r.meta.end), nil
	}
	ids, err := r.Free()
	return len(ids), err
}
