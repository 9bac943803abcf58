package service

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/store"
)

// However a list is divided into pieces, it is of all users that match, in the
// order they were made.
func TestAListIsOfAllUsersInTheirOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.as("anna@norrsken.example")
	ctx := context.Background()
	if _, err := s.ImportUsers(ctx, ImportInput{File: strings.NewReader(rows(4000))}); err != nil {
		t.Fatal(err)
	}
	lund := w.site(w.org.ID, "lund")
	for i := range 3 {
		w.user(account.User{Email: account.Email(fmt.Sprintf("lund%d@norrsken.example", i)), Site: lund.ID})
	}
	others := []string{"user000700@norrsken.example", "user000701@norrsken.example", "user002007@norrsken.example"}
	if _, err := s.SuspendUsers(ctx, Many{Who: others}, false); err != nil {
		t.Fatal(err)
	}
	var all []account.User
	w.write(func(tx *store.Tx) error {
		return tx.Users(w.org.ID, account.UserID{}, func(u account.User) (bool, error) {
			all = append(all, u)
			return true, nil
		})
	})
	w.write(func(tx *store.Tx) error {
		for _, i := range []int{7, 8, 705, 706, 4000} {
			if err := tx.PutTries(all[i].ID, account.Tries{Failures: 9, Last: tx.Now}); err != nil {
				return err
			}
		}
		return nil
	})
	for name, row := range map[string]struct {
		filter UserFilter
		fits   func(account.User) bool
	}{
		"everybody":       {UserFilter{}, func(account.User) bool { return true }},
		"by an index":     {UserFilter{Status: account.StatusPending}, func(u account.User) bool { return u.Status == account.StatusPending }},
		"by a name":       {UserFilter{Match: "first7"}, func(u account.User) bool { return strings.HasPrefix(u.FirstName, "First7") }},
		"by a rare name":  {UserFilter{Match: "user003999"}, func(u account.User) bool { return strings.HasPrefix(string(u.Email), "user003999") }},
		"of a site":       {UserFilter{Site: "lund"}, func(u account.User) bool { return u.Site == lund.ID }},
		"of no site":      {UserFilter{Site: account.None}, func(u account.User) bool { return u.Site == 0 }},
		"of none, a few":  {UserFilter{Site: account.None, Status: account.StatusSuspended}, func(u account.User) bool { return u.Site == 0 && u.Status == account.StatusSuspended }},
		"nobody":          {UserFilter{Match: "nobody"}, func(account.User) bool { return false }},
		"without a state": {UserFilter{Role: account.RoleMember}, func(u account.User) bool { return u.Role == account.RoleMember }},
	} {
		want := slices.DeleteFunc(slices.Clone(all), func(u account.User) bool { return !row.fits(u) })
		for _, limit := range []int{0, 1, 2500, 100_000} {
			row.filter.Limit = limit
			got := collect(t, func(piece func() UserPiece) error { return s.ListUsers(ctx, row.filter, piece) })
			wanted := want
			if limit > 0 {
				wanted = want[:min(limit, len(want))]
			}
			if !slices.EqualFunc(got, wanted, func(v UserView, u account.User) bool { return v.User == u }) {
				t.Errorf("%s, at most %d: got %d users, want %d", name, limit, len(got), len(wanted))
			}
		}
	}
}

func TestASortedListEndsAtItsLimit(t *testing.T) {
	t.Parallel()
	s := newWorld(t).as("anna@norrsken.example")
	ctx := context.Background()
	if _, err := s.ImportUsers(ctx, ImportInput{File: strings.NewReader(rows(4500))}); err != nil {
		t.Fatal(err)
	}
	order := UserOrder{Field: "email", Backwards: true}
	all := collect(t, func(piece func() UserPiece) error { return s.SortUsers(ctx, UserFilter{}, order, piece) })
	for _, limit := range []int{1, 1999, 2000, 2001, 4000, 4501, 5000} {
		got := collect(t, func(piece func() UserPiece) error { return s.SortUsers(ctx, UserFilter{Limit: limit}, order, piece) })
		if want := all[:min(limit, len(all))]; !slices.Equal(got, want) {
			t.Errorf("at most %d: got %d users, want %d", limit, len(got), len(want))
		}
	}
}

// A reader who has had enough ends a list at once, without another word.
func TestAListEndsWhenItsReaderDoes(t *testing.T) {
	t.Parallel()
	s := newWorld(t).as("anna@norrsken.example")
	ctx, stop := context.WithCancel(context.Background())
	if _, err := s.ImportUsers(ctx, ImportInput{File: strings.NewReader(rows(3000))}); err != nil {
		t.Fatal(err)
	}
	written := 0
	piece := func() UserPiece { return endingPiece{&written, func() error { return errImport }} }
	if err := s.ListUsers(ctx, UserFilter{}, piece); err != errImport || written != 1 {
		t.Errorf("got %v after %d pieces", err, written)
	}
	written = 0
	piece = func() UserPiece { return endingPiece{&written, func() error { stop(); return nil }} }
	if err := s.ListUsers(ctx, UserFilter{}, piece); account.KindOf(err) != account.Interrupted || written > 8 {
		t.Errorf("interrupted: got %v after %d pieces", err, written)
	}
}

type endingPiece struct {
	written *int
	end     func() error
}

func (endingPiece) Add(*UserView, bool) {}

func (p endingPiece) Write() error {
	*p.written++
	return p.end()
}
