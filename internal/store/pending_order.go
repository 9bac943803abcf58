package store

import (
	"bytes"
	"slices"
	"sort"
)

// ordered is the keys of one kind by their numbers: in order up to sorted, the
// others as they came. A change of many users comes to the indexes of two of their
// properties by turns, to each in order: those of one make a second row. Once a key
// comes out of order in both, there is one row, and all are in the table.
type ordered struct {
	numbers []uint32
	second  []uint32 // in order
	sorted  int
	tabled  bool
}

// inOneRow reports whether all keys came in order.
func (o *ordered) inOneRow() bool { return o.sorted == len(o.numbers) && len(o.second) == 0 }

// add notes the number of a new key.
func (p *pending) add(kind *ordered, key []byte, number uint32) {
	inOrder := kind.sorted == len(kind.numbers)
	switch {
	case inOrder && p.ends(kind.numbers, key):
		kind.sorted++
		kind.numbers = append(kind.numbers, number)
	case inOrder && !kind.tabled && p.ends(kind.second, key):
		kind.second = append(kind.second, number)
	default:
		if !kind.tabled {
			p.tableKind(kind)
		}
		kind.numbers = append(kind.numbers, number)
	}
	if kind.tabled {
		p.remember(number)
	}
}

// tableKind puts the keys of a kind into one row and into the table.
func (p *pending) tableKind(kind *ordered) {
	kind.tabled = true
	kind.numbers, kind.second = append(kind.numbers, kind.second...), kind.second[:0]
	for _, number := range kind.numbers {
		p.remember(number)
	}
}

// findIn is find among numbers in order.
func (p *pending) findIn(numbers []uint32, key []byte) (number uint32, found bool) {
	if p.ends(numbers, key) || bytes.Compare(key, p.key(numbers[0])) < 0 {
		return 0, false
	}
	number = numbers[p.search(numbers, key)]
	return number, bytes.Equal(p.key(number), key)
}

// ends reports whether a key stands behind all of numbers in order.
func (p *pending) ends(numbers []uint32, key []byte) bool {
	return len(numbers) == 0 || bytes.Compare(p.key(numbers[len(numbers)-1]), key) < 0
}

// inOrder returns the numbers of the keys that begin with prefix, in order. They
// hold until the next change.
func (p *pending) inOrder(prefix []byte) []uint32 {
	if len(prefix) == 0 {
		var all []uint32
		for kind := range p.kinds {
			all = append(all, p.sort(byte(kind))...)
		}
		return all
	}
	numbers := p.sort(prefix[0])
	from := p.search(numbers, prefix)
	to := len(numbers)
	if end := after(prefix); end != nil {
		to = p.search(numbers, end)
	}
	return numbers[from:to]
}

// search returns where in numbers the first key stands that is not before key,
// which keeps no memory of its own for being looked for.
func (p *pending) search(numbers []uint32, key []byte) int {
	return sort.Search(len(numbers), func(i int) bool { return bytes.Compare(p.key(numbers[i]), key) >= 0 })
}

// sort brings the keys of a kind into order.
func (p *pending) sort(kind byte) []uint32 {
	o := p.kinds[kind]
	if o == nil {
		return nil
	}
	rows := len(o.second) > 0
	o.numbers, o.second = append(o.numbers, o.second...), o.second[:0]
	switch late := len(o.numbers) - o.sorted; {
	case late == 0:
	case late < o.sorted/64: // a few behind many
		for ; o.sorted < len(o.numbers); o.sorted++ {
			n := o.numbers[o.sorted]
			at := p.search(o.numbers[:o.sorted], p.key(n))
			copy(o.numbers[at+1:o.sorted+1], o.numbers[at:o.sorted])
			o.numbers[at] = n
		}
	case rows:
		o.numbers = p.merge(o.numbers[:o.sorted], o.numbers[o.sorted:])
		o.sorted = len(o.numbers)
	default:
		slices.SortFunc(o.numbers, func(a, b uint32) int { return bytes.Compare(p.key(a), p.key(b)) })
		o.sorted = len(o.numbers)
	}
	return o.numbers
}

// merge makes one row of two in order.
func (p *pending) merge(a, b []uint32) []uint32 {
	both := make([]uint32, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if bytes.Compare(p.key(a[0]), p.key(b[0])) < 0 {
			both, a = append(both, a[0]), a[1:]
		} else {
			both, b = append(both, b[0]), b[1:]
		}
	}
	return append(append(both, a...), b...)
}
