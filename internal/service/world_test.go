package service

import (
	"context"
	"crypto/rand"
	"path/filepath"
	"testing"
	"time"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/password"
	"github.com/usher-admin/usher/internal/store"
)

// world is one database in a folder of the test, with organisations, sites and
// people written straight into it, and a clock that only the test moves. What
// is tried on it goes through the real service.
type world struct {
	t        testing.TB
	path     string
	now      time.Time
	instance account.InstanceID
	system   keys.SystemKey
	org      account.Organisation // the first one
	keys     map[account.Scope]keys.OrgKey
}

// worldPassword is everybody's.
const worldPassword = "granite lantern otter meadow"

// newWorld makes a database with the organisation Norrsken, owned by
// anna@norrsken.example.
func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{
		t: t, path: filepath.Join(t.TempDir(), "usher.db"), now: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC),
		keys: make(map[account.Scope]keys.OrgKey),
	}
	fresh, err := w.service(worldDevice{}).Init(context.Background(), InitInput{
		Org: "Norrsken", Email: "anna@norrsken.example", FirstName: "Anna", Password: plain(t, worldPassword),
	})
	if err != nil {
		t.Fatalf("init: %v", err)
	}
	w.instance, w.system, w.org = fresh.Instance, fresh.SystemKey, fresh.Org
	w.keys[account.Scope{Org: fresh.Org.ID}] = fresh.OrgKey
	return w
}

