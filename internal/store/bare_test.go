package store

import (
	"testing"

	"github.com/usher-admin/usher/internal/account"
)

// That nobody had any is no answer any more once somebody has.
func TestWhatATransactionAddsIsFoundWhereNothingWas(t *testing.T) {
	h := newHouse(t)
	users := []account.User{h.user("a@norrsken.example"), h.user("b@norrsken.example"), h.user("c@norrsken.example")}
	h.change(func(tx *Tx) error {
		for _, u := range users {
			must(t, tx.PutUser(u))
		}
		return nil
	})
	h.change(func(tx *Tx) error {
		wantHeld(t, tx, users[0], 0)
		wantHeld(t, tx, users[2], 0)
		u := users[1]
		must(t, tx.PutSession(account.Session{TokenHash: [32]byte{1}, User: u.ID, CreatedAt: h.clock, ExpiresAt: h.clock}))
		must(t, tx.PutServiceToken(account.ServiceToken{Org: testOrg, Name: "sync", TokenHash: [32]byte{2}, CreatedBy: u.ID, CreatedAt: h.clock}))
		must(t, tx.PutMember(testOrg, account.MailboxID{3}, u.ID))
		wantHeld(t, tx, users[0], 0)
		wantHeld(t, tx, u, 1)
		wantHeld(t, tx, users[2], 0)
		return nil
	})
	h.change(func(tx *Tx) error {
		for i, u := range users {
			wantHeld(t, tx, u, i%2)
		}
		return tx.RemoveMember(testOrg, account.MailboxID{3}, users[1].ID) // of a mailbox that is not there
	})
}

// wantHeld wants a user to have so many sessions, tokens and mailboxes each, asked
// twice: the second time the first answer is known.
func wantHeld(t *testing.T, tx *Tx, u account.User, want int) {
	t.Helper()
	for range 2 {
		sessions, err := tx.UserSessions(u.ID)
		must(t, err)
		tokens, err := tx.TokensMadeBy(u.Org, u.ID)
		must(t, err)
		mailboxes, err := tx.UserMailboxes(u.Org, u.ID)
		must(t, err)
		if len(sessions) != want || len(tokens) != want || len(mailboxes) != want {
			t.Fatalf("%s has %d sessions, %d tokens, %d mailboxes; want %d of each", u.Email, len(sessions), len(tokens), len(mailboxes), want)
		}
	}
}
