package store

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/store/pagefile"
	"github.com/usher-admin/usher/internal/store/pagefile/sums"
)

// house is a database in a temporary folder with one organisation, its owner
// and one approved domain. After the test the whole file is looked over.
type house struct {
	*Store
	t        *testing.T
	instance account.InstanceID
	clock    time.Time
	random   io.Reader
	warnings []string
	owner    account.User
	broken   bool // the test damages the file: it is not looked over
}

const testOrg = account.OrgID(1)

// houses counts the houses, so that each has ids of its own.
var houses atomic.Uint32

func newHouse(t *testing.T) *house {
	t.Helper()
	h := plot(t)
	if err := h.build(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if !h.broken {
			lookOver(t, h.path)
			lookOverPages(t, h.path)
		}
	})
	return h
}

// plot is a house that is not built yet.
func plot(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, clock: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	h.random = rand.NewChaCha8([32]byte{byte(houses.Add(1))})
	h.instance = account.InstanceID(h.newID())
	h.owner = h.user("anna@norrsken.example")
	h.owner.Role, h.owner.Type, h.owner.Status = account.RoleOwner, account.TypeHost, account.StatusActive
	h.Store = New(filepath.Join(tempFolder(t), "usher.db"), Options{
		Wait: 2 * time.Second, Now: func() time.Time { return h.clock }, Random: h.random,
		Warn: func(text string) { h.warnings = append(h.warnings, text) },
	})
	return h
}

// tempFolder is a temporary folder that nobody else can write to.
func tempFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

func (h *house) build() error {
	return h.Create(context.Background(), h.instance, func(tx *Tx) error {
		if err := tx.PutInstance(Instance{ID: h.instance, CreatedAt: h.clock, System: []byte("public"), LogSeed: []byte("seed"), LastOrg: testOrg}); err != nil {
			return err
		}
		if err := tx.PutOrganisation(account.Organisation{ID: testOrg, Slug: "norrsken", Name: "Norrsken", Owner: h.owner.ID, CreatedAt: h.clock}); err != nil {
			return err
		}
		if err := tx.PutDomain(account.ApprovedDomain{Org: testOrg, Domain: "norrsken.example", ApprovedAt: h.clock, ApprovedBy: h.owner.ID}); err != nil {
			return err
		}
		if err := tx.PutUser(h.owner); err != nil {
			return err
		}
		return note(tx, "init")
	})
}

// newID returns an id; ids made later sort behind it.
func (h *house) newID() account.UserID {
	h.clock = h.clock.Add(time.Millisecond)
	id, err := account.NewUserID(h.clock, h.random)
	if err != nil {
		h.t.Fatal(err)
	}
	return id
}

// user returns a plain member who is not stored.
func (h *house) user(email string) account.User {
	return account.User{
		ID: h.newID(), Org: testOrg, Email: account.Email(email), FirstName: "Bo", LastName: "Ek", Type: account.TypeIndividual,
		Role: account.RoleMember, Status: account.StatusPending, Auth: account.AuthLocal, Locale: account.LocaleEnglish,
		CreatedAt: h.clock, UpdatedAt: h.clock,
	}
}

// note accounts for what the transaction wrote in one event.
func note(tx *Tx, action string) error {
	tree := &audit.Tree{}
	if tx.Head().Size > 0 {
		var err error
		if tree, err = audit.UnmarshalTree(tx.Head().Tree); err != nil {
			return err
		}
	}
	e := audit.Event{Seq: tx.Head().Size + 1, Time: tx.Now, Action: action, Outcome: account.OutcomeOK, Org: testOrg}
	for _, touched := range tx.TakeTouched() {
		e.Records = append(e.Records, audit.RecordHash(touched))
	}
	line := e.AppendLine(nil)
	if err := tx.AppendLine(line, tree); err != nil {
		return err
	}
	return tx.SealLog(tree)
}

// change runs fn and accounts for what it wrote; the test ends if that fails.
func (h *house) change(fn func(*Tx) error) {
	h.t.Helper()
	if err := h.tryChange(fn); err != nil {
		h.t.Fatalf("change: %v", err)
	}
}

func (h *house) tryChange(fn func(*Tx) error) error {
	return h.Update(context.Background(), noted(fn))
}

func noted(fn func(*Tx) error) func(*Tx) error {
	return func(tx *Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		return note(tx, "test")
	}
}

// giveKey gives the organisation a key, without which db check finds it wanting.
func (h *house) giveKey() {
	h.t.Helper()
	h.change(func(tx *Tx) error { return tx.PutScopeKey(account.ScopeKey{Scope: account.Scope{Org: testOrg}}) })
}

// look runs fn in a reading transaction; the test ends if that fails.
func (h *house) look(fn func(*Tx) error) {
	h.t.Helper()
	if err := h.View(context.Background(), fn); err != nil {
		h.t.Fatalf("look: %v", err)
	}
}

