package main

import (
	"context"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
)

// measureMemory compares the most memory that single commands have resident.
func measureMemory(_ context.Context, b *bench) ([]figure, error) {
	if b.sqlite == nil {
		return nil, errNoPeer
	}
	id := b.fresh("id", -1)
	var figures []figure
	for _, pair := range []struct {
		what         string
		ours, theirs *exec.Cmd
	}{
		{"`usher user show`", b.usher.command("user", "show", address(1), "-o", "json"), b.sqlite.show(address(1))},
		{"`usher user add`", b.usher.command("user", "add", b.fresh("memory", 0), "-q"), b.sqlite.add(id, b.fresh("memory", 0))},
	} {
		ours, err := resident(pair.ours)
		if err != nil {
			return figures, err
		}
		theirs, err := resident(pair.theirs)
		if err != nil {
			return figures, err
		}
		figures = append(figures, figure{what: pair.what + ": memory", ours: fmt.Sprintf("%.1f MiB", ours), against: "sqlite3",
			theirs: fmt.Sprintf("%.1f MiB", theirs), value: ours / theirs, goal: 2, unit: "×"})
	}
	return figures, nil
}

// resident runs a command and returns the most memory it had resident, in MiB. A
// process is told the size of who started it too, so that has to be small: time
// is, and this program is not.
func resident(cmd *exec.Cmd) (float64, error) {
	var said strings.Builder
	timed := exec.Command("time", append([]string{"-f", "%M", "-q"}, cmd.Args...)...)
	timed.Env, timed.Stderr = cmd.Env, &said
	if _, err := clocked(timed); err != nil {
		return 0, fmt.Errorf("%w: %s (Debian: apt-get install time)", err, said.String())
	}
	kib, err := strconv.ParseFloat(strings.TrimSpace(said.String()), 64)
	return kib / 1024, err
}
