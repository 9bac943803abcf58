package store

import (
	"crypto/sha256"
	"encoding/binary"
	"hash/crc32"
)

// On disk a value is a form byte, for logged records a nonce and the number of
// the event that wrote it, the payload, and a check over key and all before it:
//
//	plain   1 payload crc32c
//	logged  2 nonce[8] event(uvarint) payload crc32c
//
// The engine checks only its meta pages; the check finds whatever was damaged,
// moved to another key or swapped. The nonce keeps the hash in the event from
// giving a personal value away to who guesses it.

const (
	formPlain  = 1
	formLogged = 2

	nonceSize = 8
	checkSize = 4
)

// record is a value taken apart.
type record struct {
	payload []byte
	event   uint64 // logged: the number of the event that wrote it
	body    []byte // all but the check
}

func checksum(key, value []byte) uint32 {
	table := crc32.MakeTable(crc32.Castagnoli) // made once by the library
	return crc32.Update(crc32.Update(0, table, key), table, value)
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
	if binary.BigEndian.Uint32(value[len(body):]) != checksum(key, body) {
		return record{}, false
	}
	switch body[0] {
	case formPlain:
		return record{payload: body[1:], body: body}, true
	case formLogged:
		return unpackLogged(body)
	}
	return record{}, false
}

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
