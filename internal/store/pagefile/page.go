package pagefile

import (
	"bytes"
	"encoding/binary"
)

// page is a branch or a leaf that was looked at, with what it overflows into.
type page struct {
	header
	body []byte
}

// span is where an element's key and value stand in its page.
type span struct{ start, middle, end uint64 }

// span reads where element i says that its key and value are.
func (p *page) span(i int) span {
	own := uint64(headerSize + i*elementSize)
	e := p.body[own : own+elementSize]
	if p.kind == kindBranch {
		start := own + uint64(binary.NativeEndian.Uint32(e))
		end := start + uint64(binary.NativeEndian.Uint32(e[4:]))
		return span{start, end, end}
	}
	start := own + uint64(binary.NativeEndian.Uint32(e[4:]))
	middle := start + uint64(binary.NativeEndian.Uint32(e[8:]))
	return span{start, middle, middle + uint64(binary.NativeEndian.Uint32(e[12:]))}
}

func (p *page) len() int { return int(p.count) }

// used returns how many bytes a page needs that was looked at.
func (p *page) used() int {
	if p.len() == 0 {
		return headerSize
	}
	return int(p.span(p.len() - 1).end)
}

func (p *page) key(i int) []byte {
	s := p.span(i)
	return p.body[s.start:s.middle:s.middle]
}

// entry returns the key and value of a leaf's element.
func (p *page) entry(i int) (key, value []byte) {
	s := p.span(i)
	return p.body[s.start:s.middle:s.middle], p.body[s.middle:s.end:s.end]
}

func (p *page) value(i int) []byte {
	s := p.span(i)
	return p.body[s.middle:s.end:s.end]
}

// flags returns the flags of a leaf's element.
func (p *page) flags(i int) uint32 {
	return binary.NativeEndian.Uint32(p.body[headerSize+i*elementSize:])
}

// child returns the page that a branch's element names.
func (p *page) child(i int) uint64 {
	return binary.NativeEndian.Uint64(p.body[headerSize+i*elementSize+8:])
}

// search returns the first element whose key is not before the given one, and
// whether it is that key.
func (p *page) search(key []byte) (i int, exact bool) {
	low, high := 0, p.len()
	for low < high {
		middle := (low + high) / 2
		if bytes.Compare(p.key(middle), key) < 0 {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low, low < p.len() && bytes.Equal(p.key(low), key)
}

// toward returns the element of a branch under which a key would stand.
func (p *page) toward(key []byte) int {
	i, exact := p.search(key)
	if !exact && i > 0 {
		i--
	}
	return i
}

// verify looks at everything a branch or leaf says of itself: the engine writes
// keys and values in a row behind the table of elements, in strictly ascending
// order, and takes no page more than they need.
func (p *page) verify(pageSize int, flags uint32) error {
	if p.kind != kindBranch && p.kind != kindLeaf {
		return damage("page %d is neither a branch nor a leaf", p.id)
	}
	at := uint64(headerSize + p.len()*elementSize)
	if at > uint64(len(p.body)) {
		return damage("page %d has a table of %d elements in %d bytes", p.id, p.count, len(p.body))
	}
	var last []byte
	for i := range p.len() {
		s := p.span(i)
		switch {
		case s.start != at || s.middle == s.start || s.end > uint64(len(p.body)):
			return damage("element %d of page %d points outside of its place", i, p.id)
		case p.kind == kindLeaf && p.flags(i) != flags:
			return damage("element %d of page %d has flags %x", i, p.id, p.flags(i))
		}
		key := p.body[s.start:s.middle]
		if bytes.Compare(last, key) >= 0 {
			return damage("the keys of page %d are not in order", p.id)
		}
		last, at = key, s.end
	}
	if need := (at + uint64(pageSize) - 1) / uint64(pageSize); uint64(p.overflow) != need-1 {
		return damage("page %d has %d bytes and goes on for %d", p.id, at, p.overflow)
	}
	return nil
}

// bounds are the keys between which those of a page must stand: from low on and
// before high; nil is no bound.
type bounds struct{ low, high []byte }

// of returns the bounds that a branch gives its child i.
func (b bounds) of(p *page, i int) bounds {
	b.low = p.key(i)
	if i+1 < p.len() {
		b.high = p.key(i + 1)
	}
	return b
}

// hold reports whether the keys of a page, which are in order, lie within.
func (b bounds) hold(p *page) bool {
	n := p.len()
	return n > 0 && bytes.Compare(p.key(0), b.low) >= 0 && (b.high == nil || bytes.Compare(p.key(n-1), b.high) < 0)
}