func plain(t testing.TB, text string) password.Plain {
	t.Helper()
	pw, err := password.Prepare([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return pw
}

// worldDevice is what the machine of somebody remembers.
type worldDevice struct {
	token   string
	service bool
	held    []keys.OrgKey
}

func (d worldDevice) Token(account.InstanceID) (string, bool, error) { return d.token, d.service, nil }

func (d worldDevice) Keys(account.InstanceID) ([]keys.OrgKey, error) { return d.held, nil }

func (d worldDevice) ForgetKey(account.InstanceID, account.Scope) error { return nil }

func (d worldDevice) ExpectKey(account.InstanceID, account.Scope, keys.OrgKey) error { return nil }

func (d worldDevice) DropExpected(account.InstanceID, account.Scope) error { return nil }

func (w *world) store() *store.Store {
	return store.New(w.path, store.Options{
		Wait: 5 * time.Second, Now: func() time.Time { return w.now }, Random: rand.Reader, Warn: func(text string) { w.t.Log(text) },
	})
}

// service returns the use cases for whoever has the device.
func (w *world) service(d Device) *Service {
	return New(w.store(), Env{
		Now: func() time.Time { return w.now }, Random: rand.Reader, Device: d, Origin: func() audit.Origin { return audit.Origin{Host: "test", LoginUID: -1} },
		Hash: password.Params{Memory: 8, Time: 1, Threads: 1}, Warn: func(text string) { w.t.Log(text) },
	})
}

// dry returns s as it is with --dry-run: everything is done and taken back.
func dry(s *Service) *Service {
	env := s.env
	env.DryRun = true
	return New(s.store, env)
}

// write changes the database behind the service's back, with one event that
// vouches for it.
func (w *world) write(fn func(*store.Tx) error) {
	w.t.Helper()
	s := w.service(worldDevice{})
	err := s.store.Update(context.Background(), func(tx *store.Tx) error {
		log := openLog(tx, s.env)
		if err := fn(tx); err != nil {
			return err
		}
		if err := log.write(audit.Event{Action: "test", Outcome: account.OutcomeOK}, actor{}); err != nil {
			return err
		}
		return log.close()
	})
	if err != nil {
		w.t.Fatalf("write: %v", err)
	}
}

// read looks at the database behind the service's back.
func (w *world) read(fn func(*store.Tx) error) {
	w.t.Helper()
	if err := w.store().View(context.Background(), fn); err != nil {
		w.t.Fatalf("read: %v", err)
	}
}

// newKey gives a scope an organisation key.
func (w *world) newKey(tx *store.Tx, scope account.Scope) error {
	k, err := keys.NewOrgKey(rand.Reader)
	if err != nil {
		return err
	}
	w.keys[scope] = k
	kept, err := w.service(worldDevice{}).newScopeKey(w.instance, scope, nil, k)
	if err != nil {
		return err
	}
	return tx.PutScopeKey(kept)
}

// site makes a site of an organisation, with a key that its admin has
// accepted.
func (w *world) site(org account.OrgID, slug account.Slug) account.Site {
	w.t.Helper()
	var site account.Site
	w.write(func(tx *store.Tx) error {
		id, err := tx.NewSiteID()
		if err != nil {
			return err
		}
		site = account.Site{ID: id, Org: org, Slug: slug, Name: string(slug), CreatedAt: tx.Now, HandedAt: tx.Now}
		if err := tx.PutSite(site); err != nil {
			return err
		}
		return w.newKey(tx, account.Scope{Org: org, Site: id})
	})
	return site
}

// organisation makes another organisation, owned by owner@SLUG.example.
func (w *world) organisation(slug account.Slug) account.Organisation {
	w.t.Helper()
	var org account.Organisation
	w.write(func(tx *store.Tx) error {
		id, err := tx.NewOrgID()
		if err != nil {
			return err
		}
		org = account.Organisation{ID: id, Slug: slug, Name: string(slug), CreatedAt: tx.Now, UpdatedAt: tx.Now}
		return w.newKey(tx, account.Scope{Org: id})
	})
	owner := w.user(account.User{Org: org.ID, Email: account.Email("owner@" + slug + ".example"), Role: account.RoleOwner, Type: account.TypeHost})
	w.write(func(tx *store.Tx) error {
		org.Owner = owner.ID
		return tx.PutOrganisation(org)
	})
	return org
}

// user writes a user; what is left out is an active individual member of the
// first organisation. He has worldPassword unless he is pending
// or a directory has his.
func (w *world) user(u account.User) account.User {
	w.t.Helper()
	if u.Org == 0 {
		u.Org = w.org.ID
	}
	if u.Role == "" {
		u.Role = account.RoleMember
	}
	if u.Type == "" {
		u.Type = account.TypeIndividual
	}
	if u.Status == "" {
		u.Status = account.StatusActive
	}
	u.Auth, u.Locale, u.CreatedAt, u.UpdatedAt = account.AuthLocal, account.LocaleEnglish, w.now, w.now
	if u.Directory != "" {
		u.Auth = account.AuthDirectory
	}
	s := w.service(worldDevice{})
	hash, err := password.HashWith(s.env.Hash, rand.Reader, plain(w.t, worldPassword))
	if err != nil {
		w.t.Fatal(err)
	}
	w.write(func(tx *store.Tx) (err error) {
		if u.ID, err = account.NewUserID(tx.Now, rand.Reader); err != nil {
			return err
		}
		if err := tx.PutUser(u); err != nil || u.Status == account.StatusPending || u.Directory != "" {
			return err
		}
		return s.putCredential(tx, u, w.keys[u.Scope()], hash, account.Credential{})
	})
	return u
}

// role writes a custom role of the first organisation.
func (w *world) role(name account.RoleName, allow ...access.Permission) {
	w.t.Helper()
	r := account.CustomRole{Org: w.org.ID, Name: name, CreatedAt: w.now, UpdatedAt: w.now}
	for _, p := range allow {
		r.Allow = append(r.Allow, string(p))
	}
	w.write(func(tx *store.Tx) error { return tx.PutRole(r) })
}

// find returns a user as he is now.
func (w *world) find(email account.Email) account.User {
	w.t.Helper()
	var u account.User
	w.read(func(tx *store.Tx) error {
		holder, found, err := tx.Address(email)
		if err != nil || !found {
			w.t.Fatalf("%s is not there: %v", email, err)
		}
		u, _, err = tx.User(holder.Org, holder.User)
		return err
	})
	return u
}

// as opens a session for a user behind the service's back and returns the
// service he works with.
func (w *world) as(email account.Email) *Service {
	w.t.Helper()
	u := w.find(email)
	var in SignedIn
	w.write(func(tx *store.Tx) (err error) {
		in, err = w.service(worldDevice{}).openSession(tx, u, w.keys[u.Scope()])
		return err
	})
	return w.service(worldDevice{token: in.Token.Reveal(keys.Session), held: []keys.OrgKey{in.Key}})
}

// events returns the events of the log, oldest first.
func (w *world) events() []audit.Event {
	w.t.Helper()
	var events []audit.Event
	w.read(func(tx *store.Tx) error {
		for seq := uint64(1); seq <= tx.Head().Size; seq++ {
			e, _, err := readEvent(tx, seq)
			if err != nil {
				return err
			}
			events = append(events, e)
		}
		return nil
	})
	return events
}

// last returns the newest event.
func (w *world) last() audit.Event {
	w.t.Helper()
	events := w.events()
	return events[len(events)-1]
}

// wantKind fails the test unless an error is of a kind, with a code where one
// is named.
func wantKind(t testing.TB, err error, kind account.Kind, code string) {
	t.Helper()
	if account.KindOf(err) != kind || err == nil || code != "" && account.CodeOf(err) != code {
		t.Errorf("got error %v (kind %d, code %q), want kind %d, code %q", err, account.KindOf(err), account.CodeOf(err), kind, code)
	}
}
