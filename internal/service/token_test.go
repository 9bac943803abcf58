package service

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/keys"
)

// script returns the service that a script with the token works with, on a
// machine that remembers nothing else.
func (w *world) script(made MadeToken) *Service {
	return w.service(worldDevice{token: made.Secret.Reveal(keys.Service), service: true})
}

func TestATokenWithTheKeySetsPasswords(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	anna := w.as("anna@norrsken.example")
	allow := []access.Permission{access.UserAdd, access.SecretList, access.SecretShow}
	without, err := anna.AddToken(ctx, NewServiceToken{Name: "without", Allow: allow})
	if err != nil {
		t.Fatal(err)
	}
	with, err := anna.AddToken(ctx, NewServiceToken{Name: "with", Allow: allow, WithKey: true})
	if err != nil {
		t.Fatal(err)
	}
	bo := NewUser{Email: "bo@norrsken.example", Password: plain(t, worldPassword)}
	_, err = w.script(without).AddUser(ctx, bo)
	wantKind(t, err, account.Forbidden, "key.not_held")
	if _, err := w.script(with).AddUser(ctx, bo); err != nil {
		t.Errorf("with the key: got %v, want that the user is added", err)
	}
	if e := w.last(); e.Actor.Type != "token" || e.Actor.ID != "with" {
		t.Errorf("the event names %s %q, want the token", e.Actor.Type, e.Actor.ID)
	}
}

func TestATokenLivesAsLongAsItWasGiven(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	allow := []access.Permission{access.UserList}
	list := func(s *Service) error { return s.ListUsers(ctx, UserFilter{}, new(collected).piece) }
	const day = 24 * time.Hour
	rows := []struct {
		name        string
		life, lives time.Duration // lives 0: it is refused
	}{
		{"the usual life", 0, 90 * day},
		{"an hour", time.Hour, time.Hour},
		{"the longest life", 365 * day, 365 * day},
		{"more than the longest", 365*day + time.Second, 0},
		{"less than nothing", -time.Hour, 0},
	}
	for i, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			start := w.now
			defer func() { w.now = start }()
			made, err := w.as("anna@norrsken.example").AddToken(ctx, NewServiceToken{Name: "t" + string(rune('0'+i)), Allow: allow, Life: r.life})
			if r.lives == 0 {
				wantKind(t, err, account.Invalid, "ttl.invalid")
				return
			}
			if err != nil || !made.ExpiresAt.Equal(start.Add(r.lives)) {
				t.Fatalf("got one until %s and error %v, want %s", made.ExpiresAt, err, start.Add(r.lives))
			}
			w.now = start.Add(r.lives - time.Second)
			if err := list(w.script(made)); err != nil {
				t.Errorf("a second before its end: got %v", err)
			}
			w.now = start.Add(r.lives)
			wantKind(t, list(w.script(made)), account.Unauthenticated, "auth.bad_token")
		})
	}
}

func TestATokenEndsWithItsMaker(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	anna := w.as("anna@norrsken.example")
	list := func(s *Service) error { return s.ListUsers(ctx, UserFilter{}, new(collected).piece) }
	rows := map[string]func(who string) error{
		"deleted": func(who string) error {
			_, err := anna.DeleteUsers(ctx, Many{Who: []string{who}}, false)
			return err
		},
		"suspended, and resumed": func(who string) error {
			if _, err := anna.SuspendUsers(ctx, Many{Who: []string{who}}, false); err != nil {
				return err
			}
			_, err := anna.ResumeUsers(ctx, Many{Who: []string{who}})
			return err
		},
	}
	for name, end := range rows {
		t.Run(name, func(t *testing.T) {
			eva := w.user(account.User{Email: "eva@norrsken.example", Role: account.RoleAdmin, Type: account.TypeHost})
			defer func() { _, _ = anna.DeleteUsers(ctx, Many{Who: []string{"eva@norrsken.example"}}, false) }()
			made, err := w.as(eva.Email).AddToken(ctx, NewServiceToken{Name: "nightly", Allow: []access.Permission{access.UserList}})
			if err != nil {
				t.Fatal(err)
			}
			if err := list(w.script(made)); err != nil {
				t.Fatalf("while its maker is active: %v", err)
			}
			if err := end(eva.Email.String()); err != nil {
				t.Fatal(err)
			}
			wantKind(t, list(w.script(made)), account.Unauthenticated, "auth.bad_token")
			if tokens, err := anna.ListTokens(ctx); err != nil || len(tokens) > 0 {
				t.Errorf("tokens left: got %d and error %v, want none", len(tokens), err)
			}
		})
	}
}

// Making a token takes a password that was just given; a token has none to give.
func TestMakingATokenTakesThePassword(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	anna := w.as("anna@norrsken.example")
	in := NewServiceToken{Name: "first", Allow: []access.Permission{access.UserList, access.TokenAdd}}
	w.now = w.now.Add(4*time.Minute + 59*time.Second)
	first, err := anna.AddToken(ctx, in)
	if err != nil {
		t.Fatalf("within five minutes: %v", err)
	}
	in.Name = "second"
	w.now = w.now.Add(time.Second)
	_, err = anna.AddToken(ctx, in)
	if !NeedsProof(err) {
		t.Fatalf("after five minutes: got %v, want that the password is asked for", err)
	}
	err = anna.Prove(ctx, plain(t, "something else entirely"))
	wantKind(t, err, account.Unauthenticated, "auth.failed")
	if _, err = anna.AddToken(ctx, in); !NeedsProof(err) {
		t.Errorf("after a wrong password: got %v, want that it is asked for", err)
	}
	if err := anna.Prove(ctx, plain(t, worldPassword)); err != nil {
		t.Fatal(err)
	}
	if _, err := anna.AddToken(ctx, in); err != nil {
		t.Errorf("after the right password: %v", err)
	}
	in.Name = "third"
	_, err = w.script(first).AddToken(ctx, in)
	wantKind(t, err, account.Forbidden, "access.denied")
	tried := slices.ContainsFunc(w.events(), func(e audit.Event) bool { return e.Action == "prove" && e.Outcome == account.OutcomeFailed })
	if !tried {
		t.Error("the wrong password is no event")
	}
}
