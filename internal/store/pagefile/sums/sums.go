package sums

import (
	"io"
)

// Sums are the checks of one state of the database. They read no more of their
// file than is asked for, and believe nothing whose check does not fit. They are
// for one goroutine.
type Sums struct {
	file   io.ReaderAt
	root   root
	tables map[uint64]*node // as read or changed
	blocks map[uint64]*node
	broken bool

	passing node // of blockToWrite
}

// Open begins to read a file. An error says that it is of no use.
func Open(file io.ReaderAt) (*Sums, error) {
	r, err := readRoot(file)
	if err != nil {
		return nil, err
	}
	return &Sums{file: file, root: r, tables: make(map[uint64]*node), blocks: make(map[uint64]*node)}, nil
}

// Beside returns the same checks for another goroutine, which reads by itself
// what it asks for.
func (s *Sums) Beside() *Sums {
	return &Sums{file: s.file, root: s.root, tables: make(map[uint64]*node), blocks: make(map[uint64]*node)}
}

// State returns the state of the database that the checks belong to.
func (s *Sums) State() State { return s.root.state }

// Sum returns the check of a page, false if the file does not tell.
func (s *Sums) Sum(page uint64) (uint64, bool) {
	block, err := s.block(page / fan)
	if err != nil {
		s.broken = true
		return 0, false
	}
	return block.get(page % fan), true
}

// Broken reports whether the file could not tell what was asked of it.
func (s *Sums) Broken() bool { return s.broken }

func (s *Sums) table(number uint64) (*node, error) {
	if n := s.tables[number]; n != nil {
		return n, nil
	}
	check := uint64(0)
	if number < uint64(len(s.root.tables)) {
		check = s.root.tables[number]
	}
	n := new(node)
	if err := n.read(s.file, tablePlace(number), check); err != nil {
		return nil, err
	}
	s.tables[number] = n
	return n, nil
}

func (s *Sums) block(number uint64) (*node, error) {
	if n := s.blocks[number]; n != nil {
		return n, nil
	}
	n := new(node)
	if err := s.readBlock(n, number); err != nil {
		return nil, err
	}
	s.blocks[number] = n
	return n, nil
}

// blockToWrite is block for one that is looked at once: it holds until the next
// call.
func (s *Sums) blockToWrite(number uint64) (*node, error) {
	if n := s.blocks[number]; n != nil {
		return n, nil
	}
	return &s.passing, s.readBlock(&s.passing, number)
}

func (s *Sums) readBlock(n *node, number uint64) error {
	table, err := s.table(number / fan)
	if err != nil {
		return err
	}
	return n.read(s.file, blockPlace(number), table.get(number%fan))
}
