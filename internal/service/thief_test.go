package service

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"testing"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/password"
	"github.com/usher-admin/usher/internal/store"
)

// loot is what a thief finds in a file about passwords.
type loot struct {
	instance account.InstanceID
	users    []account.User
	sealed   [][]byte
}

// stolen reads a file as a thief does who has usher's source: no lock, no actor.
func (w *world) stolen() (l loot) {
	w.t.Helper()
	w.read(func(tx *store.Tx) error {
		l.instance = tx.Head().Instance
		return tx.Users(w.org.ID, account.UserID{}, func(u account.User) (bool, error) {
			c, found, err := tx.Credential(u.Org, u.ID)
			if found {
				l.users, l.sealed = append(l.users, u), append(l.sealed, c.Sealed)
			}
			return true, err
		})
	})
	return l
}

// crack tries every word for every user, with the keys that the thief can think
// of, and returns whose password he found.
func (l loot) crack(t *testing.T, words []string, held func(word string) []keys.OrgKey) map[account.Email]string {
	t.Helper()
	found := make(map[account.Email]string)
	for i, u := range l.users {
		for _, word := range words {
			for _, k := range held(word) {
				hash, err := openPassword(l.instance, u, k, account.Credential{Sealed: l.sealed[i]})
				if err != nil {
					continue
				}
				if right, err := password.Verify(hash, plain(t, word)); right && err == nil {
					found[u.Email] = word
				}
			}
			if right, err := password.Verify(string(l.sealed[i]), plain(t, word)); right && err == nil {
				found[u.Email] = word
			}
		}
	}
	return found
}

// TestAThiefWithTheFileAndEveryPasswordFindsNothing: somebody has the file, the
// source, and a list of words in which everybody's password stands. Without the
// organisation key no word is better than another; with it he finds them all, so
// it is the key that keeps him out.
func TestAThiefWithTheFileAndEveryPasswordFindsNothing(t *testing.T) {
	w := newWorld(t)
	const people = 12
	words := make([]string, 0, 2*people)
	for i := range people {
		email := account.Email(fmt.Sprintf("user%d@norrsken.example", i))
		words = append(words, fmt.Sprintf("correct horse battery %d", i), fmt.Sprintf("wrong horse battery %d", i))
		u := w.user(account.User{Email: email})
		w.setPassword(u, words[2*i])
	}
	words = append(words, worldPassword)
	l := w.stolen()
	if len(l.users) != people+1 {
		t.Fatalf("the file has %d passwords, want %d", len(l.users), people+1)
	}
	guesses := func(word string) []keys.OrgKey { // a key made of the word itself, or of the instance
		sum := sha256.Sum256([]byte(word))
		salted := sha256.Sum256(append(l.instance[:], word...))
		return []keys.OrgKey{keys.OrgKey(sum[:20]), keys.OrgKey(salted[:20]), {1}}
	}
	if found := l.crack(t, words, guesses); len(found) > 0 {
		t.Errorf("without the key he found %v", found)
	}
	raw, err := os.ReadFile(w.path)
	if err != nil {
		t.Fatal(err)
	}
	for _, trace := range append([]string{"$argon2", "argon2id"}, words...) {
		if bytes.Contains(raw, []byte(trace)) {
			t.Errorf("%q stands in the file", trace)
		}
	}
	// At the prompt of his copy he learns as little: the right word gets the same
	// answer as a wrong one.
	answers := make(map[string]bool)
	for _, word := range words[:4] {
		_, err := w.service(worldDevice{}).Login(context.Background(), LoginInput{Who: account.Identifier{Email: "user0@norrsken.example"}, Password: plain(t, word)})
		answers[fmt.Sprint(err)] = true
	}
	if len(answers) != 1 {
		t.Errorf("he was answered in %d ways: %v", len(answers), answers)
	}
	key := w.keys[account.Scope{Org: w.org.ID}]
	if found := l.crack(t, words, func(string) []keys.OrgKey { return []keys.OrgKey{key} }); len(found) != people+1 {
		t.Errorf("with the key he found %d of %d: the attack of this test is none", len(found), people+1)
	}
}

// setPassword gives a user a password behind the service's back.
func (w *world) setPassword(u account.User, text string) {
	w.t.Helper()
	s := w.service(worldDevice{})
	hash, err := password.HashWith(s.env.Hash, s.env.Random, plain(w.t, text))
	if err != nil {
		w.t.Fatal(err)
	}
	w.write(func(tx *store.Tx) error { return s.putCredential(tx, u, w.keys[u.Scope()], hash, account.Credential{}) })
}

