package store

import (
	"bytes"
	"crypto/sha256"
	"testing"

	"github.com/cespare/xxhash/v2"
)

// What the log keeps of a record is told in docs/format.md, and is in every file.
func TestTheHashOfARecordIsTheOneThatIsTold(t *testing.T) {
	t.Parallel()
	for _, size := range []int{3, 2000} {
		key, body := []byte("key"), bytes.Repeat([]byte{7}, size)
		want := sha256.Sum256(append([]byte("\x00\x00\x00\x00\x00\x00\x00\x03key"), body...))
		if got := recordHash(key, body); !bytes.Equal(got[:], want[:16]) {
			t.Errorf("%d bytes: got %x, want %x", size, got, want[:16])
		}
	}
}

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
