package store

import (
	"context"
	"os"
	"time"

	"github.com/usher-admin/usher/internal/account"
)

// Info is what a database says of itself.
type Info struct {
	Path      string
	Instance  account.InstanceID
	Schema    int
	CreatedAt time.Time
	Size      int64 // bytes
	Users     int
	Events    uint64
	FreePages int
}

// Info reads what the database says of itself.
func (s *Store) Info(ctx context.Context) (Info, error) {
	info := Info{Path: s.path, Schema: Schema}
	err := s.View(ctx, func(tx *Tx) error {
		in, err := tx.Instance()
		if err != nil {
			return err
		}
		free, err := tx.space.tree.Free()
		if err != nil {
			return asDamaged(tx.path, err)
		}
		info.Instance, info.CreatedAt, info.Events = in.ID, in.CreatedAt, tx.head.Size
		info.FreePages = len(free)
		return tx.Organisations(func(org account.Organisation) (bool, error) {
			n, err := tx.Count(org.ID, FacetAll, "")
			info.Users += n
			return true, err
		})
	})
	if err != nil {
		return info, err
	}
	info.Size, err = s.Size()
	return info, err
}

// Size returns how many bytes the file has.
func (s *Store) Size() (int64, error) {
	file, err := os.Stat(s.path)
	if err != nil {
		return 0, openError(s.path, err)
	}
	return file.Size(), nil
}

// slowingPages is how many free pages make themselves felt: the engine writes
// the list of them, 8 bytes each, with every change.
const slowingPages = 4096

// Slow reports whether free pages slow every change, so that compaction pays.
func (i Info) Slow() bool { return i.FreePages >= slowingPages }
