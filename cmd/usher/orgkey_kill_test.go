package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/store"
)

// mostKills bounds how often each test kills a run.
const mostKills = 24

// atEachStep kills a run at its steps, each in a copy of the folder, and judges
// what is left.
func (k killed) atEachStep(judge func(killed), args ...string) {
	k.t.Helper()
	steps := some(k.copy(k.t).steps(args...), mostKills)
	k.t.Run("killed", func(t *testing.T) {
		for _, s := range steps {
			t.Run(fmt.Sprintf("%s_%d", s.call, s.number), func(t *testing.T) {
				t.Parallel()
				c := k.copy(t)
				c.killAt(s, args...)
				judge(c)
			})
		}
	})
}

// tally counts how many of the kills came too late to change anything.
type tally struct {
	sync.Mutex
	old, new int
}

func (y *tally) note(isNew bool) {
	y.Lock()
	defer y.Unlock()
	if isNew {
		y.new++
	} else {
		y.old++
	}
}

func (y *tally) want(t *testing.T) {
	t.Helper()
	if y.old < 3 || y.new < 1 {
		t.Errorf("%d kills left the old state and %d the new one: they prove little", y.old, y.new)
	}
}

// TestARotationThatIsKilledLosesNothing: after each kill every password and every
// stored password opens with a key that the device holds, the old one or the new
// one.
func TestARotationThatIsKilledLosesNothing(t *testing.T) {
	t.Parallel()
	first := newKilled(t, 20)
	before := first.look()
	want := first.run("", "secret", "export", "--columns", "name,value")
	var count tally
	first.atEachStep(func(k killed) {
		now := k.look()
		key := k.held(now)
		count.note(now.kept.Check != before.kept.Check)
		for email, sealed := range now.sealed {
			if _, err := key.Open(keys.PurposePassword, now.kept.Scope, now.places[email], sealed); err != nil {
				k.t.Errorf("the password of %s does not open: %v", email, err)
			}
		}
		k.run(killedPassword, "login", "anna@norrsken.example", "--password-stdin", "-q")
		k.run("", "orgkey", "verify")
		if got := k.run("", "secret", "export", "--columns", "name,value"); got != want {
			k.t.Error("the stored passwords are not what they were")
		}
	}, "orgkey", "rotate", "-y", "-q")
	count.want(t)
}

// TestAResetThatIsKilledIsAllOrNothing: after each kill everything is there as it
// was, or everything is gone, and out of every file once the next command has
// written. The device holds the key either way.
func TestAResetThatIsKilledIsAllOrNothing(t *testing.T) {
	t.Parallel()
	const many = 20
	first := newKilled(t, many)
	var count tally
	first.atEachStep(func(k killed) {
		blocks := filepath.Join(k.t.TempDir(), "blocks")
		now := k.look()
		k.held(now)
		isNew := now.users == 1
		count.note(isNew)
		switch {
		case isNew && now.secrets == 0 && len(now.sealed) == 0:
		case !isNew && now.users == many+1 && now.secrets == many:
			return
		default:
			k.t.Errorf("there are %d users and %d stored passwords", now.users, now.secrets)
		}
		left, err := filepath.Glob(filepath.Join(k.home, "data", ".usher.db.*"))
		if err == nil && len(left) > 0 {
			err = os.Link(left[0], blocks)
		}
		if err == nil {
			err = k.store().Update(context.Background(), func(*store.Tx) error { return nil })
		}
		if err != nil {
			k.t.Error(err)
		}
		for _, found := range readable(k.t, "user1@norrsken.example", filepath.Join(k.home, "data"), filepath.Dir(blocks)) {
			k.t.Errorf("a user can still be read in %s", found)
		}
	}, "orgkey", "reset", "--email", "eva@norrsken.example", "--confirm", "norrsken", "-q")
	count.want(t)
}

// readable names the files of folders in which a text stands.
func readable(t *testing.T, text string, folders ...string) (found []string) {
	t.Helper()
	for _, folder := range folders {
		entries, err := os.ReadDir(folder)
		if err != nil {
			t.Error(err)
		}
		for _, e := range entries {
			data, err := os.ReadFile(filepath.Join(folder, e.Name()))
			if err != nil {
				t.Error(err)
			}
			if bytes.Contains(data, []byte(text)) {
				found = append(found, e.Name())
			}
		}
	}
	return found
}

// TestAResetOnAFullDiskChangesNothing bounds how large a file may grow, as a full
// disk does: the command fails and says why, or it is done. A disk that takes the
// new file but not the zeros over the old one is a failure of its own, exit 9.
func TestAResetOnAFullDiskChangesNothing(t *testing.T) {
	t.Parallel()
	const many = 20
	first := newKilled(t, many)
	failed := make(map[int]int)
	for room := 0; failed[0] == 0; room += 16 { // blocks of 512 bytes, until it is enough
		k := first.copy(t)
		code, talk := k.bounded(room, "orgkey", "reset", "--email", "eva@norrsken.example", "--confirm", "norrsken", "-q")
		failed[code]++
		now := k.look()
		k.held(now)
		isOld, isNew := now.users == many+1 && now.secrets == many, now.users == 1 && now.secrets == 0
		switch {
		case code == 0 && isNew:
		case code == 9 && isNew && strings.Contains(talk, "could not be overwritten"):
			continue
		case code == 1 && isOld && strings.Contains(talk, "no room left for the database"):
		case code == 1 && isOld && strings.Contains(talk, "file too large"): // of the device's key
		default:
			t.Errorf("with room for %d blocks: exit code %d, %d users, %d stored passwords: %s", room, code, now.users, now.secrets, talk)
		}
		if left := k.left(); len(left) > 0 {
			t.Errorf("with room for %d blocks these are left: %q", room, left)
		}
	}
	if failed[1] < 2 {
		t.Errorf("it ended so: %v: that proves little", failed)
	}
}

// bounded runs usher with a bound to the size of the files it writes, and returns
// exit code and standard error.
func (k killed) bounded(blocks int, args ...string) (code int, talk string) {
	k.t.Helper()
	sh, err := exec.LookPath("sh")
	if err != nil {
		k.t.Fatal(err)
	}
	cmd := k.command("", args...)
	cmd.Path = sh
	cmd.Args = slices.Concat([]string{"sh", "-c", fmt.Sprintf(`ulimit -f %d; exec usher "$@"`, blocks), "sh"}, args)
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		k.t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), said.String()
}

// left names what is left beside the database.
func (k killed) left() []string {
	names, err := filepath.Glob(filepath.Join(k.home, "data", ".*"))
	if err != nil {
		k.t.Error(err)
	}
	return names
}
