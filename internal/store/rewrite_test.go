package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"go.etcd.io/bbolt"

	"github.com/usher-admin/usher/internal/account"
)

// contents returns every key and value of a file, by the engine's own hands.
func contents(t *testing.T, path string) map[string]string {
	t.Helper()
	all := map[string]string{}
	foreignView(t, path, func(tx *bbolt.Tx) {
		must(t, tx.Bucket(spaceName).ForEach(func(k, v []byte) error { all[string(k)] = string(v); return nil }))
	})
	return all
}

// files names what stands in the house's folder.
func (h *house) files() string {
	h.t.Helper()
	entries, err := os.ReadDir(filepath.Dir(h.path))
	must(h.t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return strings.Join(names, " ")
}

const housePapers = "usher.db usher.db.anchor usher.db.lock usher.db.sums"

func TestCompactKeepsEveryRecordAndNothingElse(t *testing.T) {
	h := newHouse(t)
	users := h.addUsers(2000)
	stray := users[1999]
	stray.FirstName = "Ephemera"
	h.change(func(tx *Tx) error { return tx.PutUser(stray) })
	h.change(func(tx *Tx) error {
		if err := tx.PutUser(users[1999]); err != nil {
			return err
		}
		for _, u := range users[:1900] {
			if err := tx.RemoveUser(u); err != nil {
				return err
			}
		}
		return nil
	})
	must(t, os.Chmod(h.path, 0o640))
	before, size, anchor := contents(t, h.path), len(h.bytes()), h.anchorBytes()
	gone := []byte("Ephemera")
	if !bytes.Contains(h.bytes(), gone) {
		t.Error("the old name is not in the file even before: the test proves nothing")
	}
	must(t, h.Compact(context.Background()))
	after := contents(t, h.path)
	if len(after) != len(before) {
		t.Errorf("got %d records, want %d", len(after), len(before))
	}
	for k, v := range before {
		if after[k] != v {
			t.Errorf("record %q: got %q, want %q", k, after[k], v)
		}
	}
	if got := len(h.bytes()); got > size/2 {
		t.Errorf("the file has %d bytes, had %d: got it not even to a half", got, size)
	}
	if bytes.Contains(h.bytes(), gone) {
		t.Error("the old name is still in the file")
	}
	sameBytes(t, h.anchorBytes(), anchor)
	if info, err := os.Stat(h.path); err != nil || info.Mode() != 0o600 {
		t.Errorf("got mode %v, error %v, want 0600", info.Mode(), err)
	}
	if got := h.files(); got != housePapers {
		t.Errorf("the folder holds %s, want %s", got, housePapers)
	}
}

func TestRewriteMakesTheChangeWithItsEventAndAnchor(t *testing.T) {
	h := newHouse(t)
	users := h.addUsers(10)
	added := h.user("zz-last@norrsken.example")
	must(t, h.Rewrite(context.Background(), noted(func(tx *Tx) error {
		if err := tx.RemoveUser(users[0]); err != nil {
			return err
		}
		return tx.PutUser(added)
	})))
	h.look(func(tx *Tx) error {
		if _, found, err := tx.User(testOrg, added.ID); err != nil || !found {
			t.Errorf("the added user: found %t, error %v", found, err)
		}
		if _, found, err := tx.User(testOrg, users[0].ID); err != nil || found {
			t.Errorf("the removed user: found %t, error %v", found, err)
		}
		return nil
	})
	if a, _ := h.Anchor(); a.Size != 3 {
		t.Errorf("the anchor has %d events, want 3", a.Size)
	}
	must(t, h.Verify(context.Background()))
	h.touchOnce()
}

func TestARewriteThatFailsLeavesEverythingAsItWas(t *testing.T) {
	boom := errors.New("boom")
	rows := []struct {
		name string
		do   func(h *house, stop func(), tx *Tx) error
		want func(error) bool
	}{
		{"the change fails", func(*house, func(), *Tx) error { return boom }, func(err error) bool { return errors.Is(err, boom) }},
		{"the event is forgotten", func(h *house, _ func(), tx *Tx) error { return tx.PutUser(h.user("new@norrsken.example")) },
			func(err error) bool { return strings.Contains(err.Error(), "without its event") }},
		{"somebody interrupts", func(_ *house, stop func(), tx *Tx) error { stop(); return note(tx, "test") },
			func(err error) bool { return account.KindOf(err) == account.Interrupted }},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			h := newHouse(t)
			file, anchor := h.bytes(), h.anchorBytes()
			ctx, stop := context.WithCancel(context.Background())
			defer stop()
			err := h.Rewrite(ctx, func(tx *Tx) error { return row.do(h, stop, tx) })
			if err == nil || !row.want(err) {
				t.Errorf("got error %v", err)
			}
			sameBytes(t, h.bytes(), file)
			sameBytes(t, h.anchorBytes(), anchor)
			if got := h.files(); got != housePapers {
				t.Errorf("the folder holds %s, want %s", got, housePapers)
			}
		})
	}
}

