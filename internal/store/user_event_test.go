package store

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/usher-admin/usher/internal/account"
)

// addBorn adds a user with an event of his own, and returns its number.
func (h *house) addBorn(u account.User) (seq uint64) {
	h.t.Helper()
	must(h.t, h.Update(context.Background(), func(tx *Tx) error {
		must(h.t, tx.AddUser(u))
		must(h.t, note(tx, "user.add"))
		seq = tx.Head().Size
		return tx.AddUserEvent(u.Org, u.ID, seq, 1)
	}))
	return seq
}

// events returns the runs of a user's events before a number, newest first, and
// from one on.
func (h *house) events(u account.User, before, from uint64) (back, ahead [][2]uint64) {
	h.t.Helper()
	h.look(func(tx *Tx) error {
		must(h.t, tx.UserEvents(u.Org, u.ID, before, func(seq, count uint64) (bool, error) {
			back = append(back, [2]uint64{seq, count})
			return true, nil
		}))
		return tx.UserEventsFrom(u.Org, u.ID, from, func(seq, count uint64) (bool, error) {
			ahead = append(ahead, [2]uint64{seq, count})
			return true, nil
		})
	})
	return back, ahead
}

// entries returns how many entries the index has for a user.
func (h *house) entries(u account.User) (n int) {
	h.t.Helper()
	h.look(func(tx *Tx) error {
		prefix := userEventKey(u.Org, u.ID, 0)
		prefix = prefix[:len(prefix)-8]
		tx.space.scan(prefix, prefix, func(_, _ []byte) bool {
			n++
			return true
		})
		return nil
	})
	return n
}

func TestTheEventThatMadeAUserIsFoundWithoutAnEntry(t *testing.T) {
	h := newHouse(t)
	u := h.user("bo@norrsken.example")
	born := h.addBorn(u)
	if n := h.entries(u); n != 0 {
		t.Errorf("the index has %d entries for him, want none", n)
	}
	u.FirstName = "Bosse"
	var later uint64
	must(t, h.Update(context.Background(), func(tx *Tx) error {
		must(t, tx.PutUser(u)) // which knows nothing of the number
		must(t, note(tx, "user.edit"))
		later = tx.Head().Size
		return tx.AddUserEvent(u.Org, u.ID, later, 1)
	}))
	rows := []struct {
		before, from uint64
		back, ahead  [][2]uint64
	}{
		{later + 1, 0, [][2]uint64{{later, 1}, {born, 1}}, [][2]uint64{{born, 1}, {later, 1}}},
		{later, born, [][2]uint64{{born, 1}}, [][2]uint64{{born, 1}, {later, 1}}},
		{born, later, nil, [][2]uint64{{later, 1}}},
	}
	for _, row := range rows {
		back, ahead := h.events(u, row.before, row.from)
		if !reflect.DeepEqual(back, row.back) || !reflect.DeepEqual(ahead, row.ahead) {
			t.Errorf("before %d, from %d: got %v and %v, want %v and %v", row.before, row.from, back, ahead, row.back, row.ahead)
		}
	}
}

func TestAUsersEventsBeginWithThoseInARowOfWhichSomeAreAskedFor(t *testing.T) {
	h := newHouse(t)
	u := h.user("bo@norrsken.example")
	h.change(func(tx *Tx) error {
		return errors.Join(tx.PutUser(u), tx.AddUserEvent(u.Org, u.ID, 10, 1), tx.AddUserEvent(u.Org, u.ID, 20, 3), tx.AddUserEvent(u.Org, u.ID, 30, 1))
	})
	for from, want := range map[uint64][][2]uint64{
		11: {{20, 3}, {30, 1}}, 20: {{20, 3}, {30, 1}}, 22: {{20, 3}, {30, 1}}, 23: {{30, 1}}, 30: {{30, 1}}, 31: nil,
	} {
		if _, ahead := h.events(u, 0, from); !reflect.DeepEqual(ahead, want) {
			t.Errorf("from %d: got %v, want %v", from, ahead, want)
		}
	}
}

func TestTheEventThatMadeAUserIsFoundWhenHeIsDeleted(t *testing.T) {
	h := newHouse(t)
	u := h.user("bo@norrsken.example")
	born := h.addBorn(u)
	h.change(func(tx *Tx) error { return tx.RemoveUser(u) })
	if back, _ := h.events(u, born+1, 0); !reflect.DeepEqual(back, [][2]uint64{{born, 1}}) {
		t.Errorf("got %v, want the event %d", back, born)
	}
}

func TestTheEventThatMadeAUserIsForgottenOnceItIsPruned(t *testing.T) {
	h := newHouse(t)
	u := h.user("bo@norrsken.example")
	born := h.addBorn(u)
	h.change(func(tx *Tx) error {
		tx.SetPruned(born)
		return nil
	})
	if back, ahead := h.events(u, born+1, 0); back != nil || ahead != nil {
		t.Errorf("got %v and %v, want none", back, ahead)
	}
	h.change(func(tx *Tx) error { return tx.RemoveUser(u) })
	if n := h.entries(u); n != 0 {
		t.Errorf("the index has %d entries for him, want none", n)
	}
}

func TestANewUserWithoutAnEventOfHisOwnIsStopped(t *testing.T) {
	h := newHouse(t)
	err := h.tryChange(func(tx *Tx) error { return tx.AddUser(h.user("bo@norrsken.example")) })
	wantError(t, err, account.Unexpected, "")
}

func TestWhatMostUsersHaveIsReadAsItWasWritten(t *testing.T) {
	h := newHouse(t)
	usual := h.user("bo@norrsken.example")
	other := h.user("eva@norrsken.example")
	other.Role, other.Locale, other.UpdatedAt = "helpdesk", account.LocaleFrench, h.clock.Add(time.Minute)
	bare := h.user("liv@norrsken.example")
	bare.Locale = ""
	h.change(func(tx *Tx) error {
		for _, u := range []account.User{usual, other, bare} {
			must(t, tx.PutUser(u))
		}
		return nil
	})
	h.look(func(tx *Tx) error {
		for _, want := range []account.User{usual, other, bare} {
			got, _, err := tx.User(want.Org, want.ID)
			if must(t, err); got.Role != want.Role || got.Locale != want.Locale || !got.UpdatedAt.Equal(want.UpdatedAt) {
				t.Errorf("got %+v, want %+v", got, want)
			}
		}
		return nil
	})
}
