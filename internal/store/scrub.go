package store

import (
	"context"
	"os"
	"path/filepath"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/plainfile"
)

// A file that was replaced has no name any more, but its blocks keep what was in
// it until something else is written there. Where that must not be, the old file
// gets a second name before, under which its blocks can be overwritten: by who
// replaced it or, should he be killed, by the next who takes the lock alone.

// RewriteScrubbed is Rewrite for a change that deletes what nobody may read
// again: once the new file is in its place for good, the blocks of the old one
// are overwritten. A Partial error says that only this failed.
func (s *Store) RewriteScrubbed(ctx context.Context, fn func(*Tx) error) error {
	return s.alone(ctx, func() error {
		old, err := s.nameOld()
		if err != nil {
			return err
		}
		err = s.rewrite(ctx, fn)
		switch {
		case account.KindOf(err) == account.OutcomeUnknown:
			return err // the next writer looks which of the two is in place
		case err != nil:
			_ = os.Remove(old)
			return err
		}
		if err := scrub(old); err != nil {
			return unscrubbedError(s.path, err)
		}
		return nil
	})
}

// nameOld gives the database file a second name, down to the disk.
func (s *Store) nameOld() (string, error) {
	name, err := s.besideName(oldSuffix)
	if err != nil {
		return "", err
	}
	if err := os.Link(s.path, name); err != nil {
		return "", refusedError(s.path, err)
	}
	if err := syncFolder(filepath.Dir(name)); err != nil {
		_ = os.Remove(name)
		return "", refusedError(s.path, err)
	}
	return name, nil
}

// scrub overwrites a file and removes it. One that cannot be overwritten stays.
func scrub(path string) error {
	file, err := plainfile.Open(path, os.O_WRONLY|plainfile.Strictly, 0)
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // flushed before
	if err := overwrite(file); err != nil {
		return err
	}
	return os.Remove(path)
}

// Copies returns the other databases in the folder of this one: backups, and what
// a restore put aside. What is deleted here is still in them.
func (s *Store) Copies() []string {
	folder := filepath.Dir(s.path)
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil
	}
	var copies []string
	for _, e := range entries {
		path := filepath.Join(folder, e.Name())
		if e.Type().IsRegular() && path != s.path && beginsAsOne(path) {
			copies = append(copies, path)
		}
	}
	return copies
}

// beginsAsOne reports whether a file has a meta page of the engine.
func beginsAsOne(path string) bool {
	file, err := plainfile.Open(path, os.O_RDONLY|plainfile.Strictly, 0)
	if err != nil {
		return false
	}
	defer file.Close() //nolint:errcheck // only read
	_, found := scanMeta(file)
	return found
}

// overwriteStep is how many bytes are overwritten at once.
const overwriteStep = 1 << 20

// overwrite puts zeros into the blocks of a file and flushes them.
func overwrite(file *os.File) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	zeros := make([]byte, overwriteStep)
	for at := int64(0); at < info.Size(); at += overwriteStep {
		n := min(overwriteStep, info.Size()-at)
		if _, err := file.WriteAt(zeros[:n], at); err != nil {
			return err
		}
	}
	return file.Sync()
}
