package service

import (
	"context"
	"testing"

	"github.com/usher-admin/usher/internal/account"
)

func TestSuspendingAndResuming(t *testing.T) {
	rows := []struct {
		name string
		user account.User
		want account.Status // after both
	}{
		{"who has a password is active again", account.User{Status: account.StatusActive}, account.StatusActive},
		{"who had none is pending again", account.User{Status: account.StatusPending}, account.StatusPending},
		{"whose password a directory keeps is active again", account.User{Status: account.StatusActive, Directory: "ad"}, account.StatusActive},
	}
	w := newWorld(t)
	ctx := context.Background()
	anna := w.as("anna@norrsken.example")
	for i, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			email := account.Email(string(rune('a'+i)) + "@norrsken.example")
			r.user.Email = email
			w.user(r.user)
			many := Many{Who: []string{email.String()}}
			for range 2 { // the second time changes nothing and is no event
				if _, err := anna.SuspendUsers(ctx, many, false); err != nil {
					t.Fatal(err)
				}
			}
			if got := w.find(email).Status; got != account.StatusSuspended {
				t.Errorf("suspended: got %s", got)
			}
			for range 2 {
				if _, err := anna.ResumeUsers(ctx, many); err != nil {
					t.Fatal(err)
				}
			}
			if got := w.find(email).Status; got != r.want {
				t.Errorf("resumed: got %s, want %s", got, r.want)
			}
			count := 0
			for _, e := range w.events() {
				if e.Target.ID == w.find(email).ID.String() && (e.Action == "user.suspend" || e.Action == "user.resume") {
					count++
				}
			}
			if count != 2 {
				t.Errorf("%d events, want 2", count)
			}
		})
	}
}
