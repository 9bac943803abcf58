package store

import (
	"slices"
	"testing"
)

func TestASorterBringsAnyNumberOfKeysIntoOrder(t *testing.T) {
	h := newHouse(t)
	for _, hold := range []int{0, 1, 50} {
		h.opt.Hold = hold
		s := h.Sorter()
		for _, k := range []string{"c", "a", "e", "b", "d"} {
			must(t, s.Add([]byte(k), []byte(k+k)))
		}
		var got []string
		must(t, s.Each(func(k, v []byte) bool {
			got = append(got, string(k)+string(v))
			return len(got) < 4
		}))
		if want := []string{"aaa", "bbb", "ccc", "ddd"}; !slices.Equal(got, want) {
			t.Errorf("with room for %d bytes: got %q, want %q", hold, got, want)
		}
		s.Close()
	}
}

// A list that lacks what could not be kept, or read back, is none.
func TestASorterWithoutItsScratchFileFails(t *testing.T) {
	h := newHouse(t)
	h.opt.Hold = 1
	many := make([]byte, 1<<20) // more than stays in memory
	full := h.Sorter()
	again := noMoreFiles(t)
	err := full.Add([]byte("a"), many)
	again()
	if err == nil {
		t.Error("got no error where there can be no scratch file")
	}
	lost := h.Sorter()
	must(t, lost.Add([]byte("a"), many))
	lost.Close()
	if err := lost.Each(func(_, _ []byte) bool { return true }); err == nil {
		t.Error("got no error where the scratch file is gone")
	}
}
