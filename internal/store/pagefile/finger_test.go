package pagefile

import (
	"os"
	"testing"
)

// Two places of keys that begin alike are remembered, and of three the one that
// was used last of all but one.
func TestTwoPlacesAreRemembered(t *testing.T) {
	entries := manyEntries(2000)
	data, err := os.ReadFile(build(t, t.TempDir(), entries, Options{Txid: 7, PageSize: 4096}))
	if err != nil {
		t.Fatal(err)
	}
	r, err := Open(data)
	if err != nil {
		t.Fatal(err)
	}
	get := func(i int) {
		t.Helper()
		if value, err := r.Get(entries[i].key); err != nil || string(value) != string(entries[i].value) {
			t.Fatalf("get %d: %q, %v", i, value, err)
		}
	}
	known := func(i int) bool { return r.near.of(entries[i].key) != nil }
	get(0)
	get(1000)
	if !known(1001) || !known(1) {
		t.Errorf("of two places known are %t and %t", known(1), known(1001))
	}
	get(1) // by its finger
	get(1999)
	if !known(1) || known(1000) || !known(1998) {
		t.Errorf("of three places known are %t, %t and %t", known(1), known(1000), known(1998))
	}
}
