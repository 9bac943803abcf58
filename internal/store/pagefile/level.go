package pagefile

import "encoding/binary"

// level is the page being filled on one level of the tree: leaves below,
// branches above them.
type level struct {
	kind     uint16
	least    int // elements a page must have: the engine cannot merge a branch of one
	limit    int // bytes a page should not exceed
	elements []element
	data     []byte // the keys and values of the elements, in a row
	size     int    // of the page, were it written now
	cut      int    // elements that fill a page, 0 if they do not yet
	written  int    // pages
}

// element is one entry of a page.
type element struct {
	flags      uint32
	key, value int // sizes
	child      uint64
}

func (e element) size() int { return elementSize + e.key + e.value }

func newLevel(kind uint16, limit int) *level {
	l := &level{kind: kind, least: 1, limit: limit, size: headerSize}
	if kind == kindBranch {
		l.least = 2
	}
	return l
}

func (l *level) add(e element, key, value []byte) {
	e.key, e.value = len(key), len(value)
	l.elements = append(l.elements, e)
	l.data = append(append(l.data, key...), value...)
	l.size += e.size()
	if l.cut == 0 && len(l.elements) > l.least && l.size > l.limit {
		l.cut = len(l.elements) - 1
	}
}

// full reports whether a page can be written and leave enough for the next.
func (l *level) full() bool { return l.cut > 0 && len(l.elements)-l.cut >= l.least }

// last returns how many elements the next page gets when no more will come.
func (l *level) last(pageSize int) int {
	n := len(l.elements)
	switch {
	case l.cut == 0, l.size <= pageSize, l.cut == l.least:
		return n
	case n-l.cut < l.least:
		return n - l.least
	}
	return l.cut
}

// appendPages appends the first n elements as a page with what it overflows
// into, and returns how many pages that makes.
func (l *level) appendPages(buf []byte, id uint64, n, pageSize int) ([]byte, uint64) {
	size, body := headerSize, 0
	for _, e := range l.elements[:n] {
		size += e.size()
		body += e.key + e.value
	}
	pages := max(1, (size+pageSize-1)/pageSize)
	start := len(buf)
	buf = append(buf, make([]byte, pages*pageSize)...)
	page := buf[start:]
	header{id: id, kind: l.kind, count: uint16(n), overflow: uint32(pages - 1)}.put(page)
	at := headerSize + n*elementSize
	copy(page[at:], l.data[:body])
	for i, e := range l.elements[:n] {
		own := headerSize + i*elementSize
		l.putElement(page[own:], e, uint32(at-own))
		at += e.key + e.value
	}
	return buf, uint64(pages)
}

func (l *level) putElement(at []byte, e element, position uint32) {
	if l.kind == kindBranch {
		binary.NativeEndian.PutUint32(at, position)
		binary.NativeEndian.PutUint32(at[4:], uint32(e.key))
		binary.NativeEndian.PutUint64(at[8:], e.child)
		return
	}
	binary.NativeEndian.PutUint32(at, e.flags)
	binary.NativeEndian.PutUint32(at[4:], position)
	binary.NativeEndian.PutUint32(at[8:], uint32(e.key))
	binary.NativeEndian.PutUint32(at[12:], uint32(e.value))
}

// drop takes the first n elements away.
func (l *level) drop(n int) {
	body := 0
	for _, e := range l.elements[:n] {
		body += e.key + e.value
		l.size -= e.size()
	}
	l.elements = append(l.elements[:0], l.elements[n:]...)
	l.data = append(l.data[:0], l.data[body:]...)
	l.cut = 0
	l.written++
}
