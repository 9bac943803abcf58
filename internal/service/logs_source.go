package service

import (
	"slices"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/store"
)

// Lines are read in the order of the log, a chunk at a time: all of them, or,
// for one person's events, those that the index names. Either way a chunk ends
// after a number of lines looked at, not found.

// ahead calls fn with the events that match from a number to another, oldest
// first. It returns where to go on, and whether there is more.
func (q *logQuery) ahead(from, to uint64, fn func(EventView)) (next uint64, more bool, err error) {
	visit := func(l store.Line) error {
		e, matched, err := q.event(l)
		if err != nil || !matched {
			return err
		}
		v, err := q.names.view(e)
		if err == nil {
			fn(v)
		}
		return err
	}
	to = min(to, q.o.tx.Head().Size)
	if len(q.users) == 0 {
		return q.aheadInLog(from, to, visit)
	}
	numbers, next, err := q.numbersAhead(from, to)
	if err != nil {
		return from, false, err
	}
	return next, next <= to, q.visit(numbers, visit)
}

func (q *logQuery) aheadInLog(from, to uint64, visit func(store.Line) error) (next uint64, more bool, err error) {
	next = from
	err = q.o.tx.Lines(from, func(l store.Line) (bool, error) {
		if l.Seq > to {
			return false, nil
		}
		if more = l.Seq-from >= q.chunk; more {
			return false, nil
		}
		next = l.Seq + 1
		return true, visit(l)
	})
	return next, more, err
}

// visit reads the lines of the given numbers.
func (q *logQuery) visit(numbers []uint64, visit func(store.Line) error) error {
	for _, seq := range numbers {
		l, found, err := q.o.tx.LogLine(seq)
		if err == nil && found {
			err = visit(l)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// numbersAhead returns the numbers of the users' events from one number to
// another, in order, and where to go on, behind to if that is all.
func (q *logQuery) numbersAhead(from, to uint64) (numbers []uint64, next uint64, err error) {
	next = to + 1
	for _, id := range q.users {
		read := uint64(0)
		err := q.o.tx.UserEventsFrom(q.o.actor.Org, id, from, func(seq, count uint64) (bool, error) {
			for n := max(seq, from); n < seq+count && n <= to; n++ {
				if read == q.chunk {
					next = min(next, n) // the others may have some before it
					return false, nil
				}
				read++
				numbers = append(numbers, n)
			}
			return seq <= to, nil
		})
		if err != nil {
			return nil, from, err
		}
	}
	return inOrder(numbers, func(n uint64) bool { return n >= next }), next, nil
}

// inOrder sorts numbers and leaves out those that stand twice or are beyond.
func inOrder(numbers []uint64, beyond func(uint64) bool) []uint64 {
	slices.Sort(numbers)
	return slices.DeleteFunc(slices.Compact(numbers), beyond)
}

// back calls fn with the numbers of the events that match before a number and
// not before first, newest first, until fn returns false. It returns where to go
// on: first if that was all.
func (q *logQuery) back(before, first uint64, fn func(seq uint64) bool) (next uint64, err error) {
	if len(q.users) == 0 {
		return q.backInLog(before, first, fn)
	}
	numbers, next, err := q.numbersBack(before, first)
	if err != nil {
		return before, err
	}
	slices.Reverse(numbers)
	for _, seq := range numbers {
		l, found, err := q.o.tx.LogLine(seq)
		if err != nil || !found {
			return next, err
		}
		_, matched, err := q.event(l)
		if err != nil || matched && !fn(seq) {
			return next, err
		}
	}
	return next, nil
}

func (q *logQuery) backInLog(before, first uint64, fn func(seq uint64) bool) (next uint64, err error) {
	next = first
	err = q.o.tx.LinesBack(before, func(l store.Line) (bool, error) {
		switch {
		case l.Seq < first, l.Body == nil: // what was pruned lies before everything else
			return false, nil
		case before-l.Seq > q.chunk:
			next = l.Seq + 1
			return false, nil
		}
		_, matched, err := q.event(l)
		return err == nil && (!matched || fn(l.Seq)), err
	})
	return next, err
}

// numbersBack is numbersAhead the other way: from the number before one down to
// first, in order, and where to go on.
func (q *logQuery) numbersBack(before, first uint64) (numbers []uint64, next uint64, err error) {
	next = first
	for _, id := range q.users {
		if numbers, next, err = q.runsBack(id, before, first, next, numbers); err != nil {
			return nil, before, err
		}
	}
	return inOrder(numbers, func(n uint64) bool { return n < next }), next, nil
}

func (q *logQuery) runsBack(id account.UserID, before, first, next uint64, numbers []uint64) ([]uint64, uint64, error) {
	read := uint64(0)
	err := q.o.tx.UserEvents(q.o.actor.Org, id, before, func(seq, count uint64) (bool, error) {
		for n := min(seq+count, before) - 1; n >= max(seq, first); n-- {
			if read == q.chunk {
				next = max(next, n+1)
				return false, nil
			}
			read++
			numbers = append(numbers, n)
		}
		return seq > first, nil
	})
	return numbers, next, err
}
