package store

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"go.etcd.io/bbolt"
	"pgregory.net/rapid"
)

// TestBufferEqualsPlainMap drives random changes, look-ups and scans through a
// buffered space and a plain map, before and after a flush.
func TestBufferEqualsPlainMap(t *testing.T) {
	db, err := bbolt.Open(filepath.Join(t.TempDir(), "b.db"), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rapid.Check(t, func(t *rapid.T) {
		btx, err := db.Begin(true)
		if err != nil {
			t.Fatal(err)
		}
		defer btx.Rollback()
		if err := createSpace(btx); err != nil {
			t.Fatal(err)
		}
		sp, _ := openSpace(btx)
		compareWithMap(t, newBuffered(sp))
	})
}

func compareWithMap(t *rapid.T, b *buffered) {
	model := map[string]string{}
	keys := rapid.Custom(func(t *rapid.T) string {
		return rapid.SampledFrom([]string{"a", "b"}).Draw(t, "kind") + fmt.Sprintf("%02d", rapid.IntRange(0, 20).Draw(t, "n"))
	})
	for range rapid.IntRange(1, 60).Draw(t, "steps") {
		k := keys.Draw(t, "key")
		switch rapid.IntRange(0, 4).Draw(t, "what") {
		case 0, 1:
			v := rapid.StringMatching(`[a-z]{1,4}`).Draw(t, "value")
			b.put([]byte(k), []byte(v))
			model[k] = v
		case 2:
			b.delete([]byte(k))
			delete(model, k)
		case 3:
			if err := b.flush(); err != nil {
				t.Fatal(err)
			}
		case 4:
			if got, want := string(b.get([]byte(k))), model[k]; got != want {
				t.Fatalf("get(%q) = %q, want %q", k, got, want)
			}
		}
		compareScans(t, b, model, k)
	}
}

func compareScans(t *rapid.T, b *buffered, model map[string]string, at string) {
	var below, above []string
	for k := range model {
		if k[0] == at[0] && k >= at {
			above = append(above, k)
		} else if k[0] == at[0] {
			below = append(below, k)
		}
	}
	slices.Sort(above)
	slices.Sort(below)
	slices.Reverse(below)
	check := func(name string, scan func(prefix, at []byte, fn func(k, v []byte) bool), want []string) {
		var got []string
		scan([]byte{at[0]}, []byte(at), func(k, v []byte) bool {
			if !bytes.Equal(v, []byte(model[string(k)])) {
				t.Fatalf("%s: value of %q is %q, want %q", name, k, v, model[string(k)])
			}
			got = append(got, string(k))
			return true
		})
		if !slices.Equal(got, want) {
			t.Fatalf("%s from %q: got %q, want %q", name, at, got, want)
		}
	}
	check("scan", b.scan, above)
	check("scanBack", b.scanBack, below)
}
