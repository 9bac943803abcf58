package faults

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// This file lets usher work where something is missing or in the way. Each row
// is what a command says then, and in each the data of before is intact.

// errorCode returns the code of the error that a command with -o json said.
func (o outcome) errorCode() string {
	for line := range strings.Lines(o.talk) {
		var said struct{ Error struct{ Code string } }
		if json.Unmarshal([]byte(line), &said) == nil && said.Error.Code != "" {
			return said.Error.Code
		}
	}
	return ""
}

// wants checks how a command ended, and that it did not crash.
func (o outcome) wants(t *testing.T, code int, error string) {
	t.Helper()
	if o.code != code || o.errorCode() != error || strings.Contains(o.talk, "goroutine ") {
		t.Errorf("got %v\nwant exit %d, error %q", o, code, error)
	}
}

// intact checks that a world is whole and the first one still.
func (w world) intact(t *testing.T) {
	t.Helper()
	found, err := readWhole(w.db())
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range append(found.faults, found.changed()...) {
		t.Error(fault)
	}
}

// change is a change that writes several pages.
func (w world) change() outcome {
	return w.run("email\n"+rows(300), "user", "import", "-", "-o", "json")
}

func rows(n int) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, "row%d@norrsken.example\n", i)
	}
	return text.String()
}

func TestAFullDiskChangesNothing(t *testing.T) {
	from, w := newWorld(t), newWorld(t)
	data := filepath.Dir(w.db())
	if !mounted(t, data, "size=600k,mode=700") {
		return
	}
	if err := copyFolder(filepath.Dir(from.db()), data); err != nil {
		t.Fatal(err)
	}
	filler := filepath.Join(data, "filler")
	fill(t, filler)
	w.change().wants(t, 1, "db.full")
	w.intact(t)
	o := finish(withDB(w, filepath.Join(data, "new.db"), "init", "--org", "Full", "--email", "a@full.example", "--password-stdin", "-o", "json"))
	o.wants(t, 1, "db.full")
	if _, err := os.Lstat(filepath.Join(data, "new.db")); err == nil {
		t.Error("half a database is there")
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	w.change().wants(t, 0, "")
}

// fill writes a file until the disk is full.
func fill(t *testing.T, name string) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for err == nil {
		_, err = f.Write(make([]byte, 4096))
	}
}

func withDB(w world, db string, args ...string) *exec.Cmd {
	cmd := w.command(ownerPassword, args...)
	cmd.Env = append(cmd.Env, "USHER_DB="+db)
	return cmd
}

// limited runs a command of usher under a limit of the shell's ulimit.
func (w world) limited(limit, stdin string, args ...string) outcome {
	cmd := w.command(stdin, args...)
	cmd.Args = append([]string{"sh", "-c", "ulimit " + limit + ` && exec "$0" "$@"`, program}, cmd.Args[1:]...)
	cmd.Path = "/bin/sh"
	return finish(cmd)
}

func TestAFileSizeLimitChangesNothing(t *testing.T) {
	w := newWorld(t)
	info, err := os.Stat(w.db())
	if err != nil {
		t.Fatal(err)
	}
	blocks := fmt.Sprintf("-f %d", info.Size()/512)
	w.limited(blocks, "email\n"+rows(3000), "user", "import", "-", "-o", "json").wants(t, 1, "db.full")
	w.intact(t)
	w.change().wants(t, 0, "")
}

func TestAReadOnlyDiskCanBeRead(t *testing.T) {
	from, w := newWorld(t), newWorld(t)
	data := filepath.Dir(w.db())
	if !mounted(t, data, "mode=700") {
		return
	}
	if err := copyFolder(filepath.Dir(from.db()), data); err != nil {
		t.Fatal(err)
	}
	if err := makeReadOnly(data); err != nil {
		t.Fatal(err)
	}
	w.run("", "user", "list", "-o", "json").wants(t, 0, "")
	w.run("", "logs", "verify", "-o", "json").wants(t, 0, "")
	w.change().wants(t, 13, "db.permission")
	finish(withDB(w, filepath.Join(data, "new.db"), "init", "--org", "No", "--email", "a@no.example", "--password-stdin", "-o", "json")).wants(t, 13, "db.permission")
	w.intact(t)
}

// TestFewDescriptors runs commands with ever fewer file descriptors: each works,
// or fails with an error, and whatever it said is true. With very few the runtime
// of Go does not begin, which it says in its own way.
func TestFewDescriptors(t *testing.T) {
	w := newWorld(t)
	worked, failed := 0, 0
	for limit := 4; limit <= 24; limit++ {
		o := w.limited(fmt.Sprintf("-n %d", limit), "", "user", "add", fmt.Sprintf("n%d@norrsken.example", limit), "-o", "json")
		there := w.run("", "user", "show", fmt.Sprintf("n%d@norrsken.example", limit), "-q").code == 0
		begun := !strings.Contains(o.talk, "fatal error: runtime: ")
		if there != (o.code == 0) || begun && strings.Contains(o.talk, "goroutine ") {
			t.Errorf("with %d descriptors: %v\nand the user is there: %t", limit, o, there)
		}
		switch {
		case there:
			worked++
		case begun:
			failed++
		}
	}
	if worked == 0 || failed == 0 {
		t.Errorf("%d commands worked, %d failed: the limits prove nothing", worked, failed)
	}
	found, err := readWhole(w.db())
	if err != nil || len(found.faults) > 0 {
		t.Error(err, found.faults)
	}
}

