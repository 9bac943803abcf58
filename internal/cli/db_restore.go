package cli

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/service"
	"github.com/usher-admin/usher/internal/store"
)

type dbRestoreOptions struct {
	app        *app
	verifyOnly bool
	accept     bool
	identity   string
}

func newDBRestoreCmd(a *app) *cobra.Command {
	o := dbRestoreOptions{app: a}
	cmd := &cobra.Command{
		Use:   "restore FILE|-",
		Short: "Put a backup into the place of the database, or look at one",
		Long: `Read a backup, check it whole, and put it into the place of the database. What
stood there is kept beside it, and the restore is an event of the log. Sessions,
links and tokens that ended since the backup stay ended. Over a database it takes
the system key. With --verify-only nothing is changed.

A database that was put back by other means is refused (exit 13) until a newer one
is restored or --accept-rollback, without a FILE, says that it is meant.`,
		Example: `  usher db restore /srv/backup/usher-2026-03-01.db --verify-only
  usher db restore usher.db.age --identity-file age.txt --reason "disk died"
  usher db restore --accept-rollback --reason "snapshot of the night"`,
		Args:        atMostOne("FILE"),
		Annotations: prints(restoreSpec()),
		RunE:        func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args) },
	}
	cmd.Flags().BoolVar(&o.verifyOnly, "verify-only", false, "only check that the backup could be restored")
	cmd.Flags().BoolVar(&o.accept, "accept-rollback", false, "let the older database that stands there count")
	cmd.Flags().StringVar(&o.identity, "identity-file", "", "open an encrypted backup with the age identity in `FILE`")
	addSystemKeyFlag(cmd, a)
	addReasonFlag(cmd, a)
	return cmd
}

func restoreSpec() output.Spec {
	return output.Spec{Key: "path", Columns: []output.Column{
		{Path: "path"}, {Path: "instance"}, {Path: "events", Right: true}, {Path: "root"}, {Path: "made_at"}, {Path: "kept"},
	}}
}

func (o *dbRestoreOptions) run(ctx context.Context, args []string) error {
	switch {
	case o.accept && (o.verifyOnly || len(args) > 0):
		return usageError("--accept-rollback takes no FILE: it is about the database that stands there").Hintf("usher db restore --accept-rollback")
	case o.accept:
		return o.acceptRollback(ctx)
	case len(args) == 0:
		return usageError("usher db restore needs FILE").Hintf("usher db restore FILE --verify-only")
	}
	p, s, err := o.app.ready(restoreSpec())
	if err != nil {
		return err
	}
	backup, err := o.read(ctx, s, args[0])
	if err != nil {
		return err
	}
	defer backup.Close() //nolint:errcheck // only read
	if o.verifyOnly {
		return p.One(restoreSpec(), restoreObject(args[0], backup.Manifest, ""))
	}
	return o.restore(ctx, p, s, backup)
}

// read reads and checks the backup.
func (o *dbRestoreOptions) read(ctx context.Context, s *service.Service, path string) (*store.Copy, error) {
	source := o.app.env.Stdin
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, errFile(path, err)
		}
		defer file.Close() //nolint:errcheck // only read
		source = file
	}
	plain, err := decrypted(source, path, o.identity)
	if err != nil {
		return nil, err
	}
	backup, err := s.ReadBackup(ctx, path, plain)
	if err == nil && backup.Bare {
		o.app.warn(path + " has no manifest: whether it is all that was written, only its log tells")
	}
	return backup, backupHint(err)
}

// backupHint gives the errors of a database that does not open the way on from a
// backup that does not: looking at it and restoring one is what was just tried.
func backupHint(err error) error {
	var e *account.Error
	if errors.As(err, &e) && (e.Code == "db.damaged" || e.Code == "db.foreign") {
		e.Hint = "take another copy of it, or another backup, and look at that with: usher db restore FILE --verify-only"
	}
	return err
}

// restore asks and puts the backup in place.
func (o *dbRestoreOptions) restore(ctx context.Context, p *output.Printer, s *service.Service, backup *store.Copy) error {
	cfg, err := o.app.config()
	if err != nil {
		return err
	}
	old, s, err := o.plan(ctx, s, backup)
	if err != nil {
		return err
	}
	if err := o.app.confirmed(ctx, o.question(cfg.DB, backup, old), "--verify-only"); err != nil {
		return err
	}
	done, err := s.RestoreDatabase(ctx, backup)
	if err != nil {
		return err
	}
	if done.Kept != "" {
		o.app.say("The database that stood there is kept as %s", done.Kept)
	}
	if done.Ended != (store.Ended{}) {
		o.app.say("What ended since the backup stays ended (sessions: %d, links: %d, tokens: %d)", done.Sessions, done.Links, done.Tokens)
	}
	m := backup.Manifest
	m.Events, m.Root = done.Head.Size, done.Head.Root
	return p.One(restoreSpec(), restoreObject(cfg.DB, m, done.Kept))
}

// plan looks at what stands there. Where something does, the system key is
// needed.
func (o *dbRestoreOptions) plan(ctx context.Context, s *service.Service, backup *store.Copy) (store.Standing, *service.Service, error) {
	st, err := o.app.store()
	if err != nil {
		return store.Standing{}, nil, err
	}
	if _, err := os.Lstat(st.Path()); err == nil {
		if err := o.app.needSystemKey(ctx); err != nil {
			return store.Standing{}, nil, err
		}
		if s, err = o.app.service(); err != nil {
			return store.Standing{}, nil, err
		}
	}
	old, err := s.PlanRestore(ctx, backup)
	return old, s, err
}

func (o *dbRestoreOptions) question(path string, backup *store.Copy, old store.Standing) string {
	what := "the backup of " + account.Count(backup.Events, "event")
	if !backup.MadeAt.IsZero() {
		what += " made at " + backup.MadeAt.In(o.app.env.Location).Format(time.DateTime)
	}
	if !old.There {
		return fmt.Sprintf("Restore %s to %s?", what, path)
	}
	return fmt.Sprintf("Replace %s, which has %s, by %s?", path, account.Count(old.Events, "event"), what)
}

// acceptRollback asks and lets the older database count.
func (o *dbRestoreOptions) acceptRollback(ctx context.Context) error {
	if err := o.app.needSystemKey(ctx); err != nil {
		return err
	}
	p, s, err := o.app.asked(ctx, restoreSpec(), "Let the database that stands there count, although it is older than what was committed last?")
	if err != nil {
		return err
	}
	done, err := s.AcceptRollback(ctx)
	if err != nil {
		return err
	}
	cfg, err := o.app.config()
	if err != nil {
		return err
	}
	m := store.Manifest{Instance: done.Head.Instance, Events: done.Head.Size, Root: done.Head.Root}
	return p.One(restoreSpec(), restoreObject(cfg.DB, m, ""))
}

func restoreObject(path string, m store.Manifest, kept string) output.Object {
	made := output.Null()
	if !m.MadeAt.IsZero() {
		made = output.Time(m.MadeAt)
	}
	return output.Object{
		{Name: "path", Value: output.String(path)},
		{Name: "instance", Value: output.String(m.Instance.String())},
		{Name: "events", Value: output.Int(int64(m.Events))},
		{Name: "root", Value: output.String(base64.StdEncoding.EncodeToString(m.Root[:]))},
		{Name: "made_at", Value: made},
		{Name: "kept", Value: output.StringOrNull(kept)},
	}
}
