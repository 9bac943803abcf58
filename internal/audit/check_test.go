package audit

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// kept returns a log of ten lines: 4 and 5 lean on 3.
func kept() []Kept {
	var lines []Kept
	var tree Tree
	for seq := uint64(1); seq <= 10; seq++ {
		e := usualEvent(seq)
		e.Time = e.Time.Add(time.Duration(seq) * time.Second)
		e.Reason = fmt.Sprint("reason ", seq)
		if seq == 4 || seq == 5 {
			e.Like = 3
		}
		body := e.AppendLine(nil)
		tree.Append(body)
		lines = append(lines, Kept{Seq: seq, Root: tree.Root(), Body: body})
	}
	return lines
}

// inOrder lays lines under the numbers from 1 on.
func inOrder(lines []Kept) []Kept {
	for i := range lines {
		lines[i].Seq = uint64(i + 1)
	}
	return lines
}

// anew gives lines the roots that fit them.
func anew(lines []Kept) []Kept {
	var tree Tree
	for i := range lines {
		tree.AppendHash(lines[i].leaf())
		lines[i].Root = tree.Root()
	}
	return lines
}

// renumber lets the lines give themselves the numbers they lie under.
func renumber(lines []Kept) []Kept {
	for i := range lines {
		lines[i].Body = renumbered(lines[i].Body, lines[i].Seq)
	}
	return lines
}

// bodies puts the bodies of some lines into the places of others; the roots
// stay.
func bodies(lines []Kept, from ...int) []Kept {
	changed := slices.Clone(lines)
	for i, f := range from {
		changed[i].Body = lines[f-1].Body
	}
	return changed
}

func forged(seq uint64) Kept {
	e := usualEvent(seq)
	e.Reason = "never written"
	return Kept{Body: e.AppendLine(nil)}
}

func edited(lines []Kept, seq int, change func(e *Event)) []Kept {
	e, err := ParseLine(lines[seq-1].Body)
	if err != nil {
		panic(err)
	}
	change(&e)
	lines[seq-1].Body = e.AppendLine(nil)
	return lines
}

// take gives lines to a checker until one is refused, and settles.
func take(c *Checker, lines []Kept) bool {
	taken := true
	for i := 0; taken && i < len(lines); i++ {
		taken = c.Next(lines[i])
	}
	return c.Settle() && taken
}

// walk is what a reader of a log does with it.
func walk(lines []Kept, size uint64) (Flaw, bool) {
	var c Checker
	if !take(&c, lines) || c.Size() < size {
		return c.Diagnose(slices.Values(lines[c.Size():]), size), false
	}
	if bare := c.Bare(); bare != 0 {
		return Flaw{bare, Dropped}, false
	}
	return Flaw{}, true
}

func TestAWholeLogIsFoundWhole(t *testing.T) {
	t.Parallel()
	lines := kept()
	if flaw, ok := walk(lines, 10); !ok {
		t.Errorf("got %+v, want no flaw", flaw)
	}
}

