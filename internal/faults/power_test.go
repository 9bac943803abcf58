package faults

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/store"
)

// TestPowerLoss records what every changing command writes, and lays out what a
// disk can hold when the power goes at any moment: the database opens, is whole,
// and is the one before the command or the one after it; after the command has
// ended it is the one after. Nothing that older side files say makes it refuse
// to open.
func TestPowerLoss(t *testing.T) {
	_, err := exec.LookPath("strace")
	need(t, err == nil, "strace")
	list := slices.DeleteFunc(changes(), func(c change) bool { return c.bare })
	list = spread(list, times(4, len(list)))
	seed := rand.Uint64()
	var states atomic.Int64
	each(t, len(list), func(i int) {
		p := &power{t: t, change: list[i], dice: rand.New(rand.NewPCG(seed, uint64(i))), many: times(2, 12)}
		p.judge, p.old = p.judgeChange, firstAnchors()
		p.run(newWorld(t), newWorld(t))
		states.Add(int64(p.states))
	})
	t.Logf("seed %d: %d states of the disk under %d commands", seed, states.Load(), len(list))
}

// TestPowerLossOfInit is TestPowerLoss where nothing was before: there is no
// database, or a whole one with its first event.
func TestPowerLossOfInit(t *testing.T) {
	_, err := exec.LookPath("strace")
	need(t, err == nil, "strace")
	seed := rand.Uint64()
	p := &power{t: t, change: change{step: furniture()[0]}, dice: rand.New(rand.NewPCG(seed, 0)), many: times(3, 200)}
	p.judge = func(over bool) []string {
		if _, err := os.Lstat(p.stage.db()); errors.Is(err, fs.ErrNotExist) && !over {
			return nil
		}
		if err := openStore(p.stage).Verify(context.Background()); err != nil {
			return []string{err.Error()}
		}
		found, err := readWhole(p.stage.db())
		if err != nil {
			return []string{err.Error()}
		}
		if len(found.lines) != 1 || found.lines[0].Action != "init" {
			found.fault("the log has not the one event of init")
		}
		if over && !p.stage.holdsKey(found) {
			found.fault("the device has not the key that init told it")
		}
		return found.faults
	}
	p.run(emptyWorld(t), emptyWorld(t))
	t.Logf("seed %d: %d states of the disk", seed, p.states)
}

// TestPowerLossOfRestore is TestPowerLoss where an older database takes the
// place of a newer one: it is the one or the other, and neither is called rolled
// back. Backup and compaction leave the log as it is.
func TestPowerLossOfRestore(t *testing.T) {
	_, err := exec.LookPath("strace")
	need(t, err == nil, "strace")
	before, err := firstContent()
	if err != nil {
		t.Fatal(err)
	}
	seed := rand.Uint64()
	for _, row := range []struct {
		do  string
		put bool // an older database stands there already, and is refused
	}{
		{do: "db restore @early.db" + system},
		{do: "db restore --accept-rollback" + system, put: true},
		{do: "db backup @late.db"},
		{do: "db compact"},
	} {
		p := &power{t: t, change: change{step: step{do: row.do}}, dice: rand.New(rand.NewPCG(seed, 0)), many: times(3, 200)}
		p.judge = func(over bool) []string { return p.judgeRoot(before.root, over, row.put) }
		w, again := newWorld(t), newWorld(t)
		if row.put {
			if err := errors.Join(w.putBack(), again.putBack()); err != nil {
				t.Fatal(err)
			}
		}
		p.run(w, again)
		t.Logf("seed %d: %d states of the disk under usher %s", seed, p.states, row.do)
	}
}

// putBack puts an older copy of the database into its place.
func (w world) putBack() error {
	data, err := os.ReadFile(w.file("early.db"))
	if err != nil {
		return err
	}
	return os.WriteFile(w.db(), data, 0o600)
}

// judgeRoot looks whether the log is the one of before the command or the one of
// after it. A backup that is there is whole. refused says that the one of before
// is refused as rolled back.
func (p *power) judgeRoot(before [32]byte, over, refused bool) []string {
	err := openStore(p.stage).Verify(context.Background())
	if refused && !over && account.CodeOf(err) == "db.rolled_back" {
		return nil
	}
	if err != nil {
		return []string{err.Error()}
	}
	found, err := readWhole(p.stage.db())
	if err != nil {
		return []string{err.Error()}
	}
	if found.root != p.root && (over || found.root != before && !refused) {
		found.fault("the log has %d events, and is not the one it should be", found.size)
	}
	if late := p.stage.file("late.db"); isFile(late) || over && isFile(p.world.file("late.db")) {
		backup, err := readWhole(late)
		if err != nil {
			return append(found.faults, err.Error())
		}
		found.faults = append(found.faults, backup.faults...)
	}
	return found.faults
}

// power is one command and the states in which it may leave a disk.
type power struct {
	t      *testing.T
	change change
	dice   *rand.Rand
	many   int // random states at each moment
	world  world
	stage  world // where the states are laid out
	events []string
	root   [32]byte // of the log afterwards
	states int
	judge  func(over bool) []string // of the state that is laid out
	old    [][]byte                 // anchors of before
}

// run begins with a world and with a copy of it, on which the deeds are done again.
func (p *power) run(w, again world) {
	p.world, p.stage = w, emptyWorld(p.t)
	before, err := newDisk(p.world)
	if err != nil {
		p.t.Error(err)
		return
	}
	old := maps.Clone(before.now)
	o, deeds, err := record(p.change.command(p.world), p.world, before)
	if err != nil || o.code != 0 {
		p.t.Errorf("usher %s: %v %v", p.change.do, o, err)
		return
	}
	if found, err := readWhole(p.world.db()); err == nil {
		p.events, p.root = found.since(p.t), found.root
	}
	p.replay(again, deeds, old)
}

