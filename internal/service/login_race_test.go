package service

import (
	"context"
	"testing"
	"time"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/store"
)

// signingIn does the first two steps of a sign-in and returns the third, which
// commits it: in between, the world can change.
func (w *world) signingIn(email account.Email, password string) func() error {
	w.t.Helper()
	ctx := context.Background()
	s := w.service(worldDevice{})
	in := LoginInput{Who: account.Identifier{Email: email}, Password: plain(w.t, password)}
	for _, k := range w.keys {
		in.Keys = append(in.Keys, k)
	}
	var c candidate
	err := s.store.Update(ctx, func(tx *store.Tx) (err error) {
		openLog(tx, s.env)
		c, err = s.countTry(tx, in)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	right, err := s.verify(ctx, c, in.Password)
	if err != nil {
		w.t.Fatal(err)
	}
	return func() error {
		_, err := s.concludeLogin(ctx, c, right, "")
		return err
	}
}

func TestASignInHoldsAgainstWhatHappenedMeanwhile(t *testing.T) {
	ctx := context.Background()
	const fresh = "copper thistle quarry swan"
	reset := func(w *world) error {
		_, err := w.as("anna@norrsken.example").ResetToTemporary(ctx, ResetInput{Who: "bo@norrsken.example", Temporary: plain(w.t, fresh)})
		return err
	}
	rows := []struct {
		name      string
		password  string
		before    func(*world) error // before the password is given
		meanwhile func(*world) error
		refused   bool
	}{
		{"nothing happened", worldPassword, nil, nil, false},
		{"he was suspended", worldPassword, nil, func(w *world) error {
			_, err := w.as("anna@norrsken.example").SuspendUsers(ctx, Many{Who: []string{"bo@norrsken.example"}}, false)
			return err
		}, true},
		{"he was deleted", worldPassword, nil, func(w *world) error {
			_, err := w.as("anna@norrsken.example").DeleteUsers(ctx, Many{Who: []string{"bo@norrsken.example"}}, false)
			return err
		}, true},
		{"his password was reset", worldPassword, nil, reset, true},
		{"his temporary password was used", fresh, reset, func(w *world) error { return w.signingIn("bo@norrsken.example", fresh)() }, true},
		{"his temporary password ended", fresh, reset, func(w *world) error { w.now = w.now.Add(25 * time.Hour); return nil }, true},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.user(account.User{Email: "bo@norrsken.example"})
			if row.before != nil {
				if err := row.before(w); err != nil {
					t.Fatal(err)
				}
			}
			conclude := w.signingIn("bo@norrsken.example", row.password)
			if row.meanwhile != nil {
				if err := row.meanwhile(w); err != nil {
					t.Fatal(err)
				}
			}
			err := conclude()
			if row.refused {
				wantKind(t, err, account.Unauthenticated, "auth.failed")
			} else if err != nil {
				t.Errorf("got %v, want him signed in", err)
			}
		})
	}
}

// linked makes a reset link and returns what its holder gives.
func (w *world) linked(who account.Email) AcceptInput {
	w.t.Helper()
	reset, err := w.as("anna@norrsken.example").ResetByLink(context.Background(), ResetInput{Who: string(who)})
	if err != nil {
		w.t.Fatal(err)
	}
	kind, token, err := keys.ParseLink(reset.Link.Text)
	if err != nil {
		w.t.Fatal(err)
	}
	in := AcceptInput{Link: LinkInput{Kind: kind, Token: token}, Email: who, Password: plain(w.t, "copper thistle quarry swan")}
	for _, k := range w.keys {
		in.Keys = append(in.Keys, k)
	}
	return in
}

func TestALinkRestsAfterWrongAddressesAndEndsAfterFifty(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.user(account.User{Email: "bo@norrsken.example"})
	in := w.linked("bo@norrsken.example")
	s := w.service(worldDevice{})
	wrong := in
	wrong.Email = "eva@norrsken.example"
	try := func(times int, in AcceptInput) (err error) {
		for range times {
			_, err = s.RedeemReset(ctx, in)
		}
		return err
	}
	wantKind(t, try(5, wrong), account.Unauthenticated, "link.invalid")
	wantKind(t, try(1, in), account.Unauthenticated, "link.invalid") // it rests
	for range 45 {
		w.now = w.now.Add(time.Second + time.Hour)
		w.write(func(tx *store.Tx) error { return w.prolong(tx, in) })
		wantKind(t, try(1, wrong), account.Unauthenticated, "link.invalid")
	}
	w.now = w.now.Add(24 * time.Hour)
	w.write(func(tx *store.Tx) error { return w.prolong(tx, in) })
	wantKind(t, try(1, in), account.Unauthenticated, "link.invalid") // it is over
	if tries := w.tries("bo@norrsken.example"); tries != 0 {
		t.Errorf("%d tries are counted against the user, want none: a reset gets him out of every lock", tries)
	}
}

// prolong lets a link live on, to see what else ends it.
func (w *world) prolong(tx *store.Tx, in AcceptInput) error {
	l, found, err := tx.Link(in.Link.Token.Hash(in.Link.Kind))
	if err != nil || !found {
		w.t.Fatalf("the link is gone: %v", err)
	}
	l.ExpiresAt = tx.Now.Add(time.Hour)
	return tx.PutLink(l)
}

func (w *world) tries(email account.Email) int {
	w.t.Helper()
	u := w.find(email)
	failures := 0
	w.read(func(tx *store.Tx) error {
		t, err := tx.Tries(u.ID)
		failures = t.Failures
		return err
	})
	return failures
}

func TestALinkThatWasLookedAtIsUsedOnce(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	w.user(account.User{Email: "bo@norrsken.example"})
	in := w.linked("bo@norrsken.example")
	s := w.service(worldDevice{})
	if _, err := s.lookAtLink(ctx, in, account.LinkPassword); err != nil {
		t.Fatal(err)
	}
	if _, err := s.RedeemReset(ctx, in); err != nil {
		t.Fatalf("the first use: %v", err)
	}
	_, err := s.RedeemReset(ctx, in)
	wantKind(t, err, account.Unauthenticated, "link.invalid")
}

func TestAPasswordEndsWhatWasGivenOutBefore(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	bo := w.user(account.User{Email: "bo@norrsken.example"})
	session, other := w.as("bo@norrsken.example"), w.as("bo@norrsken.example")
	w.linked("bo@norrsken.example")
	if _, err := w.as("anna@norrsken.example").SendKey(ctx, Many{Who: []string{"bo@norrsken.example"}}, 0, false); err != nil {
		t.Fatal(err)
	}
	if _, err := session.ChangePassword(ctx, plain(t, worldPassword), plain(t, "copper thistle quarry swan")); err != nil {
		t.Fatal(err)
	}
	if _, err := session.WhoAmI(ctx); err != nil {
		t.Errorf("the session that changed it: got %v, want it to go on", err)
	}
	_, err := other.WhoAmI(ctx)
	wantKind(t, err, account.Unauthenticated, "auth.not_signed_in")
	w.read(func(tx *store.Tx) error {
		for _, kind := range []account.LinkKind{account.LinkInvite, account.LinkPassword, account.LinkOrgKey} {
			links, err := tx.UserLinks(bo.ID, kind)
			if err != nil || len(links) > 0 {
				t.Errorf("%d links of kind %s live (%v), want none", len(links), kind, err)
			}
		}
		return nil
	})
}
