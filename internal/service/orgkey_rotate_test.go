package service

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/store"
)

func freshKey(t testing.TB, w *world) keys.OrgKey {
	t.Helper()
	k, err := keys.NewOrgKey(w.service(worldDevice{}).env.Random)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// rotate rotates the key of the organisation as anna and notes the new one.
func (w *world) rotate() RotatedKey {
	w.t.Helper()
	fresh := freshKey(w.t, w)
	done, err := w.as("anna@norrsken.example").RotateKey(context.Background(), Rotation{Key: fresh})
	if err != nil {
		w.t.Fatalf("rotate: %v", err)
	}
	w.keys[account.Scope{Org: w.org.ID}] = fresh
	return done
}

// login signs somebody in with everybody's password and a key.
func (w *world) login(email account.Email, k keys.OrgKey) error {
	w.t.Helper()
	_, err := w.service(worldDevice{}).Login(context.Background(), LoginInput{Who: account.Identifier{Email: email}, Password: plain(w.t, worldPassword), Keys: []keys.OrgKey{k}})
	return err
}

func TestARotationLosesNothingAndEndsTheOldKey(t *testing.T) {
	w := newWorld(t)
	scope := account.Scope{Org: w.org.ID}
	site := w.site(w.org.ID, "kiruna")
	for _, u := range []account.User{
		{Email: "bo@norrsken.example"},
		{Email: "pending@norrsken.example", Status: account.StatusPending},
		{Email: "gone@norrsken.example", Status: account.StatusSuspended},
		{Email: "site@norrsken.example", Site: site.ID},
	} {
		w.user(u)
	}
	bo := w.as("bo@norrsken.example")
	anna := w.as("anna@norrsken.example")
	for i := range 5 {
		w.secret(anna, fmt.Sprintf("secret %d", i), fmt.Sprintf("value %d", i))
	}
	if _, err := anna.DeleteSecrets(context.Background(), "", Many{Who: []string{"secret 4"}}); err != nil {
		t.Fatal(err)
	}
	old := w.keys[scope]
	done := w.rotate()
	if done.Users != 3 || done.Secrets != 4 || len(done.Links) != 1 {
		t.Errorf("got %d passwords, %d stored passwords and %d links, want 3, 4 and 1", done.Users, done.Secrets, len(done.Links))
	}
	for email, want := range map[account.Email]bool{"anna@norrsken.example": true, "bo@norrsken.example": true, "gone@norrsken.example": false} {
		if err := w.login(email, old); err == nil {
			t.Errorf("%s signed in with the old key", email)
		}
		if err := w.login(email, done.Key); (err == nil) != want {
			t.Errorf("%s with the new key: got %v, want that he gets in: %t", email, err, want)
		}
	}
	if err := w.login("site@norrsken.example", w.keys[account.Scope{Org: w.org.ID, Site: site.ID}]); err != nil {
		t.Errorf("a user of a site: got %v, want that nothing changed for him", err)
	}
	if _, err := bo.WhoAmI(context.Background()); account.KindOf(err) != account.Unauthenticated {
		t.Errorf("a session of before: got %v, want that it has ended", err)
	}
	anna = w.service(worldDevice{token: done.Session.Token.Reveal(keys.Session)})
	for i := range 4 {
		v, err := anna.ShowSecret(context.Background(), "", fmt.Sprintf("Secret %d", i))
		if err != nil || v.Value.Reveal() != fmt.Sprintf("value %d", i) {
			t.Errorf("stored password %d: got %v, %v", i, v.Value.Reveal(), err)
		}
	}
	if got := w.nameOfDeleted(anna); got != "secret 4" {
		t.Errorf("the log calls the deleted stored password %q, want its name", got)
	}
}

// nameOfDeleted is how the log calls the target of the newest secret.delete.
func (w *world) nameOfDeleted(s *Service) (name string) {
	w.t.Helper()
	err := s.Logs(context.Background(), LogFilter{Action: "secret.delete"}, func(events []EventView) error {
		for _, e := range events {
			name = e.TargetName
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return name
}

// What was sealed before a rotation opens neither under the new key in its old
// place, nor does what is sealed now open under the old key.
func TestRecordsFromBeforeARotationDoNotOpenAfterIt(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	scope := account.Scope{Org: w.org.ID}
	anna := w.as("anna@norrsken.example")
	id := w.secret(anna, "firewall", "value").ID
	owner := w.find("anna@norrsken.example")
	var credential account.Credential
	var kept account.ScopeKey
	w.read(func(tx *store.Tx) (err error) {
		if credential, _, err = tx.Credential(w.org.ID, owner.ID); err != nil {
			return err
		}
		kept, _, err = tx.ScopeKey(scope)
		return err
	})
	before := w.record(scope, id)
	oldKey := w.keys[scope]
	done := w.rotate()
	anna = w.service(worldDevice{token: done.Session.Token.Reveal(keys.Session)})
	// The old vault key, as a thief has it who took the file and the old key.
	thief, err := oldKey.OpenVault(scope, vaultPlace(w.instance, scope), kept.Vault)
	if err != nil {
		t.Fatal(err)
	}
	after := w.record(scope, id)
	bucket, key := store.SecretPlace(store.SecretValue, scope, id)
	if _, err := thief.OpenSecret(scope, place(w.instance, bucket, key), id[:], after.Value); err == nil {
		t.Error("the vault key of before opens a stored password of now")
	}
	w.write(func(tx *store.Tx) error {
		if err := tx.PutCredential(w.org.ID, credential); err != nil {
			return err
		}
		return tx.PutSecret(before)
	})
	if err := w.login("anna@norrsken.example", done.Key); account.KindOf(err) != account.Unopenable {
		t.Errorf("a password of before in its place: got %v, want that it does not open", err)
	}
	_, err = anna.ShowSecret(ctx, "", id.String())
	wantKind(t, err, account.Unopenable, "db.damaged")
}

func TestOfTwoRotationsAtOnceOneSucceeds(t *testing.T) {
	w := newWorld(t)
	anna := w.as("anna@norrsken.example")
	w.secret(anna, "firewall", "value")
	var wait sync.WaitGroup
	results := make([]error, 2)
	tried := make([]keys.OrgKey, 2)
	for i := range results {
		tried[i] = freshKey(t, w)
		wait.Add(1)
		go func() {
			defer wait.Done()
			_, results[i] = anna.RotateKey(context.Background(), Rotation{Key: tried[i]})
		}()
	}
	wait.Wait()
	won := 0
	if results[0] != nil {
		won = 1
	}
	if results[won] != nil || account.KindOf(results[1-won]) != account.Unauthenticated {
		t.Fatalf("got %v and %v, want one success and one ended session", results[0], results[1])
	}
	if err := w.login("anna@norrsken.example", tried[won]); err != nil {
		t.Errorf("with the key of the one that succeeded: got %v", err)
	}
	if err := w.login("anna@norrsken.example", tried[1-won]); err == nil {
		t.Error("the key of the one that failed lets in")
	}
}

func TestARotationKeepsTheEscrow(t *testing.T) {
	w := newWorld(t)
	done := w.rotate()
	s := w.service(worldDevice{})
	s.env.SystemKey = &w.system
	shown, err := s.RecoverKey(context.Background(), "")
	if err != nil || shown.Key != done.Key {
		t.Errorf("got %v, want the new key from the escrow", err)
	}
}
