package store

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"testing"

	"go.etcd.io/bbolt"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
)

func TestTryLeavesNoByteChanged(t *testing.T) {
	h := newHouse(t)
	users := h.addUsers(50)
	file, anchor := h.bytes(), h.anchorBytes()
	err := h.Try(context.Background(), noted(func(tx *Tx) error {
		if err := tx.PutUser(h.user("new@norrsken.example")); err != nil {
			return err
		}
		return tx.RemoveUser(users[7])
	}))
	must(t, err)
	sameBytes(t, h.bytes(), file)
	sameBytes(t, h.anchorBytes(), anchor)
}

func TestTryTellsTheErrorThatTheChangeWouldHaveMade(t *testing.T) {
	h := newHouse(t)
	boom := errors.New("boom")
	if err := h.Try(context.Background(), func(*Tx) error { return boom }); !errors.Is(err, boom) {
		t.Errorf("got error %v, want %v", err, boom)
	}
}

func TestAFailedChangeLeavesNoByteChanged(t *testing.T) {
	h := newHouse(t)
	file := h.bytes()
	boom := errors.New("boom")
	err := h.Update(context.Background(), func(tx *Tx) error {
		if err := tx.PutUser(h.user("new@norrsken.example")); err != nil {
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) {
		t.Errorf("got error %v, want %v", err, boom)
	}
	sameBytes(t, h.bytes(), file)
}

func TestWhatChangesNothingWritesNothing(t *testing.T) {
	h := newHouse(t)
	file, anchor := h.bytes(), h.anchorBytes()
	err := h.Update(context.Background(), func(tx *Tx) error {
		_, _, err := tx.Organisation(testOrg)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	sameBytes(t, h.bytes(), file)
	sameBytes(t, h.anchorBytes(), anchor)
}

func TestAChangeWithoutRandomnessFails(t *testing.T) {
	h := newHouse(t)
	file := h.bytes()
	bo := h.user("new@norrsken.example")
	h.opt.Random = strings.NewReader("")
	if err := h.tryChange(func(tx *Tx) error { return tx.PutUser(bo) }); !errors.Is(err, io.EOF) {
		t.Errorf("got error %v, want %v", err, io.EOF)
	}
	sameBytes(t, h.bytes(), file)
}

func TestAChangeWithoutItsEventIsStopped(t *testing.T) {
	rows := []struct {
		name string
		do   func(h *house, tx *Tx) error
	}{
		{"a logged record without any event", func(h *house, tx *Tx) error { return tx.PutUser(h.user("new@norrsken.example")) }},
		{"a deleted record without any event", func(h *house, tx *Tx) error { return tx.RemoveDomain(testOrg, "norrsken.example") }},
		{"a record written after its event", func(h *house, tx *Tx) error {
			if err := note(tx, "early"); err != nil {
				return err
			}
			return tx.PutUser(h.user("new@norrsken.example"))
		}},
		{"a line without the end of the log", func(_ *house, tx *Tx) error { return tx.AppendLine([]byte("{}"), &audit.Tree{}) }},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			h := newHouse(t)
			file := h.bytes()
			err := h.Update(context.Background(), func(tx *Tx) error { return row.do(h, tx) })
			if err == nil || !strings.Contains(err.Error(), "without its event") {
				t.Errorf("got error %v, want it stopped", err)
			}
			sameBytes(t, h.bytes(), file)
		})
	}
}

func TestAReadingTransactionCannotWrite(t *testing.T) {
	h := newHouse(t)
	h.look(func(tx *Tx) error {
		for name, err := range map[string]error{
			"write":  tx.PutUser(h.user("new@norrsken.example")),
			"remove": tx.RemoveDomain(testOrg, "norrsken.example"),
		} {
			if err == nil || account.KindOf(err) != account.Unexpected {
				t.Errorf("%s: got error %v, want it refused", name, err)
			}
		}
		return nil
	})
}

func TestAnInterruptBeforeTheCommitChangesNothing(t *testing.T) {
	h := newHouse(t)
	file := h.bytes()
	ctx, cancel := context.WithCancel(context.Background())
	err := h.Update(ctx, noted(func(tx *Tx) error {
		cancel()
		return tx.PutUser(h.user("new@norrsken.example"))
	}))
	wantError(t, err, account.Interrupted, "interrupted")
	sameBytes(t, h.bytes(), file)
}

// The seam of a failed commit: what the file's meta pages show decides whether
// the change is certainly not there.
func TestAFailedCommitSaysWhatIsKnown(t *testing.T) {
	rows := []struct {
		name  string
		id    int // beyond the newest transaction the file shows
		cause error
		spoil func(h *house)
		kind  account.Kind
		code  string
	}{
		{"the meta page was never written: not done", 1, syscall.EIO, nil, account.Unexpected, "db.write_failed"},
		{"no room, and the meta page was never written", 1, syscall.ENOSPC, nil, account.Unexpected, "db.full"},
		{"no quota", 1, syscall.EDQUOT, nil, account.Unexpected, "db.full"},
		{"a file as large as it may be", 1, syscall.EFBIG, nil, account.Unexpected, "db.full"},
		{"the meta page is there but its flush failed: unknown", 0, syscall.EIO, nil, account.OutcomeUnknown, "db.outcome_unknown"},
		{"no room, and yet the meta page is there: unknown", 0, syscall.ENOSPC, nil, account.OutcomeUnknown, "db.outcome_unknown"},
		{"the file cannot be read any more: unknown", 1, syscall.EIO, func(h *house) {
			h.broken = true
			must(h.t, os.Remove(h.path))
		}, account.OutcomeUnknown, "db.outcome_unknown"},
		{"the file shows no meta page any more: unknown", 1, syscall.EIO, func(h *house) {
			h.damage(func([]byte) []byte { return make([]byte, 8192) })
		}, account.OutcomeUnknown, "db.outcome_unknown"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			h := newHouse(t)
			newest, err := newestTransaction(h.path)
			must(t, err)
			if row.spoil != nil {
				row.spoil(h)
			}
			err = h.commitError(int(newest)+row.id, &fs.PathError{Op: "write", Path: h.path, Err: row.cause})
			wantError(t, err, row.kind, row.code)
			if !errors.Is(err, row.cause) {
				t.Errorf("got error %v, want its cause %v kept", err, row.cause)
			}
		})
	}
}

func TestTheNewestTransactionIsThatOfTheEngine(t *testing.T) {
	h := newHouse(t)
	for range 3 {
		h.touchOnce()
		var want int
		foreignView(t, h.path, func(tx *bbolt.Tx) { want = tx.ID() })
		got, err := newestTransaction(h.path)
		if err != nil || got != uint64(want) {
			t.Errorf("got %d, error %v, want %d", got, err, want)
		}
	}
}

func foreignView(t *testing.T, path string, fn func(*bbolt.Tx)) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true})
	must(t, err)
	defer db.Close()
	must(t, db.View(func(tx *bbolt.Tx) error { fn(tx); return nil }))
}

func TestMetaPagesAreFoundWithEveryPageSize(t *testing.T) {
	for size := int64(minPageSize); size <= maxPageSize; size *= 2 {
		data := make([]byte, 2*size)
		for i := range int64(2) {
			page := data[i*size:]
			binary.NativeEndian.PutUint32(page[metaOffset:], metaMagic)
			binary.NativeEndian.PutUint64(page[metaTxid:], uint64(7+i))
		}
		path := t.TempDir() + "/file"
		must(t, os.WriteFile(path, data, 0o600))
		if got, err := newestTransaction(path); err != nil || got != 8 {
			t.Errorf("page size %d: got %d, error %v, want 8", size, got, err)
		}
	}
}