// TestSealedRecordsOpenInTheirPlaceOnly puts sealed records into the places of
// others, behind the service's back and with every check mended, as somebody who
// can write the file does.
func TestSealedRecordsOpenInTheirPlaceOnly(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	own := account.Scope{Org: w.org.ID}
	anna := w.find("anna@norrsken.example")
	bo := w.user(account.User{Email: "bo@norrsken.example"})
	w.setPassword(bo, "the password of bo himself")
	t.Run("another's password lets nobody in with it", func(t *testing.T) {
		w.write(func(tx *store.Tx) error {
			c, _, err := tx.Credential(w.org.ID, bo.ID)
			if err != nil {
				return err
			}
			c.User = anna.ID
			return tx.PutCredential(w.org.ID, c)
		})
		_, err := w.service(worldDevice{}).Login(ctx, LoginInput{
			Who: account.Identifier{Email: anna.Email}, Password: plain(t, "the password of bo himself"), Keys: []keys.OrgKey{w.keys[own]},
		})
		wantKind(t, err, account.Unopenable, "db.damaged")
		w.setPassword(anna, worldPassword)
	})
	t.Run("the escrow of one scope is not that of another", func(t *testing.T) {
		s := w.asSystemUser()
		added, err := w.as(anna.Email).AddSite(ctx, NewSite{Name: "Kiruna", Admin: NewUser{Email: "eva@norrsken.example"}})
		if err != nil {
			t.Fatal(err)
		}
		w.write(func(tx *store.Tx) error { return moveEscrow(tx, own, added.Scope) })
		_, err = s.RecoverKey(ctx, "kiruna")
		wantKind(t, err, account.Unopenable, "db.damaged")
	})
	t.Run("a session does not carry another's key", func(t *testing.T) {
		first, second := w.openedSession(anna), w.openedSession(bo)
		w.write(func(tx *store.Tx) error {
			a, _, err := tx.Session(first.Token.Hash(keys.Session))
			if err != nil {
				return err
			}
			b, _, err := tx.Session(second.Token.Hash(keys.Session))
			if err != nil {
				return err
			}
			b.Carried = a.Carried
			return tx.PutSession(b)
		})
		s := w.service(worldDevice{token: second.Token.Reveal(keys.Session)})
		_, err := s.ListSecrets(ctx, "")
		wantKind(t, err, account.Forbidden, "key.not_held")
	})
}

// openedSession opens a session for a user behind the service's back.
func (w *world) openedSession(u account.User) (in SignedIn) {
	w.t.Helper()
	w.write(func(tx *store.Tx) (err error) {
		in, err = w.service(worldDevice{}).openSession(tx, u, w.keys[u.Scope()])
		return err
	})
	return in
}

// moveEscrow puts the escrow of one scope into the place of another's.
func moveEscrow(tx *store.Tx, from, to account.Scope) error {
	a, _, err := tx.ScopeKey(from)
	if err != nil {
		return err
	}
	b, _, err := tx.ScopeKey(to)
	if err != nil {
		return err
	}
	b.Escrow = a.Escrow
	return tx.PutScopeKey(b)
}

// TestRecordsOfAnotherInstanceDoNotOpen brings a password from a database with
// the same organisation key and the same ids: only the instance differs.
func TestRecordsOfAnotherInstanceDoNotOpen(t *testing.T) {
	w, other := newWorld(t), newWorld(t)
	scope := account.Scope{Org: w.org.ID}
	k := w.keys[scope]
	anna := w.find("anna@norrsken.example")
	s := w.service(worldDevice{})
	hash, err := password.HashWith(s.env.Hash, s.env.Random, plain(t, "the password of elsewhere"))
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := s.sealPassword(other.instance, anna, k, hash)
	if err != nil {
		t.Fatal(err)
	}
	w.write(func(tx *store.Tx) error {
		return tx.PutCredential(w.org.ID, account.Credential{User: anna.ID, Sealed: sealed})
	})
	_, err = w.service(worldDevice{}).Login(context.Background(), LoginInput{Who: account.Identifier{Email: anna.Email}, Password: plain(t, "the password of elsewhere"), Keys: []keys.OrgKey{k}})
	wantKind(t, err, account.Unopenable, "db.damaged")
	if _, err := openPassword(other.instance, anna, k, account.Credential{Sealed: sealed}); err != nil {
		t.Errorf("where it belongs it does not open either: %v", err)
	}
}
