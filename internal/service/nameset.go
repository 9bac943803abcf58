package service

import "hash/maphash"

// nameSet is a set of names, without letter case. Most of them stand in a list
// that is there anyway, possibly of a million: of these it keeps four bytes each.
type nameSet struct {
	list  []string // where names may stand
	extra []string // those that do not
	seed  maphash.Seed
	table []uint32 // by the hash of a name: its place in list or, behind that, in extra, from 1
	count int
}

func newNameSet(list []string) *nameSet {
	return &nameSet{list: list, seed: maphash.MakeSeed(), table: make([]uint32, 16)}
}

func (s *nameSet) name(place uint32) string {
	if i := int(place) - 1; i < len(s.list) {
		return fold(s.list[i])
	}
	return s.extra[int(place)-1-len(s.list)]
}

// slot returns where in the table a name stands or would stand.
func (s *nameSet) slot(name string) int {
	mask := uint64(len(s.table) - 1)
	for i := maphash.String(s.seed, name) & mask; ; i = (i + 1) & mask {
		if s.table[i] == 0 || s.name(s.table[i]) == name {
			return int(i)
		}
	}
}

// addAt adds the name at a place of the list, and reports whether it was not there.
func (s *nameSet) addAt(i int) bool { return s.add(fold(s.list[i]), uint32(i+1)) }

// addOther adds a name that does not stand in the list.
func (s *nameSet) addOther(name string) bool {
	s.extra = append(s.extra, name) // before its place is used, since the table may grow
	added := s.add(name, uint32(len(s.list)+len(s.extra)))
	if !added {
		s.extra = s.extra[:len(s.extra)-1]
	}
	return added
}

func (s *nameSet) add(name string, place uint32) bool {
	slot := s.slot(name)
	if s.table[slot] != 0 {
		return false
	}
	s.table[slot] = place
	if s.count++; s.count*4 > len(s.table)*3 {
		s.grow()
	}
	return true
}

func (s *nameSet) grow() {
	old := s.table
	s.table = make([]uint32, 2*len(old))
	mask := uint64(len(s.table) - 1)
	for _, place := range old {
		if place == 0 {
			continue
		}
		i := maphash.String(s.seed, s.name(place)) & mask
		for s.table[i] != 0 {
			i = (i + 1) & mask
		}
		s.table[i] = place
	}
}
