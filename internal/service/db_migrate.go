package service

import (
	"strconv"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/store"
)

// actionMigrate is the word of the log for a migration, which the first command
// of a newer usher does, whoever types it.
const actionMigrate = access.Permission("db.migrate")

// noteMigration writes the event of a migration into the log of every
// organisation, with a baseline that vouches for the records in their new form.
func (s *Service) noteMigration(tx *store.Tx, from, to int) error {
	o := &op{svc: s, tx: tx, action: actionMigrate, log: openLog(tx, s.env)}
	digest, err := o.layBaseline(tx.Head().Size)
	if err != nil {
		return err
	}
	err = o.emitEverywhere(audit.Ref{Type: "database"}, []audit.Change{
		{Field: "schema", From: strconv.Itoa(from), To: strconv.Itoa(to)},
		{Field: audit.BaselineDigest, To: digest},
	})
	if err != nil {
		return err
	}
	return o.log.close()
}
