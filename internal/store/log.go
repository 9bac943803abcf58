package store

import (
	"bytes"
	"time"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/store/shorthand"
)

// LogHead is the end of the log: how many events it has, when the last one
// was, the root of the tree over them and the tree's own state, which the
// store keeps without understanding it.
type LogHead struct {
	Instance account.InstanceID
	Size     uint64
	Last     time.Time
	Root     [32]byte
	Tree     []byte
	// Clock is what the machine's clock showed then: it is before Last while a
	// clock that was set back catches up.
	Clock time.Time
	// Pruned is the last event whose body was dropped, or is about to be.
	Pruned uint64
	// Based is the last event for whose records the baseline vouches, and
	// BasedBy the event that carries its digest.
	Based, BasedBy uint64
}

// Line is one line of the log as it is kept. Body is nil once it was pruned;
// its leaf hash stays.
type Line struct {
	Seq  uint64
	Root [32]byte // of the tree up to and with this line
	Body []byte
	Leaf [32]byte // only of a pruned line
	// Damaged says, of KeptLines, that it does not match its check or has no
	// form; Seq is 0 where it lies under no number.
	Damaged bool
}

// A line is kept as a kind byte, the root and the body, in short or as it is, or
// the leaf hash.
const (
	lineKept   = 1
	linePruned = 2
	lineShort  = 3

	lineHead = 1 + 32 // kind and root
)

// Head returns the end of the log. Its root is that of the last line only once
// the log is sealed.
func (tx *Tx) Head() LogHead { return tx.head }

// TakeTouched returns the logged records written since the last event, for
// the event that accounts for them. They hold until the next call.
func (tx *Tx) TakeTouched() []Touched {
	tx.touched, tx.taken, tx.places = tx.taken[:0], tx.touched, nil
	return tx.taken
}

// SealLog writes the end of the log, with the state of the tree.
func (tx *Tx) SealLog(tree Tree) error {
	if err := tx.finishLines(); err != nil {
		return err
	}
	tx.lines.stop()
	tx.head.Tree = tree.Marshal()
	tx.unsealed = false
	return tx.saveHead()
}

func (tx *Tx) saveHead() error {
	var e encoder
	e.bytes(1, tx.head.Instance[:])
	e.uint(2, tx.head.Size)
	e.time(3, tx.head.Last)
	e.bytes(4, tx.head.Root[:])
	e.bytes(5, tx.head.Tree)
	if tx.head.Clock.Before(tx.head.Last) {
		e.time(6, tx.head.Clock)
	}
	e.uint(7, tx.head.Pruned)
	e.uint(8, tx.head.Based)
	e.uint(9, tx.head.BasedBy)
	return tx.write(tx.logHeadKey(), e.buf)
}

func (tx *Tx) loadHead() error {
	payload, err := tx.read(tx.logHeadKey())
	if err != nil {
		return err
	}
	if payload == nil {
		return tx.damaged("the end of its log is missing")
	}
	var h LogHead
	err = decode(payload, func(f field) {
		switch f.number {
		case 1:
			copy(h.Instance[:], f.bytes)
		case 2:
			h.Size = f.value
		case 3:
			h.Last = f.time()
		case 4:
			copy(h.Root[:], f.bytes)
		case 5:
			h.Tree = bytes.Clone(f.bytes)
		case 6:
			h.Clock = f.time()
		case 7:
			h.Pruned = f.value
		case 8:
			h.Based = f.value
		case 9:
			h.BasedBy = f.value
		}
	})
	if err != nil {
		return tx.damaged("the end of its log cannot be decoded")
	}
	if h.Clock.IsZero() {
		h.Clock = h.Last
	}
	tx.head = h
	return nil
}

// RootAt returns the root of the log when it had size events.
func (tx *Tx) RootAt(size uint64) ([32]byte, error) {
	if size == tx.head.Size && !tx.unsealed {
		return tx.head.Root, nil
	}
	l, found, err := tx.LogLine(size)
	if err == nil && !found {
		err = tx.damaged("an event of its log is missing")
	}
	return l.Root, err
}

// LogLine returns one line of the log.
func (tx *Tx) LogLine(seq uint64) (Line, bool, error) {
	payload, err := tx.read(lineKey(seq))
	if err != nil || payload == nil {
		return Line{}, false, err
	}
	l, err := tx.decodeLine(seq, payload)
	return l, err == nil, err
}

// Lines calls fn with the lines of the log from seq on, until fn returns false.
func (tx *Tx) Lines(seq uint64, fn func(Line) (bool, error)) error {
	return tx.each(key(keyLine), lineKey(seq), tx.lineVisitor(fn))
}

// LinesBack calls fn with the lines of the log before seq, last first, until fn
// returns false.
func (tx *Tx) LinesBack(seq uint64, fn func(Line) (bool, error)) error {
	return tx.eachBack(key(keyLine), lineKey(seq), tx.lineVisitor(fn))
}

// KeptLines calls fn with the lines of the log from seq on as they lie there,
// damaged ones too, until fn returns false. A body is valid until fn returns.
func (tx *Tx) KeptLines(seq uint64, fn func(Line) bool) {
	if tx.linesOf(key(keyLine)) != nil {
		return // the transaction has failed
	}
	var room []byte
	tx.space.scan(key(keyLine), lineKey(seq), func(k, v []byte) bool {
		if len(k) != 9 {
			return fn(Line{Damaged: true})
		}
		rec, ok := unpack(k, v)
		l, formed := splitLine(seqOf(k), rec.payload, room[:0])
		l.Damaged = !ok || !formed
		room = l.Body
		return fn(l)
	})
}

func (tx *Tx) lineVisitor(fn func(Line) (bool, error)) func(k, payload []byte) (bool, error) {
	return func(k, payload []byte) (bool, error) {
		if len(k) != 9 {
			return false, tx.damaged(describeKey(k))
		}
		l, err := tx.decodeLine(seqOf(k), payload)
		if err != nil {
			return false, err
		}
		return fn(l)
	}
}

func (tx *Tx) decodeLine(seq uint64, payload []byte) (Line, error) {
	l, ok := splitLine(seq, payload, nil)
	if !ok {
		return Line{}, tx.damaged("an event of its log has an unknown form")
	}
	return l, nil
}

// splitLine takes a line's payload apart, false if it has no known form. The body
// is appended to room.
func splitLine(seq uint64, payload, room []byte) (Line, bool) {
	l := Line{Seq: seq}
	if !lineFormed(payload) {
		return l, false
	}
	l.Root = [32]byte(payload[1:lineHead])
	rest := payload[lineHead:]
	ok := true
	switch payload[0] {
	case lineKept:
		l.Body = append(room, rest...)
	case linePruned:
		l.Leaf = [32]byte(rest)
	case lineShort:
		l.Body, ok = shorthand.Restore(room, rest, seq)
	}
	return l, ok
}

// lineFormed reports whether a line's payload has a known form, without a look
// at its body.
func lineFormed(payload []byte) bool {
	if len(payload) < lineHead {
		return false
	}
	rest := len(payload) - lineHead
	switch payload[0] {
	case lineKept:
		return rest > 0
	case linePruned:
		return rest == 32
	}
	return payload[0] == lineShort
}