func TestNoHome(t *testing.T) {
	w := newWorld(t)
	bare := func(env []string, args ...string) outcome {
		cmd := w.command("", append(args, "-o", "json")...)
		cmd.Env = append([]string{"PATH=" + os.Getenv("PATH")}, env...)
		cmd.Dir, cmd.SysProcAttr = "/", nobody()
		return finish(cmd)
	}
	bare(nil, "user", "list").wants(t, 2, "usage.no_database")
	w.leaveToNobody(t)
	bare([]string{"USHER_DB=" + w.db()}, "user", "list").wants(t, 2, "usage.no_state")
	bare([]string{"USHER_DB=" + w.db()}, "db", "info").wants(t, 0, "")
	bare([]string{"USHER_DB=" + w.db(), "USHER_STATE_DIR=" + w.state()}, "user", "list").wants(t, 0, "")
	w.intact(t)
}

// leaveToNobody gives a world of root's to the user without rights.
func (w world) leaveToNobody(t *testing.T) {
	t.Helper()
	err := filepath.WalkDir(w.home, func(path string, _ os.DirEntry, err error) error {
		if os.Geteuid() == 0 && err == nil {
			return os.Lchown(path, 65534, 65534)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestPageChecksThatMayOnlyBeRead: a change holds the file against them all the
// same, and when it cannot write them it takes them away.
func TestPageChecksThatMayOnlyBeRead(t *testing.T) {
	w := newWorld(t)
	w.leaveToNobody(t)
	whole, err := os.ReadFile(w.db())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(w.db()+".sums", 0o400); err != nil {
		t.Fatal(err)
	}
	add := func(email string, more ...string) outcome {
		cmd := w.command("", append([]string{"user", "add", email}, more...)...)
		cmd.Dir, cmd.SysProcAttr = "/", nobody()
		return finish(cmd)
	}
	page := os.Getpagesize()
	worn := slices.Clone(whole)
	for end := 3 * page; end <= len(worn); end += page {
		worn[end-1]++ // where most pages have nothing, so that only their check tells
	}
	if err := os.WriteFile(w.db(), worn, 0o600); err != nil {
		t.Fatal(err)
	}
	add("worn@norrsken.example", "-o", "json").wants(t, 13, "db.damaged")
	if err := os.WriteFile(w.db(), whole, 0o600); err != nil {
		t.Fatal(err)
	}
	o := add("read@norrsken.example")
	o.wants(t, 0, "")
	if !strings.Contains(o.talk, "cannot write the page checks") || !strings.Contains(o.talk, "permission denied") {
		t.Errorf("it does not say that it could not write them: %v", o)
	}
	for _, there := range []bool{false, true} {
		if _, err := os.Lstat(w.db() + ".sums"); there != (err == nil) {
			t.Errorf("the page checks are there: got %t, want %t", err == nil, there)
		}
		add(fmt.Sprintf("then%t@norrsken.example", there)).wants(t, 0, "")
	}
	found, err := readWhole(w.db())
	if err != nil || len(found.faults) > 0 {
		t.Error(err, found.faults)
	}
}

// nobody makes a command of root's one of a user without rights.
func nobody() *syscall.SysProcAttr {
	if os.Geteuid() != 0 {
		return nil
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
}

func TestWhatStandsInThePlaceOfTheFile(t *testing.T) {
	rows := []struct {
		name string
		put  func(w world) error
		code int
		say  string
	}{
		{"a symbolic link to the database", func(w world) error {
			return relink(w.db(), w.file("real.db"))
		}, 0, ""},
		{"a symbolic link to nothing, as where a volume is not mounted", func(w world) error {
			return relink(w.db(), w.file("real.db"), w.file("real.db"))
		}, 13, "db.missing"},
		{"a symbolic link in place of the lock", func(w world) error {
			return relink(w.db()+".lock", w.file("elsewhere"))
		}, 1, "unexpected"},
		{"a folder", func(w world) error { return replaceBy(w.db(), func() error { return os.Mkdir(w.db(), 0o700) }) }, 13, "db.foreign"},
		{"a pipe", func(w world) error { return replaceBy(w.db(), func() error { return syscall.Mkfifo(w.db(), 0o600) }) }, 13, "db.foreign"},
		{"an empty file", func(w world) error { return os.Truncate(w.db(), 0) }, 13, "db.damaged"},
		{"nothing", func(w world) error { return os.Remove(w.db()) }, 13, "db.missing"},
		{"an anchor of another database", func(w world) error {
			return os.WriteFile(w.db()+".anchor", []byte("usher-anchor 1\n"), 0o600)
		}, 0, ""},
		{"a pipe in place of the anchor", func(w world) error {
			return replaceBy(w.db()+".anchor", func() error { return syscall.Mkfifo(w.db()+".anchor", 0o600) })
		}, 0, ""},
		{"a folder in place of the anchor", func(w world) error {
			return replaceBy(w.db()+".anchor", func() error { return os.Mkdir(w.db()+".anchor", 0o700) })
		}, 0, ""},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			w := newWorld(t)
			if err := row.put(w); err != nil {
				t.Fatal(err)
			}
			for _, args := range [][]string{{"user", "list"}, {"user", "edit", "bo@norrsken.example", "--first", "B"}} {
				o := make(chan outcome, 1)
				go func() { o <- w.run("", append(args, "-o", "json")...) }()
				select {
				case o := <-o:
					o.wants(t, row.code, row.say)
				case <-time.After(30 * time.Second):
					t.Fatalf("usher %v hangs", args)
				}
			}
		})
	}
}

// relink moves a file to another place and puts a symbolic link in its place;
// what is named behind is removed.
func relink(name, place string, gone ...string) error {
	if err := os.Rename(name, place); err != nil {
		return err
	}
	for _, file := range gone {
		if err := os.Remove(file); err != nil {
			return err
		}
	}
	return os.Symlink(place, name)
}

func replaceBy(name string, put func() error) error {
	if err := os.Remove(name); err != nil {
		return err
	}
	return put()
}

// TestTheFileIsReplacedUnderWay puts the same database anew into its place again
// and again, as tools that copy files do, while commands read and write.
func TestTheFileIsReplacedUnderWay(t *testing.T) {
	w := newWorld(t)
	stop := make(chan struct{})
	replaced := make(chan int)
	go func() {
		n := 0
		for ; ; n++ {
			select {
			case <-stop:
				replaced <- n
				return
			case <-time.After(time.Millisecond):
			}
			data, err := os.ReadFile(w.db())
			temp := w.file("copy")
			if err == nil && os.WriteFile(temp, data, 0o600) == nil {
				_ = os.Rename(temp, w.db())
			}
		}
	}()
	for range times(20, 200) {
		o := w.run("", "user", "list", "-o", "json")
		if o.code != 0 && (o.code != 13 || strings.Contains(o.talk, "goroutine ")) && o.code != 75 {
			t.Errorf("while the file is replaced: %v", o)
		}
	}
	close(stop)
	t.Logf("replaced %d times", <-replaced)
	w.run("", "logs", "verify", "-o", "json").wants(t, 0, "")
	w.intact(t)
}

// howLong returns how long a command takes that nothing stands in the way of.
func howLong(t *testing.T, in string, args ...string) time.Duration {
	t.Helper()
	w := newWorld(t)
	cmd := w.command(in, args...)
	begun := time.Now()
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	return time.Since(begun)
}

// TestSignalsInTheMiddle ends commands by signal at many moments: they end with
// 130 and changed nothing, or are done.
func TestSignalsInTheMiddle(t *testing.T) {
	const many = 20000
	whole := howLong(t, "email\n"+rows(many), "user", "import", "-", "-o", "json")
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGPIPE} {
		t.Run(signal.String(), func(t *testing.T) {
			ends := map[int]int{}
			for moment := range times(6, 60) {
				w := newWorld(t)
				var talk strings.Builder
				cmd := w.command("email\n"+rows(many), "user", "import", "-", "-o", "json")
				cmd.Stderr = &talk
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				time.Sleep(whole * time.Duration(moment) / time.Duration(times(6, 60)-1))
				_ = cmd.Process.Signal(signal)
				o := ended(cmd.Wait(), "", talk.String())
				if strings.HasPrefix(o.talk, "SIGQUIT") {
					o = outcome{code: -1} // it came before main did, and the runtime answered
				}
				ends[o.code]++
				found, err := readWhole(w.db())
				if err != nil {
					t.Fatal(err)
				}
				rows := found.actions()["user.import"]
				if len(found.faults) > 0 || strings.Contains(o.talk, "goroutine ") ||
					o.code == 0 && rows != many || o.code == 130 && rows != 0 || rows != 0 && rows != many {
					t.Errorf("at moment %d: %v\n%d rows are there\n%v", moment, o, rows, found.faults)
				}
				if o.code != 0 && o.code != 130 && o.code != -1 {
					t.Errorf("at moment %d: %v", moment, o)
				}
			}
			t.Logf("ends: %v (-1: by the signal itself)", ends)
			if signal != syscall.SIGPIPE && ends[130] == 0 {
				t.Error("none of them was interrupted")
			}
		})
	}
}
