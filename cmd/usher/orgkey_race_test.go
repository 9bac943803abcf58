package main

import (
	"context"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/usher-admin/usher/internal/store"
)

// TestOfTwoRotationsAtOnceOneWins lets two rotations wait for the database, both
// having seen the same key. One replaces it; the other is told so, and nothing is
// lost.
func TestOfTwoRotationsAtOnceOneWins(t *testing.T) {
	t.Parallel()
	k := newKilled(t, 3)
	want := k.run("", "secret", "export", "--columns", "name,value")
	held, release := make(chan struct{}), make(chan struct{})
	ended := make(chan error, 1)
	go func() {
		ended <- k.store().View(context.Background(), func(*store.Tx) error { // readers go on, writers wait
			close(held)
			<-release
			return nil
		})
	}()
	<-held
	var runs [2]*exec.Cmd
	var talk [2]strings.Builder
	for i := range runs {
		runs[i] = k.command("", "orgkey", "rotate", "-y", "-q", "--wait", "120s")
		runs[i].Stderr = &talk[i]
		if err := runs[i].Start(); err != nil {
			t.Fatal(err)
		}
	}
	for _, run := range runs {
		waitsForALock(t, run.Process.Pid)
	}
	close(release)
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	codes := make(map[int]int)
	for i, run := range runs {
		_ = run.Wait()
		code := run.ProcessState.ExitCode()
		codes[code]++
		clear := strings.Contains(talk[i].String(), "the session has ended") || strings.Contains(talk[i].String(), "was replaced by somebody else meanwhile")
		if code != 0 && (!clear || !strings.Contains(talk[i].String(), "hint: ")) {
			t.Errorf("exit code %d: %s", code, talk[i].String())
		}
	}
	if codes[0] != 1 || codes[7]+codes[4] != 1 {
		t.Errorf("got exit codes %v, want one 0 and one 7 or 4", codes)
	}
	k.held(k.look())
	k.run(killedPassword, "login", "anna@norrsken.example", "--password-stdin", "-q")
	k.run("", "orgkey", "verify")
	if got := k.run("", "secret", "export", "--columns", "name,value"); got != want {
		t.Error("the stored passwords are not what they were")
	}
}

// waitsForALock waits until a process stands in the queue for a lock.
func waitsForALock(t *testing.T, pid int) {
	t.Helper()
	for range 6000 {
		text, err := os.ReadFile("/proc/locks")
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if strings.Contains(line, "-> ") && strings.Contains(line, " "+strconv.Itoa(pid)+" ") {
				return
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("process %d does not wait for the database", pid)
}
