package service

import (
	"context"
	"testing"
	"time"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/store"
)

func TestSigningInForgetsTheSessionsThatAreOver(t *testing.T) {
	w := newWorld(t)
	bo := w.user(account.User{Email: "bo@norrsken.example"})
	old := w.as(bo.Email)
	w.now = w.now.Add(30 * time.Minute)
	living := w.as(bo.Email)
	w.now = w.now.Add(31 * time.Minute) // the first is idle for more than an hour
	w.as(bo.Email)
	w.read(func(tx *store.Tx) error {
		sessions, err := tx.UserSessions(bo.ID)
		if len(sessions) != 2 {
			t.Errorf("%d sessions are kept, want the 2 that live", len(sessions))
		}
		return err
	})
	ctx := context.Background()
	_, err := old.ListSessions(ctx, "")
	wantKind(t, err, account.Unauthenticated, "auth.not_signed_in")
	list, err := living.ListSessions(ctx, "")
	if err != nil || len(list) != 2 {
		t.Errorf("got %d sessions and error %v, want 2", len(list), err)
	}
	current := 0
	for _, v := range list {
		if v.Current {
			current++
		}
	}
	if current != 1 {
		t.Errorf("%d sessions are the current one, want 1", current)
	}
}
