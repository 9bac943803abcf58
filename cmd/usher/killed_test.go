package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/store"
)

// This file runs usher in a folder of its own and kills it at single system
// calls, with strace.

const killedPassword = "Tre renar vid stationen\n"

// killed is one usher with the people and stored passwords of before.
type killed struct {
	t    *testing.T
	bin  string
	home string
}

// newKilled makes a database with so many users and stored passwords besides
// its owner anna@norrsken.example.
func newKilled(t *testing.T, many int) killed {
	t.Helper()
	k := killed{t, installSelf(t), t.TempDir()}
	k.run(killedPassword, "init", "--org", "Norrsken", "--email", "anna@norrsken.example", "--password-stdin")
	var staff, passwords strings.Builder
	staff.WriteString("email\n")
	passwords.WriteString("name,value\n")
	for i := range many {
		fmt.Fprintf(&staff, "user%d@norrsken.example\n", i)
		fmt.Fprintf(&passwords, "secret %d,value %d\n", i, i)
	}
	k.run(staff.String(), "user", "import", "-", "-q")
	k.run(passwords.String(), "secret", "import", "-", "-q")
	return k
}

// copy is the same usher in another folder, for a test of its own.
func (k killed) copy(t *testing.T) killed {
	t.Helper()
	c := killed{t, k.bin, t.TempDir()}
	if err := os.CopyFS(c.home, os.DirFS(k.home)); err != nil {
		t.Fatal(err)
	}
	tighten(t, c.home)
	return c
}

