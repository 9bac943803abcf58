package store

import (
	"testing"

	"github.com/usher-admin/usher/internal/account"
)

func TestIndexesAndCountersFollowAMailboxThroughItsLife(t *testing.T) {
	h := newHouse(t)
	bo := h.user("bo@norrsken.example")
	box := account.Mailbox{ID: account.MailboxID(h.newID()), Org: testOrg, Address: "info@norrsken.example", Name: "Info"}
	pool := account.Pool{Org: testOrg, Plan: "Team", Kind: account.PlanMailbox, Purchases: []account.Purchase{{Seats: 1}}}
	steps := []struct {
		name    string
		do      func(tx *Tx) error
		held    int
		members int
	}{
		{"added", func(tx *Tx) error { return tx.PutMailbox(box) }, 0, 0},
		{"offered seats", func(tx *Tx) error { return tx.PutPool(pool) }, 0, 0},
		{"given a licence", func(tx *Tx) error { box.Plan = "Team"; return tx.PutMailbox(box) }, 1, 0},
		{"joined by somebody", func(tx *Tx) error {
			if err := tx.PutUser(bo); err != nil {
				return err
			}
			return tx.PutMember(testOrg, box.ID, bo.ID)
		}, 1, 1},
		{"given another address", func(tx *Tx) error { box.Address = "info@kiruna.example"; return tx.PutMailbox(box) }, 1, 1},
		{"left by who was deleted", func(tx *Tx) error { return tx.RemoveUser(bo) }, 1, 0},
		{"joined by another", func(tx *Tx) error { return tx.PutMember(testOrg, box.ID, h.owner.ID) }, 1, 1},
		{"left", func(tx *Tx) error { return tx.RemoveMember(testOrg, box.ID, h.owner.ID) }, 1, 0},
		{"joined again", func(tx *Tx) error { return tx.PutMember(testOrg, box.ID, h.owner.ID) }, 1, 1},
		{"deleted", func(tx *Tx) error { return tx.RemoveMailbox(box) }, 0, 0},
	}
	for _, step := range steps {
		h.change(step.do)
		lookOver(t, h.path)
		h.look(func(tx *Tx) error {
			p, _, _ := tx.Pool(testOrg, "team")
			if seats, err := tx.Seats(p); err != nil || seats.Held != step.held {
				t.Errorf("held: got %d, %v; want %d", seats.Held, err, step.held)
			}
			if members, err := tx.Members(testOrg, box.ID); err != nil || len(members) != step.members {
				t.Errorf("members: got %v, %v; want %d", members, err, step.members)
			}
			return nil
		})
		if t.Failed() {
			t.Fatalf("after it was %s", step.name)
		}
	}
	h.look(func(tx *Tx) error {
		if _, found, err := tx.Address(box.Address); found || err != nil {
			t.Errorf("its address: got found %t, error %v, want neither", found, err)
		}
		if n, err := tx.MailboxName(testOrg, box.ID); err != nil || n.Email != box.Address {
			t.Errorf("its name in the log: got %q, %v; want %q", n.Email, err, box.Address)
		}
		ids, err := tx.FormerUsers(testOrg, box.Address)
		if err != nil || len(ids) != 1 || account.MailboxID(ids[0]) != box.ID {
			t.Errorf("found by its last address: got %v, %v; want %s", ids, err, box.ID)
		}
		return nil
	})
}
