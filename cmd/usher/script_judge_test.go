package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/usher-admin/usher/internal/store"
)

// This file holds what must be true of every run, so that no script has to say
// it: no stack trace, no secret where it does not belong, a whole database.

// A secret is a line of a *.pw, *.key or *.secret file of the script, in every
// form in which it could turn up.
type secret struct {
	file  string
	key   bool
	forms [][]byte
}

// secretFiles are the names of files whose lines are secrets: passwords of
// people, keys, and values of stored passwords.
func secretFiles() []string { return []string{"*.pw", "*.key", "*.secret"} }

// shortestSecret keeps words of a table from being taken for secrets.
const shortestSecret = 8

// secrets reads what the script knows as secrets.
func (h *house) secrets() []secret {
	var found []secret
	for _, pattern := range secretFiles() {
		files, _ := filepath.Glob(filepath.Join(h.work, pattern))
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				continue // a script may have made it unreadable
			}
			for line := range strings.Lines(string(text)) {
				line = strings.TrimSpace(line)
				if len(line) >= shortestSecret {
					found = append(found, newSecret(filepath.Base(file), line))
				}
			}
		}
	}
	return found
}

func newSecret(file, line string) secret {
	s := secret{file: file, key: strings.HasSuffix(file, ".key"), forms: [][]byte{[]byte(line)}}
	if _, groups, spelt := strings.Cut(line, "-"); s.key && spelt {
		bare := strings.ReplaceAll(groups, "-", "")
		s.forms = append(s.forms, []byte(bare), keyBytes(bare))
	}
	return s
}

// keyBytes returns the 20 bytes that the written form of a key stands for.
func keyBytes(bare string) []byte {
	const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	var raw []byte
	bits, held := 0, 0
	for _, r := range bare[:min(len(bare), 32)] {
		bits, held = bits<<5|strings.IndexRune(alphabet, r), held+5
		if held >= 8 {
			held -= 8
			raw = append(raw, byte(bits>>held))
			bits &= 1<<held - 1
		}
	}
	return raw
}

// askedFor reports whether a command is there to print such secrets.
func (s secret) askedFor(args []string) bool {
	if s.key {
		return slices.Contains(args, "orgkey")
	}
	shown := slices.Contains(args, "show") || slices.Contains(args, "export")
	return strings.HasSuffix(s.file, ".secret") && slices.Contains(args, "secret") && shown
}

func (s secret) in(text []byte) bool {
	return slices.ContainsFunc(s.forms, func(form []byte) bool { return bytes.Contains(text, form) })
}

// trace matches what only a stack trace or a line number of a source file
// looks like.
var trace = regexp.MustCompile(`goroutine \d+ |(?m:^panic: )|\.go:\d+|runtime error`)

// judgeTrail looks at the runs since the last time, also those in the
// background: their standard error and their arguments.
func (h *house) judgeTrail(secrets []secret) (faults []string) {
	entries, err := os.ReadDir(h.trail)
	if err != nil {
		return []string{err.Error()}
	}
	for _, entry := range entries {
		text, err := os.ReadFile(filepath.Join(h.trail, entry.Name()))
		if err != nil {
			faults = append(faults, err.Error())
			continue
		}
		args, talk, _ := bytes.Cut(text, []byte("\n"))
		if found := trace.Find(talk); found != nil {
			faults = append(faults, fmt.Sprintf("usher %s: %q on standard error", args, found))
		}
		for _, s := range secrets {
			if s.in(text) {
				faults = append(faults, fmt.Sprintf("usher %s: a secret of %s among arguments or on standard error", args, s.file))
			}
		}
	}
	return faults
}

// judgeOutput looks for passwords, and for keys and stored passwords where none
// was asked for.
func (h *house) judgeOutput(args []string, stdout string, secrets []secret) (faults []string) {
	for _, s := range secrets {
		if s.askedFor(args) {
			continue
		}
		if s.in([]byte(stdout)) {
			faults = append(faults, fmt.Sprintf("a secret of %s on standard output", s.file))
		}
	}
	return faults
}

// judgeFiles looks for secrets in the database and what lies beside it, and
// for passwords in what devices remember; they may remember keys.
func (h *house) judgeFiles(secrets []secret) (faults []string) {
	states, _ := filepath.Glob(filepath.Join(h.work, "state*"))
	for _, folder := range append(states, filepath.Join(h.work, "data")) {
		_ = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() {
				return nil
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return nil
			}
			for _, s := range secrets {
				if (!s.key || filepath.Base(folder) == "data") && s.in(text) {
					faults = append(faults, fmt.Sprintf("a secret of %s in %s", s.file, path))
				}
			}
			return nil
		})
	}
	return faults
}

// verifyDatabase reads the script's database from end to end.
func (h *house) verifyDatabase() error {
	path := filepath.Join(h.work, "data", "usher.db")
	if _, err := os.Stat(path); h.damaged || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return store.New(path, store.Options{
		Wait: 10 * time.Second, Now: time.Now, Random: rand.Reader, Warn: func(string) {},
	}).Verify(context.Background())
}
