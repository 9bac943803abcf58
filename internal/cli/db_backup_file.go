package cli

import (
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/usher-admin/usher/internal/account"
)

// backupFile is where a backup goes: a new file that comes to its name whole, or
// standard output.
type backupFile interface {
	io.Writer
	Keep() error // what was written survives a power cut, under its name
	Discard()    // takes away what was not kept
}

// newBackupFile makes the place for a backup. Nothing may be there yet.
func (a *app) newBackupFile(path string) (backupFile, error) {
	if path == "-" {
		if a.env.StdoutTerminal {
			return nil, usageError("a backup is not for the terminal").Hintf("send it on: usher db backup - | ssh HOST 'cat > usher.db', or name a file")
		}
		return outBackup{a.env.Stdout}, nil
	}
	if path == "" {
		return nil, usageError("usher db backup: FILE is empty").Coded("usage.empty").Hintf("usher db backup --help")
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return nil, errBackupPlace(path, orExists(err))
	}
	var tail [8]byte
	if _, err := io.ReadFull(a.env.Random, tail[:]); err != nil {
		return nil, err
	}
	temp := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+"."+hex.EncodeToString(tail[:])+".tmp")
	a.listen()
	file, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, errBackupPlace(path, err)
	}
	return &newBackup{File: file, path: path}, nil
}

func errBackupPlace(path string, cause error) error {
	if errors.Is(cause, fs.ErrExist) {
		return account.Errorf(account.Conflict, "%q exists already; a backup never overwrites a file", path).
			Coded("backup.exists").
			Hintf("name another file, for instance with the date in its name")
	}
	return account.Errorf(account.Invalid, "cannot write %q: %w", path, pathCause(cause)).Coded("backup.unwritten")
}

// outBackup is standard output.
type outBackup struct{ io.Writer }

// Keep does nothing: it is the reader's.
func (outBackup) Keep() error { return nil }

// Discard does nothing.
func (outBackup) Discard() {}

// newBackup is a file under a name of its own until it is whole.
type newBackup struct {
	*os.File
	path string
}

// Keep flushes the file and gives it its name, unless somebody else took it.
func (f *newBackup) Keep() error {
	if err := f.Sync(); err != nil {
		return err
	}
	if err := takeName(f.Name(), f.path); err != nil {
		return errBackupPlace(f.path, err)
	}
	folder, err := os.Open(filepath.Dir(f.path))
	if err != nil {
		return err
	}
	defer folder.Close() //nolint:errcheck // only flushed
	return folder.Sync()
}

// Discard takes the name of its own away; what was kept has another.
func (f *newBackup) Discard() {
	_ = f.Close()
	_ = os.Remove(f.Name())
}

// takeName gives a file a name that nobody has. Where a file cannot have two, it
// is looked at first.
func takeName(temp, path string) error {
	err := os.Link(temp, path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return orExists(err)
	}
	return os.Rename(temp, path)
}
