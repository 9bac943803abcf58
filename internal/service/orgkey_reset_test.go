package service

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/password"
	"github.com/usher-admin/usher/internal/store"
)

// asSystemUser returns the service of who holds the system key.
func (w *world) asSystemUser() *Service {
	s := w.service(worldDevice{})
	s.env.SystemKey = &w.system
	return s
}

// reset resets a key with the consent that takes, and notes the new one.
func (w *world) reset(s *Service, in KeyReset) (ResetKey, error) {
	w.t.Helper()
	in.Key = freshKey(w.t, w)
	var err error
	if in.Plan, err = s.PlanReset(context.Background(), in); err != nil {
		return ResetKey{}, err
	}
	done, err := s.ResetKey(context.Background(), in)
	if err == nil {
		w.keys[done.Scope] = in.Key
	}
	return done, err
}

// markSize is the length of the marks that are looked for.
const markSize = 12

// plantedMarks are beginnings of what a reset deletes, as it stands in the file.
type plantedMarks map[[markSize]byte]string

func (m plantedMarks) add(what string, bytes []byte) { m[[markSize]byte(bytes)] = what }

// in counts how many of the marks stand in a text.
func (m plantedMarks) in(text []byte) int {
	found := make(map[[markSize]byte]bool)
	for i := 0; i+markSize <= len(text); i++ {
		if mark := [markSize]byte(text[i:]); m[mark] != "" {
			found[mark] = true
		}
	}
	return len(found)
}

// envelopeMark is the part of a sealed record's nonce that is looked for.
func envelopeMark(envelope []byte) []byte { return envelope[1:] }

// plant writes so many users and stored passwords, and returns what of them
// stands in the file: addresses and names, sealed hashes, sealed keys of sessions
// and links, sealed stored passwords, and the personal values of events.
func (w *world) plant(many int) plantedMarks {
	w.t.Helper()
	marks := make(plantedMarks)
	scope := account.Scope{Org: w.org.ID}
	key := w.keys[scope]
	s := w.service(worldDevice{})
	hash, err := password.HashWith(s.env.Hash, rand.Reader, plain(w.t, worldPassword))
	if err != nil {
		w.t.Fatal(err)
	}
	w.write(func(tx *store.Tx) error {
		o := &op{svc: s, tx: tx}
		kept, _, err := tx.ScopeKey(scope)
		if err != nil {
			return err
		}
		v, err := o.vaultOf(kept, key)
		if err != nil {
			return err
		}
		for i := range many {
			if err := w.plantUser(o, marks, i, hash, key); err != nil {
				return err
			}
			if err := plantSecret(v, marks, i); err != nil {
				return err
			}
		}
		return nil
	})
	return marks
}

func (w *world) plantUser(o *op, marks plantedMarks, i int, hash string, k keys.OrgKey) error {
	id, err := account.NewUserID(o.tx.Now, rand.Reader)
	if err != nil {
		return err
	}
	u := account.User{
		ID: id, Org: w.org.ID, Email: account.Email(fmt.Sprintf("%05d-address@norrsken.example", i)), FirstName: fmt.Sprintf("%05d First Name", i),
		Type: account.TypeIndividual, Role: account.RoleMember, Status: account.StatusActive, Auth: account.AuthLocal, CreatedAt: o.tx.Now, UpdatedAt: o.tx.Now,
	}
	marks.add("an address", []byte(u.Email))
	marks.add("a name", []byte(u.FirstName))
	if err := o.tx.PutUser(u); err != nil {
		return err
	}
	if err := o.svc.putCredential(o.tx, u, k, hash, account.Credential{}); err != nil {
		return err
	}
	c, _, err := o.tx.Credential(u.Org, u.ID)
	if err != nil {
		return err
	}
	marks.add("a sealed hash", envelopeMark(c.Sealed))
	if i%10 != 0 {
		return nil
	}
	in, err := o.svc.openSession(o.tx, u, k)
	if err != nil {
		return err
	}
	session, _, err := o.tx.Session(in.Token.Hash(keys.Session))
	if err != nil {
		return err
	}
	marks.add("the key in a session", envelopeMark(session.Carried))
	link, err := o.makeLink(u, account.LinkOrgKey, 0, &k)
	if err != nil {
		return err
	}
	l, _, err := o.tx.Link(link.hash)
	marks.add("the key in a link", envelopeMark(l.Carried))
	return err
}

func plantSecret(v *vault, marks plantedMarks, i int) error {
	id, err := account.NewSecretID(v.o.tx.Now, rand.Reader)
	if err != nil {
		return err
	}
	value, err := keys.NewStoredPassword(fmt.Sprintf("%05d Stored Password", i))
	if err != nil {
		return err
	}
	s, err := v.write(account.Secret{ID: id, Scope: v.scope, CreatedAt: v.o.tx.Now}, account.SecretDetails{Name: fmt.Sprintf("%05d Secret Name", i)}, &value)
	if err != nil {
		return err
	}
	marks.add("a stored password in clear", []byte(value.Reveal()))
	marks.add("a sealed name", envelopeMark(s.Details))
	marks.add("a sealed stored password", envelopeMark(s.Value))
	return nil
}

