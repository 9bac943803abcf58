package cli

import (
	"runtime/debug"
	"testing"
)

// Garbage has more room beside a list of some length, and less beside a long one.
func TestTheRoomForGarbageFitsTheList(t *testing.T) {
	before := debug.SetGCPercent(70)
	defer debug.SetGCPercent(before)
	for _, c := range []struct{ many, room, percent int }{
		{someList, 0, 70}, {someList + 1, someListRoom, 70}, {longList, someListRoom, 70}, {longList + 1, 0, longListWaste},
	} {
		var o manyOptions
		o.spare(c.many)
		if percent := debug.SetGCPercent(70); percent != c.percent || len(o.room) != c.room {
			t.Errorf("%d on the list: room %d, at %d %%; want %d, at %d %%", c.many, len(o.room), percent, c.room, c.percent)
		}
	}
}
