package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/usher-admin/usher/internal/account"
)

// Write writes the template to a new file: with mode 0600 for one user, with
// 0644 for everybody on the machine, who cannot run usher while there is a
// file in /etc that they cannot read. Folders that are missing are made, 0700
// or 0755 in the same sense. A file that exists is never overwritten: the error
// is Conflict, "config.exists".
func Write(path string, mode fs.FileMode) error {
	if err := makeFolder(filepath.Dir(path), folderMode(mode)); err != nil {
		return unwritable(path, err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if errors.Is(err, fs.ErrExist) {
		return account.Errorf(account.Conflict, "the configuration file %s exists already", path).Coded("config.exists").
			Hintf("edit it, or move it away first")
	}
	if err != nil {
		return unwritable(path, err)
	}
	if err := fill(f, mode); err != nil {
		_ = os.Remove(path) // a part of the template would not be overwritten next time
		return unwritable(path, err)
	}
	return nil
}

// makeFolder makes a folder that is missing, and those above it. The mode of
// the lowest one is set once more, because the process may mask a part of it;
// those above it are not usher's own.
func makeFolder(folder string, mode fs.FileMode) error {
	if _, err := os.Stat(folder); err == nil {
		return nil
	}
	if err := os.MkdirAll(folder, mode); err != nil {
		return err
	}
	return os.Chmod(folder, mode)
}

// fill writes the template and closes the file, whose mode must not be
// masked either.
func fill(f *os.File, mode fs.FileMode) error {
	_, err := f.Write(Template())
	return errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
}

// folderMode lets whoever may read a file also enter its folder.
func folderMode(file fs.FileMode) fs.FileMode { return file | 0o300 | file&0o444>>2 }

func unwritable(path string, err error) error {
	return account.Errorf(account.Invalid, "cannot write the configuration file %s: %w", path, reason(err)).Coded("config.unwritable")
}
