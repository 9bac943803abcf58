package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"syscall"
	"time"

	"github.com/usher-admin/usher/internal/cli"
	"github.com/usher-admin/usher/internal/password"
)

// This file is usher as scripts run it: main with a hand on the clock, on the
// cost of hashes and on the user it runs as, told by variables that only this
// test binary knows.
const (
	variableNow    = "USHER_TEST_NOW"       // RFC 3339: the clock stands there; a duration: it runs so far ahead
	variableHash   = "USHER_TEST_REAL_HASH" // set: hashes cost what they cost in earnest
	variableUID    = "USHER_TEST_UID"       // started by root: become this user first
	variableRoot   = "USHER_TEST_ROOT"      // set: root's places count, if root runs it
	variableSteady = "USHER_TEST_STEADY"    // set: the command keeps to one thread, and no other begins at a time that differs from run to run
	variableTTY    = "USHER_TEST_TTY"       // set: its session has a terminal, and keeps it
	variableTrail  = "USHER_TEST_TRAIL"     // folder where every run leaves its arguments and standard error
)

// exitHarness is the exit code of a run that could not be set up as the script
// wants. No error of usher has it.
const exitHarness = 99

func runUnderTest() int {
	// It gets a session without a terminal: /dev/tty cannot be opened, whoever runs
	// the tests.
	if os.Getenv(variableTTY) == "" {
		_, _ = syscall.Setsid()
	}
	signals := newInterruptible()
	if os.Getenv(variableSteady) != "" {
		runtime.LockOSThread()
		signals.listen()
	}
	env := environment(signals)
	err := leaveTrail(&env)
	if err == nil {
		err = setClock(&env)
	}
	if err == nil {
		err = become(os.Getenv(variableUID))
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "script: %v\n", err)
		return exitHarness
	}
	if os.Getenv(variableHash) == "" {
		env.Hash = password.Params{Memory: 8, Time: 1, Threads: 1}
	}
	env.Root = env.Root && os.Getenv(variableRoot) != ""
	return cli.Main(signals, env)
}

// leaveTrail copies standard error, with whatever the runtime says while the
// program dies, behind a line with the arguments and one with the environment. A
// usher that usher starts leaves its own. It is locked until the run has ended.
func leaveTrail(env *cli.Env) error {
	folder := os.Getenv(variableTrail)
	if folder == "" {
		return nil
	}
	name := fmt.Sprintf("%020d-%d", time.Now().UnixNano(), os.Getpid())
	trail, err := os.OpenFile(filepath.Join(folder, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	if err := syscall.Flock(int(trail.Fd()), syscall.LOCK_EX); err != nil {
		return err
	}
	for _, words := range [][]string{env.Args, os.Environ()} {
		line, err := json.Marshal(words)
		if err != nil {
			return err
		}
		if _, err := trail.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	env.Stderr = io.MultiWriter(env.Stderr, trail)
	return debug.SetCrashOutput(trail, debug.CrashOptions{})
}

func setClock(env *cli.Env) error {
	text := os.Getenv(variableNow)
	if text == "" {
		return nil
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		env.Now = func() time.Time { return at }
		return nil
	}
	ahead, err := time.ParseDuration(text)
	env.Now = func() time.Time { return time.Now().Add(ahead) }
	return err
}

// become gives root's rights up for those of another user.
func become(text string) error {
	if text == "" || os.Geteuid() != 0 {
		return nil
	}
	id, err := strconv.Atoi(text)
	if err != nil {
		return err
	}
	if err := syscall.Setgroups(nil); err != nil {
		return err
	}
	if err := syscall.Setgid(id); err != nil {
		return err
	}
	return syscall.Setuid(id)
}
