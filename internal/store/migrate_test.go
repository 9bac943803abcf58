package store

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/usher-admin/usher/internal/account"
)

// next returns the house as a usher sees it that has a schema more: in it the
// first name of every user is in capitals. calls counts its events.
func (h *house) next(calls *int) *Store {
	s := New(h.path, h.opt)
	s.form = form{schema: Schema + 1, steps: []step{{to: Schema + 1, run: func(tx *Tx) error {
		return tx.Users(testOrg, account.UserID{}, func(u account.User) (bool, error) {
			u.FirstName = strings.ToUpper(u.FirstName)
			return true, tx.reform(userKey(testOrg, u.ID), appendUser(nil, u))
		})
	}}}}
	s.OnMigration(func(tx *Tx, from, to int) error {
		*calls++
		if from != Schema || to != Schema+1 {
			return errors.New("other schemas than were meant")
		}
		return note(tx, "db.migrate")
	})
	return s
}

// aside returns what a migration keeps of the old file.
func (h *house) aside() []string {
	found, err := filepath.Glob(h.path + ".before-*")
	must(h.t, err)
	return found
}

func TestAnOlderFileIsMigratedByTheFirstWhoOpensIt(t *testing.T) {
	for name, open := range map[string]func(*Store) error{
		"to read":  func(s *Store) error { return s.View(context.Background(), func(*Tx) error { return nil }) },
		"to write": func(s *Store) error { return s.Update(context.Background(), noted(func(*Tx) error { return nil })) },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.broken = true // to this usher it is of a newer one
			users := h.addUsers(20)
			old, calls := h.bytes(), 0
			s := h.next(&calls)
			must(t, open(s))
			must(t, open(s))
			if calls != 1 {
				t.Errorf("migrated %d times, want once", calls)
			}
			must(t, s.View(context.Background(), func(tx *Tx) error {
				u, found, err := tx.User(testOrg, users[7].ID)
				if u.FirstName != "BO" || !found {
					t.Errorf("got %q, found %t, want BO", u.FirstName, found)
				}
				return err
			}))
			must(t, s.Verify(context.Background()))
			kept := h.aside()
			if len(kept) != 1 || !strings.Contains(strings.Join(h.warnings, "\n"), "kept as "+kept[0]) {
				t.Fatalf("kept %q, warnings %q", kept, h.warnings)
			}
			data, err := os.ReadFile(kept[0])
			must(t, err)
			sameBytes(t, data, old)
			wantError(t, h.View(context.Background(), func(*Tx) error { return nil }), account.Unopenable, "db.newer")
		})
	}
}

// A migration lasts as long as the file is large: whoever waits is told of each
// phase, in its order, and of the end in any case.
func TestAMigrationTellsHowFarItIs(t *testing.T) {
	for _, boom := range []error{nil, errors.New("boom")} {
		h := newHouse(t)
		h.broken = true // to this usher it is of a newer one
		h.addUsers(1000)
		var told []MigrationPhase
		last, calls := uint64(0), 0
		opt := h.opt
		h.opt.Migrating = func(p MigrationPhase, done, total uint64) {
			if len(told) == 0 || told[len(told)-1] != p {
				told, last = append(told, p), 0
			}
			known := p == MigrationChecked || p == MigrationSaved
			if done < last || total > 0 && done > total+tellEach || known && (done == 0 || total == 0) {
				t.Errorf("phase %d: %d of %d after %d", p, done, total, last)
			}
			last = done
		}
		s := h.next(&calls)
		h.opt = opt
		want := []MigrationPhase{MigrationCopied, MigrationWritten, MigrationChecked, MigrationSaved, MigrationEnded}
		if boom != nil {
			s.form.steps[0].run = func(*Tx) error { return boom }
			want, h.broken = []MigrationPhase{MigrationCopied, MigrationEnded}, false
		}
		if err := s.View(context.Background(), func(*Tx) error { return nil }); (err == nil) != (boom == nil) {
			t.Fatal(err)
		}
		if !slices.Equal(told, want) {
			t.Errorf("it told of the phases %v, want %v", told, want)
		}
	}
}

// A check names what is wrong. Naming what is right as well took most of its time.
func TestACheckDoesNotNameWhatIsRight(t *testing.T) {
	h := newHouse(t)
	h.giveKey()
	h.addUsers(1000)
	c, err := h.CopyAsItIs(context.Background())
	must(t, err)
	defer c.Close()
	records := uint64(0)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	found, err := c.look(func(n uint64) { records = n })
	runtime.ReadMemStats(&after)
	must(t, err)
	if each := (after.TotalAlloc - before.TotalAlloc) / records; len(found) > 0 || each > 1500 {
		t.Errorf("%d findings; %d bytes were made for each of %d records, want at most 1,500", len(found), each, records)
	}
}

// What refers to nothing did so before, and db check tells of it.
func TestAUserOfNoSiteKeepsNobodyOutOfAnOlderFile(t *testing.T) {
	h := newHouse(t)
	h.broken = true
	h.change(func(tx *Tx) error {
		u := h.user("bo@norrsken.example")
		u.Site = 7
		return tx.PutUser(u)
	})
	calls := 0
	must(t, h.next(&calls).View(context.Background(), func(*Tx) error { return nil }))
	if calls != 1 {
		t.Errorf("migrated %d times, want once", calls)
	}
}

