package service

import (
	"cmp"
	"slices"

	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/store"
)

// judge decides about a log whose lines agree with each other: is it the one
// that others saw, and is it all of it? Who rewrites every root after a change
// is found only here.
func (w *logWalk) judge(tx *store.Tx) {
	head := tx.Head()
	claims := w.claims()
	bare := w.checker.Bare()
	switch {
	case w.checker.Root() != head.Root, string(w.checker.Edge()) != string(head.Tree):
		w.found(audit.Flaw{Seq: head.Size + 1, Reason: audit.Cut})
	case bare != 0:
		w.found(audit.Flaw{Seq: bare, Reason: audit.Dropped})
	case w.foreign:
		w.found(audit.Flaw{Reason: audit.Forked})
	default:
		w.judgeClaims(tx, claims)
	}
}

// claim is what somebody says the log was at some time.
type claim struct {
	size uint64
	root [32]byte
}

// claims returns what checkpoints and anchor say, by size. An anchor of another
// instance makes the database a foreign one.
func (w *logWalk) claims() []claim {
	var list []claim
	for _, c := range w.witnesses {
		list = append(list, claim{c.Size, c.Root})
	}
	a, found := w.store.Anchor()
	switch {
	case !found:
		w.warn(w.store.Path() + store.AnchorSuffix + " is missing or torn: that the file was not put back as a whole is shown by a checkpoint alone")
	case a.Instance != w.instance.String():
		w.foreign = true
	default:
		list = append(list, claim{a.Size, a.Root})
	}
	return list
}

// judgeClaims holds the log against what others say, and decides what it means
// if somebody says that it was longer.
func (w *logWalk) judgeClaims(tx *store.Tx, claims []claim) {
	size := tx.Head().Size
	if w.parted(tx, claims, size) {
		return
	}
	longest := uint64(0)
	for _, c := range claims {
		longest = max(longest, c.size)
	}
	switch {
	case w.behind: // the records were not put back with the log
		w.found(audit.Flaw{Seq: size + 1, Reason: audit.Cut})
	case longest > size:
		w.found(audit.Flaw{Seq: size + 1, Reason: audit.RolledBack})
	}
}

// parted looks whether the log, as far as size, parts from what others say. The
// sizes that agree narrow down where.
func (w *logWalk) parted(tx *store.Tx, claims []claim, size uint64) bool {
	slices.SortFunc(claims, func(a, b claim) int { return cmp.Compare(a.size, b.size) })
	agreed := uint64(0)
	for _, c := range claims {
		if c.size > size {
			break
		}
		if root, err := tx.RootAt(c.size); err != nil || root != c.root {
			w.found(audit.Flaw{Seq: min(agreed+1, c.size), Reason: audit.Forked})
			w.verdict.Until = c.size
			return true
		}
		agreed = c.size
	}
	return false
}
