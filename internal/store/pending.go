package store

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
)

// pending holds changes in memory: entries one behind the other in a few large
// chunks, for each kind of record the order of the keys, which costs nothing
// where they come in order, and a table that finds those of kinds that do not. A
// change takes a dozen bytes more than its key and value, and no allocation.
type pending struct {
	seed   maphash.Seed
	chunks [][]byte
	spare  [][]byte // chunks to be used again
	bytes  int      // in all chunks
	places []uint32 // where the entry of each key lies: chunk and offset
	table  []uint64 // by the key's hash: its upper half, and the number of the key, from 1
	tabled int      // keys in table
	kinds  [256]*ordered
}

// change is what a transaction did to one key.
type change struct {
	value []byte
	gone  bool
}

// An entry is the length of the key, the length of the value or goneLength, the
// key and the value.
const (
	entryHeader = 6
	goneLength  = 1<<32 - 1

	firstChunk = 16 << 10
	chunkSize  = 1 << offsetBits
	// A place is the number of a chunk and the offset in it. A chunk that is
	// longer than others holds one entry.
	offsetBits = 20
)

func newPending() *pending { return &pending{seed: maphash.MakeSeed(), table: make([]uint64, 64)} }

func (p *pending) count() int { return len(p.places) }

// empty forgets all changes and keeps the memory for others.
func (p *pending) empty() {
	for _, chunk := range p.chunks {
		if cap(chunk) == chunkSize {
			p.spare = append(p.spare, chunk[:0])
		}
	}
	p.chunks, p.bytes, p.places = p.chunks[:0], 0, p.places[:0]
	if p.tabled > 0 {
		clear(p.table)
		p.tabled = 0
	}
	for _, kind := range p.kinds {
		if kind != nil {
			*kind = ordered{numbers: kind.numbers[:0], second: kind.second[:0]}
		}
	}
}

// find returns the number of a key, false if it is not there.
func (p *pending) find(key []byte) (number uint32, found bool) {
	kind := p.kinds[key[0]]
	switch {
	case kind == nil || len(kind.numbers) == 0:
		return 0, false
	case kind.tabled:
		number, _, _, found = p.lookUp(key)
		return number, found
	}
	if number, found = p.findIn(kind.numbers, key); found {
		return number, true
	}
	return p.findIn(kind.second, key)
}

// lookUp is find in the table, with the slot where the key stands or would stand.
func (p *pending) lookUp(key []byte) (number uint32, slot, hash uint64, found bool) {
	hash = maphash.Bytes(p.seed, key)
	mask := uint64(len(p.table) - 1)
	for slot = hash & mask; p.table[slot] != 0; slot = (slot + 1) & mask {
		if p.table[slot]>>32 != hash>>32 {
			continue
		}
		number = uint32(p.table[slot]) - 1
		if bytes.Equal(p.key(number), key) {
			return number, slot, hash, true
		}
	}
	return 0, slot, hash, false
}

func (p *pending) get(key []byte) (change, bool) {
	number, found := p.find(key)
	if !found {
		return change{}, false
	}
	return p.change(number), true
}

// set notes a change, instead of an earlier one of the same key.
func (p *pending) set(key []byte, c change) {
	number, found := p.find(key)
	if found {
		p.places[number] = p.append(key, c)
		return
	}
	kind := p.kinds[key[0]]
	if kind == nil {
		kind = &ordered{}
		p.kinds[key[0]] = kind
	}
	number = uint32(len(p.places))
	p.places = append(p.places, p.append(key, c))
	p.add(kind, key, number)
}

// remember puts a key into the table that is not there.
func (p *pending) remember(number uint32) {
	if p.tabled++; p.tabled*3 > len(p.table)*2 {
		p.grow()
	}
	_, slot, hash, _ := p.lookUp(p.key(number))
	p.table[slot] = hash>>32<<32 | uint64(number+1)
}

// grow makes the table twice as large. What is in it is moved by the upper half of
// the hash that it holds, and by the rest of the key's.
func (p *pending) grow() {
	old := p.table
	p.table = make([]uint64, 2*len(old))
	mask := uint64(len(p.table) - 1)
	for _, entry := range old {
		if entry == 0 {
			continue
		}
		slot := maphash.Bytes(p.seed, p.key(uint32(entry)-1)) & mask
		for p.table[slot] != 0 {
			slot = (slot + 1) & mask
		}
		p.table[slot] = entry
	}
}

// append adds an entry to the chunks and returns its place.
func (p *pending) append(key []byte, c change) uint32 {
	size := entryHeader + len(key) + len(c.value)
	p.bytes += size
	last := len(p.chunks) - 1
	if last < 0 || cap(p.chunks[last])-len(p.chunks[last]) < size {
		p.chunks = append(p.chunks, p.newChunk(size))
		last++
	}
	chunk := p.chunks[last]
	place := uint32(last)<<offsetBits | uint32(len(chunk))
	length := uint32(len(c.value))
	if c.gone {
		length = goneLength
	}
	chunk = binary.LittleEndian.AppendUint16(chunk, uint16(len(key)))
	chunk = binary.LittleEndian.AppendUint32(chunk, length)
	p.chunks[last] = append(append(chunk, key...), c.value...)
	return place
}

// newChunk returns a chunk with room for an entry. The first of a transaction is
// small, as most changes are.
func (p *pending) newChunk(size int) []byte {
	if n := len(p.spare); n > 0 && size <= chunkSize {
		chunk := p.spare[n-1]
		p.spare = p.spare[:n-1]
		return chunk
	}
	if len(p.chunks) == 0 {
		return make([]byte, 0, max(firstChunk, size))
	}
	return make([]byte, 0, max(chunkSize, size))
}

func (p *pending) entry(number uint32) []byte {
	place := p.places[number]
	return p.chunks[place>>offsetBits][place&(chunkSize-1):]
}

func (p *pending) key(number uint32) []byte {
	e := p.entry(number)
	return e[entryHeader : entryHeader+int(binary.LittleEndian.Uint16(e))]
}

func (p *pending) change(number uint32) change {
	e := p.entry(number)
	length := binary.LittleEndian.Uint32(e[2:])
	if length == goneLength {
		return change{gone: true}
	}
	from := entryHeader + int(binary.LittleEndian.Uint16(e))
	return change{value: e[from : from+int(length) : from+int(length)]}
}
