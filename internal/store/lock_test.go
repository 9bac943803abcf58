package store

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/usher-admin/usher/internal/account"
)

// childVariable makes the test binary act as another usher process: its value
// is what to do, the database stands in the argument behind.
const childVariable = "USHER_STORE_TEST_CHILD"

func TestMain(m *testing.M) {
	if what := os.Getenv(childVariable); what != "" {
		if err := childMain(what, os.Args[len(os.Args)-1]); err != nil {
			fmt.Println("error:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// childMain is the other process. It says "ready" when it holds what it was
// told to hold, and lets go when its input ends.
func childMain(what, path string) error {
	s := New(path, Options{Wait: 20 * time.Second, Now: time.Now, Random: strings.NewReader(strings.Repeat("random", 1000)), Warn: func(string) {}})
	hold := func(*Tx) error {
		fmt.Println("ready")
		_, _ = bufio.NewReader(os.Stdin).ReadString('\n')
		return nil
	}
	switch what {
	case "read":
		return s.View(context.Background(), hold)
	case "write":
		return s.Try(context.Background(), hold)
	case "add":
		fmt.Println("ready")
		return s.Update(context.Background(), noted(func(tx *Tx) error {
			return tx.PutDomain(account.ApprovedDomain{Org: testOrg, Domain: account.Domain(fmt.Sprintf("d%d.example", os.Getpid()))})
		}))
	}
	return fmt.Errorf("unknown task %q", what)
}

// child is another process at work on the same database.
type child struct {
	t    *testing.T
	cmd  *exec.Cmd
	stop func()
}

func (h *house) start(what string) *child {
	h.t.Helper()
	exe, err := os.Executable()
	if err != nil {
		h.t.Fatal(err)
	}
	cmd := exec.Command(exe, h.path)
	cmd.Env = append(os.Environ(), childVariable+"="+what)
	in, err := cmd.StdinPipe()
	if err != nil {
		h.t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		h.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		h.t.Fatal(err)
	}
	c := &child{t: h.t, cmd: cmd, stop: func() { in.Close() }}
	h.t.Cleanup(func() { in.Close(); cmd.Process.Kill(); cmd.Wait() })
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
		h.t.Fatalf("the child said %q, error %v, want ready", line, err)
	}
	return c
}

// end lets the child go on and waits until it is gone.
func (c *child) end() {
	c.t.Helper()
	c.stop()
	if err := c.cmd.Wait(); err != nil {
		c.t.Errorf("the child failed: %v", err)
	}
}

func (h *house) waiting(wait time.Duration) *Store {
	s := *h.Store
	s.opt.Wait = wait
	return &s
}

func TestWhoWaitsTooLongIsToldWhoHoldsTheDatabase(t *testing.T) {
	h := newHouse(t)
	c := h.start("write")
	for _, wait := range []time.Duration{0, 200 * time.Millisecond} {
		began := time.Now()
		err := h.waiting(wait).View(context.Background(), func(*Tx) error { return nil })
		waited := time.Since(began)
		wantError(t, err, account.Busy, "db.busy")
		if want := fmt.Sprintf("(process %d)", c.cmd.Process.Pid); runtime.GOOS == "linux" && !strings.Contains(err.Error(), want) {
			t.Errorf("got error %q, want it to name %s", err, want)
		}
		if waited < wait || waited > wait+2*time.Second {
			t.Errorf("waited %v, want about %v", waited, wait)
		}
	}
	c.end()
	h.look(func(*Tx) error { return nil })
}

func TestAWaitEndsAsSoonAsTheHolderLetsGo(t *testing.T) {
	h := newHouse(t)
	c := h.start("write")
	time.AfterFunc(100*time.Millisecond, c.stop)
	began := time.Now()
	if err := h.waiting(10*time.Second).View(context.Background(), func(*Tx) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if waited := time.Since(began); waited > 3*time.Second {
		t.Errorf("waited %v, want about 100ms", waited)
	}
}

func TestReadersDoNotWaitForEachOtherButHoldWritersUp(t *testing.T) {
	h := newHouse(t)
	c := h.start("read")
	s := h.waiting(0)
	if err := s.View(context.Background(), func(*Tx) error { return nil }); err != nil {
		t.Errorf("a second reader: got error %v, want none", err)
	}
	err := s.Update(context.Background(), func(*Tx) error { return nil })
	wantError(t, err, account.Busy, "db.busy")
	if want := fmt.Sprintf("(process %d)", c.cmd.Process.Pid); runtime.GOOS == "linux" && !strings.Contains(err.Error(), want) {
		t.Errorf("got error %q, want it to name the reader, %s, and not who wrote last", err, want)
	}
	c.end()
}

func TestAKilledHolderLeavesNoLock(t *testing.T) {
	h := newHouse(t)
	c := h.start("write")
	if err := c.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := h.waiting(5*time.Second).Update(context.Background(), noted(func(*Tx) error { return nil })); err != nil {
		t.Errorf("got error %v, want the lock to be free", err)
	}
}

func TestAWaitCanBeInterrupted(t *testing.T) {
	h := newHouse(t)
	c := h.start("write")
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(50*time.Millisecond, cancel)
	err := h.waiting(10*time.Second).Update(ctx, func(*Tx) error { return nil })
	wantError(t, err, account.Interrupted, "interrupted")
	c.end()
}

// A process that waits while the file is swapped must commit into the new
// file, not into the one that is gone.
func TestAWriterThatWaitsSurvivesASwappedFile(t *testing.T) {
	h := newHouse(t)
	l, err := acquire(context.Background(), h.path, true, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	c := h.start("add")
	time.Sleep(100 * time.Millisecond) // it says ready before it waits
	copied := h.path + ".new"
	if err := os.WriteFile(copied, h.bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(copied, h.path); err != nil {
		t.Fatal(err)
	}
	l.release()
	c.end()
	h.look(func(tx *Tx) error {
		domain := account.Domain(fmt.Sprintf("d%d.example", c.cmd.Process.Pid))
		if _, found, err := tx.Domain(testOrg, domain); !found || err != nil {
			t.Errorf("what the waiting writer wrote: got found %t, error %v, want it in the new file", found, err)
		}
		return nil
	})
}

func TestAProcessIsNamedWithoutWhatCouldNamePeople(t *testing.T) {
	rows := []struct{ name, cmdline, want string }{
		{"a command with verb", "/usr/bin/usher\x00user\x00list\x00", "usher user list"},
		{"an address ends the words", "usher\x00user\x00bo@norrsken.example\x00", "usher user"},
		{"a flag ends the words", "usher\x00--db\x00file\x00", "usher"},
		{"no more than two words", "usher\x00user\x00add\x00secret\x00", "usher user add"},
		{"nothing but the name", "usher", "usher"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if got := commandWords([]byte(row.cmdline)); got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

func TestAReaderNeedsNoLockWhereNobodyCanWrite(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Log("root can write everywhere; only the lock's absence is tested")
	}
	h := newHouse(t)
	if err := os.Remove(h.path + LockSuffix); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Dir(h.path)
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o700) })
	h.look(func(*Tx) error { return nil })
}
