package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const largeImport = 20_000 // users, for whom the file of the database is made anew

// TestAnInterruptInALargeImportChangesNothing presses Ctrl-C at moments spread
// over an import, and once when the new file is being written. Either all of it
// is there, or usher says that it was interrupted and no byte of the database is
// another than before; in no case is anything left beside it.
func TestAnInterruptInALargeImportChangesNothing(t *testing.T) {
	t.Parallel()
	first := newKilled(t, 0)
	first.writeStaff(largeImport)
	began := time.Now()
	first.copy(t).run("", "user", "import", "staff.csv", "-q")
	whole := time.Since(began)
	var count tally
	t.Run("at", func(t *testing.T) {
		const moments = 8
		for i := range moments {
			t.Run(fmt.Sprintf("%d of %d", i, moments), func(t *testing.T) {
				t.Parallel()
				first.copy(t).interruptedImport(&count, func(string) { time.Sleep(whole * time.Duration(i) / moments) })
			})
		}
		// What others do meanwhile may have made the first one many times as long.
		for i := range moments {
			t.Run(fmt.Sprintf("1 of %d", 2*moments<<i), func(t *testing.T) {
				t.Parallel()
				first.copy(t).interruptedImport(&count, func(string) { time.Sleep(whole / (2 * moments << i)) })
			})
		}
		t.Run("the new file", func(t *testing.T) {
			t.Parallel()
			first.copy(t).interruptedImport(&count, func(folder string) {
				for ended := time.Now().Add(whole * 5); time.Now().Before(ended); time.Sleep(time.Millisecond) {
					if found, err := filepath.Glob(filepath.Join(folder, ".usher.db.*")); err == nil && len(found) > 0 {
						return
					}
				}
			})
		})
	})
	if count.old < 3 {
		t.Errorf("%d interrupts of %d came in time: they prove little", count.old, count.old+count.new)
	}
}

// interruptedImport imports the staff, interrupts that when a wait for something
// in the folder of the database is over, and looks at what is left.
func (k killed) interruptedImport(count *tally, wait func(folder string)) {
	k.t.Helper()
	before := k.data()
	var talk bytes.Buffer
	cmd := k.command("", "user", "import", "staff.csv", "-q")
	cmd.Stderr = &talk
	if err := cmd.Start(); err != nil {
		k.t.Fatal(err)
	}
	wait(filepath.Dir(k.db()))
	_ = cmd.Process.Signal(os.Interrupt) // it may have ended
	err := cmd.Wait()
	count.note(err == nil)
	after := k.data()
	if err == nil {
		if users := k.look().users; users != largeImport+1 || len(after) != len(before) {
			k.t.Errorf("there are %d users and %d files after it was done", users, len(after))
		}
		return
	}
	if code := interruptedExit(err); code != 130 || code == cmd.ProcessState.ExitCode() && !strings.Contains(talk.String(), "nothing was changed") {
		k.t.Errorf("got %v and %q, want exit code 130 and that nothing was changed", err, talk.String())
	}
	if !cmp.Equal(before, after) {
		k.t.Errorf("the files of the database are others than before: %d, were %d", len(after), len(before))
	}
	k.look()
}

// interruptedExit is the exit code of a program as a shell shows it: before it
// has begun anything usher leaves the end to the system.
func interruptedExit(err error) int {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return -1
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return exit.ExitCode()
}

// writeStaff writes a file of so many users to import into the home.
func (k killed) writeStaff(users int) {
	k.t.Helper()
	var rows strings.Builder
	rows.WriteString("email,first_name,last_name\n")
	for i := range users {
		fmt.Fprintf(&rows, "staff%06d@norrsken.example,First%d,Last%d\n", i, i, users-i)
	}
	if err := os.WriteFile(filepath.Join(k.home, "staff.csv"), []byte(rows.String()), 0o600); err != nil {
		k.t.Fatal(err)
	}
}

// data returns what lies in the folder of the database, but for the lock.
func (k killed) data() map[string]string {
	k.t.Helper()
	folder := filepath.Dir(k.db())
	files := make(map[string]string)
	entries, err := os.ReadDir(folder)
	if err != nil {
		k.t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".lock") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			k.t.Fatal(err)
		}
		files[e.Name()] = string(text)
	}
	return files
}
