package service

import (
	"context"

	"github.com/usher-admin/usher/internal/store"
)

// DatabaseInfo returns what the file says of itself; access to the file is
// enough.
func (s *Service) DatabaseInfo(ctx context.Context) (store.Info, error) {
	return s.store.Info(ctx)
}

// Compaction is what making the file anew did to its size, in bytes.
type Compaction struct {
	Path          string
	Before, After int64
}

// CompactDatabase makes the file anew, as small as it can be and without what was
// deleted. Nothing that the log vouches for changes, so access to the file is
// enough.
func (s *Service) CompactDatabase(ctx context.Context) (Compaction, error) {
	c := Compaction{Path: s.store.Path()}
	var err error
	if c.Before, err = s.store.Size(); err != nil {
		return c, err
	}
	if err = s.store.Compact(ctx); err != nil {
		return c, err
	}
	c.After, err = s.store.Size()
	return c, err
}

// BackupDatabase makes a backup of the database while others work. Access to the
// file is enough: it gives no more away than the file does, and cron makes it.
// Whoever asked for it closes it.
func (s *Service) BackupDatabase(ctx context.Context) (*store.Copy, error) {
	return s.store.Backup(ctx)
}
