package audit

import (
	"bytes"
	"iter"

	"golang.org/x/mod/sumdb/tlog"
)

// Reason says what was done to a log.
type Reason string

// What can be done to a log. The first four name an event within it.
const (
	Edited     Reason = "edited"      // an event was changed
	Dropped    Reason = "dropped"     // an event is gone
	Inserted   Reason = "inserted"    // an event was added between or behind the others
	Reordered  Reason = "reordered"   // events changed places
	Cut        Reason = "cut"         // the end is gone, and the rest of the database goes on behind it
	RolledBack Reason = "rolled_back" // the whole database is an older one
	Forked     Reason = "forked"      // another history than the one that was witnessed
)

// Flaw is what is wrong with a log: the first event that is not what was
// written, 0 where no single one can be told, and what was done.
type Flaw struct {
	Seq    uint64
	Reason Reason
}

// Diagnose says what was done to the line before which Next or Settle ended.
// rest are the lines as they lie there, from that one on; size is how many the
// log should have.
//
// The tree proves that the line is wrong. What became of the right one is read
// from the numbers the other lines give themselves, and where those were
// rewritten too, from the roots: the right line, wherever it lies now, is the
// one that leads to the next root.
func (c *Checker) Diagnose(rest iter.Seq[Kept], size uint64) Flaw {
	d := diagnosis{checker: c, seq: c.tree.size + 1}
	for l := range rest {
		d.look(l)
	}
	return Flaw{Seq: d.seq, Reason: d.reason(size)}
}

// diagnosis is what is found out about the line seq.
type diagnosis struct {
	checker *Checker
	seq     uint64
	lines   uint64 // looked at
	last    uint64 // the number the last of them lies under

	first   Kept   // what lies in the place of the right line, or behind it
	says    uint64 // the number it gives itself, 0 if none can be read
	twin    bool   // another line gives itself the same number
	second  Kept   // the line behind the first
	found   *Kept  // where the right line lies now
	claimed bool   // found by the number it gives itself, not by its hash
}

func (d *diagnosis) look(l Kept) {
	d.lines++
	d.last = max(d.last, l.Seq)
	m, _ := readMark(l.Body)
	switch d.lines {
	case 1:
		d.first, d.says = l.clone(), m.seq
		return
	case 2:
		d.second = l.clone()
	}
	if m.seq != 0 && m.seq == d.says {
		d.twin = true
	}
	if d.found != nil {
		return
	}
	if d.claimed = m.seq == d.seq; d.claimed || d.says == d.seq && d.proves(l) {
		kept := l.clone()
		d.found = &kept
	}
}

// proves reports whether a line, given the number it may have had, leads to the
// root that should come next. A root may have stayed or gone with its line.
func (d *diagnosis) proves(l Kept) bool {
	body := renumbered(l.Body, d.seq)
	if body == nil {
		return false
	}
	root := d.checker.rootWith(tlog.RecordHash(body))
	return root == d.first.Root || root == l.Root
}

func (d *diagnosis) reason(size uint64) Reason {
	switch {
	case d.lines == 0:
		return Cut
	case d.first.Seq == 0:
		return Inserted
	case d.first.Seq > d.seq:
		return Dropped
	case d.says == d.seq:
		return d.inPlace(size)
	}
	// A number that no line of the right ones can have, or that another has
	// too, belongs to a line that was made or overwritten.
	made := d.says < d.seq || d.says > size || d.twin
	switch {
	case made && d.found == nil:
		return Edited
	case made:
		return Inserted
	case d.found == nil:
		return Dropped
	}
	return Reordered
}

// inPlace decides about a wrong line with the right number.
func (d *diagnosis) inPlace(size uint64) Reason {
	switch {
	case d.found == nil && d.last < size:
		return Dropped
	case d.found == nil && d.last > size:
		return Inserted
	case d.found == nil:
		return Edited
	case d.claimed || !d.swapped():
		return Inserted
	}
	return Reordered
}

// swapped tells two lines that changed places from one that was added: behind
// the right line, then, comes the one that lay there, or, of two neighbours,
// the one that took its place.
func (d *diagnosis) swapped() bool {
	after := Checker{tree: d.checker.tree.clone()}
	after.tree.AppendHash(tlog.RecordHash(renumbered(d.found.Body, d.seq)))
	next := d.second.Body
	if d.found.Seq == d.second.Seq {
		next = renumbered(d.first.Body, d.seq+1)
	}
	root := after.rootWith(tlog.RecordHash(next))
	return root == d.second.Root || root == d.first.Root || root == d.found.Root
}

// clone returns a line that stays when the transaction ends.
func (l Kept) clone() Kept {
	l.Body = bytes.Clone(l.Body)
	return l
}
