package store

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/usher-admin/usher/internal/account"
)

// secondName gives a file another name outside the folder, by which the test
// looks at its blocks.
func secondName(t *testing.T, path string) string {
	t.Helper()
	name := filepath.Join(tempFolder(t), "blocks")
	must(t, os.Link(path, name))
	return name
}

func isZero(t *testing.T, path string) bool {
	t.Helper()
	data, err := os.ReadFile(path)
	must(t, err)
	return len(data) > 0 && len(bytes.Trim(data, "\x00")) == 0
}

func TestAScrubbedRewriteLeavesNothingInTheOldBlocks(t *testing.T) {
	h := newHouse(t)
	users := h.addUsers(300)
	blocks := secondName(t, h.path)
	must(t, h.RewriteScrubbed(context.Background(), noted(func(tx *Tx) error { return tx.RemoveUser(users[0]) })))
	if !isZero(t, blocks) {
		t.Error("the old blocks still hold something")
	}
	if got := h.files(); got != housePapers {
		t.Errorf("the folder holds %s, want %s", got, housePapers)
	}
	h.look(func(tx *Tx) error {
		_, found, err := tx.User(testOrg, users[1].ID)
		if !found {
			t.Error("the other user is gone")
		}
		return err
	})
}

func TestAScrubbedRewriteThatFailsOverwritesNothing(t *testing.T) {
	h := newHouse(t)
	file := h.bytes()
	boom := errors.New("boom")
	if err := h.RewriteScrubbed(context.Background(), func(*Tx) error { return boom }); !errors.Is(err, boom) {
		t.Errorf("got error %v, want %v", err, boom)
	}
	sameBytes(t, h.bytes(), file)
	if got := h.files(); got != housePapers {
		t.Errorf("the folder holds %s, want %s", got, housePapers)
	}
}

// A reset that is killed after the new file came into its place is finished by
// the next who writes.
func TestTheNextWriterOverwritesWhatAKilledOneCouldNot(t *testing.T) {
	for _, suffix := range []string{oldSuffix, temporarySuffix} {
		t.Run(suffix, func(t *testing.T) {
			h := newHouse(t)
			left, err := h.besideName(suffix)
			must(t, err)
			must(t, os.WriteFile(left, h.bytes(), 0o600))
			blocks := secondName(t, left)
			h.look(func(*Tx) error { return nil })
			if isZero(t, blocks) {
				t.Error("a reader overwrote it")
			}
			h.touchOnce()
			if !isZero(t, blocks) {
				t.Error("its blocks still hold what they held")
			}
			if got := h.files(); got != housePapers {
				t.Errorf("the folder holds %s, want %s", got, housePapers)
			}
		})
	}
}

// One that is killed before that has given the database a second name, and
// nothing else.
func TestASecondNameOfTheDatabaseIsNotOverwritten(t *testing.T) {
	h := newHouse(t)
	users := h.addUsers(10)
	if _, err := h.nameOld(); err != nil {
		t.Fatal(err)
	}
	h.touchOnce()
	h.look(func(tx *Tx) error {
		_, found, err := tx.User(testOrg, users[9].ID)
		if !found {
			t.Error("a user is gone")
		}
		return err
	})
	must(t, h.Verify(context.Background()))
	if got := h.files(); got != housePapers {
		t.Errorf("the folder holds %s, want %s", got, housePapers)
	}
}

func TestAFileThatCannotBeOverwrittenIsSaidAndStays(t *testing.T) {
	h := newHouse(t)
	link := filepath.Join(tempFolder(t), "link")
	must(t, os.Symlink(h.path, link))
	if err := scrub(link); err == nil {
		t.Error("a symbolic link was followed")
	}
	if isZero(t, h.path) {
		t.Error("what it led to is overwritten")
	}
	wantError(t, unscrubbedError(h.path, os.ErrPermission), account.Partial, "db.not_overwritten")
}

// The change is made all the same.
func TestARewriteWhoseOldBlocksCannotBeOverwrittenSaysSo(t *testing.T) {
	h := newHouse(t)
	users := h.addUsers(3)
	err := h.RewriteScrubbed(context.Background(), noted(func(tx *Tx) error {
		names, err := filepath.Glob(filepath.Join(filepath.Dir(h.path), ".usher.db.*"+oldSuffix))
		if err != nil || len(names) != 1 {
			t.Fatalf("the old file has the names %q, error %v, want one", names, err)
		}
		must(t, os.Remove(names[0])) // whoever else has it by that name
		must(t, os.Mkdir(names[0], 0o700))
		return tx.RemoveUser(users[0])
	}))
	wantError(t, err, account.Partial, "db.not_overwritten")
	h.look(func(tx *Tx) error {
		_, found, err := tx.User(testOrg, users[0].ID)
		if found {
			t.Error("who was to be deleted is there")
		}
		return err
	})
}

func TestCopiesOfTheDatabaseAreNamed(t *testing.T) {
	h := newHouse(t)
	folder := filepath.Dir(h.path)
	must(t, os.WriteFile(filepath.Join(folder, "notes.txt"), []byte("nothing of usher's"), 0o600))
	if got := h.Copies(); len(got) != 0 {
		t.Errorf("got %q where there is none", got)
	}
	kept := filepath.Join(folder, "usher.db.before-restore")
	must(t, os.WriteFile(kept, h.bytes(), 0o600))
	if got := h.Copies(); len(got) != 1 || got[0] != kept {
		t.Errorf("got %q, want %q", got, kept)
	}
}
