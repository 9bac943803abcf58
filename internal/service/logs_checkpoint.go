package service

import (
	"context"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/store"
)

// LogCheckpoint is a checkpoint of the log with the key that verifies it.
type LogCheckpoint struct {
	audit.Checkpoint
	Key string
}

// CheckpointLog returns the signed checkpoint of the log as it is now. Access to
// the file is enough: it gives nothing away, and cron makes it.
func (s *Service) CheckpointLog(ctx context.Context) (LogCheckpoint, error) {
	var c LogCheckpoint
	err := s.store.View(ctx, func(tx *store.Tx) error {
		head := tx.Head()
		tree, err := audit.UnmarshalTree(head.Tree)
		if err != nil || tree.Size() != head.Size || tree.Root() != head.Root {
			return errLogEnd()
		}
		in, err := tx.Instance()
		if err != nil {
			return err
		}
		if c.Key, err = audit.VerifierKey(in.ID, in.LogSeed); err != nil {
			return err
		}
		c.Checkpoint, err = audit.NewCheckpoint(in.ID, in.LogSeed, head.Size, head.Root)
		return err
	})
	return c, err
}

// errLogEnd says that the log's end does not fit its last line.
func errLogEnd() error {
	return account.Errorf(account.Unopenable, "the end of the log does not fit it").
		Coded("db.damaged").
		Hintf("usher logs verify")
}
