package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// measureFlushes counts what a change asks of the disk, with strace.
func measureFlushes(_ context.Context, b *bench) ([]figure, error) {
	if _, err := exec.LookPath("strace"); err != nil {
		return nil, fmt.Errorf("strace is not installed (Debian: apt-get install strace)")
	}
	// The first change after a while notes that the session is in use.
	if _, err := clocked(b.usher.command("user", "add", b.fresh("warm", 0), "-q")); err != nil {
		return nil, err
	}
	var figures []figure
	for _, args := range [][]string{
		{"user", "add", b.fresh("flush", 0), "-q"},
		{"user", "edit", b.fresh("flush", 0), "--last", "Strand", "-q"},
		{"user", "suspend", b.fresh("flush", 0), "-q", "-y"},
		{"user", "delete", b.fresh("flush", 0), "-q", "-y"},
	} {
		flushes, bytes, err := traced(b.usher.command(args...), b.scratch("strace"), b.usher.database())
		if err != nil {
			return figures, err
		}
		what := "`usher user " + args[1] + "`: "
		most := map[string]float64{"add": 80}[args[1]] // of the others the goals bound the flushes alone
		figures = append(figures,
			figure{what: what + "flushes of the database", ours: strconv.Itoa(flushes), value: float64(flushes), goal: 2},
			figure{what: what + "written", ours: fmt.Sprintf("%d KB", bytes/1000), value: float64(bytes) / 1000, goal: most, unit: " KB"})
	}
	return figures, nil
}

// traced runs a command under strace and counts the flushes of a file and the
// bytes written to it and to what stands beside it.
func traced(cmd *exec.Cmd, folder, file string) (flushes, bytes int, err error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return 0, 0, err
	}
	defer os.RemoveAll(folder) //nolint:errcheck // a scratch folder
	args := []string{"-ff", "-qq", "-y", "-e", "trace=fsync,fdatasync,msync,sync_file_range,write,pwrite64,writev,pwritev", "-o", filepath.Join(folder, "t")}
	strace := exec.Command("strace", append(args, cmd.Args...)...)
	strace.Env = cmd.Env
	if _, err := clocked(strace); err != nil {
		return 0, 0, err
	}
	traces, err := filepath.Glob(filepath.Join(folder, "t.*")) // one a thread
	if err != nil {
		return 0, 0, err
	}
	for _, trace := range traces {
		f, b, err := count(trace, file)
		if err != nil {
			return 0, 0, err
		}
		flushes, bytes = flushes+f, bytes+b
	}
	return flushes, bytes, nil
}

var callPattern = regexp.MustCompile(`^(\w+)\(\d+<([^>]*)>.* = (\d+)$`)

// count reads the trace of one thread.
func count(trace, file string) (flushes, bytes int, err error) {
	f, err := os.Open(trace)
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		call := callPattern.FindStringSubmatch(lines.Text())
		if call == nil || !strings.HasPrefix(call[2], file) {
			continue
		}
		if strings.Contains(call[1], "sync") {
			flushes++
			continue
		}
		n, err := strconv.Atoi(call[3])
		if err != nil {
			return 0, 0, err
		}
		bytes += n
	}
	return flushes, bytes, nil
}
