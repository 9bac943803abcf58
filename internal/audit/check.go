package audit

import (
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/usher-admin/usher/internal/timerslack"
)

// Kept is a line as it lies in the store.
type Kept struct {
	Seq     uint64    // the number it lies under; 0: under none
	Root    tlog.Hash // of the tree up to and with it
	Body    []byte    // nil: pruned
	Leaf    tlog.Hash // what is left of a pruned one
	Damaged bool      // it does not match its own check
}

// leaf returns the line's hash in the tree.
func (l *Kept) leaf() tlog.Hash {
	if l.Body == nil {
		return l.Leaf
	}
	return tlog.RecordHash(l.Body)
}

// Checker walks over a log from its first line to its last and stops at the
// first that is not what was written. It needs the same memory for every log
// that is settled every so many lines.
type Checker struct {
	tree   Tree
	runs   []*run    // lines whose roots are not known to be right; the last may take more
	last   time.Time // of the last event that says when it was
	since  uint64    // the first event at that time
	pruned uint64    // the events up to this one may lack their bodies
	bare   []span    // lines that do
}

// span is a stretch of lines, first and last.
type span struct{ first, last uint64 }

// Size returns how many lines were found to be right.
func (c *Checker) Size() uint64 { return c.tree.size }

// Root returns the root of the tree over them.
func (c *Checker) Root() tlog.Hash { return c.tree.Root() }

// Edge returns the state of the tree over them, as Tree.Marshal gives it.
func (c *Checker) Edge() []byte { return c.tree.Marshal() }

// Next takes the next line. It returns false, and stays where it is, if the
// line is not the one that was written next, as far as can be told without its
// root: that is left to Settle.
func (c *Checker) Next(l Kept) bool {
	seq := c.tree.size + 1
	if l.Damaged || l.Seq != seq || !c.place(seq, l.Body) {
		return false
	}
	r := c.taking()
	r.lines = append(r.lines, rooted{leaf: l.leaf(), root: l.Root})
	c.tree.AppendHash(r.lines[len(r.lines)-1].leaf)
	if len(r.lines) == runLines {
		timerslack.Reset()
		go r.compare()
	}
	return true
}

// taking returns the run that takes the next line.
func (c *Checker) taking() *run {
	if n := len(c.runs); n > 0 && len(c.runs[n-1].lines) < runLines {
		return c.runs[n-1]
	}
	r := newRun(c.tree.clone())
	c.runs = append(c.runs, r)
	return r
}

// Settle decides about the roots of the lines that were taken. It returns false
// if one is not the tree's: the first such line is where the walk ends, and the
// checker stands before it, whatever Next said of it and of those behind it.
func (c *Checker) Settle() bool {
	runs := c.runs
	c.runs = nil
	if n := len(runs); n > 0 && len(runs[n-1].lines) < runLines {
		runs[n-1].compare()
	}
	for _, r := range runs {
		if right := <-r.right; right < len(r.lines) {
			c.tree = r.after(right)
			return false
		}
	}
	return true
}

// place looks at what a line says of its own place: its number, a time that
// never runs backwards, and an event of the same time that it is like.
func (c *Checker) place(seq uint64, body []byte) bool {
	if body == nil {
		c.noteBare(seq)
		return true
	}
	m, ok := readMark(body)
	if !ok || m.seq != seq || m.time.Before(c.last) && m.like == 0 {
		return false
	}
	if m.like != 0 {
		return c.since <= m.like && m.like < seq && c.since != 0
	}
	if c.since == 0 || m.time.After(c.last) {
		c.last, c.since = m.time, seq
	}
	if m.action == actionPrune {
		c.notePruning(body)
	}
	return true
}

func (c *Checker) noteBare(seq uint64) {
	if n := len(c.bare); n > 0 && c.bare[n-1].last == seq-1 {
		c.bare[n-1].last = seq
		return
	}
	c.bare = append(c.bare, span{seq, seq})
}

// notePruning reads up to which event a pruning dropped the bodies.
func (c *Checker) notePruning(body []byte) {
	if e, err := ParseLine(body); err == nil {
		c.pruned = max(c.pruned, e.PrunedTo())
	}
}

// Bare returns the first line without a body that no pruning accounts for, 0 if
// there is none. It is asked at the end of the log, where the prunings stand.
func (c *Checker) Bare() uint64 {
	for _, s := range c.bare {
		if s.last > c.pruned {
			return max(s.first, c.pruned+1)
		}
	}
	return 0
}

// rootWith returns what the root would be with one more leaf.
func (c *Checker) rootWith(leaf tlog.Hash) tlog.Hash {
	with := c.tree.clone()
	with.AppendHash(leaf)
	return with.Root()
}