// TestAResetLeavesNothingReadable plants over 10,000 secrets and looks for them
// afterwards in every file of the folder, in the blocks that the file had before
// and in a fresh backup.
func TestAResetLeavesNothingReadable(t *testing.T) {
	w := newWorld(t)
	folder := filepath.Dir(w.path)
	marks := w.plant(1700)
	// What changed once is in the log's index of personal values.
	anna := w.as("anna@norrsken.example")
	first := "OnceCalledSo"
	if _, err := anna.EditUser(context.Background(), "00001-address@norrsken.example", UserEdit{FirstName: &first}); err != nil {
		t.Fatal(err)
	}
	marks.add("a former name", []byte(first))
	before, err := os.ReadFile(w.path)
	if err != nil {
		t.Fatal(err)
	}
	if len(marks) < 10_000 || marks.in(before) < len(marks)-1700 { // all but the stored passwords in clear
		t.Fatalf("%d secrets are planted, of which %d stand in the file: that proves nothing", len(marks), marks.in(before))
	}
	if n := marks.in(w.backup(anna)); n < len(marks)-1700 {
		t.Fatalf("a backup of before has %d of %d secrets: one of after proves nothing", n, len(marks))
	}
	blocks := filepath.Join(t.TempDir(), "blocks")
	if err := os.Link(w.path, blocks); err != nil {
		t.Fatal(err)
	}
	done, err := w.reset(anna, KeyReset{Email: "anna@norrsken.example", Password: plain(t, worldPassword)})
	if err != nil {
		t.Fatal(err)
	}
	if done.Deleted.Users != 1701 || done.Deleted.Secrets != 1700 {
		t.Errorf("got %d users and %d stored passwords, want 1701 and 1700", done.Deleted.Users, done.Deleted.Secrets)
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	files := []string{blocks}
	for _, e := range entries {
		files = append(files, filepath.Join(folder, e.Name()))
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if n := marks.in(text); n > 0 {
			t.Errorf("%d of %d secrets are still in %s", n, len(marks), filepath.Base(file))
		}
	}
	if n := marks.in(w.backup(anna)); n > 0 {
		t.Errorf("%d of %d secrets are in a backup made afterwards", n, len(marks))
	}
	if err := w.store().Verify(context.Background()); err != nil {
		t.Error(err)
	}
}

// backup returns the bytes of a backup.
func (w *world) backup(s *Service) []byte {
	w.t.Helper()
	made, err := s.BackupDatabase(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	defer made.Close()
	var b bytes.Buffer
	if _, err := made.WriteTo(&b); err != nil {
		w.t.Fatal(err)
	}
	return b.Bytes()
}

func TestAResetBeginsAnew(t *testing.T) {
	w := newWorld(t)
	site := w.site(w.org.ID, "kiruna")
	siteKey := w.keys[account.Scope{Org: w.org.ID, Site: site.ID}]
	w.user(account.User{Email: "bo@norrsken.example"})
	w.user(account.User{Email: "site@norrsken.example", Site: site.ID})
	old := w.keys[account.Scope{Org: w.org.ID}]
	anna := w.as("anna@norrsken.example")
	w.secret(anna, "firewall", "value")
	done, err := w.reset(anna, KeyReset{Email: "bo@norrsken.example", Password: plain(t, worldPassword)})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.login("bo@norrsken.example", done.Key); err != nil {
		t.Errorf("the new owner with the new key: got %v", err)
	}
	if err := w.login("bo@norrsken.example", old); err == nil {
		t.Error("the new owner signed in with the old key")
	}
	if err := w.login("anna@norrsken.example", done.Key); err == nil {
		t.Error("the old owner signed in")
	}
	if err := w.login("site@norrsken.example", siteKey); err != nil {
		t.Errorf("a user of a site: got %v, want that nothing changed for him", err)
	}
	bo := w.find("bo@norrsken.example")
	if bo.Role != account.RoleOwner || bo.Type != account.TypeHost || bo.Status != account.StatusActive {
		t.Errorf("got a %s %s who is %s, want the owner", bo.Type, bo.Role, bo.Status)
	}
	shown, err := w.asSystemUser().RecoverKey(context.Background(), "")
	if err != nil || shown.Key != done.Key {
		t.Errorf("got %v from the escrow, want the new key, as the old one was", err)
	}
	again := w.service(worldDevice{token: done.Session.Token.Reveal(keys.Session), held: []keys.OrgKey{done.Key}})
	w.secret(again, "firewall", "another value")
}

func TestAResetOfASite(t *testing.T) {
	w := newWorld(t)
	site := w.site(w.org.ID, "kiruna")
	scope := account.Scope{Org: w.org.ID, Site: site.ID}
	w.user(account.User{Email: "site@norrsken.example", Site: site.ID, Role: account.RoleSiteAdmin})
	w.secret(w.as("site@norrsken.example"), "router", "value")
	w.secret(w.as("anna@norrsken.example"), "firewall", "value")
	done, err := w.reset(w.as("anna@norrsken.example"), KeyReset{Site: "kiruna", Email: "eva@norrsken.example"})
	if err != nil {
		t.Fatal(err)
	}
	if done.Scope != scope || done.Deleted.Users != 1 || done.Deleted.Secrets != 1 || done.Session != nil || done.SignedOut {
		t.Errorf("got %+v of %v", done.Deleted, done.Scope)
	}
	eva := w.find("eva@norrsken.example")
	if eva.Role != account.RoleSiteAdmin || eva.Site != site.ID || eva.Status != account.StatusPending {
		t.Errorf("got %s at site %d who is %s, want the pending admin of the site", eva.Role, eva.Site, eva.Status)
	}
	// Who reset it keeps the key until the new admin has accepted, as the maker of
	// a site does.
	anna := w.as("anna@norrsken.example")
	anna.env.Device = worldDevice{token: mustToken(t, anna), held: []keys.OrgKey{done.Key}}
	if _, err := anna.InviteLink(context.Background(), Invite{NewUser: NewUser{Email: "eva@norrsken.example"}}); err != nil {
		t.Errorf("a fresh link for the new admin: got %v", err)
	}
	if _, err := anna.ShowSecret(context.Background(), "", "firewall"); err != nil && account.CodeOf(err) != "key.not_held" {
		t.Errorf("a stored password of the organisation: got %v, want that it is untouched", err)
	}
}

func mustToken(t *testing.T, s *Service) string {
	t.Helper()
	text, _, err := s.env.Device.Token(account.InstanceID{})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Only the owner in person, or the system user, resets: not an admin, nor a role
// or a token that was given the permission.
func TestOnlyTheOwnerResets(t *testing.T) {
	w := newWorld(t)
	w.role("resetter", access.All()...)
	w.user(account.User{Email: "bo@norrsken.example", Role: account.RoleAdmin, Type: account.TypeHost})
	w.user(account.User{Email: "eva@norrsken.example", Role: "resetter", Type: account.TypeHost})
	in := KeyReset{Email: "bo@norrsken.example"}
	for _, email := range []account.Email{"bo@norrsken.example", "eva@norrsken.example"} {
		_, err := w.reset(w.as(email), in)
		wantKind(t, err, account.Forbidden, "")
		if got := w.last(); got.Action != "orgkey.reset" || got.Outcome != account.OutcomeDenied {
			t.Errorf("%s: the log ends with %s %s, want the refusal", email, got.Action, got.Outcome)
		}
	}
	anna := w.as("anna@norrsken.example")
	made, err := anna.AddToken(context.Background(), NewServiceToken{Name: "nightly", Allow: []access.Permission{access.OrgkeyReset}, WithKey: true})
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.reset(w.service(worldDevice{token: made.Secret.Reveal(keys.Service), service: true}), in)
	wantKind(t, err, account.Forbidden, "")
	if _, err := w.reset(w.asSystemUser(), in); err != nil {
		t.Errorf("the system user: got %v", err)
	}
	if got := w.events(); got[len(got)-1].Actor.Type != "system" {
		t.Errorf("the event is by %q", got[len(got)-1].Actor.Type)
	}
}

// Between what was stated and the reset somebody else may have replaced the key:
// then it would delete what nobody was told of.
func TestAResetIsRefusedWhereTheKeyWasReplacedMeanwhile(t *testing.T) {
	w := newWorld(t)
	s := w.asSystemUser()
	in := KeyReset{Email: "bo@norrsken.example", Key: freshKey(t, w)}
	plan, err := s.PlanReset(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	w.rotate()
	in.Plan = plan
	_, err = s.ResetKey(context.Background(), in)
	wantKind(t, err, account.Conflict, "orgkey.replaced")
	if got := w.last(); got.Action != "orgkey.reset" || got.Outcome != account.OutcomeFailed {
		t.Errorf("the log ends with %s %s, want that it failed", got.Action, got.Outcome)
	}
	if plan, err = s.PlanReset(context.Background(), in); err != nil || plan.Users != 1 {
		t.Errorf("got %d users and %v, want that nothing changed", plan.Users, err)
	}
}

func TestAResetWithoutEscrowKeepsNone(t *testing.T) {
	w := newWorld(t)
	org := w.organisation("fjord") // whose key is in no escrow
	s := w.asSystemUser()
	s.env.Org = org.Slug
	if _, err := w.reset(s, KeyReset{Email: "liv@fjord.example"}); err != nil {
		t.Fatal(err)
	}
	_, err := s.RecoverKey(context.Background(), "")
	wantKind(t, err, account.Forbidden, "key.not_escrowed")
	if w.find("liv@fjord.example").Org != org.ID {
		t.Error("the new owner belongs to another organisation")
	}
}
