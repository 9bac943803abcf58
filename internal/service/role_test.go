package service

import (
	"context"
	"sync"
	"testing"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/store"
)

// A role edit acts on all who hold it: who may less than they cannot even take
// something away from them.
func TestARoleOfTheStrongerIsNotEditedByTheWeaker(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	w.role("keeper", access.RoleEdit, access.RoleDelete, access.SecretList, access.SecretShow)
	w.role("strong", access.UserDelete, access.SecretList)
	w.user(account.User{Email: "kim@norrsken.example", Role: "keeper", Type: account.TypeHost})
	kim := w.as("kim@norrsken.example")
	deny := RoleEdit{Deny: []access.Permission{access.UserDelete}}

	if _, err := dry(kim).EditRole(ctx, "strong", deny); err != nil {
		t.Errorf("nobody holds it: got %v, want that it is edited", err)
	}
	dag := w.user(account.User{Email: "dag@norrsken.example", Role: "strong", Type: account.TypeHost})
	_, err := kim.EditRole(ctx, "strong", deny)
	wantKind(t, err, account.Forbidden, "access.denied")
	if e := w.last(); e.Outcome != account.OutcomeDenied || e.Action != "role.edit" || e.Target.ID != dag.ID.String() {
		t.Errorf("the last event is %s %s of %s, want role.edit denied of %s", e.Action, e.Outcome, e.Target.ID, dag.ID)
	}
	_, err = kim.DeleteRole(ctx, "strong", account.RoleMember)
	wantKind(t, err, account.Forbidden, "access.denied")
}

func TestWordsOfANewerUsherStayInARole(t *testing.T) {
	edit := RoleEdit{Allow: []access.Permission{access.UserShow}, Deny: []access.Permission{access.UserList}}
	got := edit.apply([]string{"planet.visit", "user.list", "user.add"})
	want := []string{"user.add", "user.show", "planet.visit"}
	if len(got) != len(want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// Whatever two processes do at the same moment, there is one owner and he is
// active (G11).
func TestTwoAtOnceLeaveOneActiveOwner(t *testing.T) {
	inMemory(t)
	w := newWorld(t)
	ctx := context.Background()
	w.user(account.User{Email: "sys@norrsken.example", Role: account.RoleAdmin, Type: account.TypeHost})
	admin := w.as("sys@norrsken.example")
	type attempt func(heir string)
	attempts := map[string]attempt{
		"deleted":   func(heir string) { _, _ = admin.DeleteUsers(ctx, Many{Who: []string{heir}}, false) },
		"suspended": func(heir string) { _, _ = admin.SuspendUsers(ctx, Many{Who: []string{heir}}, false) },
		"demoted": func(heir string) {
			member := account.RoleMember
			_, _ = admin.EditUser(ctx, heir, UserEdit{Role: &member})
		},
	}
	for name, try := range attempts {
		for i := range 8 {
			heir := account.Email(name + string(rune('a'+i)) + "@norrsken.example")
			w.user(account.User{Email: heir, Role: account.RoleAdmin, Type: account.TypeHost})
			owner := w.as(w.owner().Email)
			var both sync.WaitGroup
			both.Go(func() { _, _ = owner.Handover(ctx, heir.String()) })
			both.Go(func() { try(heir.String()) })
			both.Wait()
			if o := w.owner(); o.Role != account.RoleOwner || o.Status != account.StatusActive {
				t.Fatalf("handed over to somebody who is %s: the owner %s has the role %s and is %s", name, o.Email, o.Role, o.Status)
			}
		}
	}
	w.read(func(tx *store.Tx) error {
		n, err := tx.Count(w.org.ID, store.FacetRole, string(account.RoleOwner))
		if n != 1 {
			t.Errorf("%d users have the role owner, want 1", n)
		}
		return err
	})
}

// owner returns the first organisation's owner as he is now.
func (w *world) owner() (u account.User) {
	w.t.Helper()
	w.read(func(tx *store.Tx) error {
		org, _, err := tx.Organisation(w.org.ID)
		if err != nil {
			return err
		}
		var found bool
		if u, found, err = tx.User(org.ID, org.Owner); !found {
			w.t.Fatal("the owner is not there")
		}
		return err
	})
	return u
}
