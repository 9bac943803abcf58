package sums

import (
	"encoding/binary"
	"errors"
	"io"

	"github.com/cespare/xxhash/v2"
)

// The file begins with the root: a title, a check, the state of the database, and
// the check of each table. Behind it stands a row of nodes of one size. Table t has
// the check of each of its blocks, block b those of its pages:
//
//	root  table 0  block 0 … block 127  table 1  block 128 …
//
// Numbers are little-endian. A check of 0 is that of nothing. A change comes to
// pages all over the file, and reads a block for nearly each: so blocks are small.
const (
	fan      = 128
	nodeSize = 8 * fan

	title     = "ushrsum2"
	rootFixed = 40      // bytes before the checks of the tables
	rootUsual = 4 << 10 // bytes that are read of a root, unless it says that it has more
	rootSize  = 64 << 10
	maxTables = (rootSize - rootFixed) / 8
)

// Of returns the check of bytes; it is never 0.
func Of(data []byte) uint64 { return max(xxhash.Sum64(data), 1) }

// State names one committed state of the database.
type State struct {
	Txid uint64 // the number of the transaction that made it
	Meta uint64 // the check of the meta page that it wrote
}

// node is a table or a block.
type node [nodeSize]byte

func (n *node) get(i uint64) uint64 { return binary.LittleEndian.Uint64(n[8*i:]) }

func (n *node) set(i, check uint64) { binary.LittleEndian.PutUint64(n[8*i:], check) }

func tablePlace(table uint64) int64 { return rootSize + int64(table*(fan+1))*nodeSize }

func blockPlace(block uint64) int64 { return tablePlace(block/fan) + int64(1+block%fan)*nodeSize }

// errNotWhole says that the file is torn or of several states.
var errNotWhole = errors.New("the file of page checks is not whole")

// read reads a node that must have the check; that of nothing is empty.
func (n *node) read(file io.ReaderAt, at int64, check uint64) error {
	if check == 0 {
		*n = node{}
		return nil
	}
	if m, err := file.ReadAt(n[:], at); err != nil {
		if !errors.Is(err, io.EOF) {
			return err
		}
		clear(n[m:])
	}
	if Of(n[:]) != check {
		return errNotWhole
	}
	return nil
}

// root is the first node.
type root struct {
	state  State
	tables []uint64 // their checks
}

func (r root) bytes() []byte {
	data := make([]byte, rootFixed, rootFixed+8*len(r.tables))
	copy(data, title)
	binary.LittleEndian.PutUint64(data[16:], r.state.Txid)
	binary.LittleEndian.PutUint64(data[24:], r.state.Meta)
	binary.LittleEndian.PutUint64(data[32:], uint64(len(r.tables)))
	for _, check := range r.tables {
		data = binary.LittleEndian.AppendUint64(data, check)
	}
	binary.LittleEndian.PutUint64(data[8:], Of(data[16:]))
	return data
}

// readRoot reads the root, which is seldom long.
func readRoot(file io.ReaderAt) (root, error) {
	data := make([]byte, rootUsual)
	for {
		n, err := file.ReadAt(data, 0)
		if err != nil && !errors.Is(err, io.EOF) {
			return root{}, err
		}
		if n < rootFixed {
			return root{}, errNotWhole
		}
		if tables := binary.LittleEndian.Uint64(data[32:]); len(data) == rootSize || tables <= (rootUsual-rootFixed)/8 {
			return parseRoot(data[:n])
		}
		data = make([]byte, rootSize)
	}
}

func parseRoot(data []byte) (root, error) {
	if len(data) < rootFixed || string(data[:8]) != title {
		return root{}, errNotWhole
	}
	count := binary.LittleEndian.Uint64(data[32:])
	if count > uint64(len(data)-rootFixed)/8 {
		return root{}, errNotWhole
	}
	data = data[:rootFixed+8*count]
	if binary.LittleEndian.Uint64(data[8:]) != Of(data[16:]) {
		return root{}, errNotWhole
	}
	r := root{state: State{binary.LittleEndian.Uint64(data[16:]), binary.LittleEndian.Uint64(data[24:])}}
	for at := rootFixed; at < len(data); at += 8 {
		r.tables = append(r.tables, binary.LittleEndian.Uint64(data[at:]))
	}
	return r, nil
}