// A file that cannot be migrated must at least be looked at.
func TestAnOlderFileIsLookedAtWithoutItsMigration(t *testing.T) {
	h := newHouse(t)
	h.giveKey()
	h.addUsers(3)
	old, calls := h.bytes(), 0
	s := h.next(&calls)
	must(t, s.Unanchored().View(context.Background(), func(tx *Tx) error {
		if n, err := tx.Count(testOrg, FacetAll, ""); n != 4 || err != nil {
			t.Errorf("got %d users, error %v, want 4", n, err)
		}
		return nil
	}))
	c, err := s.CopyAsItIs(context.Background())
	must(t, err)
	defer c.Close()
	if found, err := c.Check(); len(found) > 0 || err != nil {
		t.Errorf("got findings %v, error %v, want none", found, err)
	}
	sameBytes(t, h.bytes(), old)
	if calls != 0 {
		t.Error("it was migrated")
	}
}

func TestAMigrationThatFailsLeavesTheFileAsItWas(t *testing.T) {
	boom := errors.New("boom")
	rows := []struct {
		name  string
		spoil func(s *Store)
	}{
		{"the step fails", func(s *Store) { s.form.steps[0].run = func(*Tx) error { return boom } }},
		{"its event cannot be written", func(s *Store) { s.OnMigration(func(*Tx, int, int) error { return boom }) }},
		{"what it makes is not whole", func(s *Store) {
			s.form.steps[0].run = func(tx *Tx) error {
				tx.space.delete(addressKey("anna@norrsken.example"))
				return nil
			}
		}},
		{"nothing leads to the schema", func(s *Store) { s.form.steps = nil }},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			h := newHouse(t)
			old, anchor, calls := h.bytes(), h.anchorBytes(), 0
			s := h.next(&calls)
			row.spoil(s)
			if err := s.View(context.Background(), func(*Tx) error { return nil }); err == nil {
				t.Error("it opened")
			}
			sameBytes(t, h.bytes(), old)
			sameBytes(t, h.anchorBytes(), anchor)
			if got := h.files(); got != housePapers {
				t.Errorf("the folder holds %s, want %s", got, housePapers)
			}
		})
	}
}

func TestAMigrationDoesNotAcceptWhatWasRolledBack(t *testing.T) {
	h := newHouse(t)
	old, calls := h.bytes(), 0
	h.touchOnce()
	must(t, os.WriteFile(h.path, old, 0o600))
	s := h.next(&calls)
	wantError(t, s.View(context.Background(), func(*Tx) error { return nil }), account.Unopenable, "db.rolled_back")
	sameBytes(t, h.bytes(), old)
	h.broken = true
}

func TestABackupOfAnOlderSchemaIsMigratedWhenItIsRead(t *testing.T) {
	h := newHouse(t)
	h.addUsers(3)
	data, calls := h.backup(), 0
	elsewhere := h.next(&calls)
	elsewhere.path = filepath.Join(tempFolder(t), "usher.db")
	last := MigrationCopied
	elsewhere.opt.Migrating = func(p MigrationPhase, _, _ uint64) { last = p }
	c, err := elsewhere.ReadBackup(context.Background(), "the backup", bytes.NewReader(data))
	must(t, err)
	defer c.Close()
	if c.Schema != Schema || calls != 1 {
		t.Errorf("it says schema %d, and was migrated %d times", c.Schema, calls)
	}
	if last != MigrationEnded {
		t.Errorf("it told of phase %d last, want its end", last)
	}
	_, err = elsewhere.Restore(context.Background(), c, func(tx *Tx, _ Standing) error { return note(tx, "restore") })
	must(t, err)
	must(t, elsewhere.View(context.Background(), func(tx *Tx) error {
		if got := tx.Head().Size; got != 4 {
			t.Errorf("got %d events, want 4", got)
		}
		return nil
	}))
	if _, err := os.Lstat(elsewhere.path); errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

// linesOfSchema1 returns a store on a file of the first schema, and its lines.
func linesOfSchema1(t *testing.T, h *house) (*Store, []Line) {
	data, err := os.ReadFile("../../testdata/db/schema-1/usher.db")
	must(t, err)
	path := filepath.Join(t.TempDir(), "usher.db")
	must(t, os.WriteFile(path, data, 0o600))
	s := New(path, h.opt)
	s.OnMigration(func(tx *Tx, _, _ int) error { return note(tx, "db.migrate") })
	return s, keptLines(t, s.Unanchored())
}

func keptLines(t *testing.T, s *Store) (lines []Line) {
	must(t, s.View(context.Background(), func(tx *Tx) error {
		for seq := uint64(1); seq <= tx.head.Size; seq++ {
			l, found, err := tx.LogLine(seq)
			if err != nil || !found {
				t.Fatalf("line %d: found %t, %v", seq, found, err)
			}
			lines = append(lines, l)
		}
		return nil
	}))
	return lines
}

// The lines of the log take less room from then on, and are byte for byte what
// they were: they are what is hashed.
func TestAMigrationFromSchema1KeepsTheLinesInShort(t *testing.T) {
	h := newHouse(t)
	s, before := linesOfSchema1(t, h)
	if len(before) < 20 {
		t.Fatalf("the file has %d lines", len(before))
	}
	after := keptLines(t, s)
	if len(after) != len(before)+1 || !reflect.DeepEqual(after[:len(before)], before) {
		t.Errorf("the lines are not what they were")
	}
	must(t, s.View(context.Background(), func(tx *Tx) error {
		tx.space.scan([]byte{keyLine}, nil, func(k, value []byte) bool {
			if rec, ok := unpack(k, value); !ok || rec.payload[0] != lineShort || value[0] != formPlain {
				t.Errorf("%s is kept as it is", Where(k))
			}
			return true
		})
		return nil
	}))
	must(t, s.Verify(context.Background()))
}