func TestEveryTamperingIsNamed(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name string
		log  func(l []Kept) []Kept
		want Flaw
	}{
		{"a reason was changed", func(l []Kept) []Kept { return edited(l, 6, func(e *Event) { e.Reason = "other" }) }, Flaw{6, Edited}},
		{"the first was changed", func(l []Kept) []Kept { return edited(l, 1, func(e *Event) { e.Action = "x.y" }) }, Flaw{1, Edited}},
		{"the last was changed", func(l []Kept) []Kept { return edited(l, 10, func(e *Event) { e.Time = e.Time.Add(1) }) }, Flaw{10, Edited}},
		{"its root was changed", func(l []Kept) []Kept { l[6].Root[0] ^= 1; return l }, Flaw{7, Edited}},
		{"it does not match its check", func(l []Kept) []Kept { l[6].Damaged = true; return l }, Flaw{7, Edited}},
		{"it is no event any more", func(l []Kept) []Kept { l[6].Body = []byte("gone"); return l }, Flaw{7, Edited}},
		{"its number was changed", func(l []Kept) []Kept { return edited(l, 6, func(e *Event) { e.Seq = 9 }) }, Flaw{6, Edited}},
		{"its number is beyond the end", func(l []Kept) []Kept { return edited(l, 6, func(e *Event) { e.Seq = 99 }) }, Flaw{6, Edited}},
		{"a later one was copied over it", func(l []Kept) []Kept { l[5].Body = l[8].Body; return l }, Flaw{6, Edited}},
		{"a time was set back and the tree made anew", func(l []Kept) []Kept {
			return anew(edited(l, 6, func(e *Event) { e.Time = e.Time.Add(-time.Hour) }))
		}, Flaw{6, Edited}},
		{"it leans on an event that is no head and the tree was made anew", func(l []Kept) []Kept {
			return anew(edited(l, 5, func(e *Event) { e.Like = 2 }))
		}, Flaw{5, Edited}},

		{"one is missing", func(l []Kept) []Kept { return slices.Delete(l, 5, 6) }, Flaw{6, Dropped}},
		{"one is missing and the others moved up", func(l []Kept) []Kept { return inOrder(slices.Delete(l, 5, 6)) }, Flaw{6, Dropped}},
		{"and were renumbered", func(l []Kept) []Kept { return renumber(inOrder(slices.Delete(l, 5, 6))) }, Flaw{6, Dropped}},
		{"and the tree was made anew", func(l []Kept) []Kept { return anew(inOrder(slices.Delete(l, 5, 6))) }, Flaw{6, Dropped}},
		{"three are missing from the beginning", func(l []Kept) []Kept { return inOrder(slices.Delete(l, 0, 3)) }, Flaw{1, Dropped}},
		{"only the hash of one is left", func(l []Kept) []Kept { l[6].Leaf, l[6].Body = l[6].leaf(), nil; return l }, Flaw{7, Dropped}},

		{"two neighbours changed places", func(l []Kept) []Kept { l[5], l[6] = l[6], l[5]; return inOrder(l) }, Flaw{6, Reordered}},
		{"two changed places", func(l []Kept) []Kept { l[2], l[8] = l[8], l[2]; return inOrder(l) }, Flaw{3, Reordered}},
		{"their roots stayed", func(l []Kept) []Kept { return bodies(l, 1, 2, 9, 4, 5, 6, 7, 8, 3) }, Flaw{3, Reordered}},
		{"and they were renumbered", func(l []Kept) []Kept { return renumber(bodies(l, 1, 2, 9, 4, 5, 6, 7, 8, 3)) }, Flaw{3, Reordered}},
		{"neighbours were renumbered", func(l []Kept) []Kept { return renumber(bodies(l, 1, 3, 2)) }, Flaw{2, Reordered}},
		{"whole neighbours were renumbered", func(l []Kept) []Kept { l[5], l[6] = l[6], l[5]; return renumber(inOrder(l)) }, Flaw{6, Reordered}},
		{"one went to the end", func(l []Kept) []Kept { return inOrder(append(slices.Delete(slices.Clone(l), 1, 2), l[1])) }, Flaw{2, Reordered}},
		{"the last came forward", func(l []Kept) []Kept { return inOrder(slices.Insert(slices.Clone(l[:9]), 1, l[9])) }, Flaw{2, Reordered}},
		{"the tree was made anew over neighbours", func(l []Kept) []Kept { l[5], l[6] = l[6], l[5]; return anew(inOrder(l)) }, Flaw{6, Reordered}},

		{"one was added", func(l []Kept) []Kept { return inOrder(slices.Insert(l, 5, forged(6))) }, Flaw{6, Inserted}},
		{"one with the number 99 was added", func(l []Kept) []Kept { return inOrder(slices.Insert(l, 5, forged(99))) }, Flaw{6, Inserted}},
		{"a copy of an earlier one was added", func(l []Kept) []Kept { return inOrder(slices.Insert(l, 5, l[1])) }, Flaw{6, Inserted}},
		{"a copy of a later one was added", func(l []Kept) []Kept { return inOrder(slices.Insert(l, 5, l[8])) }, Flaw{6, Inserted}},
		{"one was added and all were renumbered", func(l []Kept) []Kept { return renumber(inOrder(slices.Insert(l, 5, forged(6)))) }, Flaw{6, Inserted}},
		{"the tree was made anew over it", func(l []Kept) []Kept { return anew(inOrder(slices.Insert(l, 5, forged(6)))) }, Flaw{6, Inserted}},
		{"something without a number lies there", func(l []Kept) []Kept { return slices.Insert(l, 5, Kept{Damaged: true}) }, Flaw{6, Inserted}},
		{"one was added at the end", func(l []Kept) []Kept { return inOrder(append(l, forged(11))) }, Flaw{11, Inserted}},

		{"the end is gone", func(l []Kept) []Kept { return l[:7] }, Flaw{8, Cut}},
		{"everything is gone", func(l []Kept) []Kept { return nil }, Flaw{1, Cut}},
	}
	for _, r := range rows {
		if got, ok := walk(r.log(kept()), 10); ok || got != r.want {
			t.Errorf("%s: got %+v (whole: %t), want %+v", r.name, got, ok, r.want)
		}
	}
}

// pruning returns a log whose events up to one were pruned, as its last event
// says.
func pruning(lines []Kept, last int) []Kept {
	e := usualEvent(uint64(len(lines) + 1))
	e.Action, e.Time = actionPrune, e.Time.Add(time.Hour)
	e.Changes = []Change{{PrunedEvents, "1", strconv.Itoa(last)}}
	lines = anew(append(lines, Kept{Seq: e.Seq, Body: e.AppendLine(nil)}))
	for i := range last {
		lines[i].Leaf, lines[i].Body = lines[i].leaf(), nil
	}
	return lines
}

