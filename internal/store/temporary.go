package store

import (
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// A new file is made beside the database, under a name of its own, and comes to
// its place by renaming. Only who holds the lock alone makes one, so whatever
// of the kind is found by the next who does is left over from a killed process.

const (
	temporarySuffix = ".tmp"
	temporaryTail   = 8 // random bytes, in hexadecimal
)

func (s *Store) temporaryPrefix() string { return "." + filepath.Base(s.path) + "." }

// temporaryName returns a name beside the database that nobody can guess.
func (s *Store) temporaryName() (string, error) {
	var tail [temporaryTail]byte
	if _, err := io.ReadFull(s.opt.Random, tail[:]); err != nil {
		return "", err
	}
	return filepath.Join(filepath.Dir(s.path), s.temporaryPrefix()+hex.EncodeToString(tail[:])+temporarySuffix), nil
}

// sweep removes what killed processes left over. The lock is held alone. Where
// it cannot be removed it stays, which hurts nobody.
func (s *Store) sweep() {
	dir, err := os.Open(filepath.Dir(s.path))
	if err != nil {
		return
	}
	defer dir.Close() //nolint:errcheck // only read
	names, _ := dir.Readdirnames(-1)
	for _, name := range names {
		if s.isTemporary(name) {
			_ = os.Remove(filepath.Join(dir.Name(), name))
		}
	}
}

// isTemporary reports whether temporaryName can have made a name.
func (s *Store) isTemporary(name string) bool {
	tail, begins := strings.CutPrefix(name, s.temporaryPrefix())
	tail, ends := strings.CutSuffix(tail, temporarySuffix)
	if !begins || !ends || len(tail) != hex.EncodedLen(temporaryTail) {
		return false
	}
	_, err := hex.DecodeString(tail)
	return err == nil
}
