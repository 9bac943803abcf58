package store

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/cespare/xxhash/v2"
)

// On disk a value is a form byte, for logged records a nonce and the number of
// the event that wrote it, the payload, and a check over key and all before it:
//
//	plain   3 payload check
//	logged  4 nonce[8] event(uvarint) payload check
//
// In files of schema 1 the forms are 1 and 2, and the check is another one.
//
// The engine checks only its meta pages; the check finds whatever was damaged,
// moved to another key or swapped. The nonce keeps the hash in the event from
// giving a personal value away to who guesses it.

const (
	firstPlain  = 1
	firstLogged = 2
	formPlain   = 3
	formLogged  = 4

	nonceSize = 8
	checkSize = 4
)

// record is a value taken apart.
type record struct {
	payload []byte
	event   uint64 // logged: the number of the event that wrote it
	body    []byte // all but the check
}

// checksum is the lower half of XXH64 over key and value. The tables of a CRC take
// longer to make than a command has to read its records.
func checksum(key, value []byte) uint32 {
	var room [128]byte // of one piece the check is quicker, and most records fit
	if n := len(key) + len(value); n <= len(room) {
		copy(room[copy(room[:], key):], value)
		return uint32(xxhash.Sum64(room[:n]))
	}
	var d xxhash.Digest
	d.Reset()
	_, _ = d.Write(key)
	_, _ = d.Write(value)
	return uint32(d.Sum64())
}

// checked reports whether a value, without its check, has that check.
func checked(key, body []byte, check uint32) bool {
	if body[0] <= firstLogged {
		return checksumFirst(key, body) == check
	}
	return checksum(key, body) == check
}

func appendCheck(key, value []byte) []byte {
	return binary.BigEndian.AppendUint32(value, checksum(key, value))
}

// appendPlain and appendLogged append a value to dst, which is empty.

func appendPlain(dst, key, payload []byte) []byte {
	return appendCheck(key, append(append(dst, formPlain), payload...))
}

func appendLogged(dst, key, payload, nonce []byte, event uint64) []byte {
	dst = append(append(dst, formLogged), nonce...)
	dst = binary.AppendUvarint(dst, event)
	return appendCheck(key, append(dst, payload...))
}

// unpack verifies a value's check and takes it apart. The parts point into it.
func unpack(key, value []byte) (record, bool) {
	if len(value) < 1+checkSize {
		return record{}, false
	}
	body := value[:len(value)-checkSize]
	if !checked(key, body, binary.BigEndian.Uint32(value[len(body):])) {
		return record{}, false
	}
	switch body[0] {
	case formPlain, firstPlain:
		return record{payload: body[1:], body: body}, true
	case formLogged, firstLogged:
		return unpackLogged(body)
	}
	return record{}, false
}

// formedLogged reports whether a value has the form of a logged record.
func formedLogged(value []byte) bool { return value[0] == formLogged || value[0] == firstLogged }

func unpackLogged(body []byte) (record, bool) {
	if len(body) < 1+nonceSize {
		return record{}, false
	}
	event, n := binary.Uvarint(body[1+nonceSize:])
	if n <= 0 {
		return record{}, false
	}
	return record{payload: body[1+nonceSize+n:], event: event, body: body}, true
}

// recordHash is what an event keeps of a record it wrote: the first half of
// SHA-256 over the counted key and the value without its check.
func recordHash(key, body []byte) [16]byte {
	var room [512]byte // so that the usual record needs no memory
	whole := binary.BigEndian.AppendUint64(room[:0], uint64(len(key)))
	whole = append(append(whole, key...), body...)
	sum := sha256.Sum256(whole)
	return [16]byte(sum[:])
}
