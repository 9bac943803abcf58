package audit

import "golang.org/x/mod/sumdb/tlog"

// Two thirds of what a line costs is its root: some nine hashes in a log of a
// million. Nothing of the walk waits for a root, so the roots are computed beside
// it, a run of lines at a time, and a second processor takes half of the work.

// runLines is how many lines a run has: most of a millisecond's work.
const runLines = 500

// run is a row of lines whose roots are held against the tree.
type run struct {
	before Tree // the tree before the first of them
	lines  []rooted
	right  chan int // how many, from the first on, have the root they should have
}

// rooted is what is needed of a line.
type rooted struct{ leaf, root tlog.Hash }

func newRun(before Tree) *run {
	return &run{before: before, lines: make([]rooted, 0, runLines), right: make(chan int, 1)}
}

func (r *run) compare() {
	tree := r.before.clone()
	for i := range r.lines {
		tree.AppendHash(r.lines[i].leaf)
		if tree.Root() != r.lines[i].root {
			r.right <- i
			return
		}
	}
	r.right <- len(r.lines)
}

// after returns the tree after some of the lines.
func (r *run) after(lines int) Tree {
	tree := r.before.clone()
	for i := range lines {
		tree.AppendHash(r.lines[i].leaf)
	}
	return tree
}
