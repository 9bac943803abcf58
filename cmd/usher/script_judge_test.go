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

	"github.com/usher-admin/usher/internal/service"
	"github.com/usher-admin/usher/internal/store"
	"github.com/usher-admin/usher/internal/store/shorthand"
)

// This file holds what must be true of every run, so that no script has to say
// it: no stack trace, no secret where it does not belong, a whole database.

// A secret is a line of a *.pw, *.key, *.secret or *.token file of the script, or
// what a device remembers, in every form in which it could turn up.
type secret struct {
	file  string
	key   bool
	state bool // a device remembers it, as it should
	forms [][]byte
}

// secretFiles are the names of files whose lines are secrets: passwords of
// people, keys, values of stored passwords, and service tokens.
func secretFiles() []string { return []string{"*.pw", "*.key", "*.secret", "*.token"} }

// rememberedFiles are the files of a device with its session and its keys.
func rememberedFiles() []string { return []string{"state*/*/session", "state*/*/key-*"} }

// shortestSecret keeps words of a table from being taken for secrets.
const shortestSecret = 8

// secrets reads what the script knows as secrets.
func (h *house) secrets() []secret {
	var found []secret
	for _, pattern := range append(secretFiles(), rememberedFiles()...) {
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
	s := secret{file: file, forms: [][]byte{[]byte(line)}}
	s.key = strings.HasSuffix(file, ".key") || strings.HasPrefix(file, "key-")
	s.state = s.key || file == "session"
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

// judgeTrail looks at the runs since the last time, also those in the background
// and those that usher started: their arguments, environment and standard error.
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
		args, rest, _ := bytes.Cut(text, []byte("\n"))
		_, talk, _ := bytes.Cut(rest, []byte("\n"))
		if found := trace.Find(talk); found != nil {
			faults = append(faults, fmt.Sprintf("usher %s: %q on standard error", args, found))
		}
		for _, s := range secrets {
			if s.in(text) {
				faults = append(faults, fmt.Sprintf("usher %s: a secret of %s among arguments, in the environment or on standard error", args, s.file))
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

// judgeFiles looks for secrets in every folder that usher may write to: the
// database and what lies beside it, the home, what devices remember, which may be
// keys and sessions, and temporary files, of which none may be left. The script's
// own files lie in no folder, and beside them only backups are looked into.
func (h *house) judgeFiles(secrets []secret) (faults []string) {
	entries, err := os.ReadDir(h.work)
	if err != nil {
		return []string{err.Error()}
	}
	for _, folder := range entries {
		path := filepath.Join(h.work, folder.Name())
		switch {
		case folder.Name() == filepath.Base(h.own):
			continue
		case !folder.IsDir() && isBinary(path): // a database or a backup: scripts keep their secrets as text
			faults = append(faults, judgeFile(path, false, secrets)...)
			continue
		}
		_ = filepath.WalkDir(path, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !folder.IsDir() || !entry.Type().IsRegular() {
				return nil
			}
			if folder.Name() == temporaryFolder {
				faults = append(faults, "a temporary file is left: "+path)
			}
			faults = append(faults, judgeFile(path, strings.HasPrefix(folder.Name(), "state"), secrets)...)
			return nil
		})
	}
	return faults
}

// isBinary reports whether a file holds something else than text.
func isBinary(path string) bool {
	text, err := os.ReadFile(path)
	return err == nil && bytes.IndexByte(text, 0) >= 0
}

// temporaryFolder is what $TMPDIR names in a script.
const temporaryFolder = ".tmp"

// judgeFile looks for secrets in one file, of a device or not.
func judgeFile(path string, ofDevice bool, secrets []secret) (faults []string) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	for _, s := range secrets {
		if !(s.state && ofDevice) && s.in(text) {
			faults = append(faults, fmt.Sprintf("a secret of %s in %s", s.file, path))
		}
	}
	return faults
}

// verifyDatabase looks at the whole of the script's database, as db check does.
func (h *house) verifyDatabase() error {
	path := filepath.Join(h.work, "data", "usher.db")
	if _, err := os.Stat(path); h.damaged || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	quiet := func(string) {}
	st := store.New(path, store.Options{Wait: 10 * time.Second, Now: time.Now, Random: rand.Reader, Warn: quiet})
	found, err := service.New(st, service.Env{Warn: quiet}).CheckDatabase(context.Background())
	if err == nil && len(found) > 0 {
		err = fmt.Errorf("the database is not as it should be: %q", found)
	}
	if err != nil {
		return err
	}
	return linesAreShort(st)
}

// linesAreShort makes sure that every line of the log that the scripts cause has
// a form which the store can keep short: another one costs three times the room,
// and nobody would notice.
func linesAreShort(st *store.Store) error {
	var packer shorthand.Packer
	return st.Unanchored().View(context.Background(), func(tx *store.Tx) error {
		return tx.Lines(1, func(l store.Line) (bool, error) {
			if _, ok := packer.Pack(l.Body, l.Seq); l.Body != nil && !ok {
				return false, fmt.Errorf("event %d cannot be kept short: %s", l.Seq, l.Body)
			}
			return true, nil
		})
	})
}
