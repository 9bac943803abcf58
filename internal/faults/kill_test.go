package faults

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// killers is how many processes work at once while they are killed.
const killers = 4

// TestKilledAtRandomMoments kills commands at random moments while others work
// on the same database. What was acknowledged is there; of what was not, all is
// there or nothing; every change has its event; no lock and no temporary file
// stays.
func TestKilledAtRandomMoments(t *testing.T) {
	total, round := times(200, 10_000), 100
	w := newWorld(t)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	var clerks []*killer
	for i := range killers {
		clerks = append(clerks, &killer{clerk: newClerk(w, i, seed, t.Errorf)})
	}
	began := time.Now()
	for done := 0; done < total && !t.Failed(); done += round {
		var left atomic.Int32
		left.Store(int32(round))
		var all sync.WaitGroup
		for _, k := range clerks {
			all.Go(func() {
				for !t.Failed() && left.Add(-1) >= 0 {
					k.killOne(t)
				}
			})
		}
		all.Wait()
		auditAll(t, w, clerks)
	}
	var sum killer
	for _, k := range clerks {
		sum.kept, sum.gone, sum.acts = sum.kept+k.kept, sum.gone+k.gone, sum.acts+k.acts
	}
	t.Logf("%d commands killed in %.0f s: of %d the change was there, of %d it was not; %d commands ended before", sum.kept+sum.gone, time.Since(began).Seconds(), sum.kept, sum.gone, sum.acts)
	if sum.kept == 0 || sum.gone == 0 {
		t.Error("the moments prove nothing: they all came too early or too late")
	}
}

// auditAll holds the database against the books of all clerks while nobody
// works on it. The first change finds no lock, and clears away what was left.
func auditAll(t *testing.T, w world, clerks []*killer) {
	t.Helper()
	clerks[0].comeBack()
	for _, k := range clerks {
		a := k.chooseSeat()
		a.args = append(a.args, "--wait", "0s")
		k.try(a)
	}
	if names := w.leftOvers(); len(names) > 0 {
		t.Errorf("left over: %v", names)
	}
	if o := w.run("", "logs", "verify"); o.code != 0 {
		t.Errorf("usher logs verify: %v", o)
	}
	before, err := firstContent()
	if err != nil {
		t.Fatal(err)
	}
	want, bought := before.actions(), 0
	for _, k := range clerks {
		k.audit()
		bought += k.bought
		for action, n := range k.events {
			want[action] += n
		}
	}
	if seats := w.must(t, "", "licence", "list", "-o", "csv", "--no-headers", "--columns", "plan,seats"); !strings.Contains(seats, fmt.Sprintf("%s,%d\n", tally, bought)) {
		t.Errorf("%d seats of %s were bought, the list says\n%s", bought, tally, seats)
	}
	c, err := readWhole(w.db())
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range c.faults {
		t.Error(fault)
	}
	got := c.actions()
	for action, n := range want {
		if got[action] != n {
			t.Errorf("the log has %d events %s, and %d changes were made", got[action], action, n)
		}
	}
}

// killer is a clerk whose commands are killed.
type killer struct {
	*clerk
	kept, gone, acts int
	usual            time.Duration // that a command took lately
}

// killOne does things until one of them was killed on the way.
func (k *killer) killOne(t *testing.T) {
	for !t.Failed() {
		a := k.choose()
		if k.dice.IntN(4) == 0 {
			k.acts++
			began := time.Now()
			k.try(a)
			k.usual = (3*k.usual + time.Since(began)) / 4
			continue
		}
		o, killed := k.kill(a)
		if !killed {
			k.acts++
			k.settle(a, o)
			continue
		}
		k.find(a)
		return
	}
}

// kill starts a command and ends it at a random moment.
func (k *killer) kill(a act) (outcome, bool) {
	var out, talk bytes.Buffer
	cmd := k.command(a.stdin, a.args...)
	cmd.Stdout, cmd.Stderr = &out, &talk
	if err := cmd.Start(); err != nil {
		return outcome{code: -2, talk: err.Error()}, false
	}
	span := max(k.usual, 5*time.Millisecond)
	time.Sleep(time.Duration(k.dice.Int64N(int64(span))))
	_ = cmd.Process.Kill()
	o := ended(cmd.Wait(), out.String(), talk.String())
	return o, o.code == -1
}

// find looks what became of an act that was killed: all of it is there, or
// nothing.
func (k *killer) find(a act) {
	if a.stdin == ownerPassword {
		k.comeBack() // a killed try counts as a wrong one, and five lock him out
	}
	switch {
	case a.reason != "":
		k.findReason(a)
		return
	case a.backup != "":
		k.lookAtBackup(a) // or nothing is there
		return
	case len(a.makes) == 0:
		return
	}
	looks, err := k.look(a)
	if err != nil {
		k.fault("after a kill of %s: %v", strings.Join(a.args, " "), err)
		return
	}
	before, after := true, true
	for thing, look := range a.makes {
		before = before && looks[thing] == k.looks[thing]
		after = after && looks[thing] == look
	}
	switch {
	case after:
		k.kept++
		k.enter(a)
	case before:
		k.gone++
	default:
		k.fault("killed: usher %s\nis there by half: %v\nbefore: %v\nwanted: %v", strings.Join(a.args, " "), looks, k.looks, a.makes)
	}
}

// findReason looks in the log for an act that was killed.
func (k *killer) findReason(a act) {
	o := finish(k.command("", "logs", "--action", a.action, "-n", "100", "-o", "jsonl"))
	if o.code != 0 {
		k.fault("usher logs: %v", o)
	}
	if !strings.Contains(o.out, a.reason) {
		k.gone++
		return
	}
	k.kept++
	k.enter(a)
}

// comeBack signs the owner in with whatever key the device has, and proves that
// it is the right one: a rotation of the key may have been killed.
func (k *killer) comeBack() {
	if o := finish(k.command(ownerPassword, "login", ownerEmail, "--password-stdin")); o.code != 0 {
		k.fault("cannot sign in after a kill: %v", o)
	}
	if o := finish(k.command("", "orgkey", "verify")); o.code != 0 {
		k.fault("the key after a kill: %v", o)
	}
}
