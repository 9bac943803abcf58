package faults

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// This file lets single system calls fail under every changing command, with
// strace, and judges what the command says against what the file holds.

// calls are the system calls that fail, with the errors they fail with.
func calls() map[string][]string {
	disk := []string{"EIO", "ENOSPC", "EDQUOT", "EINTR"}
	return map[string][]string{
		"write": disk, "pwrite64": disk, "fsync": disk, "fdatasync": disk, "ftruncate": disk, "renameat": disk,
		"openat": {"EIO", "ENOSPC", "EDQUOT", "EINTR", "EMFILE"},
		"flock":  {"EIO", "EINTR", "ENOLCK"},
		"mmap":   {"EIO", "ENOMEM"},
		// A close that strace lets fail is not made at all, so a lock may stay
		// until the process ends; the kernel itself always closes.
		"close": {"EIO", "EINTR"},
	}
}

// trace runs a command under strace and returns the lines it wrote about the
// calls that were asked for.
func trace(cmd *exec.Cmd, log string, options ...string) (outcome, []string, error) {
	args := append([]string{"strace", "-f", "-qq", "-y", "--seccomp-bpf", "-s", "16", "-o", log}, options...)
	path, err := exec.LookPath(args[0])
	if err != nil {
		return outcome{}, nil, err
	}
	cmd.Args = append(append(args, program), cmd.Args[1:]...)
	cmd.Path = path
	// One thread at a time, or the calls spread over threads by chance, and
	// strace counts each thread's calls by themselves.
	cmd.Env = append(cmd.Env, "GOMAXPROCS=1", "GODEBUG=asyncpreemptoff=1", "USHER_WAIT=3s")
	o := finish(cmd)
	text, err := os.ReadFile(log)
	return o, strings.Split(string(text), "\n"), err
}

// call is one system call as strace writes it.
type call struct {
	name, text string
	number     int // among the calls of its name by the same thread
	injected   bool
}

var callLine = regexp.MustCompile(`^(\d+ +([a-z0-9]+))\(`)

func parseCalls(lines []string) (list []call) {
	count := map[string]int{} // by thread and name, as strace counts
	for _, text := range lines {
		if m := callLine.FindStringSubmatch(text); m != nil {
			count[m[1]]++
			list = append(list, call{m[2], text, count[m[1]], strings.Contains(text, "(INJECTED)")})
		}
	}
	return list
}

// concerns reports whether a call is about a file of the world, or about
// standard output.
func (c call) concerns(w world) bool {
	return strings.Contains(c.text, w.home+"/") || c.name == "write" && strings.Contains(c.text, "write(1<")
}

// position is a call of a command that is made to fail.
type position struct {
	change int
	call   string
	number int
	error  string
}

// rehearse runs every change once, undisturbed, and returns the events each
// leaves and the positions at which it can be disturbed.
func rehearse(t *testing.T) (events [][]string, all []position) {
	t.Helper()
	kinds := calls()
	names := slices.Sorted(maps.Keys(kinds))
	list := changes()
	events = make([][]string, len(list))
	found := make([][]position, len(list))
	each(t, len(list), func(i int) {
		w := list[i].begin(t)
		o, lines, err := trace(list[i].command(w), w.file("trace"), "-e", "trace="+strings.Join(names, ","))
		if err != nil || o.code != 0 {
			t.Errorf("usher %s: %v %v", list[i].do, o, err)
			return
		}
		for _, c := range parseCalls(lines) {
			if !c.concerns(w) {
				continue
			}
			for _, e := range kinds[c.name] {
				found[i] = append(found[i], position{i, c.name, c.number, e})
			}
		}
		events[i] = newEvents(t, w)
	})
	return events, slices.Concat(found...)
}

