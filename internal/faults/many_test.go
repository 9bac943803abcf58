package faults

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// patience is how long a command waits for the database in this test, and
// grace what it may take beyond, on a machine with many more processes than
// processors.
const (
	patience = 5 * time.Second
	grace    = 10 * time.Second
)

// TestManyProcesses lets many processes work at once, one of them a list into a
// pipe that nobody reads. No seat is given twice, no change is lost, nobody
// waits longer than he was told to without being told that it is busy, and the
// log has no gap.
func TestManyProcesses(t *testing.T) {
	w := newWorld(t)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	listed, stopList := w.listForNobody(t)
	until := time.Now().Add(time.Duration(times(4, 60)) * time.Second)
	var all sync.WaitGroup
	var clerks []*killer
	var sum tired
	for i := range times(16, 64) {
		k := &killer{clerk: newClerk(w, i, seed, t.Errorf)}
		clerks = append(clerks, k)
		all.Go(func() {
			for !t.Failed() && time.Now().Before(until) {
				sum.add(k.busy())
			}
		})
	}
	all.Go(func() {
		for !t.Failed() && time.Now().Before(until) {
			w.checkSeats(t)
		}
	})
	all.Wait()
	stopList()
	clerks[0].events["user.import"] += listed
	auditAll(t, w, clerks)
	t.Logf("%d commands of %d processes, %d were told that it is busy, the longest took %.1f s", sum.commands.Load(), len(clerks), sum.busy.Load(), time.Duration(sum.longest.Load()).Seconds())
	if sum.commands.Load() == 0 {
		t.Error("nobody did anything")
	}
}

// tired counts what became of commands.
type tired struct {
	commands, busy, longest atomic.Int64
}

func (s *tired) add(took time.Duration, busy bool) {
	s.commands.Add(1)
	if busy {
		s.busy.Add(1)
	}
	for old := s.longest.Load(); int64(took) > old && !s.longest.CompareAndSwap(old, int64(took)); old = s.longest.Load() {
	}
}

// busy does one thing and tells how long it took, and whether the database was
// too busy for it. A rotation of the key ends sessions that others work with, so
// it is left out here.
func (c *clerk) busy() (took time.Duration, busy bool) {
	a := c.choose()
	for slices.Contains(a.args, "rotate") || slices.Contains(a.args, "login") {
		a = c.choose()
	}
	cmd := c.command(a.stdin, a.args...)
	cmd.Env = append(cmd.Env, "USHER_WAIT="+patience.String())
	began := time.Now()
	o := finish(cmd)
	took = time.Since(began)
	if took > patience+grace {
		c.fault("usher %s took %v: %v", strings.Join(a.args, " "), took, o)
	}
	if o.code == 75 {
		return took, true // the book stays as it is: a busy database changes nothing
	}
	c.settle(a, o)
	return took, false
}

// checkSeats looks whether a plan has more holders than seats.
func (w world) checkSeats(t *testing.T) {
	o := w.run("", "licence", "list", "-o", "json")
	var pools []struct {
		Plan              string
		Seats, Used, Free int
	}
	if err := json.Unmarshal([]byte(o.out), &pools); o.code != 0 || err != nil {
		t.Errorf("usher licence list: %v", o)
	}
	for _, p := range pools {
		if p.Used > p.Seats || p.Free != p.Seats-p.Used {
			t.Errorf("plan %s: %d of %d seats are used, %d free", p.Plan, p.Used, p.Seats, p.Free)
		}
	}
}

// listForNobody starts a list, longer than a pipe holds, into a pipe that nobody
// reads. It returns how many users that took, and what ends it.
func (w world) listForNobody(t *testing.T) (users int, stop func()) {
	t.Helper()
	const many = 4000
	var staff strings.Builder
	staff.WriteString("email\n")
	for i := range many {
		fmt.Fprintf(&staff, "staff%d@norrsken.example\n", i)
	}
	w.must(t, staff.String(), "user", "import", "-", "-q")
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := w.command("", "user", "list", "-o", "jsonl")
	cmd.Stdout = write
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	write.Close()
	over := make(chan error, 1)
	go func() { over <- cmd.Wait() }()
	return many, func() {
		defer read.Close()
		select {
		case err := <-over:
			t.Errorf("the list ended, though nobody read it: %v", err)
		default:
			_ = cmd.Process.Kill()
			<-over
		}
	}
}
