// Command manual writes usher's manual pages and its reference in Markdown. It
// makes both of what the commands say of themselves in their help, so none of
// the three can say something else. It does not ship.
//
//	go run ./internal/manual -man DIR -reference DIR
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

func main() {
	man := flag.String("man", "", "write manual pages below `DIR`, in man1 and man5")
	reference := flag.String("reference", "", "write the reference in Markdown to `DIR`")
	version := flag.String("version", "", "the version that the pages name")
	flag.Parse()
	if err := run(*man, *reference, stamp{version: *version, date: epoch(os.Getenv("SOURCE_DATE_EPOCH"), time.Now())}); err != nil {
		fmt.Fprintln(os.Stderr, "manual:", err)
		os.Exit(1)
	}
}

// stamp is what a page says of itself.
type stamp struct {
	version string
	date    time.Time
}

// epoch reads the time that makes two builds of one source alike, seconds since
// 1970; without it now counts.
func epoch(text string, now time.Time) time.Time {
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return now.UTC()
	}
	return time.Unix(seconds, 0).UTC()
}

func run(man, reference string, s stamp) error {
	if man != "" {
		if err := write(man, manualPages(s)); err != nil {
			return err
		}
	}
	if reference != "" {
		return write(reference, referencePages())
	}
	return nil
}

// files are texts by their path.
type files map[string]string

func write(folder string, pages files) error {
	for name, text := range pages {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}
