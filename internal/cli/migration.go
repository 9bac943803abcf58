package cli

import "github.com/usher-admin/usher/internal/store"

// tellMigration shows how far the migration of a file of an older schema is, which
// the first command that opens it does, whatever it is about.
func (a *app) tellMigration(p store.MigrationPhase, done, total uint64) {
	if a.mute {
		return
	}
	if a.migration == nil {
		a.migration = newMigration(a)
	}
	a.migration.tell(p, done, total)
}

// migration is one under way.
type migration struct {
	gauges gauges
	phases [store.MigrationEnded]func(done, total uint64)
}

func newMigration(a *app) *migration {
	m := &migration{gauges: gauges{app: a}}
	m.phases = [...]func(done, total uint64){
		store.MigrationCopied:  m.gauges.phase("migrating: copied", "MB"),
		store.MigrationWritten: m.gauges.phase("migrating: written", "records"),
		store.MigrationChecked: m.gauges.phase("migrating: checked", "records"),
		store.MigrationSaved:   m.gauges.phase("migrating: saved", "records"),
	}
	return m
}

func (m *migration) tell(p store.MigrationPhase, done, total uint64) {
	if p == store.MigrationEnded {
		m.gauges.end()
		return
	}
	m.phases[p](done, total)
}
