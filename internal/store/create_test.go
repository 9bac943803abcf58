package store

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/usher-admin/usher/internal/account"
)

func TestCreateMakesAWholeDatabaseThatOnlyTheOwnerReads(t *testing.T) {
	h := newHouse(t)
	for path, want := range map[string]os.FileMode{
		h.path: 0o600, h.path + LockSuffix: 0o600, h.path + AnchorSuffix: 0o600,
	} {
		info, err := os.Stat(path)
		must(t, err)
		if info.Mode() != want {
			t.Errorf("%s: got mode %v, want %v", filepath.Base(path), info.Mode(), want)
		}
	}
	h.look(func(tx *Tx) error {
		if tx.Head().Instance != h.instance || tx.Head().Size != 1 {
			t.Errorf("got instance %v with %d events, want %v with 1", tx.Head().Instance, tx.Head().Size, h.instance)
		}
		return nil
	})
}

func TestCreateMakesMissingFoldersForTheOwnerAlone(t *testing.T) {
	h := plot(t)
	h.path = filepath.Join(filepath.Dir(h.path), "a", "b", "usher.db")
	must(t, h.build())
	info, err := os.Stat(filepath.Dir(h.path))
	must(t, err)
	if info.Mode().Perm() != 0o700 {
		t.Errorf("got mode %v, want 0700", info.Mode().Perm())
	}
}

func TestCreateMakesTheFolderThatThePathNames(t *testing.T) {
	h := plot(t)
	home := filepath.Dir(h.path)
	h.path = home + "/missing/../data/usher.db"
	must(t, h.build())
	if _, err := os.Stat(filepath.Join(home, "data", "usher.db")); err != nil {
		t.Error(err)
	}
	elsewhere := t.TempDir()
	must(t, os.Mkdir(filepath.Join(elsewhere, "inner"), 0o700))
	must(t, os.Symlink(filepath.Join(elsewhere, "inner"), filepath.Join(home, "link")))
	h.path = home + "/link/../place/usher.db"
	must(t, h.build())
	if _, err := os.Stat(filepath.Join(elsewhere, "place", "usher.db")); err != nil {
		t.Error(err)
	}
}

func TestCreateNeverOverwrites(t *testing.T) {
	rows := []struct {
		name string
		put  func(path string) error
	}{
		{"a file", func(path string) error { return os.WriteFile(path, []byte("mine"), 0o600) }},
		{"an empty file", func(path string) error { return os.WriteFile(path, nil, 0o600) }},
		{"a folder", func(path string) error { return os.Mkdir(path, 0o700) }},
		{"a link to nowhere", func(path string) error { return os.Symlink("nowhere", path) }},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			h := plot(t)
			must(t, row.put(h.path))
			before := listing(t, filepath.Dir(h.path))
			wantError(t, h.build(), account.Conflict, "db.exists")
			if after := listing(t, filepath.Dir(h.path)); after != before {
				t.Errorf("the folder holds\n%s\nheld\n%s", after, before)
			}
		})
	}
}

// listing names what a folder holds, with sizes and modes.
func listing(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	must(t, err)
	var b strings.Builder
	for _, e := range entries {
		info, err := e.Info()
		must(t, err)
		b.WriteString(e.Name() + " " + info.Mode().String() + "\n")
	}
	return b.String()
}

func TestAFailedCreateLeavesNoDatabase(t *testing.T) {
	boom := errors.New("boom")
	rows := []struct {
		name string
		fill func(*Tx) error
		want func(error) bool
	}{
		{"the records could not be written", func(*Tx) error { return boom }, func(err error) bool { return errors.Is(err, boom) }},
		{"an event was forgotten", func(tx *Tx) error { return tx.PutInstance(Instance{}) }, func(err error) bool { return account.KindOf(err) == account.Unexpected }},
		{"the disk was full", func(*Tx) error { return syscall.ENOSPC }, func(err error) bool { return account.CodeOf(err) == "db.full" }},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			h := plot(t)
			err := h.Create(context.Background(), h.instance, row.fill)
			if !row.want(err) {
				t.Errorf("got error %v", err)
			}
			if got := listing(t, filepath.Dir(h.path)); got != "usher.db.lock -rw-------\n" {
				t.Errorf("left behind:\n%s", got)
			}
		})
	}
}

func TestADatabaseThatCannotComeToItsPlaceIsNotCalledMade(t *testing.T) {
	h := plot(t)
	err := h.Create(context.Background(), h.instance, func(*Tx) error { return os.Mkdir(h.path, 0o700) }) // somebody was quicker
	if err == nil {
		t.Error("got no error where a folder stands in the place of the database")
	}
}

func TestCreateWithoutRandomnessFails(t *testing.T) {
	h := plot(t)
	h.opt.Random = strings.NewReader("")
	if err := h.build(); !errors.Is(err, io.EOF) {
		t.Errorf("got error %v, want %v", err, io.EOF)
	}
}

func TestCreateRefusesAFolderThatOthersCanWrite(t *testing.T) {
	h := plot(t)
	must(t, os.Chmod(filepath.Dir(h.path), 0o777))
	wantError(t, h.build(), account.Unopenable, "db.permission")
	if _, err := os.Stat(h.path); !os.IsNotExist(err) {
		t.Errorf("the database is there: %v", err)
	}
}
