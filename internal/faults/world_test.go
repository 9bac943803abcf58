package faults

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// A world is a folder with one database, the device of its owner and the token
// of a clerk. Every test works in a copy of one that is made once.

const (
	ownerEmail    = "anna@norrsken.example"
	ownerPassword = "Tre renar vid stationen"
	plan          = "Standard" // of which there are seats enough
	scarce        = "Scarce"   // of which there are few
	tally         = "Tally"    // whose seats count what was bought
)

// memoryFolder is where Linux keeps files in memory: what is flushed there is
// flushed at once, so tests do not wait for a disk.
const memoryFolder = "/dev/shm"

// program is the binary under test, and folder where everything lies.
var program, folder string

func TestMain(m *testing.M) { os.Exit(runAll(m)) }

func runAll(m *testing.M) int {
	if os.Getenv("GOTMPDIR") == "" && spacious(memoryFolder) {
		os.Setenv("GOTMPDIR", memoryFolder)
	}
	var err error
	if folder, err = os.MkdirTemp(os.Getenv("GOTMPDIR"), "faults"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	// Others must be able to reach the program when a test runs it as nobody.
	if err := os.Chmod(folder, 0o755); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	program = filepath.Join(folder, "usher")
	build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", program, "../../cmd/usher")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "cannot build usher:", err)
		return 1
	}
	return m.Run()
}

func spacious(folder string) bool {
	const enough = 256 << 20
	var disk syscall.Statfs_t
	err := syscall.Statfs(folder, &disk)
	return err == nil && disk.Bavail*uint64(disk.Bsize) >= enough
}

// long reports whether the long form is wanted.
func long() bool { return os.Getenv("USHER_FAULTS") == "long" }

// times returns how often something is done in the short form and in the long.
func times(short, longer int) int {
	if long() {
		return longer
	}
	return short
}

// need skips a test for want of something, with words. Where everything is said
// to be installed, wanting it is a failure.
func need(t *testing.T, there bool, what string) {
	t.Helper()
	switch {
	case there:
	case os.Getenv("USHER_NO_SKIP") != "":
		t.Fatalf("this needs %s, which should be here", what)
	default:
		t.Skipf("this needs %s", what)
	}
}

// world is one such folder.
type world struct {
	home string
}

func (w world) db() string    { return filepath.Join(w.home, "data", "usher.db") }
func (w world) state() string { return filepath.Join(w.home, "state") }

// file returns the path of a file in the world.
func (w world) file(name string) string { return filepath.Join(w.home, name) }

// env is the environment of every command: nothing of the tester's own.
func (w world) env() []string {
	return []string{"HOME=" + w.home, "USHER_DB=" + w.db(), "USHER_STATE_DIR=" + w.state(), "USHER_YES=1", "USHER_WAIT=60s", "PATH=" + os.Getenv("PATH")}
}

// command is a run of usher by the owner.
func (w world) command(stdin string, args ...string) *exec.Cmd {
	cmd := exec.Command(program, args...)
	cmd.Env = w.env()
	cmd.Dir = w.home
	cmd.Stdin = strings.NewReader(stdin)
	return cmd
}

// outcome is how a run ended.
type outcome struct {
	code      int // -1: it was killed
	out, talk string
}

func (o outcome) String() string {
	return fmt.Sprintf("exit %d\n%s%s", o.code, o.out, o.talk)
}

// finish runs a prepared command.
func finish(cmd *exec.Cmd) outcome {
	var out, talk bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &talk
	err := cmd.Run()
	return ended(err, out.String(), talk.String())
}

func ended(err error, out, talk string) outcome {
	o := outcome{out: out, talk: talk}
	var exit *exec.ExitError
	switch {
	case err == nil:
	case errors.As(err, &exit):
		o.code = exit.ExitCode()
	default:
		o.code, o.talk = -2, err.Error()
	}
	return o
}

// run runs usher to its end.
func (w world) run(stdin string, args ...string) outcome { return finish(w.command(stdin, args...)) }

// must runs usher, which must do what it is told.
func (w world) must(t testing.TB, stdin string, args ...string) string {
	t.Helper()
	o := w.run(stdin, args...)
	if o.code != 0 {
		t.Fatalf("usher %s: %v", strings.Join(args, " "), o)
	}
	return o.out
}

// newWorld copies the first world.
func newWorld(t testing.TB) world {
	t.Helper()
	w, err := first()
	if err != nil {
		t.Fatal(err)
	}
	own := emptyWorld(t)
	if err := copyFolder(w.home, own.home); err != nil {
		t.Fatal(err)
	}
	return own
}

// emptyWorld is one without a database.
func emptyWorld(t testing.TB) world {
	t.Helper()
	home, err := os.MkdirTemp(folder, "world")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(home) })
	return world{home: home}
}

// copyFolder copies files as they are, readable by their owner alone.
func copyFolder(from, to string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		place := to + strings.TrimPrefix(path, from)
		if entry.IsDir() {
			return os.MkdirAll(place, 0o700)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(place, data, 0o600)
	})
}

// leftOvers returns the files that should not be there when nobody works:
// whatever is beside the database but what usher keeps there, and whatever the
// device keeps but the session and keys.
func (w world) leftOvers() (names []string) {
	known := regexp.MustCompile(`^(usher\.db(\.lock|\.anchor|\.sums)?|session|key-[0-9.]*[0-9])$`)
	for _, place := range []string{filepath.Dir(w.db()), w.state()} {
		_ = filepath.WalkDir(place, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() && !known.MatchString(entry.Name()) {
				names = append(names, strings.TrimPrefix(path, w.home+"/"))
			}
			return nil
		})
	}
	return names
}
