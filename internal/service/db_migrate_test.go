package service

import (
	"context"
	"testing"

	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/store"
)

func TestTheBaselineOfAMigrationVouchesForEveryRecord(t *testing.T) {
	w := newWorld(t)
	s := w.service(worldDevice{})
	ctx := context.Background()
	for range 2 { // the second baseline takes the place of the first
		if err := s.store.Update(ctx, func(tx *store.Tx) error { return s.noteMigration(tx, 1, 2) }); err != nil {
			t.Fatal(err)
		}
	}
	found, err := s.CheckDatabase(ctx)
	if err != nil || len(found) > 0 {
		t.Errorf("got findings %v, error %v, want none", found, err)
	}
	w.read(func(tx *store.Tx) error {
		if head := tx.Head(); head.Based != 2 || head.BasedBy != 3 {
			t.Errorf("the baseline is that of event %d, by event %d, want 2 by 3", head.Based, head.BasedBy)
		}
		line, _, err := tx.LogLine(3)
		if err != nil {
			return err
		}
		e, err := audit.ParseLine(line.Body)
		if e.Action != "db.migrate" || len(e.Changes) != 2 || e.Changes[0].From != "1" || e.Changes[0].To != "2" {
			t.Errorf("got event %+v", e)
		}
		return err
	})
}
