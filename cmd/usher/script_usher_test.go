package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// This file runs usher for scripts and judges every run.

// cmdUsher is "usher ARG... [< FILE] [> FILE]": it must end with exit code 0.
// After terminal, "> /dev/tty" shows output and talk there, where shown finds
// them.
func cmdUsher(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("say which exit code it must have: exit CODE usher …")
	}
	expect(ts, 0, args)
}

// cmdExit is "exit CODE usher ARG... [< FILE] [> FILE]".
func cmdExit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || args[1] != "usher" {
		ts.Fatalf("usage: exit CODE usher ARG...")
	}
	code, err := strconv.Atoi(args[0])
	ts.Check(err)
	expect(ts, code, args[2:])
}

// expect runs usher, wants the exit code and looks at what the run left.
func expect(ts *testscript.TestScript, want int, args []string) {
	h := houseOf(ts)
	secrets := h.secrets() // those of before: a run may print one that it makes
	args, out := cutRedirection(ts, args, ">")
	got := runUsher(ts, args, out == "/dev/tty")
	if out != "" && out != "/dev/tty" {
		ts.Check(os.WriteFile(ts.MkAbs(out), []byte(ts.ReadFile("stdout")), 0o600))
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
	faults := h.judgeTrail(secrets)
	faults = append(faults, h.judgeOutput(args, ts.ReadFile("stdout"), secrets)...)
	faults = append(faults, h.judgeFiles(secrets)...)
	if len(faults) > 0 {
		ts.Fatalf("%s", strings.Join(faults, "\n"))
	}
}

// runUsher runs usher and returns its exit code. Standard input is the file
// behind "<", else what testscript's stdin gave; output and talk go to the
// terminal if there is one and it is wanted.
func runUsher(ts *testscript.TestScript, args []string, onTerminal bool) int {
	args, in := cutRedirection(ts, args, "<")
	if in == "" && !onTerminal {
		words := houseOf(ts).onTerminal(ts, append([]string{"usher"}, args...))
		return exitCode(ts, ts.Exec(words[0], words[1:]...))
	}
	shell := `exec usher "$@"`
	if in != "" {
		shell += ` <"$0"`
		in = ts.MkAbs(in)
	}
	if onTerminal {
		shell += ` >/dev/tty 2>&1`
	}
	words := houseOf(ts).onTerminal(ts, append([]string{"sh", "-c", shell, in}, args...))
	return exitCode(ts, ts.Exec(words[0], words[1:]...))
}

func exitCode(ts *testscript.TestScript, err error) int {
	var ended *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &ended):
		return ended.ExitCode()
	}
	ts.Check(err)
	return exitHarness
}

// cutRedirection takes "< FILE" or "> FILE" out of the arguments.
func cutRedirection(ts *testscript.TestScript, args []string, sign string) (rest []string, file string) {
	i := slices.Index(args, sign)
	if i < 0 {
		return args, ""
	}
	if i+1 == len(args) {
		ts.Fatalf("%s needs a file", sign)
	}
	return slices.Concat(args[:i], args[i+2:]), args[i+1]
}

// raceScript starts two runs of the same command at once and prints both
// outputs; the exit codes go to a file.
const raceScript = `in=$1; shift
usher "$@" <"$in" >"$0.out" 2>"$0.err" & first=$!
usher "$@" <"$in"; second=$?
wait $first; first=$?
cat "$0.out"; cat "$0.err" >&2
printf '%s\n%s\n' $first $second >"$0.codes"`

// cmdRace is "race CODE CODE usher ARG... [< FILE]": two runs at once of the same
// command, of which one must end with each of the exit codes.
func cmdRace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 4 || args[2] != "usher" {
		ts.Fatalf("usage: race CODE CODE usher ARG...")
	}
	h := houseOf(ts)
	secrets := h.secrets()
	base := filepath.Join(h.own, "race")
	words, in := cutRedirection(ts, args[3:], "<")
	if in = ts.MkAbs(in); len(words) == len(args[3:]) {
		in = os.DevNull
	}
	ts.Check(ts.Exec("sh", append([]string{"-c", raceScript, base, in}, words...)...))
	codes, err := os.ReadFile(base + ".codes")
	ts.Check(err)
	got, want := strings.Fields(string(codes)), args[:2]
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		ts.Fatalf("exit codes %s, want %s", got, want)
	}
	if faults := append(h.judgeTrail(secrets), h.judgeFiles(secrets)...); len(faults) > 0 {
		ts.Fatalf("%s", strings.Join(faults, "\n"))
	}
}

// cmdRepeat is "repeat N COMMAND...": usher, or exit CODE usher, N times.
func cmdRepeat(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: repeat N usher ARG..., or: repeat N exit CODE usher ARG...")
	}
	times, err := strconv.Atoi(args[0])
	ts.Check(err)
	command, known := scriptCommands()[args[1]]
	if !known {
		ts.Fatalf("cannot repeat %q", args[1])
	}
	for range times {
		command(ts, false, args[2:])
	}
}

func errUnknownCondition(name string) error { return fmt.Errorf("unknown condition %q", name) }
