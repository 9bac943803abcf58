package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestAMigrationThatIsKilledIsAllOrNothing: after each kill the file is of the old
// schema, byte for byte, or wholly of the new one, and the next command goes on.
func TestAMigrationThatIsKilledIsAllOrNothing(t *testing.T) {
	t.Parallel()
	old, err := os.ReadFile(filepath.Join("..", "..", "testdata", "db", "schema-1", "usher.db"))
	if err != nil {
		t.Fatal(err)
	}
	first := killed{t, installSelf(t), t.TempDir()}
	if err := os.Mkdir(filepath.Dir(first.db()), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(first.db(), old, 0o600); err != nil {
		t.Fatal(err)
	}
	var count tally
	first.atEachStep(func(k killed) {
		now, err := os.ReadFile(k.db())
		if err != nil {
			k.t.Fatal(err)
		}
		migrated := !bytes.Equal(now, old)
		count.note(migrated)
		const events = `"users":5,"events":25,`
		if got := k.run("", "db", "info", "-o", "json"); !strings.Contains(got, `"schema":2,`) || !strings.Contains(got, events) {
			k.t.Errorf("got %s, want schema 2 and %s", got, events)
		}
		k.run("", "db", "check", "-q")
		if kept, err := filepath.Glob(k.db() + ".before-schema-2-*"); err != nil || len(kept) == 0 {
			k.t.Errorf("the old file is kept as %q, error %v", kept, err)
		}
		if left, err := filepath.Glob(filepath.Join(k.home, "data", ".usher.db.*")); err != nil || len(left) > 0 {
			k.t.Errorf("left behind: %q, error %v", left, err)
		}
	}, "db", "info", "-q")
	count.want(t)
}