// tighten gives copied files the modes that usher wants.
func tighten(t *testing.T, home string) {
	t.Helper()
	err := filepath.WalkDir(home, func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return os.Chmod(path, 0o700)
		}
		return os.Chmod(path, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (k killed) db() string { return filepath.Join(k.home, "data", "usher.db") }

func (k killed) store() *store.Store {
	return store.New(k.db(), store.Options{Wait: 10 * time.Second, Now: time.Now, Random: rand.Reader, Warn: func(string) {}})
}

// command is a run of usher that reads standard input from in.
func (k killed) command(in string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(k.bin, "usher"), args...)
	cmd.Dir = k.home
	cmd.Env = []string{"PATH=" + k.bin, "HOME=" + k.home, "USHER_DB=" + k.db(), "USHER_STATE_DIR=" + filepath.Join(k.home, "state")}
	cmd.Stdin = strings.NewReader(in)
	return cmd
}

func (k killed) run(in string, args ...string) string {
	k.t.Helper()
	var talk bytes.Buffer
	cmd := k.command(in, args...)
	cmd.Stderr = &talk
	out, err := cmd.Output()
	if err != nil {
		k.t.Fatalf("usher %s: %v\n%s", strings.Join(args, " "), err, talk.String())
	}
	return string(out)
}

// syscallStep is one system call of a run: the so-many-th of its name.
type syscallStep struct {
	call   string
	number int
}

// killCalls are the calls at which a run is killed: those by which it could leave
// something half done.
var killCalls = []string{"openat", "write", "pwrite64", "fsync", "fdatasync", "ftruncate", "linkat", "renameat", "unlinkat"}

var tracedCall = regexp.MustCompile(`^(\d+) +([a-z0-9]+)\(`)

// steps runs a command to its end and returns its steps that have to do with its
// files.
func (k killed) steps(args ...string) (steps []syscallStep) {
	k.t.Helper()
	log := filepath.Join(k.t.TempDir(), "trace")
	if out, err := k.traced(log, "trace="+strings.Join(killCalls, ","), args).CombinedOutput(); err != nil {
		k.t.Fatalf("usher %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	text, err := os.ReadFile(log)
	if err != nil {
		k.t.Fatal(err)
	}
	count := make(map[string]int) // by thread and name, as strace counts
	for line := range strings.Lines(string(text)) {
		m := tracedCall.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		count[m[1]+m[2]]++
		if strings.Contains(line, k.home+"/") {
			steps = append(steps, syscallStep{m[2], count[m[1]+m[2]]})
		}
	}
	return steps
}

// traced is a command under strace, which counts the calls of each thread. The
// command keeps to one thread, or its calls would be spread over several by
// chance.
func (k killed) traced(log, what string, args []string, more ...string) *exec.Cmd {
	k.t.Helper()
	strace, err := exec.LookPath("strace")
	if err != nil {
		k.t.Skip(err)
	}
	cmd := k.command("", args...)
	cmd.Path = strace
	cmd.Args = slices.Concat([]string{"strace", "-f", "-qq", "-y", "-o", log, "-e", what}, more, []string{filepath.Join(k.bin, "usher")}, args)
	cmd.Env = append(cmd.Env, "GOMAXPROCS=1", "GODEBUG=asyncpreemptoff=1", variableSteady+"=1")
	return cmd
}

// killAt runs a command that is killed when it is about to take a step. With
// --seccomp-bpf strace would let a signal fall that is not for the first call.
func (k killed) killAt(s syscallStep, args ...string) {
	k.t.Helper()
	inject := fmt.Sprintf("inject=%s:signal=SIGKILL:when=%d", s.call, s.number)
	if err := k.traced(os.DevNull, "trace="+s.call, args, "-e", inject).Run(); err == nil {
		k.t.Errorf("it ran to its end, and was to be killed at %s %d", s.call, s.number)
	}
}

// some picks at most so many of the steps, as evenly as can be.
func some(steps []syscallStep, most int) []syscallStep {
	if len(steps) <= most {
		return steps
	}
	chosen := make([]syscallStep, most)
	for i := range chosen {
		chosen[i] = steps[i*len(steps)/most]
	}
	return chosen
}

// state is what stands in a database, as far as a change of its key is
// concerned.
type state struct {
	users, secrets int
	instance       account.InstanceID
	kept           account.ScopeKey
	sealed         map[account.Email][]byte
	places         map[account.Email]keys.Place
}

// look reads the state, and the whole file on the way.
func (k killed) look() (s state) {
	k.t.Helper()
	s.sealed, s.places = make(map[account.Email][]byte), make(map[account.Email]keys.Place)
	err := k.store().View(context.Background(), func(tx *store.Tx) error {
		s.instance = tx.Head().Instance
		return tx.Organisations(func(org account.Organisation) (bool, error) { return false, s.read(tx, org.ID) })
	})
	if err == nil {
		err = k.store().Verify(context.Background())
	}
	if err != nil {
		k.t.Fatal(err)
	}
	return s
}

func (s *state) read(tx *store.Tx, org account.OrgID) (err error) {
	scope := account.Scope{Org: org}
	if s.kept, _, err = tx.ScopeKey(scope); err != nil {
		return err
	}
	err = tx.Users(org, account.UserID{}, func(u account.User) (bool, error) {
		s.users++
		c, found, err := tx.Credential(org, u.ID)
		if found {
			bucket, key := store.CredentialPlace(org, u.ID)
			s.sealed[u.Email], s.places[u.Email] = c.Sealed, keys.Place{Instance: s.instance, Bucket: bucket, Key: key, Schema: 1}
		}
		return true, err
	})
	if err != nil {
		return err
	}
	return tx.Secrets(scope, func(account.Secret) (bool, error) {
		s.secrets++
		return true, nil
	})
}

// held returns the key on the device that is the one of the state; there must be
// one.
func (k killed) held(s state) keys.OrgKey {
	k.t.Helper()
	files, err := filepath.Glob(filepath.Join(k.home, "state", "*", "key-*"))
	if err != nil {
		k.t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			k.t.Fatal(err)
		}
		if key, err := keys.ParseOrgKey(string(text)); err == nil && key.Matches(s.instance, s.kept.Scope, s.kept.Check) {
			return key
		}
	}
	k.t.Fatalf("the device holds no key of the database: %q", files)
	return keys.OrgKey{}
}
