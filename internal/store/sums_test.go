package store

import (
	"context"
	"os"
	"reflect"
	"testing"

	"go.etcd.io/bbolt"

	"github.com/usher-admin/usher/internal/account"
)

// Page checks that are of no use cost nobody a warning, and the next change makes
// them anew: the house is looked over at the end of each test.
func TestPageChecksOfNoUseAreMadeAnew(t *testing.T) {
	rows := []struct {
		name string
		do   func(h *house)
	}{
		{"there are none", func(h *house) { must(h.t, os.Remove(h.path+SumsSuffix)) }},
		{"they are torn", func(h *house) { h.setSums(h.papers().sums[:100]) }},
		{"they are empty", func(h *house) { h.setSums(nil) }},
		{"they are of an earlier state: a crash came between", func(h *house) {
			older := h.papers().sums
			h.touchOnce()
			h.setSums(older)
		}},
		{"one of them is damaged", func(h *house) {
			data := h.papers().sums
			data[2*4096+3*8] ^= 1
			h.setSums(data)
		}},
		{"another program changed the database", func(h *house) {
			foreign(h.t, h.path, func(tx *bbolt.Tx) error { return nil })
		}},
		{"a link stands in their place", func(h *house) {
			must(h.t, os.Rename(h.path+SumsSuffix, h.path+".moved"))
			must(h.t, os.Symlink(h.path+".moved", h.path+SumsSuffix))
			h.touchOnce() // takes the link away
			h.warnings = nil
		}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			h := newHouse(t)
			h.addUsers(20)
			row.do(h)
			h.look(func(*Tx) error { return nil })
			h.touchOnce()
			if len(h.warnings) > 0 {
				t.Errorf("got warnings %q, want none", h.warnings)
			}
		})
	}
}

func (h *house) setSums(data []byte) {
	h.t.Helper()
	must(h.t, os.WriteFile(h.path+SumsSuffix, data, 0o600))
}

// A change that no event tells of leaves the log, and so the anchor, as it was.
func TestALostCommitWithoutAnEventIsNoticed(t *testing.T) {
	h := newHouse(t)
	file := h.bytes()
	must(t, h.Update(context.Background(), func(tx *Tx) error {
		return tx.PutSession(account.Session{TokenHash: [32]byte{1}, User: h.owner.ID, CreatedAt: h.clock})
	}))
	h.damage(func([]byte) []byte { return file })
	wantError(t, h.View(context.Background(), func(*Tx) error { return nil }), account.Unopenable, "db.rolled_back")

	// Who opens whatever there is can go on from it.
	must(t, h.Unanchored().View(context.Background(), func(*Tx) error { return nil }))
	must(t, h.Unanchored().Update(context.Background(), noted(func(*Tx) error { return nil })))
	if _, err := os.Stat(h.path + SumsSuffix); !os.IsNotExist(err) || len(h.warnings) > 0 {
		t.Errorf("page checks of another state: got error %v and warnings %q, want them gone without a word", err, h.warnings)
	}
	h.touchOnce()
	lookOverPages(t, h.path)
}

func TestAnOldPagePutBackIsRefusedButForWhoLooksAtDamage(t *testing.T) {
	h := newHouse(t)
	users := h.addUsers(200)
	must(t, h.Update(context.Background(), func(tx *Tx) error {
		return tx.PutSession(account.Session{TokenHash: [32]byte{1}, User: h.owner.ID, CreatedAt: h.clock})
	}))
	before := h.bytes()
	h.change(func(tx *Tx) error {
		users[7].FirstName = "Renamed"
		if err := tx.PutSession(account.Session{TokenHash: [32]byte{2}, User: h.owner.ID, CreatedAt: h.clock}); err != nil {
			return err
		}
		return tx.PutUser(users[7])
	})
	read := func(tx *Tx) error {
		_, _, err := tx.User(testOrg, users[7].ID)
		return err
	}
	refused, replaced := 0, 0
	after := h.bytes()
	size := os.Getpagesize()
	for page := 2; page < len(before)/size; page++ {
		h.damage(func([]byte) []byte {
			data := append([]byte(nil), after...)
			copy(data[page*size:], before[page*size:(page+1)*size])
			return data
		})
		if err := h.View(context.Background(), read); err != nil {
			wantError(t, err, account.Unopenable, "db.damaged")
			refused++
		}
		first, err := h.Standing(context.Background())
		must(t, err)
		again, err := h.standing() // while the lock is held, where it is replaced
		must(t, err)
		if !reflect.DeepEqual(first, again) {
			t.Errorf("page %d: it is %+v, and %+v while the lock is held", page, first, again)
		}
		if first.Readable && h.View(context.Background(), new(Standing).read) != nil {
			replaced++
		}
	}
	if replaced == 0 {
		t.Error("no old page is such that only its check keeps it from being read by who replaces the file")
	}
	if refused < 2 {
		t.Errorf("%d old pages were refused, want those on the way to the record", refused)
	}
}