func TestAPrunedLogIsStillProven(t *testing.T) {
	t.Parallel()
	lines := pruning(kept(), 5)
	if flaw, ok := walk(lines, 11); !ok {
		t.Fatalf("got %+v, want no flaw", flaw)
	}
	rows := []struct {
		name string
		log  func(l []Kept) []Kept
		want Flaw
	}{
		{"a hash that was left is another", func(l []Kept) []Kept { l[2].Leaf[0] ^= 1; return l }, Flaw{3, Edited}},
		{"more bodies are gone than were pruned", func(l []Kept) []Kept { l[6].Leaf, l[6].Body = l[6].leaf(), nil; return l }, Flaw{7, Dropped}},
		{"the next body is gone too", func(l []Kept) []Kept { l[5].Leaf, l[5].Body = l[5].leaf(), nil; return l }, Flaw{6, Dropped}},
		{"the pruning itself is gone", func(l []Kept) []Kept { return l[:10] }, Flaw{11, Cut}},
	}
	for _, r := range rows {
		if got, ok := walk(r.log(pruning(kept(), 5)), 11); ok || got != r.want {
			t.Errorf("%s: got %+v (whole: %t), want %+v", r.name, got, ok, r.want)
		}
	}
}

func TestTheWalkKnowsSizeAndRoot(t *testing.T) {
	t.Parallel()
	lines := kept()
	var c Checker
	var tree Tree
	for _, l := range lines[:7] {
		tree.Append(l.Body)
	}
	if !take(&c, lines[:7]) {
		t.Fatalf("one of seven right lines was refused, behind %d", c.Size())
	}
	if c.Next(lines[8]) || c.Size() != 7 || c.Root() != tree.Root() || string(c.Edge()) != string(tree.Marshal()) {
		t.Errorf("after 7 lines and a refused one: size %d, root %v, want 7 and %v", c.Size(), c.Root(), tree.Root())
	}
	if c.Root() == (tlog.Hash{}) || !c.Next(lines[7]) {
		t.Error("the line that comes next was refused after a wrong one")
	}
}

// TestTheFirstWrongRootEndsTheWalk looks for it in the first and last line of a
// run, with others wrong behind it, in other runs too.
func TestTheFirstWrongRootEndsTheWalk(t *testing.T) {
	t.Parallel()
	lines := row(3*runLines + 7)
	var c Checker
	if !take(&c, lines) || c.Root() != lines[len(lines)-1].Root {
		t.Fatalf("of a right log %d lines were taken, want %d", c.Size(), len(lines))
	}
	for _, bad := range []int{0, runLines - 1, runLines, 2*runLines + 3, len(lines) - 1} {
		log := slices.Clone(lines)
		for i := bad; i < len(log); i += runLines / 2 {
			log[i].Root[31] ^= 1
		}
		log[len(log)-1].Damaged = bad < len(log)-1
		right := Tree{}
		for _, l := range lines[:bad] {
			right.Append(l.Body)
		}
		c = Checker{}
		if take(&c, log) || c.Size() != uint64(bad) || string(c.Edge()) != string(right.Marshal()) {
			t.Errorf("with line %d wrong the walk ended behind line %d", bad+1, c.Size())
		}
	}
}

// row returns a log of many lines.
func row(many int) []Kept {
	var lines []Kept
	for seq := range uint64(many) {
		e := usualEvent(seq + 1)
		lines = append(lines, Kept{Seq: e.Seq, Body: e.AppendLine(nil)})
	}
	return anew(lines)
}

func BenchmarkChecker(b *testing.B) {
	const many = 100_000
	lines := row(many)
	for b.Loop() {
		var c Checker
		for chunk := range slices.Chunk(lines, 10_000) {
			if !take(&c, chunk) {
				b.Fatal("refused")
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*many), "ns/line")
}

func TestALineLeansOnOneOfItsOwnTransaction(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name  string
		seq   int
		like  uint64
		right bool
	}{
		{"the first of the transaction", 5, 3, true},
		{"one that leans on the first", 5, 4, true},
		{"itself", 5, 5, false},
		{"one behind it", 5, 6, false},
		{"one of an earlier transaction", 5, 2, false},
		{"itself, with nothing before it", 1, 1, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			lines := anew(edited(kept(), row.seq, func(e *Event) { e.Like = row.like }))
			var c Checker
			if got := take(&c, lines[:row.seq]); got != row.right {
				t.Errorf("line %d, like %d: got %t, want %t", row.seq, row.like, got, row.right)
			}
		})
	}
}
