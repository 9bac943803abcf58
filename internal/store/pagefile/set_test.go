package pagefile

import (
	"testing"

	"pgregory.net/rapid"
)

func TestASetOfPagesHasWhatWasAdded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const end = 1000
		set, want := newPageSet(end), map[uint64]bool{}
		for _, id := range rapid.SliceOfN(rapid.Uint64Range(0, end-1), 0, 3*few).Draw(t, "pages") {
			set.add(id)
			want[id] = true
		}
		for id := range uint64(end) {
			if set.has(id) != want[id] {
				t.Fatalf("page %d: got %t, want %t", id, set.has(id), want[id])
			}
		}
	})
}
