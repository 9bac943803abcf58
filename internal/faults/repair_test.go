package faults

import (
	"fmt"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

// repair is the command that makes indexes anew.
const repair = "db check --repair"

// notMet stands for the exit code where the call that was meant was not met.
const notMet = -2

// TestFailingSystemCallsOfRepair is TestFailingSystemCalls where the index of
// addresses is lost: it is there again as a whole, with an event, or nothing was
// changed, and the next repair makes it.
func TestFailingSystemCallsOfRepair(t *testing.T) {
	_, err := exec.LookPath("strace")
	need(t, err == nil, "strace")
	kinds := calls()
	delete(kinds, "close") // it looks by another process, which would wait for ever at a pipe
	w := worldWithoutIndex(t)
	o, lines, err := trace(step{do: repair}.command(w), w.file("trace"), "-e", "trace="+strings.Join(slices.Sorted(maps.Keys(kinds)), ","))
	if err != nil || o.code != 0 {
		t.Fatalf("usher %s: %v %v", repair, o, err)
	}
	var all []position
	for _, c := range parseCalls(lines) {
		if c.concerns(w) {
			for _, e := range kinds[c.name] {
				all = append(all, position{call: c.name, number: c.number, error: e})
			}
		}
	}
	chosen := spread(all, times(30, len(all)))
	var mutex sync.Mutex
	ends := map[int]int{}
	each(t, len(chosen), func(i int) {
		code := disturbRepair(t, chosen[i])
		mutex.Lock()
		defer mutex.Unlock()
		ends[code]++
	})
	t.Logf("%d of %d positions, by exit code: %v", len(chosen), len(all), ends)
}

// worldWithoutIndex is one whose users are not found by their addresses.
func worldWithoutIndex(t *testing.T) world {
	t.Helper()
	w := newWorld(t)
	db, err := bbolt.Open(w.db(), 0o600, &bbolt.Options{Timeout: time.Second})
	if err == nil {
		err = db.Update(func(tx *bbolt.Tx) error {
			bucket := tx.Bucket([]byte("usher"))
			for _, k := range addresses(bucket) {
				if err := bucket.Delete(k); err != nil {
					return err
				}
			}
			return nil
		})
		_ = db.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// addresses returns the keys of the index of addresses.
func addresses(bucket *bbolt.Bucket) (keys [][]byte) {
	c := bucket.Cursor()
	for k, _ := c.Seek([]byte("e")); len(k) > 0 && k[0] == 'e'; k, _ = c.Next() {
		keys = append(keys, slices.Clone(k))
	}
	return keys
}

func disturbRepair(t *testing.T, p position) int {
	w := worldWithoutIndex(t)
	o, lines, err := trace(step{do: repair}.command(w), w.file("trace"), "-e", "trace="+p.call, "-e",
		fmt.Sprintf("inject=%s:error=%s:when=%d", p.call, p.error, p.number))
	if err != nil {
		t.Error(err)
		return o.code
	}
	if !slices.ContainsFunc(parseCalls(lines), func(c call) bool { return c.injected && c.concerns(w) }) {
		return notMet
	}
	faults := judgeRepair(w, o)
	if next := w.run("", strings.Fields(repair)...); next.code != 0 {
		faults = append(faults, fmt.Sprintf("the next repair: %v", next))
	}
	if there, _, err := indexed(w); err != nil || !there {
		faults = append(faults, fmt.Sprintf("after the next repair the index is there: %t, %v", there, err))
	}
	if len(faults) > 0 {
		t.Errorf("usher %s\nwhile %v\n%v\n%s", repair, p, o, strings.Join(faults, "\n"))
	}
	return o.code
}

// judgeRepair holds what a disturbed repair said against what the file holds.
func judgeRepair(w world, o outcome) (faults []string) {
	there, events, err := indexed(w)
	switch {
	case err != nil:
		return []string{err.Error()}
	case o.code < 0 || strings.Contains(o.talk, "goroutine "):
		faults = append(faults, "it crashed")
	case o.code == 0 || o.code == 9:
		if !there {
			faults = append(faults, "it said that it was done, and the index is not there")
		}
	case o.code != 12 && there:
		faults = append(faults, "it said that it failed, and the index is there")
	}
	if there != (events == 1) {
		faults = append(faults, fmt.Sprintf("the index is there: %t, and the log has %d events of it", there, events))
	}
	return faults
}

// indexed reports whether the index is as it was in the first world, and how many
// repairs the log tells of.
func indexed(w world) (there bool, events int, err error) {
	before, err := firstContent()
	if err != nil {
		return false, 0, err
	}
	found, err := readWhole(w.db())
	if err != nil {
		return false, 0, err
	}
	if len(found.faults) > 0 {
		return false, 0, fmt.Errorf("%v", found.faults)
	}
	there = true
	for key := range before.records {
		if key[0] == 'e' {
			_, found := found.records[key]
			there = there && found
		}
	}
	return there, found.actions()["db.repair"], nil
}
