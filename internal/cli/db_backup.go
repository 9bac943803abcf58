package cli

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/store"
)

type dbBackupOptions struct {
	app        *app
	recipients []string
}

func newDBBackupCmd(a *app) *cobra.Command {
	o := dbBackupOptions{app: a}
	cmd := &cobra.Command{
		Use:   "backup FILE|-",
		Short: "Write a compact, checked copy of the database while others work",
		Long: `Write a copy of the database to a new file, or to standard output (-), while others
work: the file is held only as long as copying it takes. The backup is compact, so
nothing that was deleted is in it; it was read back whole; and a manifest at its end
says what it is and lets restore find every damage. It is a database file as it is.
With --encrypt-to only who has the age identity can read it. Nothing is overwritten.`,
		Example: `  usher db backup /srv/backup/usher-2026-03-01.db
  usher db backup - | ssh backup.example 'cat > usher.db'
  usher db backup usher.db.age --encrypt-to age1...`,
		Args:        exactly("FILE"),
		Annotations: prints(backupSpec()),
		RunE:        func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args[0]) },
	}
	cmd.Flags().StringArrayVar(&o.recipients, "encrypt-to", nil, "encrypt it to an age `RECIPIENT` (repeatable)")
	return cmd
}

func backupSpec() output.Spec {
	return output.Spec{Key: "path", Columns: []output.Column{
		{Path: "path"}, {Path: "size", Right: true}, {Path: "sha256"}, {Path: "events", Right: true}, {Path: "root"},
	}}
}

// written is a backup as it was written: after the encryption, if there was any.
type written struct {
	path   string
	size   int64
	sha256 string
	store.Manifest
}

func (o *dbBackupOptions) run(ctx context.Context, path string) error {
	p, s, err := o.app.ready(backupSpec())
	if err != nil {
		return err
	}
	encrypt, err := encryption(o.recipients)
	if err != nil {
		return err
	}
	to, err := o.app.newBackupFile(path)
	if err != nil {
		return err
	}
	defer to.Discard()
	backup, err := s.BackupDatabase(ctx)
	if err != nil {
		return err
	}
	defer backup.Close() //nolint:errcheck // only read
	w, err := writeBackup(ctx, to, backup, encrypt)
	if err != nil {
		return errBackupFile(path, err)
	}
	w.path = path
	if path == "-" {
		o.app.say("Backup of %s: %s, SHA-256 %s", account.Count(w.Events, "event"), account.Count(w.size, "byte"), w.sha256)
		return nil
	}
	return p.One(backupSpec(), backupObject(w))
}

func backupObject(w written) output.Object {
	return output.Object{
		{Name: "path", Value: output.String(w.path)},
		{Name: "size", Value: output.Int(w.size)},
		{Name: "sha256", Value: output.String(w.sha256)},
		{Name: "events", Value: output.Int(int64(w.Events))},
		{Name: "root", Value: output.String(base64.StdEncoding.EncodeToString(w.Root[:]))},
	}
}

// writeBackup writes a backup to its place, through the encryption if there is
// one, and makes it last.
func writeBackup(ctx context.Context, to backupFile, backup *store.Copy, encrypt wrapper) (written, error) {
	sum := sha256.New()
	out := &counting{ctx: ctx, w: io.MultiWriter(to, sum)}
	sealed, err := encrypt(out)
	if err != nil {
		return written{}, err
	}
	if _, err := backup.WriteTo(sealed); err != nil {
		return written{}, err
	}
	if err := sealed.Close(); err != nil {
		return written{}, err
	}
	w := written{size: out.n, sha256: hex.EncodeToString(sum.Sum(nil)), Manifest: backup.Manifest}
	return w, to.Keep()
}

// counting counts what goes through it, until somebody interrupts.
type counting struct {
	ctx context.Context
	w   io.Writer
	n   int64
}

// Write writes p on.
func (c *counting) Write(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// errBackupFile is the error of a backup that could not be written. A reader who
// went away is one too: what he has is no backup.
func errBackupFile(path string, cause error) error {
	var known *account.Error
	if errors.As(cause, &known) || errors.Is(cause, context.Canceled) {
		return cause
	}
	if errors.Is(cause, syscall.EPIPE) || errors.Is(cause, io.ErrClosedPipe) {
		return account.Errorf(account.Unexpected, "whoever reads the backup went away before its end").Coded("backup.unwritten")
	}
	return account.Errorf(account.Unexpected, "the backup cannot be written to %q: %w", path, pathCause(cause)).
		Coded("backup.unwritten").
		Hintf("make room, or name another place")
}
