package store

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/usher-admin/usher/internal/account"
)

func (h *house) anchorBytes() []byte {
	h.t.Helper()
	data, err := os.ReadFile(h.path + AnchorSuffix)
	if err != nil {
		h.t.Fatal(err)
	}
	return data
}

func (h *house) setAnchor(data []byte) {
	h.t.Helper()
	if err := os.WriteFile(h.path+AnchorSuffix, data, 0o600); err != nil {
		h.t.Fatal(err)
	}
}

// touchOnce makes a change of its own event.
func (h *house) touchOnce() {
	h.t.Helper()
	h.change(func(*Tx) error { return nil })
}

func TestTheAnchorIsComparedBeforeAnythingIsRead(t *testing.T) {
	older := func(h *house) ([]byte, []byte) { return h.bytes(), h.anchorBytes() }
	rows := []struct {
		name string
		do   func(h *house)
		code string // "" where the database opens
		warn bool
	}{
		{"a database ahead of its anchor goes on: a crash came between", func(h *house) {
			_, anchor := older(h)
			h.touchOnce()
			h.setAnchor(anchor)
		}, "", false},
		{"a database behind its anchor was rolled back", func(h *house) {
			file, _ := older(h)
			h.touchOnce()
			h.damage(func([]byte) []byte { return file })
		}, "db.rolled_back", false},
		{"another history of the same length was put in", func(h *house) {
			file, _ := older(h)
			h.change(func(tx *Tx) error { return note(tx, "one") })
			_, anchor := older(h)
			h.damage(func([]byte) []byte { return file })
			must(h.t, os.Remove(h.path+AnchorSuffix))
			must(h.t, os.Remove(h.path+SumsSuffix))
			h.change(func(tx *Tx) error { return note(tx, "two") })
			h.setAnchor(anchor)
		}, "db.rolled_back", false},
		{"the database of another instance was put in", func(h *house) {
			other := newHouse(h.t)
			other.touchOnce()
			h.damage(func([]byte) []byte { return other.bytes() })
		}, "db.rolled_back", false},
		{"a missing anchor is a warning", func(h *house) {
			if err := os.Remove(h.path + AnchorSuffix); err != nil {
				h.t.Fatal(err)
			}
		}, "", true},
		{"a torn anchor is a warning", func(h *house) {
			h.setAnchor(h.anchorBytes()[:60])
		}, "", true},
		{"an anchor with a flipped bit is a warning", func(h *house) {
			data := h.anchorBytes()
			data[len(data)/2] ^= 4
			h.setAnchor(data)
		}, "", true},
		{"an empty anchor is a warning", func(h *house) { h.setAnchor(nil) }, "", true},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			h := newHouse(t)
			row.do(h)
			h.warnings = nil
			err := h.View(context.Background(), func(*Tx) error { return nil })
			if row.code == "" {
				if err != nil {
					t.Errorf("got error %v, want none", err)
				}
			} else {
				wantError(t, err, account.Unopenable, row.code)
			}
			if got := len(h.warnings) > 0; got != row.warn {
				t.Errorf("got warnings %q, want any: %t", h.warnings, row.warn)
			}
		})
	}
}

func TestTheNextChangeMakesTheAnchorAnew(t *testing.T) {
	h := newHouse(t)
	h.setAnchor([]byte("torn"))
	h.touchOnce()
	h.warnings = nil
	h.look(func(*Tx) error { return nil })
	if len(h.warnings) > 0 {
		t.Errorf("got warnings %q, want none", h.warnings)
	}
}

func TestTheNextChangeLeavesNothingOfALongerAnchor(t *testing.T) {
	h := newHouse(t)
	h.touchOnce()
	size := len(h.anchorBytes())
	h.setAnchor(append(h.anchorBytes(), "what somebody wrote behind it\n"...))
	h.touchOnce()
	if got := h.anchorBytes(); len(got) != size {
		t.Errorf("got %d bytes, want %d:\n%s", len(got), size, got)
	}
	h.warnings = nil
	h.look(func(*Tx) error { return nil })
	if len(h.warnings) > 0 {
		t.Errorf("got warnings %q, want none", h.warnings)
	}
}

func TestAnAnchorReadsBackAsItWasWritten(t *testing.T) {
	want := anchor{instance: "some", size: 1 << 40, root: [32]byte{1, 2, 3}}
	got, err := parseAnchor(want.bytes())
	if err != nil || got != want {
		t.Errorf("got %+v, error %v, want %+v", got, err, want)
	}
}

func FuzzParseAnchor(f *testing.F) {
	good := anchor{instance: "some", size: 7, root: [32]byte{1}}.bytes()
	f.Add(good)
	f.Add([]byte(strings.Replace(string(good), "7", "8", 1)))
	f.Add([]byte(anchorTitle + "\n\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := parseAnchor(data)
		if err != nil {
			return
		}
		if again, err := parseAnchor(a.bytes()); err != nil || again != a {
			t.Errorf("read %+v, written and read again %+v, error %v", a, again, err)
		}
	})
}