// each calls fn with the numbers below n, on both of two processors.
func each(t *testing.T, n int, fn func(i int)) {
	t.Helper()
	var all sync.WaitGroup
	next := make(chan int)
	for range 3 {
		all.Go(func() {
			for i := range next {
				if !t.Failed() || long() {
					fn(i)
				}
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	all.Wait()
}

// newEvents returns the actions of the events that a world has more than the
// first one.
func newEvents(t testing.TB, w world) []string {
	t.Helper()
	c, err := readWhole(w.db())
	if err != nil {
		t.Error(err)
		return nil
	}
	return c.since(t)
}

func (c *content) since(t testing.TB) (actions []string) {
	t.Helper()
	before, err := firstContent()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range c.lines[min(len(before.lines), len(c.lines)):] {
		actions = append(actions, l.Action)
	}
	return actions
}

// TestFailingSystemCalls lets one system call fail, or all from one on, under
// every changing command: the change is done, or not done, or the command says
// that it does not know. The next command works.
func TestFailingSystemCalls(t *testing.T) {
	_, err := exec.LookPath("strace")
	need(t, err == nil, "strace")
	events, all := rehearse(t)
	if t.Failed() {
		return
	}
	chosen := spread(all, times(150, len(all)))
	var mutex sync.Mutex
	ends, done := map[string]int{}, 0
	each(t, len(chosen), func(i int) {
		p := chosen[i]
		end := disturb(t, changes()[p.change], p, events[p.change])
		mutex.Lock()
		ends[end]++
		if done++; done%500 == 0 {
			t.Logf("%d so far: %v", done, ends)
		}
		mutex.Unlock()
	})
	t.Logf("%d of %d positions: %v", len(chosen), len(all), ends)
}

// spread picks so many of a list, as evenly as can be.
func spread[T any](all []T, many int) (chosen []T) {
	many = min(many, len(all))
	for i := range many {
		chosen = append(chosen, all[i*len(all)/many])
	}
	return chosen
}

// disturb runs a change while a call fails, and says how it ended. The threads
// of a program share its calls by chance, so the call that is meant is not
// always met at once.
func disturb(t *testing.T, c change, p position, events []string) (end string) {
	for range 4 {
		w := c.begin(t)
		inject := fmt.Sprintf("inject=%s:error=%s:when=%d", p.call, p.error, p.number)
		o, lines, err := trace(c.command(w), w.file("trace"), "-e", "trace="+p.call, "-e", inject)
		if err != nil {
			t.Error(err)
			return "failed"
		}
		hit := slices.IndexFunc(parseCalls(lines), func(c call) bool { return c.injected && c.concerns(w) })
		if hit < 0 {
			continue
		}
		end, faults := judge(t, w, c, o, events)
		if len(faults) > 0 {
			t.Errorf("usher %s\nwhile %s\n%v\n%s", c.do, strings.ReplaceAll(parseCalls(lines)[hit].text, w.home, ""), o, strings.Join(faults, "\n"))
		}
		return end
	}
	return "not met"
}

// judge holds what a disturbed command said against what the file holds, and
// lets another command go.
func judge(t *testing.T, w world, c change, o outcome, events []string) (end string, faults []string) {
	if c.bare {
		return judgeInit(w, c, o)
	}
	found, err := readWhole(w.db())
	if err != nil {
		return "broken", []string{err.Error()}
	}
	faults = append(faults, found.faults...)
	if strings.Contains(o.talk, "goroutine ") || strings.Contains(o.talk, "panic") || o.code < 0 {
		faults = append(faults, "it crashed")
	}
	made := found.since(t)
	done, part := slices.Equal(made, events), len(made) > 0
	switch {
	case o.code == 12:
		end = "unknown"
		if part && !done && !c.steps {
			faults = append(faults, fmt.Sprintf("there by half: %v of %v", made, events))
		}
	case o.code == 0 || o.code == 9:
		end = "done"
		if !done {
			faults = append(faults, fmt.Sprintf("it said that it was done; the log has %v, and should have %v", made, events))
		}
	default:
		end = "not done, exit " + strconv.Itoa(o.code)
		if c.look && done { // the event comes before what is shown
			break
		}
		if part && !c.steps || done && len(events) > 0 {
			faults = append(faults, fmt.Sprintf("it said that it failed, and the log has %v", made))
		}
		if !c.steps {
			faults = append(faults, found.changed()...)
		}
	}
	return end, append(faults, afterwards(w)...)
}

// judgeInit is judge where there was no database: there is none, or a whole one,
// and where there is none another try makes it.
func judgeInit(w world, c change, o outcome) (end string, faults []string) {
	there := isFile(w.db())
	again := 0
	if there {
		again = 4
		found, err := readWhole(w.db())
		if err != nil {
			return "broken", []string{err.Error()}
		}
		faults = found.faults
	}
	done := o.code == 0 || o.code == 9
	if o.code != 12 && done != there {
		faults = append(faults, fmt.Sprintf("the database is there: %t", there))
	}
	if next := finish(c.command(w)); next.code != again {
		faults = append(faults, fmt.Sprintf("another try: %v", next))
	}
	for _, name := range w.leftOvers() {
		faults = append(faults, "left over: "+name)
	}
	return fmt.Sprintf("init, exit %d", o.code), faults
}

// changed names the records that are not what they were in the first world, but
// for sessions and wrong passwords: when somebody was seen, gave his password or
// tried one is noted before a change and apart from it.
func (c *content) changed() (faults []string) {
	before, err := firstContent()
	if err != nil {
		return []string{err.Error()}
	}
	for key, value := range c.records {
		if before.records[key] != value && key[0] != 's' && key[0] != 'w' {
			faults = append(faults, fmt.Sprintf("it said that it failed, and the record %q is another", key))
		}
	}
	for key := range before.records {
		if _, there := c.records[key]; !there && key[0] != 's' && key[0] != 'w' {
			faults = append(faults, fmt.Sprintf("it said that it failed, and the record %q is gone", key))
		}
	}
	return faults
}

// afterwards lets an ordinary command do its work after all that, and looks at
// the whole file and what lies beside it.
func afterwards(w world) (faults []string) {
	o := w.system("", "recover unlock eva@norrsken.example --org norrsken --reason after")
	if o.code == 3 { // the organisation was deleted or has another name
		o = w.system(ownerPassword, "org add After --email after@after.example --password-stdin")
	}
	if o.code != 0 {
		faults = append(faults, fmt.Sprintf("the next command: %v", o))
	}
	found, err := readWhole(w.db())
	if err != nil {
		return append(faults, err.Error())
	}
	for _, name := range w.leftOvers() {
		if !strings.HasSuffix(name, ".next") { // the key that a rotation may have brought in
			faults = append(faults, "left over: "+name)
		}
	}
	return append(faults, found.faults...)
}

// system runs a command as the system user, who needs no session; his key may
// be a new one.
func (w world) system(in, do string) outcome {
	if newer := w.file("system2.key"); isFile(newer) {
		if o := finish(step{in: in, do: do + " --system-key-file @system2.key"}.command(w)); o.code == 0 {
			return o
		}
	}
	return finish(step{in: in, do: do + " --system-key-file @system.key"}.command(w))
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
