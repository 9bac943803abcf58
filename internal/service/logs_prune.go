package service

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"strconv"
	"time"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/store"
)

// Pruning is what a pruning drops: the events from the first to the last, and,
// when it is done, the SHA-256 of the archive that has them.
type Pruning struct {
	First, Last uint64
	SHA256      string
}

// Events returns how many events it drops.
func (p Pruning) Events() uint64 {
	if p.First == 0 {
		return 0
	}
	return p.Last + 1 - p.First
}

// Archive takes the lines that a pruning drops.
type Archive interface {
	io.Writer
	// Keep makes sure that what was written survives a power cut.
	Keep() error
	// Discard takes the archive away again: nothing was dropped.
	Discard()
}

// PlanPruning returns what pruning the events before a time would drop. It never
// parts a transaction, whose events have one time. The log belongs to the whole
// instance: among several organisations only the system user prunes it.
func (s *Service) PlanPruning(ctx context.Context, before time.Time) (Pruning, error) {
	var p Pruning
	err := s.pruneView(ctx, func(o *op) error {
		q := logQuery{o: o}
		first, err := q.firstAt(before)
		p = Pruning{First: o.tx.Head().Pruned + 1, Last: max(first-1, o.tx.Head().Pruned)}
		return err
	})
	return p, err
}

func (s *Service) pruneView(ctx context.Context, fn func(*op) error) error {
	if s.env.SystemKey != nil {
		return s.viewAsSystem(ctx, string(access.LogsPrune), func(o *op) error { return o.asPruner(fn) })
	}
	return s.view(ctx, access.LogsPrune, func(o *op) error { return o.asPruner(fn) })
}

// asPruner asks whether the actor may prune the log and runs fn.
func (o *op) asPruner(fn func(*op) error) error {
	alone, err := o.alone()
	if err != nil {
		return err
	}
	if o.actor.Kind == access.System {
		if alone { // its event is for the owner to see
			err = o.theOrganisation()
		}
		return orElse(err, fn(o))
	}
	if err := o.allowOrg(audit.Ref{Type: "log"}); err != nil {
		return err
	}
	if !alone {
		d := access.Decision{Verdict: access.Denied, Rule: "the log is that of several organisations"}
		o.refused = &refusal{actor: o.actor, action: o.action, target: audit.Ref{Type: "log"}}
		return account.Errorf(account.Forbidden, "%s is not allowed: %s", o.action, d.Rule).
			Coded("access.denied").
			Hintf("the system user prunes it: --system-key-file FILE")
	}
	return fn(o)
}

// PruneLog writes the lines of a plan to the archive, then drops their bodies.
// Hashes and roots stay, so that older checkpoints can still be held against the
// log. What a pruning that was stopped left behind is cleared away too, so an
// empty plan, which needs no archive, has its use.
func (s *Service) PruneLog(ctx context.Context, p Pruning, archive Archive, progress Progress) (Pruning, error) {
	if err := s.pruneView(ctx, func(*op) error { return nil }); err != nil {
		return p, err
	}
	run := pruning{svc: s, plan: p, progress: progress, archive: archive}
	if p.Events() > 0 {
		err := run.commit(ctx)
		if err != nil && account.KindOf(err) != account.OutcomeUnknown {
			archive.Discard()
		}
		if err != nil {
			return p, err
		}
	}
	if err := run.clear(ctx); err != nil {
		return run.plan, account.Errorf(account.Partial, "the events are pruned, but not all of them are out of the file yet: %w", err).
			Coded("log.prune_unfinished").
			Hintf("type the command again: it goes on where this one ended")
	}
	return run.plan, nil
}

// pruning is one pruning under way. Only its last step but one changes what the
// log is, and that in one transaction; what comes before and behind it goes in
// small ones, between which others do their work.
type pruning struct {
	svc      *Service
	plan     Pruning
	archive  Archive
	progress Progress
	sum      hash.Hash
	root     [32]byte // of the log up to the last event that is dropped
	digest   *audit.Digest
}

// pruneChunk is how many records one of the small transactions looks at.
const pruneChunk = 10_000

