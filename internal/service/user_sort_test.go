package service

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/store"
)

// orders is how users are sorted by each field, the plain way.
func orders() map[string]func(a, b UserView) int {
	text := func(of func(UserView) string) func(a, b UserView) int {
		return func(a, b UserView) int { return cmp.Compare(of(a), of(b)) }
	}
	return map[string]func(a, b UserView) int{
		"email":         text(func(u UserView) string { return string(u.Email) }),
		"first_name":    text(func(u UserView) string { return strings.ToLower(u.FirstName) }),
		"last_name":     text(func(u UserView) string { return strings.ToLower(u.LastName) }),
		"role":          text(func(u UserView) string { return string(u.Role) }),
		"status":        text(func(u UserView) string { return string(u.Status) }),
		"created_at":    func(a, b UserView) int { return a.CreatedAt.Compare(b.CreatedAt) },
		"last_login_at": func(a, b UserView) int { return a.LastLoginAt.Compare(b.LastLoginAt) },
	}
}

// sortedWorld returns the service on a few thousand users, some with names that
// begin alike or without, in a store that holds little in memory.
func sortedWorld(t *testing.T) *Service {
	t.Helper()
	w := newWorld(t)
	s := w.twin(w.as("anna@norrsken.example"), 10<<10)
	file := mixedRows(2500) + "ab@norrsken.example,Ab,\nabc@norrsken.example,Abc,Åberg\nb@norrsken.example,,\n"
	if _, err := s.ImportUsers(context.Background(), ImportInput{File: strings.NewReader(file), KeepGoing: true}); account.KindOf(err) != account.Partial {
		t.Fatal(err)
	}
	return s
}

// collected is all users of a list that is read piece by piece.
type collected struct {
	users []UserView
	wrong []UserView // who were said to be alike the one before, and are not
}

// piece is one of the list's.
func (c *collected) piece() UserPiece { return &collectedPiece{all: c} }

type collectedPiece struct {
	all  *collected
	own  []UserView
	last UserView
}

func (p *collectedPiece) Add(u *UserView, alike bool) {
	p.last.ID, p.last.Email, p.last.FirstName, p.last.LastName, p.last.Born = u.ID, u.Email, u.FirstName, u.LastName, u.Born
	if alike && p.last != *u {
		p.all.wrong = append(p.all.wrong, *u)
	}
	p.last = *u
	p.own = append(p.own, *u)
}

func (p *collectedPiece) Write() error {
	p.all.users = append(p.all.users, p.own...)
	p.own = p.own[:0]
	return nil
}

func collect(t testing.TB, list func(func() UserPiece) error) []UserView {
	t.Helper()
	var all collected
	if err := list(all.piece); err != nil {
		t.Fatal(err)
	}
	if len(all.wrong) > 0 {
		t.Fatalf("%d users are not alike the one before, such as %+v", len(all.wrong), all.wrong[0])
	}
	return all.users
}

func TestUsersAreSortedByEveryFieldInBothDirections(t *testing.T) {
	t.Parallel()
	s := sortedWorld(t)
	ctx := context.Background()
	asMade := collect(t, func(piece func() UserPiece) error { return s.ListUsers(ctx, UserFilter{}, piece) })
	if len(asMade) < 2500 {
		t.Fatalf("%d users", len(asMade))
	}
	byField := orders()
	for _, field := range UserOrderFields() {
		for _, backwards := range []bool{false, true} {
			order := UserOrder{Field: field, Backwards: backwards}
			got := collect(t, func(piece func() UserPiece) error { return s.SortUsers(ctx, UserFilter{}, order, piece) })
			want := slices.Clone(asMade)
			by := byField[field]
			if backwards {
				by = func(a, b UserView) int { return byField[field](b, a) }
			}
			slices.SortStableFunc(want, by)
			if !slices.Equal(got, want) {
				t.Errorf("%+v: the order is not that of a plain sort", order)
			}
		}
	}
}

func TestListedUsersSayWhoIsLocked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.as("anna@norrsken.example")
	ctx := context.Background()
	if _, err := s.ImportUsers(ctx, ImportInput{File: strings.NewReader(rows(2500))}); err != nil {
		t.Fatal(err)
	}
	wrong := make(map[account.UserID]bool)
	for i, u := range collect(t, func(piece func() UserPiece) error { return s.ListUsers(ctx, UserFilter{}, piece) }) {
		if i%700 == 3 || i == 1999 || i == 2000 || i == 2500 {
			wrong[u.ID] = true
		}
	}
	w.write(func(tx *store.Tx) error {
		for id := range wrong {
			if err := tx.PutTries(id, account.Tries{Failures: 6, Last: w.now}); err != nil {
				return err
			}
		}
		return nil
	})
	locked := 0
	for _, u := range collect(t, func(piece func() UserPiece) error { return s.ListUsers(ctx, UserFilter{}, piece) }) {
		if is := u.LockedUntil.After(w.now.Add(time.Second)); is != wrong[u.ID] {
			t.Errorf("%s: locked %v, want %v", u.Email, is, wrong[u.ID])
		} else if is {
			locked++
		}
	}
	if locked != len(wrong) {
		t.Errorf("%d are locked, want %d", locked, len(wrong))
	}
}
