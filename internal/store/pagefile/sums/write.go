package sums

import (
	"cmp"
	"fmt"
	"io"
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

// Update brings the file to the next state, in which pages were changed; it puts
// them into order. It writes no more than their checks and those above, with what
// lies between them in a node. After an error the file is of the old state or of
// none.
func (s *Sums) Update(file File, state State, changed []Page) error {
	slices.SortStableFunc(changed, func(a, b Page) int { return cmp.Compare(a.ID, b.ID) })
	for rest := changed; len(rest) > 0; {
		var err error
		if rest, err = s.updateTable(file, rest); err != nil {
			return err
		}
	}
	s.root.state = state
	_, err := file.WriteAt(s.root.bytes(), 0)
	return err
}

// updateTable brings the table of the first page to the next state, and its
// blocks. It returns the pages of other tables.
func (s *Sums) updateTable(file File, changed []Page) (rest []Page, err error) {
	number := changed[0].ID / fan / fan
	table, err := s.table(number)
	if err != nil {
		return nil, err
	}
	first := changed[0].ID / fan % fan
	last := first
	for rest = changed; len(rest) > 0 && rest[0].ID/fan/fan == number; {
		last = rest[0].ID / fan % fan
		if rest, err = s.updateBlock(file, table, rest); err != nil {
			return nil, err
		}
	}
	if err := s.root.cover(number, table); err != nil {
		return nil, err
	}
	return rest, table.write(file, tablePlace(number), first, last)
}

// updateBlock brings the block of the first page to the next state. It returns
// the pages of other blocks.
func (s *Sums) updateBlock(file File, table *node, changed []Page) (rest []Page, err error) {
	number := changed[0].ID / fan
	block, err := s.blockToWrite(number)
	if err != nil {
		return nil, err
	}
	first := changed[0].ID % fan
	last := first
	for rest = changed; len(rest) > 0 && rest[0].ID/fan == number; rest = rest[1:] {
		last = rest[0].ID % fan
		block.set(last, rest[0].Sum)
	}
	table.set(number%fan, Of(block[:]))
	return rest, block.write(file, blockPlace(number), first, last)
}

// write writes checks of a node that stands at a place of the file.
func (n *node) write(file File, at int64, first, last uint64) error {
	_, err := file.WriteAt(n[8*first:8*last+8], at+int64(8*first))
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