func TestARewriteRefusesToCopyDamage(t *testing.T) {
	rows := []struct {
		name string
		do   func(h *house, b *bbolt.Bucket) error
	}{
		{"a record that fails its check", func(h *house, b *bbolt.Bucket) error {
			return b.Put(userKey(testOrg, h.owner.ID), []byte("not what it was"))
		}},
		{"an event that is missing", func(_ *house, b *bbolt.Bucket) error { return b.Delete(lineKey(2)) }},
		{"the last event is missing", func(_ *house, b *bbolt.Bucket) error {
			for _, seq := range []uint64{3, 2} { // the anchor looks at the log's end
				if err := b.Delete(lineKey(seq)); err != nil {
					return err
				}
			}
			return nil
		}},
		{"a record of an event that never was", func(_ *house, b *bbolt.Bucket) error {
			k := key(keyPolicy, orgPart(testOrg))
			return b.Put(k, appendLogged(nil, k, nil, make([]byte, nonceSize), 99))
		}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			h := newHouse(t)
			h.touchOnce()
			h.touchOnce()
			h.rewrite(func(b *bbolt.Bucket) error { return row.do(h, b) })
			file := h.bytes()
			wantError(t, h.Compact(context.Background()), account.Unopenable, "db.damaged")
			_, err := h.Backup(context.Background())
			wantError(t, err, account.Unopenable, "db.damaged")
			sameBytes(t, h.bytes(), file)
			if got := h.files(); got != housePapers {
				t.Errorf("the folder holds %s, want %s", got, housePapers)
			}
		})
	}
}

func TestWritersThatWaitAcrossACompactionLoseNothing(t *testing.T) {
	h := newHouse(t)
	const writers, each = 6, 5
	var group sync.WaitGroup
	failed := make(chan error, writers*each+each)
	for range writers {
		group.Go(func() {
			s := New(h.path, Options{Wait: h.opt.Wait * 10, Now: h.opt.Now, Random: bytes.NewReader(nil), Warn: func(string) {}})
			for range each {
				failed <- s.Update(context.Background(), noted(func(*Tx) error { return nil }))
			}
		})
	}
	for range each {
		failed <- h.Compact(context.Background())
	}
	group.Wait()
	close(failed)
	for err := range failed {
		if err != nil {
			t.Errorf("got error %v", err)
		}
	}
	h.look(func(tx *Tx) error {
		if got := tx.Head().Size; got != 1+writers*each {
			t.Errorf("the log has %d events, want %d", got, 1+writers*each)
		}
		return nil
	})
}

func TestTheNextWriterClearsAwayWhatAKilledOneLeft(t *testing.T) {
	h := newHouse(t)
	dir := filepath.Dir(h.path)
	mine, err := h.temporaryName()
	must(t, err)
	others := []string{".usher.db.tmp", ".usher.db.0123456789abcdef0.tmp", ".usher.db.0123456789abcdeg.tmp", ".other.db.0123456789abcdef.tmp", "usher.db.before-restore",
		".usher.db.0123456789abcdef.bak", "0123456789abcdef.tmp", "0123456789abcdef.old"}
	for _, name := range append(others, filepath.Base(mine)) {
		must(t, os.WriteFile(filepath.Join(dir, name), nil, 0o600))
	}
	h.look(func(*Tx) error { return nil })
	if _, err := os.Stat(mine); err != nil {
		t.Errorf("a reader cleared it away: %v", err)
	}
	h.touchOnce()
	if _, err := os.Stat(mine); !os.IsNotExist(err) {
		t.Errorf("it is still there: %v", err)
	}
	for _, name := range others {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Errorf("what is not usher's is gone: %v", err)
		}
	}
}

// Private copies and scratch files are made without the lock.
func TestAWriterDoesNotDisturbWhoMakesAFileWithoutAName(t *testing.T) {
	h := newHouse(t)
	for name, disturb := range map[string]func(){
		"nobody writes":                   func() {},
		"somebody writes before it is so": h.touchOnce,
	} {
		t.Run(name, func(t *testing.T) {
			var file *os.File
			must(t, h.namelessIn(filepath.Dir(h.path), func(path string) (err error) {
				file, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
				disturb()
				return err
			}))
			defer file.Close()
			if got := h.files(); got != housePapers {
				t.Errorf("the folder holds %s, want %s", got, housePapers)
			}
		})
	}
	left, err := h.besideName(namelessSuffix)
	must(t, err)
	must(t, os.WriteFile(left, []byte("written since"), 0o600))
	blocks := secondName(t, left)
	h.touchOnce()
	if isZero(t, blocks) {
		t.Error("what a living process wrote is overwritten")
	}
	if got := h.files(); got != housePapers {
		t.Errorf("the folder holds %s, want %s", got, housePapers)
	}
}

func TestAScratchFileSurvivesWriters(t *testing.T) {
	h := newHouse(t)
	stop, writers := make(chan struct{}), sync.WaitGroup{}
	writers.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				h.sweep()
			}
		}
	})
	text := bytes.Repeat([]byte("sixteen bytes..."), 1<<16)
	for range 200 {
		f := h.Scratch()
		_, err := f.Write(text)
		must(t, err)
		got := make([]byte, len(text))
		_, err = f.ReadAt(got, 0)
		must(t, err)
		sameBytes(t, got, text)
		must(t, f.Close())
	}
	close(stop)
	writers.Wait()
}

