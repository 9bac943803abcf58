package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

const heapUsers = 100_000

// TestManyUsersTakeLittleMemory imports, lists and exports many users and looks
// at what the garbage collector says of the heap each time. What kept every user
// in memory, if in 200 bytes, would be seen: the collector lets the heap grow to
// twice of what is used.
func TestManyUsersTakeLittleMemory(t *testing.T) {
	t.Parallel()
	k := newKilled(t, 0)
	k.writeStaff(heapUsers)
	for _, row := range []struct {
		most int // MiB
		args string
	}{
		{48, "user import staff.csv -q"},
		{24, "user list"},
		{40, "user list --sort last_name"},
		{24, "user list -o jsonl"},
		{24, "logs -o jsonl"},
	} {
		if heap := k.heapOf(0, strings.Fields(row.args)...); heap > row.most {
			t.Errorf("usher %s: the heap came to %d MiB, want at most %d", row.args, heap, row.most)
		}
	}
}

// TestManyRefusedRowsTakeLittleMemory imports a file of which no row can be taken:
// the wrong file, or one of a domain that is not approved. Every fault is told in
// every form, and none of them is held for that.
func TestManyRefusedRowsTakeLittleMemory(t *testing.T) {
	t.Parallel()
	k := newKilled(t, 0)
	for name, line := range map[string]string{"wrong": "user %d at norrsken.example\n", "elsewhere": "user-%d@elsewhere.example\n"} {
		file := []byte("email\n")
		for i := range heapUsers {
			file = fmt.Appendf(file, line, i)
		}
		if err := os.WriteFile(filepath.Join(k.home, name+".csv"), file, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, flags := range []string{"", "-o json", "-o csv", "-q --report faults.csv", "--keep-going --report faults.jsonl"} {
			code := 5
			if strings.Contains(flags, "--keep-going") {
				code = 9
			}
			args := append([]string{"user", "import", name + ".csv"}, strings.Fields(flags)...)
			if heap, most := k.heapOf(code, args...), 24; heap > most {
				t.Errorf("usher %s: the heap came to %d MiB, want at most %d", strings.Join(args, " "), heap, most)
			}
		}
	}
}

// collected is what the garbage collector says of each of its rounds: how large
// the heap was when it began and when it ended.
var collected = regexp.MustCompile(`(?m)^gc \d+ .* (\d+)->(\d+)->\d+ MB,`)

// heapOf runs a command, which must end with an exit code, and returns the largest heap that the garbage collector
// saw, in MiB; 4 where it never ran, which it does from there on.
func (k killed) heapOf(code int, args ...string) int {
	k.t.Helper()
	var talk bytes.Buffer
	cmd := k.command("", args...)
	cmd.Env = append(cmd.Env, "GODEBUG=gctrace=1")
	cmd.Stderr = &talk
	if err := cmd.Run(); cmd.ProcessState.ExitCode() != code {
		k.t.Fatalf("usher %s: %v\n%s", strings.Join(args, " "), err, talk.String())
	}
	most := 4
	for _, m := range collected.FindAllStringSubmatch(talk.String(), -1) {
		for _, text := range m[1:] {
			size, err := strconv.Atoi(text)
			if err != nil {
				k.t.Fatal(err)
			}
			most = max(most, size)
		}
	}
	return most
}
