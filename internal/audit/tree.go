package audit

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// Tree is the right edge of an RFC 6962 Merkle tree: the roots of the complete
// subtrees its leaves fall into, largest first. It is all that is needed to
// append and to tell the root; 64 levels are enough for any log.
type Tree struct {
	size  uint64
	peaks []tlog.Hash
}

// Size returns the number of leaves.
func (t *Tree) Size() uint64 { return t.size }

// Append adds a line as the next leaf.
func (t *Tree) Append(line []byte) { t.AppendHash(tlog.RecordHash(line)) }

// Grow adds a line and returns the root of the tree after it.
func (t *Tree) Grow(line []byte) [32]byte {
	t.Append(line)
	return t.Root()
}

// LeafHash returns the hash of a line as a leaf, which stays when its body goes.
func LeafHash(line []byte) [32]byte { return tlog.RecordHash(line) }

// AppendHash adds the leaf hash of a line whose body is gone.
func (t *Tree) AppendHash(leaf tlog.Hash) {
	// Every complete subtree as tall as the new one joins it: one for each
	// trailing one bit of the old size.
	for range bits.TrailingZeros64(t.size + 1) {
		last := len(t.peaks) - 1
		leaf = tlog.NodeHash(t.peaks[last], leaf)
		t.peaks = t.peaks[:last]
	}
	t.peaks = append(t.peaks, leaf)
	t.size++
}

// clone returns a tree that grows by itself.
func (t *Tree) clone() Tree { return Tree{size: t.size, peaks: slices.Clone(t.peaks)} }

// Root returns the tree's head, as RFC 6962 section 2.1 defines it.
func (t *Tree) Root() tlog.Hash {
	if t.size == 0 {
		root, _ := tlog.TreeHash(0, nil) // the hash of nothing; reads no hashes
		return root
	}
	root := t.peaks[len(t.peaks)-1]
	for i := len(t.peaks) - 2; i >= 0; i-- {
		root = tlog.NodeHash(t.peaks[i], root)
	}
	return root
}

// Marshal returns the tree's bytes: its size and its peaks.
func (t *Tree) Marshal() []byte {
	out := binary.BigEndian.AppendUint64(make([]byte, 0, 8+len(t.peaks)*tlog.HashSize), t.size)
	for i := range t.peaks {
		out = append(out, t.peaks[i][:]...)
	}
	return out
}

// UnmarshalTree reads what Marshal wrote.
func UnmarshalTree(data []byte) (*Tree, error) {
	if len(data) < 8 {
		return nil, fmt.Errorf("log tree of %d bytes is cut short", len(data))
	}
	t := &Tree{size: binary.BigEndian.Uint64(data)}
	data = data[8:]
	if len(data) != bits.OnesCount64(t.size)*tlog.HashSize {
		return nil, fmt.Errorf("log tree of size %d has %d bytes of hashes", t.size, len(data))
	}
	for len(data) > 0 {
		t.peaks = append(t.peaks, tlog.Hash(data[:tlog.HashSize]))
		data = data[tlog.HashSize:]
	}
	return t, nil
}