// replay does the deeds one by one on a disk as it was before, and looks at the
// states it can be in after each. old are the files of the recording that were
// there before.
func (p *power) replay(w world, deeds []deed, old map[string]*inode) {
	d, err := newDisk(w)
	if err != nil {
		p.t.Error(err)
		return
	}
	files := map[*inode]*inode{} // of the recording, as this disk has them
	for name, f := range old {
		files[f] = d.now[w.home+strings.TrimPrefix(name, p.world.home)]
	}
	for i, do := range deeds {
		do = p.moved(do, w, files)
		d.apply(do)
		p.lose(d, w, fmt.Sprintf("after %d of %d: %v", i+1, len(deeds), do), i+1 == len(deeds))
		if p.t.Failed() {
			return
		}
	}
	p.compare(d, w)
}

// compare proves that the recording is whole: doing it again gives the files
// that the command left.
func (p *power) compare(d *disk, w world) {
	if err := os.Remove(p.world.file("trace")); err != nil {
		p.t.Error(err)
	}
	real, err := newDisk(p.world)
	if err != nil {
		p.t.Error(err)
		return
	}
	if len(real.now) != len(d.now) {
		p.t.Errorf("usher %s: it left %d files, the recording %d", p.change.do, len(real.now), len(d.now))
	}
	for name, f := range real.now {
		again := d.now[w.home+strings.TrimPrefix(name, p.world.home)]
		if again == nil || !bytes.Equal(again.bytes, f.bytes) {
			p.t.Errorf("usher %s: the recording does not lead to %s", p.change.do, name)
		}
	}
}

// moved is a deed of the recording as it is done on another disk.
func (p *power) moved(do deed, w world, files map[*inode]*inode) deed {
	place := func(path string) string {
		if path == "" {
			return ""
		}
		return w.home + strings.TrimPrefix(path, p.world.home)
	}
	do.path, do.to = place(do.path), place(do.to)
	if do.kind == "create" {
		files[do.file] = &inode{name: do.path}
	}
	do.file = files[do.file]
	return do
}

// lose lays out states of the disk at one moment: with all that was not flushed,
// with none, with all but one, with but one, and with some by chance.
func (p *power) lose(d *disk, w world, when string, over bool) {
	losses := []loss{everything(), nothing()}
	n := d.looseDeeds()
	for i := range min(n, 40) {
		losses = append(losses, except(i, true), except(i, false))
	}
	if n > 0 {
		for range p.many {
			losses = append(losses, chance(p.dice))
		}
	}
	for _, l := range losses {
		p.states++
		files := d.after(l)
		p.age(files, w)
		if err := lay(files, w, p.stage); err != nil {
			p.t.Error(err)
			return
		}
		if faults := p.judge(over); len(faults) > 0 {
			p.t.Errorf("usher %s\n%s\n%s", p.change.do, strings.ReplaceAll(when, w.home, ""), strings.Join(faults, "\n"))
			return
		}
	}
}

// age now and then puts an older anchor, none, or a torn one beside the
// database: nobody flushes it, so the disk may have it of any time.
func (p *power) age(files map[string][]byte, w world) {
	name := w.db() + store.AnchorSuffix
	switch n := p.dice.IntN(10 + 3*len(p.old)); {
	case n < len(p.old):
		files[name] = p.old[n]
	case n == len(p.old):
		delete(files, name)
	case n == len(p.old)+1 && files[name] != nil:
		files[name] = files[name][:min(len(files[name]), p.dice.IntN(120))]
	}
}

// judgeChange looks at the state that a change left.
func (p *power) judgeChange(over bool) (faults []string) {
	err := openStore(p.stage).Verify(context.Background())
	if err != nil {
		return []string{err.Error()}
	}
	found, err := readWhole(p.stage.db())
	if err != nil {
		return []string{err.Error()}
	}
	made := found.since(p.t)
	before, after := len(made) == 0, slices.Equal(made, p.events)
	part := p.change.steps && len(made) < len(p.events) && slices.Equal(made, p.events[:len(made)])
	switch {
	case over && !after:
		faults = append(faults, fmt.Sprintf("it was acknowledged, and the log has %v and should have %v", made, p.events))
	case !before && !after && !part:
		faults = append(faults, fmt.Sprintf("the log has %v, and should have none or all of %v", made, p.events))
	case !after && !p.change.steps:
		faults = append(faults, found.changed()...)
	}
	if _, there := found.records["D\x00\x00\x00\x01"]; there && !p.stage.holdsKey(found) {
		faults = append(faults, "no key that the device has opens the organisation")
	}
	return append(faults, found.faults...)
}

// holdsKey reports whether the device has the organisation's key.
func (w world) holdsKey(c *content) bool {
	files, _ := filepath.Glob(filepath.Join(w.state(), "*", "key-*"))
	for _, file := range files {
		if text, err := os.ReadFile(file); err == nil && c.opensWith(strings.TrimSpace(string(text))) {
			return true
		}
	}
	return false
}

// openStore is the database of a world as usher opens it, in this process: there
// are too many states for a process each.
func openStore(w world) *store.Store {
	return store.New(w.db(), store.Options{Wait: 10 * time.Second, Now: time.Now, Random: nil, Warn: func(string) {}})
}

// firstAnchors are the anchors that the first world had while it was made.
func firstAnchors() (anchors [][]byte) {
	w, err := first()
	if err != nil {
		return nil
	}
	names, _ := filepath.Glob(w.home + ".anchor*")
	for _, name := range names {
		if data, err := os.ReadFile(name); err == nil || !errors.Is(err, fs.ErrNotExist) {
			anchors = append(anchors, data)
		}
	}
	return anchors
}
