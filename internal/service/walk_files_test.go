package service

import (
	"bytes"
	"context"
	"time"

	"github.com/usher-admin/usher/internal/account"
)

// walkOnFiles are the operations on the log and on the whole file.
func walkOnFiles() []walkOperation {
	return []walkOperation{
		{"PruneLog", 2, func(w *walk, ctx context.Context) error {
			w.dry = false
			s := w.service(w.hand)
			if w.chance(60) {
				s = w.systemService("")
			}
			plan, err := s.PlanPruning(ctx, w.now.Add(-time.Duration(w.draw.IntN(100))*time.Minute))
			if err != nil {
				return err
			}
			_, err = s.PruneLog(ctx, plan, &box{}, noProgress)
			return err
		}, "b"},
		{"PlanPruning", 1, func(w *walk, ctx context.Context) error {
			s := w.as
			if w.chance(50) {
				s = w.systemService("")
			}
			_, err := s.PlanPruning(ctx, w.now.Add(-time.Hour))
			return err
		}, ""},
		{"CheckpointLog", 1, func(w *walk, ctx context.Context) error {
			_, err := w.as.CheckpointLog(ctx)
			return err
		}, ""},
		{"CompactDatabase", 1, func(w *walk, ctx context.Context) error {
			w.dry = false
			_, err := w.service(hand{}).CompactDatabase(ctx)
			return err
		}, ""},
		{"BackupDatabase", 1, func(w *walk, ctx context.Context) error {
			w.dry = false
			c, err := w.service(hand{}).BackupDatabase(ctx)
			if err != nil {
				return err
			}
			defer c.Close()
			var file bytes.Buffer
			_, err = c.WriteTo(&file)
			w.backup, w.opened = file.Bytes(), w.system
			return err
		}, ""},
		{"RestoreDatabase", 1, (*walk).restore, ""},
	}
}

// restore puts the last backup in the place of the database, and so the system
// key of then in the place of the one that it takes.
func (w *walk) restore(ctx context.Context) error {
	w.dry = false
	if w.backup == nil {
		return account.Errorf(account.NotFound, "there is no backup yet")
	}
	s := w.systemService("")
	c, err := s.ReadBackup(ctx, "backup", bytes.NewReader(w.backup))
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := s.PlanRestore(ctx, c); err != nil {
		return err
	}
	if _, err = s.RestoreDatabase(ctx, c); err == nil {
		w.system = w.opened
	}
	return err
}
