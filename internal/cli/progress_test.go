package cli

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/usher-admin/usher/internal/service"
	"github.com/usher-admin/usher/internal/store"
)

func TestAGaugeTellsRateAndTimeLeft(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name        string
		done, total uint64
		since       time.Duration
		want        string
	}{
		{"of a known number", 250_000, 1_000_000, 2 * time.Second, "written 250,000 of 1,000,000 rows, 125,000 a second, 6s left"},
		{"of an unknown number", 1_500, 0, 2 * time.Second, "written 1,500 rows, 750 a second"},
		{"nothing yet", 0, 10, 2 * time.Second, "written 0 of 10 rows, 0 a second"},
		{"the last moment", 999, 1_000, 2 * time.Second, "written 999 of 1,000 rows, 499 a second, 1s left"},
		{"all", 1_000, 1_000, 2 * time.Second, "written 1,000 of 1,000 rows, 500 a second"},
		{"minutes", 100, 100_000, time.Second, "written 100 of 100,000 rows, 100 a second, 16m39s left"},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			g := gauge{verb: "written", noun: "rows"}
			if got := g.line(r.done, r.total, r.since); got != r.want {
				t.Errorf("got  %s\nwant %s", got, r.want)
			}
		})
	}
}

// TestAGaugeWaitsAndLeavesNothing asks often and long: it shows nothing in the
// first second, seldom afterwards, and takes its line away. Without a terminal it
// shows nothing at all.
func TestAGaugeWaitsAndLeavesNothing(t *testing.T) {
	t.Parallel()
	for _, terminal := range []bool{true, false} {
		var out bytes.Buffer
		now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		a := &app{env: Env{Stderr: &out, StderrTerminal: terminal, Now: func() time.Time { return now }}}
		g := a.gauge("checked", "rows")
		lines := make(map[time.Duration]int)
		for passed := time.Duration(0); passed < 3*time.Second; passed += 10 * time.Millisecond {
			before := out.Len()
			g.tell(uint64(passed/time.Millisecond), 3000)
			now = now.Add(10 * time.Millisecond)
			if out.Len() > before {
				lines[passed.Truncate(time.Second)]++
			}
		}
		g.end()
		want := 5
		if !terminal {
			want = 0
		}
		if lines[0] != 0 || lines[time.Second] != want || lines[2*time.Second] != want {
			t.Errorf("terminal %v: lines in each second %v, want 0, %d, %d", terminal, lines, want, want)
		}
		if terminal && !bytes.HasSuffix(out.Bytes(), []byte(eraseLine)) {
			t.Errorf("%q is left", out.String())
		}
		if !terminal && out.Len() > 0 {
			t.Errorf("without a terminal it shows %q", out.String())
		}
	}
}

// TestAnImportShowsEachOfItsPhases: the rows that are checked, those that are
// written, and the file that is made anew, on one line, one after the other.
func TestAnImportShowsEachOfItsPhases(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	a := &app{env: Env{Stderr: &out, StderrTerminal: true, Now: func() time.Time { return now }}}
	var in service.ImportInput
	show := a.importGauges(&in)
	for _, tell := range []service.Progress{in.Checked, in.Written, in.Saved} {
		for range 2 {
			tell(3000, 0)
			now = now.Add(1500 * time.Millisecond)
		}
	}
	show.end()
	want := eraseLine + "checked 3,000 rows, 2,000 a second" + eraseLine +
		eraseLine + "written 3,000 rows, 2,000 a second" + eraseLine +
		eraseLine + "saved 3,000 records, 2,000 a second" + eraseLine
	if out.String() != want {
		t.Errorf("it shows %q, want %q", out.String(), want)
	}
}

// TestAMigrationShowsEachOfItsPhases: whoever typed the command that is the first
// to open an older file sees that it works, and how long it will.
func TestAMigrationShowsEachOfItsPhases(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	a := &app{env: Env{Stderr: &out, StderrTerminal: true, Now: func() time.Time { return now }}}
	for _, p := range []struct {
		phase store.MigrationPhase
		total uint64
		want  string
	}{
		{store.MigrationCopied, 666, "migrating: copied 300 of 666 MB, 150 a second, 2s left"},
		{store.MigrationWritten, 0, "migrating: written 300 records, 150 a second"},
		{store.MigrationChecked, 900, "migrating: checked 300 of 900 records, 150 a second, 4s left"},
		{store.MigrationSaved, 900, "migrating: saved 300 of 900 records, 150 a second, 4s left"},
	} {
		out.Reset()
		a.tellMigration(p.phase, 0, p.total)
		now = now.Add(2 * time.Second)
		a.tellMigration(p.phase, 300, p.total)
		if got := strings.ReplaceAll(out.String(), eraseLine, ""); got != p.want {
			t.Errorf("got  %s\nwant %s", got, p.want)
		}
	}
	out.Reset()
	a.tellMigration(store.MigrationEnded, 0, 0)
	if out.String() != eraseLine {
		t.Errorf("%q is left", out.String())
	}
	a = &app{env: a.env, mute: true} // a shell completes a word
	a.tellMigration(store.MigrationCopied, 0, 1)
	now = now.Add(2 * time.Second)
	if a.tellMigration(store.MigrationCopied, 1, 1); out.String() != eraseLine {
		t.Errorf("a shell is shown %q", out.String())
	}
}
