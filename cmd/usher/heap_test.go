package main

import (
	"bytes"
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
		{56, "user import staff.csv -q"},
		{24, "user list"},
		{40, "user list --sort last_name"},
		{24, "user list -o jsonl"},
		{24, "logs -o jsonl"},
	} {
		if heap := k.heapOf(strings.Fields(row.args)...); heap > row.most {
			t.Errorf("usher %s: the heap came to %d MiB, want at most %d", row.args, heap, row.most)
		}
	}
}

// collected is what the garbage collector says of each of its rounds: how large
// the heap was when it began and when it ended.
var collected = regexp.MustCompile(`(?m)^gc \d+ .* (\d+)->(\d+)->\d+ MB,`)

// heapOf runs a command and returns the largest heap that the garbage collector
// saw, in MiB; 4 where it never ran, which it does from there on.
func (k killed) heapOf(args ...string) int {
	k.t.Helper()
	var talk bytes.Buffer
	cmd := k.command("", args...)
	cmd.Env = append(cmd.Env, "GODEBUG=gctrace=1")
	cmd.Stderr = &talk
	if err := cmd.Run(); err != nil {
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
