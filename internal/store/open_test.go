package store

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/usher-admin/usher/internal/account"
)

// foreign makes a bbolt file of another program.
func foreign(t *testing.T, path string, fill func(*bbolt.Tx) error) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Update(fill); err != nil {
		t.Fatal(err)
	}
}

// rewrite changes a record behind usher's back with the engine's own hands.
func (h *house) rewrite(fn func(*bbolt.Bucket) error) {
	h.t.Helper()
	h.broken = true
	foreign(h.t, h.path, func(tx *bbolt.Tx) error { return fn(tx.Bucket(spaceName)) })
}

// markOf is the value of a schema number.
func markOf(number uint32) []byte {
	value := binary.BigEndian.AppendUint32(nil, number)
	return binary.BigEndian.AppendUint32(value, castagnoli(schemaKey(), value))
}

func (h *house) setSchema(number uint32) {
	h.rewrite(func(b *bbolt.Bucket) error {
		return b.Put(schemaKey(), markOf(number))
	})
}

func TestADatabaseThatCannotBeOpenedSaysWhy(t *testing.T) {
	put := func(data string) func(h *house) {
		return func(h *house) { h.damage(func([]byte) []byte { return []byte(data) }) }
	}
	bare := func(do func(h *house)) func(h *house) {
		return func(h *house) {
			if err := os.Remove(h.path + AnchorSuffix); err != nil {
				h.t.Fatal(err)
			}
			do(h)
		}
	}
	rows := []struct {
		name string
		do   func(h *house)
		code string
	}{
		{"the file is missing", func(h *house) { h.broken = true; must(h.t, os.Remove(h.path)) }, "db.missing"},
		{"an empty file where no database stood", bare(put("")), "db.foreign"},
		{"an empty file where a database stood", put(""), "db.damaged"},
		{"a text file", bare(put("dear diary, this is a text of some length, longer than a few lines\n")), "db.foreign"},
		{"a bbolt file of another program", func(h *house) {
			h.broken = true
			must(h.t, os.Remove(h.path))
			foreign(h.t, h.path, func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("other")); return err })
		}, "db.foreign"},
		{"a bbolt file with a bucket of our name and nothing in it", func(h *house) {
			h.broken = true
			must(h.t, os.Remove(h.path))
			foreign(h.t, h.path, func(tx *bbolt.Tx) error { _, err := tx.CreateBucket(spaceName); return err })
		}, "db.foreign"},
		{"a directory", func(h *house) {
			h.broken = true
			must(h.t, os.Remove(h.path))
			must(h.t, os.Mkdir(h.path, 0o700))
		}, "db.foreign"},
		{"a symbolic link put in behind the name", func(h *house) {
			must(h.t, os.Rename(h.path, h.path+".real"))
			h.broken = true
			must(h.t, os.Symlink(h.path+".real", h.path))
		}, "db.foreign"},
		{"a pipe", func(h *house) {
			h.broken = true
			must(h.t, os.Remove(h.path))
			must(h.t, syscall.Mkfifo(h.path, 0o600))
		}, "db.foreign"},
		{"a file that others can write", func(h *house) { must(h.t, os.Chmod(h.path, 0o620)) }, "db.permission"},
		{"a folder that others can write", func(h *house) { must(h.t, os.Chmod(filepath.Dir(h.path), 0o777)) }, "db.permission"},
		{"a newer schema", func(h *house) { h.setSchema(Schema + 1) }, "db.newer"},
		{"a schema that does not exist", func(h *house) { h.setSchema(0) }, "db.damaged"},
		{"a schema number that fails its check", func(h *house) {
			h.rewrite(func(b *bbolt.Bucket) error { return b.Put(schemaKey(), []byte("12345678")) })
		}, "db.damaged"},
		{"both meta pages are gone", func(h *house) {
			h.damage(func(data []byte) []byte { clear(data[:2*os.Getpagesize()]); return data })
		}, "db.damaged"},
		{"the end of the file is gone", func(h *house) {
			h.damage(func(data []byte) []byte { return data[:2*os.Getpagesize()+100] })
		}, "db.damaged"},
		{"the end of the log is missing", func(h *house) {
			h.rewrite(func(b *bbolt.Bucket) error { return b.Delete(key(keyLogHead)) })
		}, "db.damaged"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			h := newHouse(t)
			row.do(h)
			for what, err := range map[string]error{
				"view":   h.View(context.Background(), func(*Tx) error { return nil }),
				"update": h.Update(context.Background(), func(*Tx) error { return nil }),
			} {
				t.Run(what, func(t *testing.T) { wantError(t, err, account.Unopenable, row.code) })
			}
		})
	}
}

