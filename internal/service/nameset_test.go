package service

import (
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestASetOfNamesIsOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOf(rapid.StringMatching(`[abAB]{0,3}`)).Draw(t, "list")
		set, want := newNameSet(list), make(map[string]bool)
		for i, name := range list {
			if rapid.IntRange(0, 3).Draw(t, "another") == 0 {
				other := rapid.StringMatching(`[ab]{0,3}`).Draw(t, "other")
				if got := set.addOther(other); got == want[other] {
					t.Fatalf("%q: got new %t", other, got)
				}
				want[other] = true
			}
			folded := strings.ToLower(name)
			if got := set.addAt(i); got == want[folded] {
				t.Fatalf("%q: got new %t", name, got)
			}
			want[folded] = true
		}
	})
}

func TestASetOfNamesGrowsWithThoseThatStandInNoList(t *testing.T) {
	set := newNameSet(nil)
	for _, isNew := range []bool{true, false} {
		for i := range 100 {
			if got := set.addOther(strconv.Itoa(i)); got != isNew {
				t.Fatalf("%d: got new %t, want %t", i, got, isNew)
			}
		}
	}
}
