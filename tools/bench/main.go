// Command bench measures usher against what a sysadmin would use instead, and
// against what no program could undercut, and writes the figures down. It builds
// what it measures, makes its data once, and installs nothing: peers that are
// missing are named. See docs/performance.md.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	users := flag.Int("users", 1_000_000, "how many users the data has")
	effort := flag.Float64("effort", 1, "how many rounds are run, as a part of the usual number")
	usher := flag.String("usher", "bin/usher", "the binary to measure")
	data := flag.String("data", ".bench", "the folder for data that is made once")
	page := flag.String("page", "", "the page to write the figures into")
	only := flag.String("only", ".", "run the rows whose names match")
	flag.Parse()
	wanted, err := regexp.Compile(*only)
	if err != nil {
		return err
	}
	binary, err := filepath.Abs(*usher)
	if err != nil {
		return err
	}
	folder, err := filepath.Abs(*data)
	if err != nil {
		return err
	}
	b, err := prepare(ctx, setup{users: *users, effort: *effort, usher: binary, folder: folder})
	if err != nil {
		return err
	}
	defer b.close()
	r := report{users: *users, when: time.Now(), missing: b.missing}
	for _, row := range rows() {
		if !wanted.MatchString(row.name) {
			continue
		}
		fmt.Fprintln(os.Stderr, "measuring:", row.name)
		figures, err := row.measure(ctx, b)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		r.add(row.name, figures, err)
	}
	r.load = loadAverage()
	fmt.Print(r.table())
	if *page == "" {
		return nil
	}
	return r.writeInto(*page)
}
