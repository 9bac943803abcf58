package service

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/store"
)

func TestAddressesAreCompletedWithinTheActorsReach(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	kiruna := w.site(w.org.ID, "kiruna")
	w.user(account.User{Email: "bo@norrsken.example"})
	w.user(account.User{Email: "eva@norrsken.example", Role: account.RoleAdmin, Type: account.TypeHost})
	w.user(account.User{Email: "bea@kiruna.example", Site: kiruna.ID, Role: account.RoleSiteAdmin})
	w.user(account.User{Email: "bert@kiruna.example", Site: kiruna.ID})
	other := w.organisation("fjord")
	w.user(account.User{Org: other.ID, Email: "bjorn@fjord.example"})

	for _, row := range []struct {
		name  string
		actor account.Email
		text  string
		want  []account.Email
	}{
		{"an admin sees his organisation", "eva@norrsken.example", "b", []account.Email{"bea@kiruna.example", "bert@kiruna.example", "bo@norrsken.example"}},
		{"capitals are no other letters", "eva@norrsken.example", "BE", []account.Email{"bea@kiruna.example", "bert@kiruna.example"}},
		{"a site admin sees his site", "bea@kiruna.example", "b", []account.Email{"bea@kiruna.example", "bert@kiruna.example"}},
		{"another organisation sees itself", "owner@fjord.example", "b", []account.Email{"bjorn@fjord.example"}},
		{"nothing begins so", "eva@norrsken.example", "zz", nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, err := w.as(row.actor).Unnoticed().CompleteAddresses(context.Background(), row.text, 10)
			if err != nil || !slices.Equal(got, row.want) {
				t.Errorf("got %q, %v\nwant %q", got, err, row.want)
			}
		})
	}
}

func TestCompletionLeavesNoTrace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.user(account.User{Email: "bo@norrsken.example"})
	s := w.as("bo@norrsken.example").Unnoticed()
	before := len(w.events())
	w.now = w.now.Add(2 * sessionTouch) // his session's last use is due to be written
	_, err := s.CompleteAddresses(context.Background(), "", 10)
	wantKind(t, err, account.Forbidden, "access.denied")
	if got := len(w.events()); got != before {
		t.Errorf("%d events after a completion that was refused, want %d", got, before)
	}
	w.now = w.now.Add(sessionIdle - sessionTouch)
	_, err = s.CompleteAddresses(context.Background(), "", 10)
	wantKind(t, err, account.Unauthenticated, "") // completing kept nobody signed in
}

func TestCompletionWaitsForNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.as("anna@norrsken.example").Unnoticed()
	err := w.store().Try(context.Background(), func(*store.Tx) error {
		_, err := s.CompleteAddresses(context.Background(), "", 10)
		return err
	})
	wantKind(t, err, account.Busy, "db.busy")
}

// Where an organisation has many users their addresses are looked for in the
// index of all; the answers are the same.
func TestBothWaysToAddressesAgree(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	site := w.site(w.org.ID, "kiruna")
	for i := range 30 {
		u := account.User{Email: account.Email(fmt.Sprintf("u%02d@norrsken.example", i))}
		if i%3 == 0 {
			u.Site = site.ID
		}
		w.user(u)
	}
	w.user(account.User{Email: "bea@kiruna.example", Site: site.ID, Role: account.RoleSiteAdmin})
	w.write(func(tx *store.Tx) error {
		return tx.PutMailbox(account.Mailbox{ID: account.MailboxID{1}, Org: w.org.ID, Address: "u11info@norrsken.example"})
	})
	for _, who := range []account.Email{"anna@norrsken.example", "bea@kiruna.example"} {
		for _, text := range []string{"", "u", "u1", "u12@norrsken.example", "x"} {
			for _, limit := range []int{2, 5, 100} {
				few, many := bothWays(t, w.as(who), text, limit)
				if !slices.Equal(few, many) {
					t.Errorf("%s completes %q with at most %d\n one by one  %q\n by the index %q", who, text, limit, few, many)
				}
			}
		}
	}
}

// bothWays completes by looking at everybody and by the index.
func bothWays(t *testing.T, s *Service, text string, limit int) (few, many []account.Email) {
	t.Helper()
	err := s.view(context.Background(), access.UserList, func(o *op) (err error) {
		if err := o.allowHere(); err != nil {
			return err
		}
		if few, err = o.addressesOfFew(text); err != nil {
			return err
		}
		many, err = o.addressesUnder(text, limit)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(few) > limit {
		few = append(few[:limit:limit], few[len(few)-1])
	}
	return few, many
}
