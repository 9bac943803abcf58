package store

import (
	"bytes"
	"context"
	"errors"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestALineIsReadAsItWasWritten(t *testing.T) {
	bodies := [][]byte{
		[]byte(`{"seq":2,"like":1,"action":"user.add","target":"user:01a228de-a3c7-7158-8aa2-72896e06c70a"}`),
		[]byte(`{"seq":3,"mood":"of a form that nobody foresaw"}`),
		[]byte("no JSON at all"),
	}
	h := newHouse(t)
	tree := &counting{}
	err := h.Update(context.Background(), func(tx *Tx) error {
		for i, body := range bodies {
			must(t, tx.AppendLine(body, tree))
			l, found, err := tx.LogLine(tx.head.Size)
			if !bytes.Equal(l.Body, body) || l.Root != [32]byte{byte(i + 1)} || !found || err != nil {
				t.Errorf("got %q, root %x, found %t, error %v, want %q", l.Body, l.Root, found, err, body)
			}
		}
		var kept []string
		tx.KeptLines(tx.head.Size-2, func(l Line) bool {
			kept = append(kept, string(l.Body))
			return !l.Damaged
		})
		for i, body := range bodies {
			if len(kept) != len(bodies) || kept[i] != string(body) {
				t.Fatalf("got %q, want %q", kept, bodies)
			}
		}
		return errRollback
	})
	if !errors.Is(err, errRollback) {
		t.Error(err)
	}
}

// Who looks at everything is told which line, or record, is damaged.
func TestWhoLooksAtEverythingIsToldWhatIsDamaged(t *testing.T) {
	f := furnish(t)
	o, err := f.open(true)
	must(t, err)
	defer o.close()
	for name, value := range harms(lineKey(2), appendPlain(nil, lineKey(2), []byte("line"))) {
		got := f.try(o, func(tx *Tx) (any, error) {
			var damaged []uint64
			tx.KeptLines(1, func(l Line) bool {
				if l.Damaged {
					damaged = append(damaged, l.Seq)
				}
				return true
			})
			return damaged, nil
		}, lineKey(2), change{value: value})
		if !reflect.DeepEqual(got.value, []uint64{2}) || got.err != nil {
			t.Errorf("line 2 %s: got %v, error %v, want it named", name, got.value, got.err)
		}
	}
	k := userKey(testOrg, f.bo.ID)
	got := f.try(o, func(tx *Tx) (any, error) {
		var damaged []string
		err := tx.LoggedRecords(nil, func(r LoggedRecord) (bool, error) {
			if r.Damaged {
				damaged = append(damaged, string(r.Key))
			}
			return true, nil
		})
		return damaged, err
	}, k, change{value: []byte("not what it was")})
	if !reflect.DeepEqual(got.value, []string{string(k)}) || got.err != nil {
		t.Errorf("a user: got %q, error %v, want him named", got.value, got.err)
	}
}

// The log's end tells what the clock showed only while that is behind the last event.
func TestTheLogKnowsWhatTheClockShowed(t *testing.T) {
	h := newHouse(t)
	for _, behind := range []time.Duration{0, time.Hour, 0} {
		var last time.Time
		must(t, h.Update(context.Background(), func(tx *Tx) error {
			tx.Now = tx.clock.Add(behind)
			last = tx.Now
			return note(tx, "test")
		}))
		h.look(func(tx *Tx) error {
			if got := tx.Head(); !got.Last.Equal(last) || !got.Clock.Equal(last.Add(-behind)) {
				t.Errorf("the last event is of %v, the clock showed %v, want %v and %v before", got.Last, got.Clock, last, behind)
			}
			return nil
		})
	}
}

func TestALineInAnUnknownFormIsDamaged(t *testing.T) {
	root := make([]byte, 32)
	for name, payload := range map[string][]byte{
		"nothing":             nil,
		"a part of the root":  append([]byte{lineShort}, root[1:]...),
		"no body":             append([]byte{lineKept}, root...),
		"a long leaf":         append(append([]byte{linePruned}, root...), make([]byte, 33)...),
		"a kind that is none": append(append([]byte{99}, root...), "body"...),
		"no shorthand":        append(append([]byte{lineShort}, root...), 0xff),
	} {
		if l, ok := splitLine(1, payload, nil); ok {
			t.Errorf("%s: got %+v", name, l)
		}
	}
}

// counting is a tree whose root is the number of its lines.
type counting struct{ lines uint16 }

func (c *counting) Grow([]byte) (root [32]byte) {
	c.lines++
	return [32]byte{byte(c.lines), byte(c.lines >> 8)}
}

func (c *counting) Marshal() []byte { return nil }

// Lines that are made ready beside the transaction are there whenever somebody
// looks, in their order.
func TestManyLinesAreReadAsTheyWereWritten(t *testing.T) {
	h := newHouse(t)
	tree := &counting{}
	err := h.Update(context.Background(), func(tx *Tx) error {
		first := tx.head.Size + 1
		bodies := make(map[uint64]string)
		for i := range 5000 {
			body := strings.Repeat("x", 1+i%300) + strconv.Itoa(i)
			must(t, tx.AppendLine([]byte(body), tree))
			bodies[tx.head.Size] = body
			if seq := first + uint64(i*7919%(i+1)); i%97 == 0 || i > 4990 {
				l, found, err := tx.LogLine(seq)
				if number := seq - first + 1; string(l.Body) != bodies[seq] || l.Root != [32]byte{byte(number), byte(number >> 8)} || !found || err != nil {
					t.Fatalf("line %d: got %q, root %x, found %t, error %v, want %q", seq, l.Body, l.Root, found, err, bodies[seq])
				}
			}
		}
		next := first
		err := tx.Lines(first, func(l Line) (bool, error) {
			if l.Seq != next || string(l.Body) != bodies[next] {
				t.Fatalf("got line %d, %q, want %d, %q", l.Seq, l.Body, next, bodies[next])
			}
			next++
			return true, nil
		})
		if root, err := tx.RootAt(tx.head.Size); next != first+5000 || root != [32]byte{0x88, 0x13} || err != nil {
			t.Errorf("got %d lines and the root %x, %v", next-first, root, err)
		}
		return errors.Join(err, tx.SealLog(tree), errRollback)
	})
	if !errors.Is(err, errRollback) {
		t.Error(err)
	}
}

// Behind a sealed log lines may go on with another tree.
func TestALogGoesOnBehindItsSeal(t *testing.T) {
	h := newHouse(t)
	err := h.Update(context.Background(), func(tx *Tx) error {
		for range 3 {
			tree := &counting{}
			for range 1000 {
				must(t, tx.AppendLine([]byte("x"), tree))
			}
			must(t, tx.SealLog(tree))
			if tx.head.Root != [32]byte{0xe8, 0x03} {
				t.Errorf("got the root %x", tx.head.Root)
			}
		}
		return errRollback
	})
	if !errors.Is(err, errRollback) {
		t.Error(err)
	}
}

// A tree that panics beside the transaction panics in it.
func TestAMistakeInATreeIsNotLost(t *testing.T) {
	h := newHouse(t)
	defer func() {
		if cause := recover(); cause != "a mistake" {
			t.Errorf("got the panic %v", cause)
		}
	}()
	_ = h.Update(context.Background(), func(tx *Tx) error {
		tree := &mistaken{}
		for range 5000 {
			must(t, tx.AppendLine([]byte("x"), tree))
		}
		return tx.SealLog(tree)
	})
}

type mistaken struct{ counting }

func (m *mistaken) Grow(line []byte) [32]byte {
	if m.lines == 3000 {
		panic("a mistake")
	}
	return m.counting.Grow(line)
}