func (r *pruning) commit(ctx context.Context) error {
	if err := r.archiveLines(ctx); err != nil {
		return err
	}
	if err := r.layBaseline(ctx); err != nil {
		return err
	}
	r.plan.SHA256 = hex.EncodeToString(r.sum.Sum(nil))
	return pruneChange(ctx, r.svc, r.drop)
}

// pruneChange is the door for the change itself.
func pruneChange(ctx context.Context, s *Service, fn func(*op) error) error {
	if s.env.SystemKey != nil {
		return s.asSystem(ctx, string(access.LogsPrune), func(o *op) error { return o.asPruner(fn) })
	}
	return s.change(ctx, access.LogsPrune, func(o *op) error { return o.asPruner(fn) })
}

// archiveLines writes the lines, and makes sure that they stay, before anything
// is dropped.
func (r *pruning) archiveLines(ctx context.Context) error {
	r.sum = sha256.New()
	out := bufio.NewWriterSize(io.MultiWriter(r.archive, r.sum), 1<<20)
	for next := r.plan.First; next <= r.plan.Last; {
		var lines []store.Line
		err := r.svc.pruneView(ctx, func(o *op) error {
			return o.tx.Lines(next, func(l store.Line) (bool, error) {
				lines = append(lines, l)
				return len(lines) < pruneChunk && l.Seq < r.plan.Last, nil
			})
		})
		if err != nil {
			return err
		}
		if err := r.writeLines(out, next, lines); err != nil {
			return err
		}
		next += uint64(len(lines))
		r.progress(next-r.plan.First, r.plan.Events())
	}
	if err := out.Flush(); err != nil {
		return errArchive(err)
	}
	if err := r.archive.Keep(); err != nil {
		return errArchive(err)
	}
	return nil
}

func (r *pruning) writeLines(out *bufio.Writer, next uint64, lines []store.Line) error {
	for i, l := range lines {
		if l.Seq != next+uint64(i) || l.Body == nil {
			return errLogEnd()
		}
		r.root = l.Root
		if _, err := out.Write(append(l.Body, '\n')); err != nil {
			return errArchive(err)
		}
	}
	if len(lines) == 0 {
		return errLogEnd()
	}
	return nil
}

func errArchive(cause error) error {
	return account.Errorf(account.Unexpected, "the archive cannot be written, so nothing was pruned: %w", cause).
		Coded("log.archive").
		Hintf("make room, or give another place with --archive FILE")
}

// layBaseline keeps the hashes of the records that the dropped events vouch for.
func (r *pruning) layBaseline(ctx context.Context) error {
	r.digest = audit.NewDigest()
	page, from := uint64(0), []byte(nil)
	for {
		var written []store.BaselineRecord
		err := r.svc.store.Update(ctx, func(tx *store.Tx) (err error) {
			written, page, from, err = tx.WriteBaseline(r.plan.Last, page, from, pruneChunk)
			return err
		})
		if err != nil {
			return err
		}
		for _, b := range written {
			r.digest.Add(b.Key, b.Hash)
		}
		if from == nil {
			return nil
		}
	}
}

// drop is the pruning itself, with its event.
func (r *pruning) drop(o *op) error {
	head := o.tx.Head()
	root, err := o.tx.RootAt(r.plan.Last)
	if err != nil {
		return err
	}
	if head.Pruned+1 != r.plan.First || root != r.root {
		return account.Errorf(account.Conflict, "the log was pruned by somebody else meanwhile; nothing was changed").
			Coded("log.pruned").
			Hintf("look what is left with: usher logs --since 100y -n 5, and type the command again")
	}
	o.tx.SetPruned(r.plan.Last)
	o.tx.SetBaseline(r.plan.Last, head.Size+1)
	return o.emit(audit.Ref{Type: "log"}, 0, []audit.Change{
		{Field: audit.PrunedEvents, From: strconv.FormatUint(r.plan.First, 10), To: strconv.FormatUint(r.plan.Last, 10)},
		{Field: audit.BaselineDigest, To: r.digest.String()},
		{Field: audit.PrunedFile, To: r.plan.SHA256},
	})
}

// clear takes what was pruned out of the file.
func (r *pruning) clear(ctx context.Context) error {
	at, more := store.Clearing{}, true
	for more {
		err := r.svc.store.Update(ctx, func(tx *store.Tx) (err error) {
			at, more, err = tx.Clear(at, pruneChunk, audit.LeafHash)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
