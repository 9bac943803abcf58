package sums

import (
	"fmt"
	"io"
	"maps"
	"slices"
)

// Page is a page with its check.
type Page struct{ ID, Sum uint64 }

// File is what the checks are written to, such as an *os.File.
type File interface {
	io.ReaderAt
	io.WriterAt
	Truncate(size int64) error
}

// Write makes the file anew. The root comes last, so that a process that ends
// within leaves a file that is of no use.
func Write(file File, state State, pages []Page) error {
	if err := file.Truncate(0); err != nil { // what is not written is empty from now on
		return err
	}
	s := &Sums{tables: make(map[uint64]*node), blocks: make(map[uint64]*node)}
	for _, p := range pages {
		block := s.blocks[p.ID/fan]
		if block == nil {
			block = new(node)
			s.blocks[p.ID/fan] = block
		}
		block.set(p.ID%fan, p.Sum)
	}
	for number, block := range s.blocks {
		table := s.tables[number/fan]
		if table == nil {
			table = new(node)
			s.tables[number/fan] = table
		}
		table.set(number%fan, Of(block[:]))
		if _, err := file.WriteAt(block[:], blockPlace(number)); err != nil {
			return err
		}
	}
	for number, table := range s.tables {
		if err := s.root.cover(number, table); err != nil {
			return err
		}
		if _, err := file.WriteAt(table[:], tablePlace(number)); err != nil {
			return err
		}
	}
	s.root.state = state
	_, err := file.WriteAt(s.root.bytes(), 0)
	return err
}

// Update brings the file to the next state, in which pages were changed. It
// writes no more than their checks and those above, with the few that lie between
// them. After an error the file is of the old state or of none.
func (s *Sums) Update(file File, state State, changed []Page) error {
	blocks := make(map[uint64][]uint64) // places within
	for _, p := range changed {
		block, err := s.block(p.ID / fan)
		if err != nil {
			return err
		}
		block.set(p.ID%fan, p.Sum)
		blocks[p.ID/fan] = append(blocks[p.ID/fan], p.ID%fan)
	}
	tables := make(map[uint64][]uint64)
	for _, number := range slices.Sorted(maps.Keys(blocks)) {
		block := s.blocks[number]
		s.tables[number/fan].set(number%fan, Of(block[:]))
		tables[number/fan] = append(tables[number/fan], number%fan)
		if err := writeChecks(file, blockPlace(number), block, blocks[number]); err != nil {
			return err
		}
	}
	for number, places := range tables {
		table := s.tables[number]
		if err := s.root.cover(number, table); err != nil {
			return err
		}
		if err := writeChecks(file, tablePlace(number), table, places); err != nil {
			return err
		}
	}
	s.root.state = state
	_, err := file.WriteAt(s.root.bytes(), 0)
	return err
}

// cover notes the check of a table.
func (r *root) cover(number uint64, table *node) error {
	if number >= maxTables {
		return fmt.Errorf("page checks of table %d have no room", number)
	}
	for uint64(len(r.tables)) <= number {
		r.tables = append(r.tables, 0)
	}
	r.tables[number] = Of(table[:])
	return nil
}

// nearChecks is how far apart checks may lie that are written in one go: a call
// takes longer than some bytes more.
const nearChecks = 32

// writeChecks writes checks of a node that stands at a place of the file.
func writeChecks(file io.WriterAt, at int64, n *node, places []uint64) error {
	slices.Sort(places)
	for first, i := 0, 1; i <= len(places); i++ {
		if i < len(places) && places[i]-places[i-1] <= nearChecks {
			continue
		}
		from, to := 8*places[first], 8*places[i-1]+8
		if _, err := file.WriteAt(n[from:to], at+int64(from)); err != nil {
			return err
		}
		first = i
	}
	return nil
}
