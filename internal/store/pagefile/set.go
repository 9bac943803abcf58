package pagefile

import "slices"

// bitmap is a set of pages.
type bitmap []uint64

func newBitmap(end uint64) bitmap { return make(bitmap, (end+63)/64) }

func (b bitmap) has(id uint64) bool { return b[id/64]&(1<<(id%64)) != 0 }

func (b bitmap) add(id uint64) { b[id/64] |= 1 << (id % 64) }

// pageSet is a set of pages of which there are mostly few, in a file of many.
type pageSet struct {
	end  uint64 // of the file
	few  []uint64
	many bitmap // all of them, once they are many
}

func newPageSet(end uint64) pageSet { return pageSet{end: end} }

func (s *pageSet) has(id uint64) bool {
	if s.many != nil {
		return s.many.has(id)
	}
	return slices.Contains(s.few, id)
}

func (s *pageSet) add(id uint64) {
	switch {
	case s.many != nil:
		s.many.add(id)
	case len(s.few) < few:
		if s.few == nil {
			s.few = make([]uint64, 0, few)
		}
		s.few = append(s.few, id)
	default:
		s.many = newBitmap(s.end)
		for _, known := range append(s.few, id) {
			s.many.add(known)
		}
		s.few = nil
	}
}
