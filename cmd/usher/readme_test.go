package main

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// step is one command of a page and what it shows there.
type step struct{ command, want string }

// consoleSteps returns the commands of a page's console blocks, in order.
func consoleSteps(page string) []step {
	var steps []step
	inside := false
	for line := range strings.Lines(page) {
		switch {
		case strings.HasPrefix(line, "```"):
			inside = strings.TrimSpace(line) == "```console"
		case !inside:
		case strings.HasPrefix(line, "$ "):
			steps = append(steps, step{command: strings.TrimSpace(line[2:])})
		default:
			steps[len(steps)-1].want += line
		}
	}
	return steps
}

// TestReadmeTour runs the README's tour as it stands there, in one shell, and
// compares what it shows. A command shown without output may print what it
// likes.
func TestReadmeTour(t *testing.T) {
	page, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	steps := consoleSteps(string(page))
	if len(steps) < 15 {
		t.Fatalf("the tour has only %d commands", len(steps))
	}
	shown := runTour(t, steps)
	for i, s := range steps {
		if s.want != "" && shown[i] != s.want {
			t.Errorf("%s\ngot:\n%s\nwant:\n%s", s.command, shown[i], s.want)
		}
	}
}

// runTour runs the commands in one bash and returns what each showed, both
// streams together.
func runTour(t *testing.T, steps []step) []string {
	t.Helper()
	const mark = "\x01next\x01\n"
	bin := installSelf(t)
	var script bytes.Buffer
	for _, s := range steps {
		script.WriteString("{ " + s.command + "\n} 2>&1; printf '\\001next\\001\\n'\n")
	}
	shell := exec.Command("bash", "-c", "umask 077\n"+script.String())
	shell.Dir = t.TempDir()
	shell.Env = []string{"PATH=" + bin + ":" + os.Getenv("PATH"), "HOME=" + shell.Dir, "TZ=UTC", "LANG=C.UTF-8"}
	out, err := shell.Output()
	if err != nil {
		t.Fatalf("the tour's shell: %v", err)
	}
	if strings.Contains(string(out), "goroutine ") {
		t.Errorf("a stack trace:\n%s", out)
	}
	shown := strings.Split(string(out), mark)
	if len(shown) != len(steps)+1 {
		t.Fatalf("%d commands showed %d results", len(steps), len(shown)-1)
	}
	return shown
}