// What is no database gets no lock beside it.
func TestALookAtWhatIsNoDatabaseLeavesNothing(t *testing.T) {
	for name, data := range map[string][]byte{"nothing": nil, "a text": []byte("a shopping list\n")} {
		path := filepath.Join(tempFolder(t), "usher.db")
		if data != nil {
			must(t, os.WriteFile(path, data, 0o600))
		}
		before := listing(t, filepath.Dir(path))
		s := New(path, Options{Now: time.Now, Random: rand.Reader, Warn: func(string) {}})
		for _, open := range []func(context.Context, func(*Tx) error) error{s.View, s.Update} {
			if err := open(context.Background(), func(*Tx) error { return nil }); account.KindOf(err) != account.Unopenable {
				t.Errorf("%s: got error %v, want it refused", name, err)
			}
			if after := listing(t, filepath.Dir(path)); after != before {
				t.Errorf("%s: the folder holds\n%s\nheld\n%s", name, after, before)
			}
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestPermissionIsMissedOnlyByOthers(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Log("root reads everything; the sorting of the error is tested alone")
		wantError(t, openError("x", &os.PathError{Op: "open", Path: "x", Err: syscall.EACCES}), account.Unopenable, "db.permission")
		return
	}
	h := newHouse(t)
	must(t, os.Chmod(h.path, 0))
	t.Cleanup(func() { _ = os.Chmod(h.path, 0o600) })
	wantError(t, h.View(context.Background(), func(*Tx) error { return nil }), account.Unopenable, "db.permission")
}

func TestALinkToTheDatabaseIsFollowedOnceAndLocksTheRealFile(t *testing.T) {
	h := newHouse(t)
	link := filepath.Join(tempFolder(t), "link.db")
	must(t, os.Symlink(h.path, link))
	s := New(link, h.opt)
	if s.Path() != h.path {
		t.Errorf("got path %q, want %q", s.Path(), h.path)
	}
	if err := s.View(context.Background(), func(*Tx) error { return nil }); err != nil {
		t.Errorf("got error %v, want none", err)
	}
	if _, err := os.Lstat(link + LockSuffix); !os.IsNotExist(err) {
		t.Errorf("a lock beside the link: got %v, want none", err)
	}
}

func TestAForeignProgramThatHoldsTheFileMakesItBusy(t *testing.T) {
	h := newHouse(t)
	db, err := bbolt.Open(h.path, 0o600, &bbolt.Options{Timeout: time.Second})
	must(t, err)
	defer db.Close()
	wantError(t, h.View(context.Background(), func(*Tx) error { return nil }), account.Busy, "db.busy")
}

func TestADamagedRecordIsAnErrorAndTheOthersStillOpen(t *testing.T) {
	h := newHouse(t)
	users := h.addUsers(3)
	h.rewrite(func(b *bbolt.Bucket) error {
		k := userKey(testOrg, users[1].ID)
		value := append([]byte(nil), b.Get(k)...)
		value[len(value)/2] ^= 1
		return b.Put(k, value)
	})
	for i, u := range users {
		err := h.View(context.Background(), func(tx *Tx) error {
			_, found, err := tx.User(testOrg, u.ID)
			if err == nil && !found {
				t.Errorf("user %d: not found", i)
			}
			return err
		})
		if i == 1 {
			wantError(t, err, account.Unopenable, "db.damaged")
		} else if err != nil {
			t.Errorf("user %d: got error %v, want none", i, err)
		}
	}
	err := h.View(context.Background(), func(tx *Tx) error {
		return tx.Users(testOrg, account.UserID{}, func(account.User) (bool, error) { return true, nil })
	})
	wantError(t, err, account.Unopenable, "db.damaged")
}

func TestARecordMovedToAnotherKeyIsDamaged(t *testing.T) {
	h := newHouse(t)
	users := h.addUsers(2)
	h.rewrite(func(b *bbolt.Bucket) error {
		return b.Put(userKey(testOrg, users[0].ID), b.Get(userKey(testOrg, users[1].ID)))
	})
	err := h.View(context.Background(), func(tx *Tx) error {
		_, _, err := tx.User(testOrg, users[0].ID)
		return err
	})
	wantError(t, err, account.Unopenable, "db.damaged")
}

func TestAPanicOfTheEngineIsDamageAndAnyOtherIsNot(t *testing.T) {
	err := guard("file", func() error {
		_ = (&bbolt.Cursor{}).Bucket().Root() // within the engine, on nothing
		return nil
	})
	wantError(t, err, account.Unopenable, "db.damaged")

	defer func() {
		if cause := recover(); cause != "own mistake" {
			t.Errorf("recovered %v, want a mistake of usher's own to go on up", cause)
		}
	}()
	_ = guard("file", func() error { panic("own mistake") })
}

func TestAFaultInTheMappedFileIsDamage(t *testing.T) {
	file, err := os.CreateTemp(t.TempDir(), "")
	must(t, err)
	defer file.Close()
	must(t, file.Truncate(1<<16))
	data, err := syscall.Mmap(int(file.Fd()), 0, 1<<16, syscall.PROT_READ, syscall.MAP_SHARED)
	must(t, err)
	defer syscall.Munmap(data)
	must(t, file.Truncate(0))
	err = guard("file", func() error {
		if data[1<<15] == 1 {
			return errors.New("read a byte that is not there")
		}
		return nil
	})
	wantError(t, err, account.Unopenable, "db.damaged")
}
