package store

import (
	"bytes"
	"testing"

	"github.com/cespare/xxhash/v2"
)

// Whether a record is small decides only how its check is worked out.
func TestTheCheckOfARecordDoesNotDependOnItsSize(t *testing.T) {
	t.Parallel()
	whole := make([]byte, 400)
	for i := range whole {
		whole[i] = byte(i * 7)
	}
	for size := range whole {
		for _, key := range []int{0, size / 3, size} {
			got := checksum(whole[:key], bytes.Clone(whole[key:size]))
			if want := uint32(xxhash.Sum64(whole[:size])); got != want {
				t.Fatalf("a key of %d of %d bytes: got %08x, want %08x", key, size, got, want)
			}
		}
	}
}
