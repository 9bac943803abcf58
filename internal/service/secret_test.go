package service

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/store"
)

func stored(t testing.TB, value string) keys.StoredPassword {
	t.Helper()
	p, err := keys.NewStoredPassword(value)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// secret stores a password in the scope of a service's actor.
func (w *world) secret(s *Service, name, value string) SecretView {
	w.t.Helper()
	v, err := s.AddSecret(context.Background(), "", NewSecret{SecretDetails: account.SecretDetails{Name: name}, Value: stored(w.t, value)})
	if err != nil {
		w.t.Fatalf("add %s: %v", name, err)
	}
	return v
}

// record returns a stored password as the file keeps it.
func (w *world) record(scope account.Scope, id account.SecretID) account.Secret {
	w.t.Helper()
	var record account.Secret
	w.read(func(tx *store.Tx) (err error) {
		var found bool
		if record, found, err = tx.Secret(scope, id); !found {
			err = errors.Join(err, errors.New("not there"))
		}
		return err
	})
	return record
}

func TestStoredPasswordsMovedOrSwappedDoNotOpen(t *testing.T) {
	ctx := context.Background()
	for _, row := range []struct {
		name string
		edit func(a, b account.Secret) account.Secret // what is put in the place of a
	}{
		{"the value of another", func(a, b account.Secret) account.Secret { a.Value = b.Value; return a }},
		{"the details of another", func(a, b account.Secret) account.Secret { a.Details = b.Details; return a }},
		{"value and details of another", func(a, b account.Secret) account.Secret { a.Value, a.Details = b.Value, b.Details; return a }},
		{"details in place of the value", func(a, _ account.Secret) account.Secret { a.Value = a.Details; return a }},
		{"the value in place of the details", func(a, _ account.Secret) account.Secret { a.Details = a.Value; return a }},
		{"one flipped bit", func(a, _ account.Secret) account.Secret { a.Value[40] ^= 1; return a }},
		{"nothing", func(a, _ account.Secret) account.Secret { a.Value = nil; return a }},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := newWorld(t)
			anna := w.as("anna@norrsken.example")
			scope := account.Scope{Org: w.org.ID}
			a, b := w.secret(anna, "one", "first value"), w.secret(anna, "two", "other value")
			if v, err := anna.ShowSecret(ctx, "", "one"); err != nil || v.Value.Reveal() != "first value" {
				t.Fatalf("before: got %v, %v", v.Value, err)
			}
			edited := row.edit(w.record(scope, a.ID), w.record(scope, b.ID))
			w.write(func(tx *store.Tx) error { return tx.PutSecret(edited) })
			_, err := anna.ShowSecret(ctx, "", a.ID.String())
			wantKind(t, err, account.Unopenable, "db.damaged")
		})
	}
}

func TestStoredPasswordsOfAnotherScopeDoNotOpen(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	site := w.site(w.org.ID, "kiruna")
	w.user(account.User{Email: "bo@norrsken.example", Site: site.ID, Role: account.RoleSiteAdmin})
	anna, bo := w.as("anna@norrsken.example"), w.as("bo@norrsken.example")
	own := w.secret(bo, "router", "value of the site")
	foreign := w.record(account.Scope{Org: w.org.ID}, w.secret(anna, "router", "value of the organisation").ID)
	foreign.ID, foreign.Scope = own.ID, account.Scope{Org: w.org.ID, Site: site.ID}
	w.write(func(tx *store.Tx) error { return tx.PutSecret(foreign) })
	_, err := bo.ShowSecret(ctx, "", own.ID.String())
	wantKind(t, err, account.Unopenable, "db.damaged")
}

// A thief who has the file, and everything else but the key, finds neither
// values nor names, user names, addresses or notes.
func TestTheFileTellsNothingOfStoredPasswords(t *testing.T) {
	w := newWorld(t)
	anna := w.as("anna@norrsken.example")
	ctx := context.Background()
	d := account.SecretDetails{Name: "Canary Firewall", Username: "canary-user", URL: "https://canary.example", Notes: "canary\nnotes"}
	if _, err := anna.AddSecret(ctx, "", NewSecret{SecretDetails: d, Value: stored(t, "canary-value")}); err != nil {
		t.Fatal(err)
	}
	renamed := "Canary Gateway"
	if _, err := anna.EditSecret(ctx, "", "canary firewall", SecretEdit{Name: &renamed}); err != nil {
		t.Fatal(err)
	}
	if _, err := anna.DeleteSecrets(ctx, "", Many{Who: []string{"canary gateway"}}); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(w.path)
	if err != nil {
		t.Fatal(err)
	}
	if i := bytes.Index(bytes.ToLower(file), []byte("canary")); i >= 0 {
		t.Errorf("the file holds %q", file[i:i+20])
	}
	if got, err := w.as("anna@norrsken.example").ListSecrets(ctx, ""); err != nil || len(got) != 0 {
		t.Errorf("got %v, %v; want none left", got, err)
	}
}

func TestWhoLacksTheKeyOpensNoStoredPassword(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	anna := w.as("anna@norrsken.example")
	v := w.secret(anna, "firewall", "value")
	who := w.tokenOf("anna@norrsken.example", "secret.list", "secret.show", "secret.add", "secret.edit", "secret.delete")
	for name, try := range map[string]func() error{
		"list": func() error { _, err := who.ListSecrets(ctx, ""); return err },
		"show": func() error { _, err := who.ShowSecret(ctx, "", v.ID.String()); return err },
		"add": func() error {
			_, err := who.AddSecret(ctx, "", NewSecret{SecretDetails: v.SecretDetails, Value: stored(t, "x")})
			return err
		},
		"delete": func() error { _, err := who.DeleteSecrets(ctx, "", Many{Who: []string{v.ID.String()}}); return err },
	} {
		err := try()
		if account.CodeOf(err) != "key.not_held" {
			t.Errorf("%s: got %v, want key.not_held", name, err)
		}
		if err != nil && strings.Contains(err.Error(), "firewall") {
			t.Errorf("%s: the error tells the name", name)
		}
	}
}

// tokenOf makes a service token of a user that carries no key, and returns the
// service of who has it on a device without one.
func (w *world) tokenOf(email account.Email, allow ...string) *Service {
	w.t.Helper()
	u := w.find(email)
	token := keys.Token{1, 2, 3}
	w.write(func(tx *store.Tx) error {
		return tx.PutServiceToken(account.ServiceToken{
			Org: u.Org, Name: "cron", TokenHash: token.Hash(keys.Service), Allow: allow, CreatedBy: u.ID, CreatedAt: w.now, ExpiresAt: w.now.Add(1 << 40),
		})
	})
	return w.service(worldDevice{token: token.Reveal(keys.Service), service: true})
}
