package store

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"testing"
)

// However many records are looked at in one go, a pruning takes away what only the
// events before its end need, and nothing else.
func TestClearingLeavesWhatIsStillNeeded(t *testing.T) {
	for _, many := range []int{1, 2, 100} {
		t.Run(fmt.Sprintf("%d at once", many), func(t *testing.T) {
			f := furnish(t)
			var bodies [3][]byte
			f.change(func(tx *Tx) error {
				for seq := range uint64(3) {
					if err := tx.PutPersonal(seq+1, []Personal{{"email", "a", "b"}}); err != nil {
						return err
					}
					if err := tx.AddUserEvent(testOrg, f.owner.ID, seq+1, 1); err != nil {
						return err
					}
					l, _, err := tx.LogLine(seq + 1)
					if err != nil {
						return err
					}
					bodies[seq] = l.Body
				}
				_, _, _, err := tx.WriteBaseline(1, 0, nil, -1) // of a pruning that ended within
				return err
			})
			before := contents(t, f.path)
			const last = 2
			f.change(func(tx *Tx) error {
				tx.SetPruned(last)
				at, more, err := Clearing{}, true, error(nil)
				for more && err == nil {
					at, more, err = tx.Clear(at, many, func(body []byte) [32]byte { return sha256.Sum256(body) })
				}
				return err
			})
			after := contents(t, f.path)
			for k := range before {
				_, kept := after[k]
				if want := f.keptAfterPruning([]byte(k), last); kept != want {
					t.Errorf("%s (%q): is there: %t, want %t", describeKey([]byte(k)), k, kept, want)
				}
			}
			f.look(func(tx *Tx) error {
				for i, body := range bodies {
					l, found, err := tx.LogLine(uint64(i + 1))
					pruned := i < last
					if !found || err != nil || (l.Body == nil) != pruned || pruned && l.Leaf != sha256.Sum256(body) || !pruned && !bytes.Equal(l.Body, body) {
						t.Errorf("event %d: got %+v, there: %t, error %v", i+1, l, found, err)
					}
				}
				vouched := all(tx.Baseline)
				if !vouched.found {
					t.Error("the baseline vouches for nothing any more")
				}
				return vouched.err
			})
		})
	}
}

// keptAfterPruning reports whether a key is still needed once the events up to one
// are pruned.
func (f *furnished) keptAfterPruning(k []byte, last uint64) bool {
	switch k[0] {
	case keyPersonal, keyUserEvent:
		return seqOf(k) > last
	case keyBaseline:
		return seqOf(k[:9]) == f.based
	}
	return true
}
