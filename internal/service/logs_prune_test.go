package service

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/store"
)

// box is an archive in memory.
type box struct {
	bytes.Buffer
	kept, gone bool
	fail       error
}

func (b *box) Keep() error { b.kept = true; return b.fail }

func (b *box) Discard() { b.gone = true }

func noProgress(_, _ uint64) {}

func (w *world) prune(s *Service, before time.Time) (Pruning, *box) {
	w.t.Helper()
	p, err := s.PlanPruning(context.Background(), before)
	if err != nil {
		w.t.Fatal(err)
	}
	archive := &box{}
	if p, err = s.PruneLog(context.Background(), p, archive, noProgress); err != nil {
		w.t.Fatal(err)
	}
	return p, archive
}

// lines returns the log as it lies there.
func (w *world) lines() (lines []store.Line) {
	w.t.Helper()
	w.read(func(tx *store.Tx) error {
		return tx.Lines(1, func(l store.Line) (bool, error) {
			lines = append(lines, l)
			return true, nil
		})
	})
	return lines
}

func (w *world) checkpoint() []byte {
	w.t.Helper()
	c, err := w.service(worldDevice{}).CheckpointLog(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	return []byte(c.Note)
}

func (w *world) wantWhole(checkpoints []byte) {
	w.t.Helper()
	v, err := w.service(worldDevice{}).VerifyLog(context.Background(), checkpoints, noProgress)
	if err != nil || !v.OK {
		w.t.Errorf("verify: %+v, %v; want a whole log", v, err)
	}
}

// wantVouched makes sure that the log vouches for every record: the event that
// wrote it, or the baseline, whose digest stands in an event.
func (w *world) wantVouched() {
	w.t.Helper()
	w.read(func(tx *store.Tx) error {
		digest, based := audit.NewDigest(), make(map[string][16]byte)
		err := tx.Baseline(func(r store.BaselineRecord) (bool, error) {
			digest.Add(r.Key, r.Hash)
			based[string(r.Key)] = r.Hash
			return true, nil
		})
		if err != nil {
			return err
		}
		if head := tx.Head(); head.Based != 0 {
			e, _, err := readEvent(tx, head.BasedBy)
			want := audit.Change{Field: audit.BaselineDigest, To: digest.String()}
			if err != nil || !slices.Contains(e.Changes, want) {
				w.t.Errorf("event %d has %+v (%v), want %+v", head.BasedBy, e.Changes, err, want)
			}
		}
		return tx.LoggedRecords(nil, func(r store.LoggedRecord) (bool, error) {
			if r.Event <= tx.Head().Based {
				if based[string(r.Key)] != r.Hash {
					w.t.Errorf("the baseline does not vouch for %q of event %d", r.Key, r.Event)
				}
				return true, nil
			}
			e, _, err := readEvent(tx, r.Event)
			vouches := func(h audit.RecordHash) bool { return bytes.Equal(h.Key, r.Key) && h.Hash == r.Hash && !h.Gone }
			if !slices.ContainsFunc(e.Records, vouches) {
				w.t.Errorf("event %d does not vouch for %q", r.Event, r.Key)
			}
			return true, err
		})
	})
}

func TestPruningKeepsTheLogProvable(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	checkpoints := w.checkpoint()
	w.fillLog(40)
	w.rename(4)
	checkpoints = append(checkpoints, w.checkpoint()...)
	w.now = w.now.Add(24 * time.Hour)
	limit := w.now
	owner := w.as("anna@norrsken.example")
	w.rename(3)
	checkpoints = append(checkpoints, w.checkpoint()...)
	before := w.lines()

	p, archive := w.prune(owner, limit)
	if want := uint64(slices.IndexFunc(before, func(l store.Line) bool { return bytes.Contains(l.Body, []byte(`"time":"`+limit.Format("2006-01-02"))) })); p.First != 1 || p.Last != want {
		t.Fatalf("pruned %d to %d, want 1 to %d", p.First, p.Last, want)
	}
	var text []byte
	for _, l := range before[:p.Last] {
		text = append(append(text, l.Body...), '\n')
	}
	sum := sha256.Sum256(text)
	if !bytes.Equal(archive.Bytes(), text) || !archive.kept || archive.gone || p.SHA256 != hex.EncodeToString(sum[:]) {
		t.Errorf("the archive (kept: %t, gone: %t, %s) is not the lines that went", archive.kept, archive.gone, p.SHA256)
	}
	for i, l := range w.lines() {
		if uint64(i) < p.Last && (l.Body != nil || l.Leaf != audit.LeafHash(before[i].Body) || l.Root != before[i].Root) {
			t.Errorf("line %d is %+v", i+1, l)
		}
		if uint64(i) >= p.Last && i < len(before) && !bytes.Equal(l.Body, before[i].Body) {
			t.Errorf("line %d, which stays, is %q", i+1, l.Body)
		}
	}
	e := w.last()
	if e.Action != "logs.prune" || e.PrunedTo() != p.Last || e.Actor.Type != "user" {
		t.Errorf("the event of the pruning is %+v", e)
	}
	w.wantWhole(checkpoints)
	w.wantVouched()

	// Nothing of what went is listed, and what stays is found as before.
	for _, f := range []LogFilter{{}, {Newest: 3}, {User: "user1@norrsken.example"}, {User: "user1@norrsken.example", Newest: 2}, {Since: limit.Add(-48 * time.Hour)}} {
		err := owner.Logs(context.Background(), f, func(events []EventView) error {
			for _, e := range events {
				if e.Seq <= p.Last {
					t.Errorf("%+v lists event %d", f, e.Seq)
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
	if data, err := os.ReadFile(w.path); err != nil || bytes.Count(data, []byte("Renameda")) == 0 {
		t.Errorf("the names of today are not in the file: %v", err)
	}
	w.read(func(tx *store.Tx) error {
		for seq := uint64(1); seq <= p.Last; seq++ {
			if values, err := tx.PersonalValues(seq); err != nil || len(values) != 0 {
				t.Errorf("personal values of event %d: %v, %v", seq, values, err)
			}
		}
		return nil
	})
}

func TestPruningAgainMovesTheBaseline(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	checkpoints := w.checkpoint()
	for day := range 4 {
		w.now = w.now.Add(24 * time.Hour)
		w.user(account.User{Email: account.Email("day" + string(rune('0'+day)) + "@norrsken.example")})
		if day == 2 {
			owner := w.as("anna@norrsken.example")
			if _, err := owner.DeleteUsers(context.Background(), Many{Who: []string{"day0@norrsken.example"}}, false); err != nil {
				t.Fatal(err)
			}
		}
		checkpoints = append(checkpoints, w.checkpoint()...)
		owner := w.as("anna@norrsken.example")
		if p, _ := w.prune(owner, w.now); day > 0 && p.Events() == 0 {
			t.Errorf("day %d: nothing was pruned", day)
		}
		w.wantWhole(checkpoints)
		w.wantVouched()
	}
	// Everything up to now: the pruning's own event is what is left.
	w.now = w.now.Add(time.Hour)
	owner := w.as("anna@norrsken.example")
	w.now = w.now.Add(time.Hour)
	p, _ := w.prune(owner, w.now)
	if n := len(w.lines()); uint64(n) != p.Last+1 {
		t.Errorf("%d lines after pruning up to %d", n, p.Last)
	}
	w.wantWhole(checkpoints)
	w.wantVouched()
	w.user(account.User{Email: "later@norrsken.example"})
	w.wantWhole(checkpoints)
	w.wantVouched()
}

func TestAPruningThatStoppedIsFinishedByTheNext(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fillLog(20)
	w.rename(2)
	w.now = w.now.Add(time.Hour)
	owner := w.as("anna@norrsken.example")
	p, err := owner.PlanPruning(context.Background(), w.now)
	if err != nil {
		t.Fatal(err)
	}
	run := pruning{svc: owner, plan: p, progress: noProgress, archive: &box{}}
	if err := run.commit(context.Background()); err != nil {
		t.Fatal(err)
	}
	w.wantWhole(nil)
	w.wantVouched()
	if l := w.lines()[0]; l.Body == nil {
		t.Fatal("the bodies are gone already")
	}
	again, err := owner.PlanPruning(context.Background(), w.now)
	if err != nil || again.Events() != 0 {
		t.Fatalf("a second plan has %d events, %v", again.Events(), err)
	}
	if _, err := owner.PruneLog(context.Background(), again, nil, noProgress); err != nil {
		t.Fatal(err)
	}
	for _, l := range w.lines()[:p.Last] {
		if l.Body != nil {
			t.Errorf("line %d still has its body", l.Seq)
		}
	}
	w.wantWhole(nil)
}

func TestWhatGoesWrongPrunesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fillLog(20)
	w.now = w.now.Add(time.Hour)
	owner := w.as("anna@norrsken.example")
	size := w.size()
	p, err := owner.PlanPruning(context.Background(), w.now)
	if err != nil {
		t.Fatal(err)
	}
	full := &box{fail: errors.New("no space left")}
	_, err = owner.PruneLog(context.Background(), p, full, noProgress)
	if account.CodeOf(err) != "log.archive" || !full.gone {
		t.Errorf("a full disk: %v, archive gone: %t", err, full.gone)
	}
	stopped, cancel := context.WithCancel(context.Background())
	archive := &box{}
	_, err = owner.PruneLog(stopped, p, archive, func(_, _ uint64) { cancel() })
	if account.KindOf(err) != account.Interrupted || !archive.gone {
		t.Errorf("interrupted: %v, archive gone: %t", err, archive.gone)
	}
	w.prune(owner, w.now)
	late := &box{}
	_, err = owner.PruneLog(context.Background(), p, late, noProgress)
	if err == nil || !late.gone {
		t.Errorf("a plan that another overtook: %v, archive gone: %t", err, late.gone)
	}
	if w.size() != size+1 {
		t.Errorf("%d events, want %d", w.size(), size+1)
	}
	w.wantWhole(nil)
}

func TestOnlyWhoOwnsTheWholeLogPrunesIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.user(account.User{Email: "admin@norrsken.example", Role: account.RoleAdmin, Type: account.TypeHost})
	w.now = w.now.Add(time.Hour)
	_, err := w.as("admin@norrsken.example").PlanPruning(context.Background(), w.now)
	wantKind(t, err, account.Forbidden, "access.denied")
	if e := w.last(); e.Action != "logs.prune" || e.Outcome != account.OutcomeDenied {
		t.Errorf("the refusal left %+v", e)
	}
	w.organisation("others")
	_, err = w.as("anna@norrsken.example").PlanPruning(context.Background(), w.now)
	wantKind(t, err, account.Forbidden, "access.denied")
	if e := w.last(); e.Action != "logs.prune" || e.Outcome != account.OutcomeDenied {
		t.Errorf("the refusal left %+v", e)
	}

	system := w.service(worldDevice{})
	system.env.SystemKey = &w.system
	w.now = w.now.Add(time.Hour)
	p, archive := w.prune(system, w.now)
	if p.Events() == 0 || !strings.Contains(archive.String(), `"action":"init"`) {
		t.Errorf("the system user pruned %+v", p)
	}
	if e := w.last(); e.Actor.Type != "system" || e.Org != 0 {
		t.Errorf("his event is %+v", e)
	}
	w.wantWhole(nil)
	w.wantVouched()
}

func BenchmarkPruneLog(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		w := newWorld(b)
		w.fillLog(benchEvents(b))
		w.now = w.now.Add(time.Hour)
		owner := w.as("anna@norrsken.example")
		b.StartTimer()
		w.prune(owner, w.now)
	}
}
