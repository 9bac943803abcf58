package store

import (
	"errors"
	"io/fs"
	"os"
)

// glance looks at the file before a lock file is made beside it, so that none is
// left beside what is no database. Whoever opens the file under the lock looks
// again; where there is a lock file already, that is enough.
func (s *Store) glance() error {
	if _, err := os.Lstat(s.path + LockSuffix); !errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	file, err := openExisting(s.path, os.O_RDONLY)
	if err != nil {
		return s.sortOpenError(err)
	}
	defer file.Close() //nolint:errcheck // only read
	info, err := file.Stat()
	if err == nil {
		err = inspectMeta(file, info.Size())
	}
	if err != nil {
		return s.sortOpenError(err)
	}
	return nil
}
