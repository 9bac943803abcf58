package pagefile

import "encoding/binary"

// The engine's format, version 2, in the byte order of the machine. A file is
// a row of pages of one size. Every page, and every run of pages that holds
// what one cannot, begins with
//
//	id uint64, kind uint16, count uint16, overflow uint32 (pages that follow it)
//
// then come count elements and then the bytes they point to, by their distance
// from the element itself:
//
//	leaf    flags uint32, position uint32, key size uint32, value size uint32
//	branch  position uint32, key size uint32, child uint64
//
// Pages 0 and 1 are meta pages; the newer one that passes its check counts. The
// tree they name holds one leaf: the name of usher's bucket, and where its tree
// begins.
const (
	headerSize  = 16
	elementSize = 16
	metaSize    = 64 // behind the header, its check the last 8

	kindBranch   = 0x01
	kindLeaf     = 0x02
	kindMeta     = 0x04
	kindFreelist = 0x10

	flagBucket = 0x01 // of a leaf element: its value says where a tree begins

	magic   = 0xED0CDAED
	version = 2

	bucketSize = 16 // what describes a bucket: where its tree begins, and a number usher does not use

	maxKey   = 32768
	maxValue = 1<<31 - 2
)

// BucketName is the one bucket that all keys lie in.
const BucketName = "usher"

// header is what a page begins with.
type header struct {
	id       uint64
	kind     uint16
	count    uint16
	overflow uint32
}

func (h header) put(page []byte) {
	binary.NativeEndian.PutUint64(page, h.id)
	binary.NativeEndian.PutUint16(page[8:], h.kind)
	binary.NativeEndian.PutUint16(page[10:], h.count)
	binary.NativeEndian.PutUint32(page[12:], h.overflow)
}

func readHeader(page []byte) header {
	return header{
		id:       binary.NativeEndian.Uint64(page),
		kind:     binary.NativeEndian.Uint16(page[8:]),
		count:    binary.NativeEndian.Uint16(page[10:]),
		overflow: binary.NativeEndian.Uint32(page[12:]),
	}
}
