package store

import (
	"bytes"
	"slices"

	"github.com/usher-admin/usher/internal/timerslack"
)

// Changes are handed to the engine in the order of their keys, each after a look
// at the pages that the engine will read for it. Where there are many, and all are
// in memory, the looks go ahead in a goroutine.
const (
	manyChanges   = 2000
	partChanges   = 256 // that are looked at before they are handed over together
	partsUnderWay = 8
)

// flush applies the changes to the engine. Path names the file.
func (b *buffered) flush(path string) error {
	var err error
	switch {
	case len(b.runs) > 0:
		err = b.flushRuns()
	case b.pending.count() < manyChanges:
		err = b.flushHeld(b.pending.inOrder(nil))
	default:
		err = b.flushAhead(path)
	}
	if err == nil {
		b.pending, b.runs = newPending(), nil
	}
	return err
}

// flushRuns applies changes of which some are in runs.
func (b *buffered) flushRuns() error {
	walk := b.walk(nil, nil, 1)
	for {
		key, c, more, err := walk.peek()
		if err != nil {
			b.lose(err)
		}
		if b.lost != nil {
			return b.lost
		}
		if !more {
			return b.space.settle()
		}
		c.value = bytes.Clone(c.value) // which the engine keeps until its commit
		if err := b.space.look(key, c); err != nil {
			return err
		}
		if err := b.space.apply(key, c); err != nil {
			return err
		}
		walk.take()
	}
}

// flushHeld applies changes in memory, where they stay as they are: the engine
// keeps the values.
func (b *buffered) flushHeld(numbers []uint32) error {
	for _, n := range numbers {
		if err := b.space.look(b.pending.key(n), b.pending.change(n)); err != nil {
			return err
		}
		if err := b.space.apply(b.pending.key(n), b.pending.change(n)); err != nil {
			return err
		}
	}
	return b.space.settle()
}

// flushAhead is flushHeld with the looks beside it. It returns once they have
// ended, however it ends.
func (b *buffered) flushAhead(path string) error {
	looked, ended := make(chan []uint32, partsUnderWay), make(chan ending, 1)
	timerslack.Reset()
	go b.lookAhead(path, looked, ended)
	defer func() {
		for range looked { // what is not handed over any more
		}
	}()
	for part := range looked {
		for _, n := range part {
			if err := b.space.apply(b.pending.key(n), b.pending.change(n)); err != nil {
				return err
			}
		}
	}
	return (<-ended).result()
}

// lookAhead brings the changes of one kind after the other into order, looks at
// the pages for them, a part at a time, and in the end at those that become too
// empty.
func (b *buffered) lookAhead(path string, looked chan<- []uint32, ended chan<- ending) {
	var e ending
	defer close(looked)
	defer func() { ended <- e }()
	defer func() { e.cause = recover() }()
	e.err = guard(path, func() error {
		for kind := range b.pending.kinds {
			for part := range slices.Chunk(b.pending.sort(byte(kind)), partChanges) {
				if err := b.lookAt(part); err != nil {
					return err
				}
				looked <- part
			}
		}
		return b.space.settle()
	})
}

func (b *buffered) lookAt(part []uint32) error {
	for _, n := range part {
		if err := b.space.look(b.pending.key(n), b.pending.change(n)); err != nil {
			return err
		}
	}
	return nil
}
