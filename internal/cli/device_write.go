package cli

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/google/renameio/v2"
)

// A file of the device is made under another name and comes to its place whole.
// Who writes holds a lock on the folder, so whatever another has left there under
// such a name is from a killed process, and may hold a key: it is removed.

// writeRemembered writes a file of the device so that it is there after a loss
// of power: a key that the database has begun to need is nowhere else.
func writeRemembered(folder, name, text string) error {
	if err := makeFolder(folder); err != nil {
		return err
	}
	dir, err := lockFolder(folder)
	if err != nil {
		return err
	}
	defer unlockFolder(dir)
	removeLeftOvers(dir)
	here := renameio.WithTempDir(folder) // and not in the folder of all, where nobody would find it
	if err := renameio.WriteFile(filepath.Join(folder, name), []byte(text+"\n"), 0o600, here); err != nil {
		return err
	}
	return dir.Sync()
}

// lockFolder opens a folder and waits for its lock, which goes when the folder
// is closed. It is held for the writing of one small file.
func lockFolder(folder string) (*os.File, error) {
	dir, err := os.Open(folder)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(dir.Fd()), syscall.LOCK_EX)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err != nil {
		dir.Close() //nolint:errcheck // only read
		return nil, err
	}
	return dir, nil
}

// unlockFolder gives the lock back, also where the folder cannot be closed: the
// next file that this process writes would wait for it for ever.
func unlockFolder(dir *os.File) {
	_ = syscall.Flock(int(dir.Fd()), syscall.LOCK_UN)
	_ = dir.Close()
}

// removeLeftOvers removes files that never came to their place. One that cannot
// be removed stays.
func removeLeftOvers(dir *os.File) {
	names, _ := dir.Readdirnames(-1)
	for _, name := range names {
		if strings.HasPrefix(name, "."+sessionFile) || strings.HasPrefix(name, "."+keyPrefix) {
			_ = os.Remove(filepath.Join(dir.Name(), name))
		}
	}
}

// makeFolder makes a folder that may be missing, and makes it last.
func makeFolder(folder string) error {
	if _, err := os.Stat(folder); err == nil {
		return nil
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	above, err := os.Open(filepath.Dir(folder))
	if err != nil {
		return err
	}
	defer above.Close()
	return above.Sync()
}
