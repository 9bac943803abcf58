package store

import (
	"hash/crc32"
	"testing"

	"pgregory.net/rapid"
)

func TestTheSlowWayToACRCGivesTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key, value := rapid.SliceOf(rapid.Byte()).Draw(t, "key"), rapid.SliceOf(rapid.Byte()).Draw(t, "value")
		want := crc32.Checksum(append(key[:len(key):len(key)], value...), crc32.MakeTable(crc32.Castagnoli))
		if got := castagnoli(key, value); got != want {
			t.Errorf("got %x, want %x", got, want)
		}
	})
}
