package store

import "hash/crc32"

// CRC-32C is the check of records in files of schema 1, and for ever of what must
// be read of every file: its schema number, and the anchor beside it.

// checksumFirst is the check of a record of schema 1.
func checksumFirst(key, value []byte) uint32 {
	table := crc32.MakeTable(crc32.Castagnoli) // made once by the library
	return crc32.Update(crc32.Update(0, table, key), table, value)
}

// castagnoli is CRC-32C of a few bytes, a bit at a time: making the library's
// tables takes a tenth of a millisecond, more than everything else that a command
// computes.
func castagnoli(parts ...[]byte) uint32 {
	sum := ^uint32(0)
	for _, part := range parts {
		for _, b := range part {
			sum ^= uint32(b)
			for range 8 {
				sum = sum>>1 ^ crc32.Castagnoli&-(sum&1)
			}
		}
	}
	return ^sum
}