func TestARewriteKeepsTheOwner(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Log("only root works on somebody else's file")
		return
	}
	h := newHouse(t)
	must(t, os.Chown(h.path, 65534, 65533))
	must(t, h.Compact(context.Background()))
	info, err := os.Stat(h.path)
	must(t, err)
	if s := info.Sys().(*syscall.Stat_t); s.Uid != 65534 || s.Gid != 65533 {
		t.Errorf("got owner %d:%d, want 65534:65533", s.Uid, s.Gid)
	}
}

func TestAPrivateCopyThatKeepsItsNameIsNone(t *testing.T) {
	h := newHouse(t)
	full := func(path string) error { return os.MkdirAll(filepath.Join(path, "of things"), 0o700) } // which cannot be removed
	if err := h.nameless(full); err == nil {
		t.Error("got no error, want that the name cannot be taken away")
	}
}

// noMoreFiles lets the process open no file any more, until again is called.
func noMoreFiles(t *testing.T) (again func()) {
	t.Helper()
	var was syscall.Rlimit
	must(t, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &was))
	none := was
	none.Cur = 0
	must(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &none))
	again = func() { _ = syscall.Setrlimit(syscall.RLIMIT_NOFILE, &was) }
	t.Cleanup(again)
	return again
}

// A file that came to its place, in a folder that could not be flushed, may not be
// there after a loss of power: nobody is told that it is.
func TestAFolderThatCannotBeFlushedLeavesTheOutcomeUnknown(t *testing.T) {
	t.Run("of a file made anew", func(t *testing.T) {
		h := newHouse(t)
		h.broken = true // nothing beside it tells of the new file
		again := func() {}
		err := h.alone(context.Background(), func() error {
			o, err := h.open(true)
			must(t, err)
			defer o.close()
			tx, err := h.Store.change(context.Background(), o, noted(func(*Tx) error { return nil }))
			must(t, err)
			return h.replace(context.Background(), tx, func() error { again = noMoreFiles(t); return nil })
		})
		again()
		wantError(t, err, account.OutcomeUnknown, "db.outcome_unknown")
	})
	t.Run("of a new file", func(t *testing.T) {
		h := plot(t)
		again := func() {}
		err := h.Create(context.Background(), h.instance, func(tx *Tx) error {
			again = noMoreFiles(t)
			return note(tx, "init")
		})
		again()
		wantError(t, err, account.OutcomeUnknown, "db.outcome_unknown")
	})
}

func TestAFailedRenameSaysWhatIsKnown(t *testing.T) {
	h := newHouse(t)
	temp := filepath.Join(filepath.Dir(h.path), "new")
	wantError(t, h.renameError(temp, syscall.EIO), account.OutcomeUnknown, "db.outcome_unknown")
	must(t, os.WriteFile(temp, nil, 0o600))
	wantError(t, h.renameError(temp, syscall.EIO), account.Unexpected, "db.write_failed")
	wantError(t, h.renameError(temp, syscall.ENOSPC), account.Unexpected, "db.full")
}

func TestABuilderWritesLargeValuesAndLeavesLittleSlack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new")
	b, err := newBuilder(path, 1)
	must(t, err)
	value := bytes.Repeat([]byte("v"), 1<<20)
	const many = 14
	for i := range many {
		must(t, b.put(fmt.Appendf(nil, "k%03d", i), value))
	}
	must(t, b.finish())
	must(t, b.close())
	if got := contents(t, path); len(got) != many || got["k007"] != string(value) {
		t.Errorf("got %d records, want %d", len(got), many)
	}
	info, err := os.Stat(path)
	must(t, err)
	foreignView(t, path, func(tx *bbolt.Tx) {
		for err := range tx.Check() {
			t.Errorf("the engine finds: %v", err)
		}
		if slack := info.Size() - tx.Size(); slack < 0 || slack > 1<<20 {
			t.Errorf("the file has %d bytes, needs %d", info.Size(), tx.Size())
		}
	})
}

func TestABuilderNeverOverwrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new")
	must(t, os.WriteFile(path, []byte("mine"), 0o600))
	if _, err := newBuilder(path, 1); !errors.Is(err, os.ErrExist) {
		t.Errorf("got error %v, want %v", err, os.ErrExist)
	}
}

// What is wrong with a key is told, be it after many others were taken.
func TestABuilderTellsInTheEndWhatIsWrong(t *testing.T) {
	b, err := newBuilder(filepath.Join(t.TempDir(), "new"), 1)
	must(t, err)
	value := bytes.Repeat([]byte("v"), 1000)
	for i := range 3000 {
		key := fmt.Appendf(nil, "k%05d", i)
		if i == 1000 {
			key = []byte("a")
		}
		if err = b.put(key, value); err != nil {
			break
		}
	}
	if err == nil {
		err = b.finish()
	}
	if err == nil {
		t.Error("a key that does not stand behind the one before was taken")
	}
	must(t, b.close())
}
