package service

import (
	"context"
	"iter"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/store"
)

// LogVerdict is what looking over the whole log found.
type LogVerdict struct {
	OK   bool
	Size uint64 // how many events the log says it has
	Root [32]byte
	Flaw audit.Flaw // zero if all is well
	// Until is the last event that a flaw without a place of its own can
	// concern: it lies between Flaw.Seq and this one. 0: the place is known.
	Until uint64
}

// Progress is told how much of something long is done. It must not wait.
type Progress func(done, total uint64)

// verifyChunk is how many lines one transaction looks at, so that a writer
// waits no more than some hundredths of a second.
const verifyChunk = 10_000

// VerifyLog proves that the log is what was written: each line against the tree,
// the end against the anchor, and both against checkpoints that were kept
// elsewhere (nil: none). A database that was rolled back opens for this.
// Access to the file is enough.
func (s *Service) VerifyLog(ctx context.Context, checkpoints []byte, progress Progress) (LogVerdict, error) {
	w := &logWalk{store: s.store.Unanchored(), warn: s.env.Warn}
	if checkpoints != nil {
		var err error
		if w.witnesses, err = audit.ParseCheckpoints(checkpoints); err != nil {
			return w.verdict, errCheckpoint(err)
		}
	}
	for !w.done {
		if err := w.store.View(ctx, w.step); err != nil {
			return w.verdict, err
		}
		if ctx.Err() != nil {
			return w.verdict, account.Errorf(account.Interrupted, "interrupted").Coded("interrupted")
		}
		progress(w.checker.Size(), w.verdict.Size)
	}
	w.verdict.OK = w.verdict.Flaw.Reason == ""
	return w.verdict, nil
}

func errCheckpoint(cause error) error {
	return account.Errorf(account.Invalid, "the checkpoint cannot be used: %w", cause).
		Coded("checkpoint.invalid").
		Hintf("give what usher logs checkpoint printed, as it was")
}

// logWalk is one look over the log, a chunk a transaction.
type logWalk struct {
	store     *store.Store
	warn      func(string)
	checker   audit.Checker
	witnesses []audit.Checkpoint // kept elsewhere
	foreign   bool               // none of them is of this log
	instance  account.InstanceID
	records   []byte // where looking at the records goes on
	looked    bool   // at all of them
	behind    bool   // a record names an event behind the log's end
	done      bool
	verdict   LogVerdict
}

// step looks at the next chunk: first at the records, then at the lines.
func (w *logWalk) step(tx *store.Tx) error {
	head := tx.Head()
	if w.instance == (account.InstanceID{}) {
		w.instance = head.Instance
		if err := w.sortWitnesses(tx); err != nil {
			return err
		}
	}
	if w.instance != head.Instance || head.Size < w.checker.Size() {
		return account.Errorf(account.Busy, "the database was replaced while it was read").Coded("db.replaced").Hintf("type the command again")
	}
	w.verdict.Size, w.verdict.Root = head.Size, head.Root
	if !w.looked {
		w.stepRecords(tx)
		return nil
	}
	w.stepLines(tx)
	return nil
}

// sortWitnesses keeps the checkpoints of this log. Others may lie among them; if
// all are others', the database is not the one they were made of.
func (w *logWalk) sortWitnesses(tx *store.Tx) error {
	if len(w.witnesses) == 0 {
		return nil
	}
	in, err := tx.Instance()
	if err != nil {
		return err
	}
	key, err := audit.VerifierKey(in.ID, in.LogSeed)
	if err != nil {
		return err
	}
	var own []audit.Checkpoint
	for i, c := range w.witnesses {
		switch signed, err := c.SignedBy(key); {
		case err != nil:
			return errCheckpoint(account.Errorf(account.Invalid, "number %d: %w", i+1, err))
		case signed:
			own = append(own, c)
		}
	}
	w.witnesses, w.foreign = own, len(own) == 0
	return nil
}

// stepRecords looks for records that were written by an event which the log no
// longer has: then its end was cut off, and not the whole file put back.
func (w *logWalk) stepRecords(tx *store.Tx) {
	newest, next := tx.NewestWrite(w.records, verifyChunk)
	if newest > tx.Head().Size {
		w.behind = true
	}
	w.records, w.looked = next, next == nil || w.behind
}

func (w *logWalk) stepLines(tx *store.Tx) {
	head := tx.Head()
	read, more, wrong := 0, false, false
	tx.KeptLines(w.checker.Size()+1, func(l store.Line) bool {
		if read == verifyChunk {
			more = true
			return false
		}
		read++
		wrong = w.checker.Size() == head.Size || !w.checker.Next(keptLine(l))
		return !wrong
	})
	wrong = !w.checker.Settle() || wrong
	size := w.checker.Size()
	switch {
	case wrong && size == head.Size:
		w.found(audit.Flaw{Seq: size + 1, Reason: audit.Inserted})
	case wrong, !more && size < head.Size:
		// Lines before it may agree with each other and yet not be the old ones.
		if !w.parted(tx, w.claims(), size) {
			w.found(w.checker.Diagnose(keptLines(tx, size+1), w.expected(tx)))
		}
	case !more:
		w.done = true
		w.judge(tx)
	}
}

func (w *logWalk) found(flaw audit.Flaw) {
	w.done, w.verdict.Flaw = true, flaw
}

// expected is how many lines the log should have, by whoever says most.
func (w *logWalk) expected(tx *store.Tx) uint64 {
	size := tx.Head().Size
	if a, found := w.store.Anchor(); found && a.Instance == w.instance.String() {
		size = max(size, a.Size)
	}
	for _, c := range w.witnesses {
		size = max(size, c.Size)
	}
	return size
}

func keptLine(l store.Line) audit.Kept {
	return audit.Kept{Seq: l.Seq, Root: l.Root, Body: l.Body, Leaf: l.Leaf, Damaged: l.Damaged}
}

func keptLines(tx *store.Tx, from uint64) iter.Seq[audit.Kept] {
	return func(yield func(audit.Kept) bool) {
		tx.KeptLines(from, func(l store.Line) bool { return yield(keptLine(l)) })
	}
}
