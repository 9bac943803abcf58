package audit

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"hash"
)

// Digest is the digest of a baseline: SHA-256 over its counted keys and hashes
// in their order. It stands in the event that a baseline belongs to.
type Digest struct {
	sum   hash.Hash
	count uint64
}

// NewDigest returns the digest of no records.
func NewDigest() *Digest { return &Digest{sum: sha256.New()} }

// Add adds the next record.
func (d *Digest) Add(key []byte, recordHash [16]byte) {
	d.count++
	d.sum.Write(binary.AppendUvarint(nil, uint64(len(key))))
	d.sum.Write(key)
	d.sum.Write(recordHash[:])
}

// Count returns how many records were added.
func (d *Digest) Count() uint64 { return d.count }

// String returns the digest in base64, as events have it.
func (d *Digest) String() string { return base64.StdEncoding.EncodeToString(d.sum.Sum(nil)) }