// addUsers stores n members and returns them.
func (h *house) addUsers(n int) []account.User {
	h.t.Helper()
	users := make([]account.User, n)
	h.change(func(tx *Tx) error {
		for i := range users {
			users[i] = h.user(fmt.Sprintf("user%04d@norrsken.example", i))
			if err := tx.PutUser(users[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return users
}

// bytes returns the file as it is.
func (h *house) bytes() []byte {
	h.t.Helper()
	data, err := os.ReadFile(h.path)
	if err != nil {
		h.t.Fatal(err)
	}
	return data
}

// damage changes the file's bytes behind usher's back.
func (h *house) damage(fn func(data []byte) []byte) {
	h.t.Helper()
	h.broken = true
	if err := os.WriteFile(h.path, fn(h.bytes()), 0o600); err != nil {
		h.t.Fatal(err)
	}
}

// wantError checks kind and code of an error, and that it tells what to do.
func wantError(t *testing.T, err error, kind account.Kind, code string) {
	t.Helper()
	if account.KindOf(err) != kind || account.CodeOf(err) != code {
		t.Errorf("got error %v (kind %d, code %q), want kind %d, code %q", err, account.KindOf(err), account.CodeOf(err), kind, code)
	}
}

// lookOver checks a whole file: with the engine's own eyes, every record's
// check and form, and indexes and counters against the records.
func lookOver(t *testing.T, path string) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, Timeout: time.Second, PreLoadFreelist: true})
	if err != nil {
		t.Errorf("look over %s: %v", path, err)
		return
	}
	defer db.Close()
	err = db.View(func(tx *bbolt.Tx) error {
		for err := range tx.Check() {
			t.Errorf("the engine finds: %v", err)
		}
		p := plan{t: t, want: map[string]string{}, have: map[string]string{}}
		if err := tx.Bucket(spaceName).ForEach(p.visit); err != nil {
			return err
		}
		p.compare()
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// lookOverPages holds every page against its check: all must be there.
func lookOverPages(t *testing.T, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	must(t, err)
	tree, err := pagefile.Open(data)
	must(t, err)
	pages, err := tree.Sums()
	must(t, err)
	file, err := os.Open(path + SumsSuffix)
	must(t, err)
	defer file.Close()
	found, err := sums.Open(file)
	must(t, err)
	if found.State() != tree.State() {
		t.Errorf("the page checks are of state %v, the file is of %v", found.State(), tree.State())
	}
	for _, p := range pages {
		if sum, known := found.Sum(p.ID); !known || sum != p.Sum {
			t.Errorf("page %d has check %x (known: %t), want %x", p.ID, sum, known, p.Sum)
		}
	}
}

// plan holds the index entries and counters a file should have and has.
type plan struct {
	t          *testing.T
	want, have map[string]string
}

func (p *plan) visit(k, v []byte) error {
	if string(k) == string(schemaKey()) {
		return nil
	}
	rec, ok := unpack(k, v)
	if !ok {
		p.t.Errorf("record %q fails its check", k)
		return nil
	}
	if got := formedLogged(v); got != logged(k[0]) {
		p.t.Errorf("record %q: logged is %t, want %t", k, got, logged(k[0]))
	}
	switch classOf(k[0]) {
	case classUnknown:
		p.t.Errorf("record %q is of no class: add its kind to classOf, and to derive if something follows from it", k)
	case classIndex, classCounter:
		p.have[string(k)] = string(rec.payload)
	}
	counts := map[string]uint64{}
	err := (&Tx{path: "test"}).derive(k, rec.payload, derived{
		entry: func(k, payload []byte) { p.want[string(k)] = string(payload) },
		count: func(k []byte) { counts[string(k)]++ },
	})
	for k, n := range counts {
		var old uint64
		_ = decode([]byte(p.want[k]), func(f field) { old = f.value })
		var e encoder
		e.uint(1, old+n)
		p.want[k] = string(e.buf)
	}
	return err
}

func (p *plan) compare() {
	for k, want := range p.want {
		if got, found := p.have[k]; !found || got != want {
			p.t.Errorf("index %q holds %q (there: %t), want %q", k, got, found, want)
		}
	}
	for k, got := range p.have {
		if _, found := p.want[k]; !found {
			p.t.Errorf("index %q holds %q and follows from no record", k, got)
		}
	}
}

// sameBytes reports whether two files are the same, and where they first
// differ.
func sameBytes(t *testing.T, got, want []byte) {
	t.Helper()
	if bytes.Equal(got, want) {
		return
	}
	if len(got) != len(want) {
		t.Errorf("the file has %d bytes, had %d", len(got), len(want))
		return
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("the file differs from byte %d on (page %d)", i, i/os.Getpagesize())
			return
		}
	}
}
