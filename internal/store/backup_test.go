package store

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/usher-admin/usher/internal/account"
)

// backup returns the bytes of a backup of the house.
func (h *house) backup() []byte {
	h.t.Helper()
	c, err := h.Backup(context.Background())
	must(h.t, err)
	defer c.Close()
	var b bytes.Buffer
	n, err := c.WriteTo(&b)
	if err != nil || n != int64(b.Len()) {
		h.t.Fatalf("wrote %d bytes of %d, error %v", n, b.Len(), err)
	}
	return b.Bytes()
}

// read reads a backup back.
func (h *house) read(data []byte) (*Copy, error) {
	c, err := h.ReadBackup(context.Background(), "the backup", bytes.NewReader(data))
	if err == nil {
		h.t.Cleanup(func() { _ = c.Close() })
	}
	return c, err
}

func TestABackupHoldsEveryRecordAndSaysWhatItIs(t *testing.T) {
	h := newHouse(t)
	h.addUsers(500)
	before := h.bytes()
	data := h.backup()
	sameBytes(t, h.bytes(), before)
	if got := h.files(); got != housePapers {
		t.Errorf("the folder holds %s, want %s", got, housePapers)
	}
	c, err := h.read(data)
	must(t, err)
	want := Manifest{Instance: h.instance, Schema: Schema, MadeAt: h.clock.Truncate(time.Second), Events: 2, Size: int64(len(data) - manifestSize), SHA256: c.SHA256}
	h.look(func(tx *Tx) error { want.Root = tx.Head().Root; return nil })
	if c.Manifest != want || c.Bare {
		t.Errorf("got %+v, want %+v", c.Manifest, want)
	}
	path := filepath.Join(tempFolder(t), "backup.db")
	must(t, os.WriteFile(path, data, 0o600))
	got, kept := contents(t, path), contents(t, h.path)
	for k, v := range kept {
		if got[k] != v {
			t.Errorf("record %q: got %q, want %q", k, got[k], v)
		}
	}
	if len(got) != len(kept) {
		t.Errorf("got %d records, want %d", len(got), len(kept))
	}
	lookOver(t, path)
}

func TestWritersDoNotWaitForABackup(t *testing.T) {
	h := newHouse(t)
	h.addUsers(50)
	c, err := h.Backup(context.Background())
	must(t, err)
	defer c.Close()
	h.Wait(0).touchOnce() // while somebody reads it slowly
	if got := c.Events; got != 2 {
		t.Errorf("the backup has %d events, want 2", got)
	}
}

// Wait returns the house with another patience.
func (h *house) Wait(d time.Duration) *house {
	h.opt.Wait = d
	return h
}

// zeros is a file without end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestACopyThatIsInterruptedIsNoCopy(t *testing.T) {
	h := newHouse(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := h.ReadBackup(ctx, "the backup", io.MultiReader(bytes.NewReader(h.bytes()), zeros{}))
	wantError(t, err, account.Interrupted, "interrupted")
}

func TestEveryFlippedBitOfABackupIsFound(t *testing.T) {
	h := newHouse(t)
	h.addUsers(20)
	good := h.backup()
	for at := 0; at < len(good); at += 97 {
		data := bytes.Clone(good)
		data[at] ^= 1 << (at % 8)
		_, err := h.read(data)
		// In the manifest's first word it is one of a file that has none.
		if account.KindOf(err) != account.Unopenable && !(err == nil && at-len(good)+manifestSize < len(manifestWord)) {
			t.Errorf("byte %d: got error %v, want it refused", at, err)
		}
	}
}

func TestABackupThatWasCutIsRefused(t *testing.T) {
	h := newHouse(t)
	h.addUsers(200)
	good := h.backup()
	const spare = 40 << 10 // behind the last page, where nothing is lost
	for size := 0; size < len(good)-manifestSize-spare; size += 1021 {
		if _, err := h.read(good[:size]); account.KindOf(err) != account.Unopenable {
			t.Errorf("%d bytes of %d: got error %v, want it refused", size, len(good), err)
		}
	}
}

func TestAManifestOfAnotherStateIsRefused(t *testing.T) {
	h := newHouse(t)
	first := h.backup()
	h.touchOnce()
	second := h.backup()
	m, err := parseManifest(first[len(first)-manifestSize:])
	must(t, err)
	c, err := h.read(second)
	must(t, err)
	m.Size, m.SHA256 = c.Size, c.SHA256 // what can be worked out by anybody
	_, err = h.read(append(bytes.Clone(second[:c.Size]), m.block()...))
	wantError(t, err, account.Unopenable, "db.damaged")
}

func TestADamagedDatabaseHasNoBackup(t *testing.T) {
	h := newHouse(t)
	users := h.addUsers(2)
	h.damage(func(data []byte) []byte {
		return bytes.ReplaceAll(data, []byte(users[1].Email), []byte(strings.ToUpper(string(users[1].Email))))
	})
	_, err := h.Backup(context.Background())
	wantError(t, err, account.Unopenable, "db.damaged")
}

