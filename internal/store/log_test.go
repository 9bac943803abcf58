package store

import (
	"bytes"
	"context"
	"errors"
	"testing"
)

func TestALineIsReadAsItWasWritten(t *testing.T) {
	bodies := [][]byte{
		[]byte(`{"seq":2,"like":1,"action":"user.add","target":"user:01a228de-a3c7-7158-8aa2-72896e06c70a"}`),
		[]byte(`{"seq":3,"mood":"of a form that nobody foresaw"}`),
		[]byte("no JSON at all"),
	}
	h := newHouse(t)
	err := h.Update(context.Background(), func(tx *Tx) error {
		for i, body := range bodies {
			must(t, tx.AppendLine(body, [32]byte{byte(i)}))
			l, found, err := tx.LogLine(tx.head.Size)
			if !bytes.Equal(l.Body, body) || l.Root != [32]byte{byte(i)} || !found || err != nil {
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
