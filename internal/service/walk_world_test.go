package service

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/password"
	"github.com/usher-admin/usher/internal/store"
)

// What a walk begins with, and what surrounds usher on it: its clock and its
// randomness, a mail server and a directory.

// newWalk makes a database with two organisations, so that there is something to
// walk on.
func newWalk(t *testing.T, seed uint64) *walk {
	t.Helper()
	w := &walk{
		t: t, seed: seed, path: filepath.Join(t.TempDir(), "usher.db"), now: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC),
		draw: rand.New(rand.NewPCG(seed, 0)), dice: &dice{all: rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8), byte(seed >> 16)})}, done: map[string]int{},
	}
	ctx := context.Background()
	fresh, err := w.service(hand{}).Init(ctx, InitInput{Org: "Norrsken", Email: "anna@norrsken.example", Domains: []account.Domain{"south.example"}, Password: w.plain(walkPasswords[0])})
	if err != nil {
		t.Fatalf("init: %v", err)
	}
	w.system = fresh.SystemKey
	w.keepOrgKey(fresh.OrgKey)
	w.keepSession("anna@norrsken.example", fresh.SignedIn)
	w.hand = w.hands[0]
	w.as = w.service(w.hand)
	w.must(w.prologue(ctx))
	w.seen = w.picture()
	return w
}

// prologue adds those whom the walk begins with.
func (w *walk) prologue(ctx context.Context) error {
	if _, err := w.as.AddRole(ctx, "desk", permissionList(deskWords)); err != nil {
		return err
	}
	if _, err := w.as.BuySeats(ctx, Purchase{Plan: "Pro", Seats: 3}); err != nil {
		return err
	}
	site, err := w.as.AddSite(ctx, NewSite{Name: "Kiruna", Admin: NewUser{Email: "siv@norrsken.example"}})
	if err != nil {
		return err
	}
	w.keepOrgKey(site.Key)
	w.keepLink(site.Link)
	for _, u := range []NewUser{
		{Email: "eva@norrsken.example", Role: account.RoleAdmin, Type: account.TypeHost},
		{Email: "bo@norrsken.example", Plan: "Pro"},
		{Email: "kim@norrsken.example", Role: "desk", Type: account.TypeHost},
	} {
		u.Password = w.plain(walkPasswords[0])
		if _, err := w.as.AddUser(ctx, u); err != nil {
			return err
		}
		w.enter(ctx, u.Email)
	}
	south, err := w.systemService("").AddOrg(ctx, InitInput{Org: "South", Email: "ada@south.example", Password: w.plain(walkPasswords[0])})
	if err != nil {
		return err
	}
	w.keepOrgKey(south.OrgKey)
	w.enter(ctx, "ada@south.example")
	return nil
}

func (w *walk) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// dice give the randomness of usher, which follows from the seed too. Usher may
// ask for it in several places at once.
type dice struct {
	mu  sync.Mutex
	all *rand.ChaCha8
}

func (d *dice) Read(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.all.Read(p)
}

func (w *walk) store() *store.Store {
	return store.New(w.path, store.Options{
		Wait: time.Second, Now: func() time.Time { return w.now }, Random: w.dice, Warn: func(text string) { w.fail("a warning: %s", text) },
	})
}

// service returns what somebody at a machine works with.
func (w *walk) service(h hand) *Service {
	env := Env{
		Now: func() time.Time { return w.now }, Random: w.dice, Origin: func() audit.Origin { return audit.Origin{Host: "walk", LoginUID: -1} },
		Device: worldDevice{token: h.token, service: h.service, held: w.keys}, Hash: password.Params{Memory: 8, Time: 1, Threads: 1},
		Directories: oneDirectory{}, DryRun: w.dry, Warn: func(text string) { w.fail("a warning: %s", text) },
	}
	if w.mails != nil {
		env.Mailer = w.mails
	}
	return New(w.store(), env)
}

// systemService returns what the system user works with, on an organisation.
func (w *walk) systemService(org account.Slug) *Service {
	s := w.service(hand{})
	s.env.SystemKey, s.env.Org = &w.system, org
	return s
}

// walkMailer takes most letters and keeps the links that they bring.
type walkMailer struct{ w *walk }

func (m walkMailer) Deliver(_ context.Context, letters []account.Letter) []error {
	errs := make([]error, len(letters))
	for i, l := range letters {
		m.w.keepLink(MadeLink{Text: l.Link})
		if m.w.chance(20) {
			errs[i] = account.Errorf(account.Unexpected, "the mail server does not answer")
		}
	}
	return errs
}

// oneDirectory is the directory ad, where everybody has the first password.
type oneDirectory struct{}

func (oneDirectory) Describe(name string) (address, help string, found bool) {
	return "ldaps://ad.example", "", name == "ad"
}

func (oneDirectory) Verify(_ context.Context, _ string, _ account.Email, pw password.Plain) (bool, error) {
	return string(pw.Bytes()) == walkPasswords[0], nil
}
