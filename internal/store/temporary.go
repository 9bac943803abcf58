package store

import (
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/usher-admin/usher/internal/plainfile"
	"github.com/usher-admin/usher/internal/store/scratch"
)

// A new file is made beside the database, under a name of its own, and comes to
// its place by renaming. Only who holds the lock alone makes one, so whatever
// of the kind is found by the next who does is left over from a killed process.
// Files without a name are made without the lock, so theirs may be taken away by
// another process: that is as good.

const (
	temporarySuffix = ".tmp"
	oldSuffix       = ".old"  // of the second name of a file about to be overwritten
	namelessSuffix  = ".copy" // of a file whose name is taken away before anything is in it
	temporaryTail   = 8       // random bytes, in hexadecimal
)

func (s *Store) temporaryPrefix() string { return "." + filepath.Base(s.path) + "." }

// temporaryName returns a name beside the database that nobody can guess.
func (s *Store) temporaryName() (string, error) { return s.besideName(temporarySuffix) }

func (s *Store) besideName(suffix string) (string, error) {
	var tail [temporaryTail]byte
	if _, err := io.ReadFull(s.opt.Random, tail[:]); err != nil {
		return "", err
	}
	return filepath.Join(filepath.Dir(s.path), s.temporaryPrefix()+hex.EncodeToString(tail[:])+suffix), nil
}

// Scratch returns where to put what is part of a large change and has no room in
// memory: beside the database, where there must be room for it anyway, or else in
// the folder for temporary files.
func (s *Store) Scratch() *scratch.File {
	create := func() (file *os.File, err error) {
		if err := s.glance(); err != nil { // no room beside what is not there
			return nil, err
		}
		err = s.nameless(func(path string) (err error) {
			file, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
			return err
		})
		return file, err
	}
	file := scratch.New(create, s.opt.Random)
	file.Refused = func(cause error) error { return scratchError(s.path, s.opt.Temp, cause) }
	return file
}

// sweep removes what killed processes left over, and overwrites it first: it is a
// copy of the database, and what is in it may have been deleted since. The lock is
// held alone. Where it cannot be removed it stays, which hurts nobody.
func (s *Store) sweep() {
	dir, err := plainfile.Open(filepath.Dir(s.path), os.O_RDONLY, 0)
	if err != nil {
		return
	}
	defer dir.Close() //nolint:errcheck // only read
	names, _ := dir.Readdirnames(-1)
	for _, name := range names {
		if s.isTemporary(name) {
			s.clearAway(filepath.Join(dir.Name(), name))
		}
	}
}

// clearAway removes one left-over file. A second name of the database itself is
// only a name: whoever gave it was killed before he replaced the file.
func (s *Store) clearAway(path string) {
	current, err := os.Lstat(s.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return
	}
	left, err := os.Lstat(path)
	switch {
	case err != nil:
	case os.SameFile(current, left) || !left.Mode().IsRegular() || filepath.Ext(path) == namelessSuffix:
		_ = os.Remove(path)
	case syncFolder(filepath.Dir(path)) == nil: // or a power cut could bring the old file back, empty
		_ = scrub(path)
	}
}

// isTemporary reports whether besideName can have made a name.
func (s *Store) isTemporary(name string) bool {
	tail, begins := strings.CutPrefix(name, s.temporaryPrefix())
	end := filepath.Ext(tail)
	tail = strings.TrimSuffix(tail, end)
	if !begins || end != temporarySuffix && end != oldSuffix && end != namelessSuffix || len(tail) != hex.EncodedLen(temporaryTail) {
		return false
	}
	_, err := hex.DecodeString(tail)
	return err == nil
}