func TestABackupIsReadBackBeforeItIsOne(t *testing.T) {
	h := newHouse(t)
	raw, err := h.privateCopy(context.Background())
	must(t, err)
	defer raw.Close()
	made, err := h.compactCopy(context.Background(), raw)
	must(t, err)
	defer made.Close()
	_, err = made.file.WriteAt(make([]byte, os.Getpagesize()), 3*int64(os.Getpagesize()))
	must(t, err)
	wantError(t, made.vouch(h.clock), account.Unopenable, "db.damaged")
}

func TestAPrivateCopyGoesToTheTemporaryFolderWhereItMust(t *testing.T) {
	h := newHouse(t)
	h.opt.Temp = tempFolder(t)
	elsewhere := New(filepath.Join(h.opt.Temp, "no", "such", "folder", "usher.db"), h.opt)
	c, err := elsewhere.ReadBackup(context.Background(), "the backup", bytes.NewReader(h.backup()))
	must(t, err)
	must(t, c.Close())
	entries, err := os.ReadDir(h.opt.Temp)
	if err != nil || len(entries) > 0 {
		t.Errorf("left behind: %v, error %v", entries, err)
	}
}

func TestARestoreThatIsRefusedLeavesEverythingAsItWas(t *testing.T) {
	h := newHouse(t)
	c, err := h.read(h.backup())
	must(t, err)
	h.touchOnce()
	file, anchor := h.bytes(), h.anchorBytes()
	boom := errors.New("boom")
	kept, err := h.Restore(context.Background(), c, func(*Tx, Standing) error { return boom })
	if !errors.Is(err, boom) || kept != "" {
		t.Errorf("got %q, error %v, want %v", kept, err, boom)
	}
	sameBytes(t, h.bytes(), file)
	sameBytes(t, h.anchorBytes(), anchor)
	if got := h.files(); got != housePapers {
		t.Errorf("the folder holds %s, want %s", got, housePapers)
	}
}

// Nothing takes the place of what could not be put aside.
func TestARestoreThatCannotKeepWhatStoodThereIsRefused(t *testing.T) {
	h := newHouse(t)
	h.broken = true
	c, err := h.read(h.backup())
	must(t, err)
	kept, err := h.Restore(context.Background(), c, func(tx *Tx, _ Standing) error {
		must(t, os.Rename(h.path, h.path+".moved")) // by somebody else
		return note(tx, "restore")
	})
	if err == nil || kept != "" {
		t.Errorf("got %q, error %v, want it refused", kept, err)
	}
	if _, err := os.Lstat(h.path); !os.IsNotExist(err) {
		t.Errorf("the backup took its place: %v", err)
	}
}

func TestARestoreKeepsWhatStoodThereAndTellsOfIt(t *testing.T) {
	h := newHouse(t)
	c, err := h.read(h.backup())
	must(t, err)
	h.addUsers(3)
	replaced := h.bytes()
	var seen Standing
	restore := func() string {
		kept, err := h.Restore(context.Background(), c, func(tx *Tx, old Standing) error {
			seen = old
			return note(tx, "restore")
		})
		must(t, err)
		return kept
	}
	first := restore()
	data, err := os.ReadFile(first)
	must(t, err)
	sameBytes(t, data, replaced)
	if !seen.There || !seen.Readable || seen.Events != 2 || seen.Instance.ID != h.instance {
		t.Errorf("got %+v", seen)
	}
	h.look(func(tx *Tx) error {
		if n, err := tx.Count(testOrg, FacetAll, ""); err != nil || n != 1 {
			t.Errorf("got %d users, error %v, want 1", n, err)
		}
		return nil
	})
	if second := restore(); second == first { // within the same second
		t.Errorf("what was kept is overwritten: %s", second)
	}
	h.warnings = nil
	h.touchOnce()
	if len(h.warnings) > 0 {
		t.Errorf("got warnings %q, want none", h.warnings)
	}
}

func TestARolledBackStateCountsOnlyOnceItIsAccepted(t *testing.T) {
	h := newHouse(t)
	older := h.bytes()
	h.touchOnce()
	must(t, os.WriteFile(h.path, older, 0o600))
	must(t, h.Unanchored().Update(context.Background(), func(tx *Tx) error {
		if back, err := h.RolledBack(tx); err != nil || !back {
			t.Errorf("got %t, error %v, want it rolled back", back, err)
		}
		return note(tx, "looked")
	}))
	wantError(t, h.View(context.Background(), func(*Tx) error { return nil }), account.Unopenable, "db.rolled_back")
	must(t, h.Unanchored().Update(context.Background(), func(tx *Tx) error { tx.Accept(); return note(tx, "accepted") }))
	lookOverPages(t, h.path) // from the first moment on
	h.touchOnce()
}

func FuzzParseManifest(f *testing.F) {
	good := Manifest{Schema: 1, MadeAt: time.Unix(1, 0).UTC(), Events: 7, Size: 4096, Root: [32]byte{1}}.block()
	f.Add(good)
	f.Add(bytes.Replace(good, []byte("7"), []byte("8"), 1))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := parseManifest(data)
		if err == nil && !bytes.Equal(m.block(), data) {
			t.Errorf("read %+v, which is written otherwise", m)
		}
	})
}
