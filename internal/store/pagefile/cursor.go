package pagefile

import "bytes"

// cursor stands at a key of a leaf; the steps before the last are the branches
// on the way to it.
type cursor struct {
	reader *Reader
	way    []step
}

// step is where a cursor stands in one page.
type step struct {
	page   page
	at     int
	bounds bounds // of the page's keys
}

// Scan calls fn with each key from the first not before from, in order, until
// fn returns false.
func (r *Reader) Scan(from []byte, fn func(key, value []byte) bool) error {
	if g := r.bare.of(from); g.covers(from) {
		if g.next == nil || !fn(g.next, g.value) {
			return nil
		}
		return r.scan(append(bytes.Clone(g.next), 0), fn)
	}
	f := r.near.of(from)
	if f == nil {
		return r.scan(from, fn)
	}
	leaf, high := f.leaf, f.bounds.high // the finger may go elsewhere while fn is called
	i, found := leaf.search(from)
	if i == leaf.len() {
		return r.scan(from, fn)
	}
	if !found {
		r.bare.put(from, f.before(i))
	}
	if !leaf.scan(i, fn) || high == nil {
		return nil
	}
	return r.scan(high, fn)
}

// scan calls fn with each key of a leaf from an element on; false: fn returned it.
func (p *page) scan(i int, fn func(key, value []byte) bool) bool {
	for ; i < p.len(); i++ {
		if !fn(p.entry(i)) {
			return false
		}
	}
	return true
}

func (r *Reader) scan(from []byte, fn func(key, value []byte) bool) error {
	c, err := r.seekNear(from)
	for err == nil && c.valid() && c.leaf(fn) {
		err = c.move(1)
	}
	return err
}

// seekNear goes to the first key not before from, and remembers what it came by.
func (r *Reader) seekNear(from []byte) (*cursor, error) {
	c, err := r.seek(func(p *page) int { return place(p, from) })
	if err != nil {
		return c, err
	}
	s := c.way[len(c.way)-1]
	r.near.put(from, s.page, s.bounds)
	missed := gap{low: s.bounds.low}
	if s.at > 0 {
		missed.low = s.page.key(s.at - 1)
	}
	if !c.valid() { // behind the last key of a leaf
		if err := c.move(1); err != nil {
			return c, err
		}
	}
	if c.valid() {
		s = c.way[len(c.way)-1]
		missed.next, missed.value = s.page.entry(s.at)
	}
	if !bytes.Equal(missed.next, from) {
		r.bare.put(from, missed)
	}
	return c, nil
}

// ScanBack calls fn with each key before the given one, the last first, until
// fn returns false. Before nil stand all.
func (r *Reader) ScanBack(before []byte, fn func(key, value []byte) bool) error {
	pick := func(p *page) int { return place(p, before) }
	if before == nil {
		pick = behind
	}
	c, err := r.seek(pick)
	if err == nil {
		err = c.move(-1)
	}
	for err == nil && c.valid() && c.visit(fn) {
		err = c.move(-1)
	}
	return err
}

// place is where a key stands in a page or would stand.
func place(p *page, key []byte) int {
	if p.kind == kindBranch {
		return p.toward(key)
	}
	i, _ := p.search(key)
	return i
}

// behind is the last child of a branch, and behind the last key of a leaf.
func behind(p *page) int {
	if p.kind == kindBranch {
		return p.len() - 1
	}
	return p.len()
}

// seek goes down from the uppermost page, in each to where pick says.
func (r *Reader) seek(pick func(*page) int) (*cursor, error) {
	c := &cursor{reader: r, way: make([]step, 0, 8)}
	return c, c.seek(pick)
}

func (c *cursor) seek(pick func(*page) int) error {
	p, err := c.reader.first()
	if err != nil {
		return err
	}
	c.way = append(c.way[:0], step{page: p, at: pick(&p)})
	return c.descend(pick)
}

func (c *cursor) descend(pick func(*page) int) error {
	for {
		s := &c.way[len(c.way)-1]
		if s.page.kind == kindLeaf {
			return nil
		}
		if len(c.way) == maxDepth {
			return damage("its tree has no end")
		}
		b := s.bounds.of(&s.page, s.at)
		child, err := c.reader.below(&s.page, s.at, b)
		if err != nil {
			return err
		}
		c.way = append(c.way, step{child, pick(&child), b})
	}
}

// valid reports whether the cursor stands at a key.
func (c *cursor) valid() bool {
	if len(c.way) == 0 {
		return false
	}
	s := c.way[len(c.way)-1]
	return s.at < s.page.len()
}

func (c *cursor) visit(fn func(key, value []byte) bool) bool {
	s := &c.way[len(c.way)-1]
	return fn(s.page.entry(s.at))
}

// leaf visits what is left of the leaf, up to its last key.
func (c *cursor) leaf(fn func(key, value []byte) bool) bool {
	s := &c.way[len(c.way)-1]
	for ; ; s.at++ {
		if !fn(s.page.entry(s.at)) {
			return false
		}
		if s.at == s.page.len()-1 {
			return true
		}
	}
}

// move goes one key on, by 1, or back, by -1; behind the last one, or before
// the first, the cursor stands nowhere.
func (c *cursor) move(by int) error {
	for len(c.way) > 0 {
		s := &c.way[len(c.way)-1]
		s.at += by
		if s.at >= 0 && s.at < s.page.len() {
			return c.descend(func(p *page) int {
				if by > 0 {
					return 0
				}
				return p.len() - 1
			})
		}
		c.way = c.way[:len(c.way)-1]
	}
	return nil
}
