package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/service"
)

type logsPruneOptions struct {
	app             *app
	before, archive string
}

func newLogsPruneCmd(a *app) *cobra.Command {
	o := logsPruneOptions{app: a}
	cmd := &cobra.Command{
		Use:   "prune --before TIME --archive FILE",
		Short: "Move old events to an archive",
		Long: `Write the events before a time to a new file, as JSON Lines, then drop them from
the log. Their hashes stay, so that older checkpoints still prove the rest, and
the archive itself. The personal values of those events go. The pruning is an
event too. It takes the owner's session; the system key where the instance has
several organisations.`,
		Example: `  usher logs prune --before 365d --archive /srv/archive/log-2025.jsonl
  usher logs prune --before 2026-01-01 --archive log.jsonl --dry-run
  usher logs prune --before 730d --archive log.jsonl --system-key-file FILE`,
		Args:        noArgs,
		Annotations: prints(pruningSpec()),
		RunE:        func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context()) },
	}
	cmd.Flags().StringVar(&o.before, "before", "", "the events before a `TIME`: 365d, 2026-01-31")
	cmd.Flags().StringVar(&o.archive, "archive", "", "the new `FILE` (0600) that has them from then on")
	addSystemKeyFlag(cmd, a)
	addChangeFlags(cmd, a)
	return cmd
}

func pruningSpec() output.Spec {
	return output.Spec{Key: "archive", Columns: []output.Column{
		{Path: "pruned", Right: true}, {Path: "first", Right: true}, {Path: "last", Right: true}, {Path: "archive"}, {Path: "sha256"},
	}}
}

func (o *logsPruneOptions) run(ctx context.Context) error {
	if o.before == "" || o.archive == "" || o.archive == "-" {
		return usageError("a time and a file are needed: nothing is pruned that is not archived").
			Hintf("usher logs prune --before 365d --archive FILE")
	}
	before, err := account.ParseTime(o.before, o.app.now(), o.app.env.Location)
	if err != nil {
		return err
	}
	p, err := o.app.printer(pruningSpec())
	if err != nil {
		return err
	}
	if o.app.hasSystemKey() {
		if err := o.app.needSystemKey(ctx); err != nil {
			return err
		}
	}
	s, err := o.app.service()
	if err != nil {
		return err
	}
	plan, err := s.PlanPruning(ctx, before)
	if err != nil {
		return err
	}
	if plan, err = o.prune(ctx, s, plan); err != nil && account.KindOf(err) != account.Partial {
		return err
	}
	if printed := p.One(pruningSpec(), o.app.marked(o.object(plan))); printed != nil {
		return printed
	}
	return err
}

// prune asks, makes the archive and prunes. A plan of nothing needs neither.
func (o *logsPruneOptions) prune(ctx context.Context, s *service.Service, plan service.Pruning) (service.Pruning, error) {
	quiet := func(_, _ uint64) {}
	switch {
	case plan.Events() == 0 && o.app.flags.dryRun:
		return plan, nil
	case plan.Events() == 0:
		o.app.say("No event is older.")
		return s.PruneLog(ctx, plan, nil, quiet)
	}
	if err := o.free(); err != nil {
		return plan, err
	}
	if o.app.flags.dryRun {
		if err := o.app.couldMake(o.archive); err != nil {
			return plan, errArchivePlace(o.archive, err)
		}
		return plan, nil
	}
	which := account.Agree(plan.Events(), fmt.Sprintf("event %d", plan.First), fmt.Sprintf("the events %d to %d", plan.First, plan.Last))
	if err := o.app.confirm(ctx, fmt.Sprintf("Move %s out of the log, to %s?", which, o.archive)); err != nil {
		return plan, err
	}
	o.app.listen()
	archive, err := newArchive(o.archive)
	if err != nil {
		return plan, err
	}
	g := o.app.gauge("moved", "events")
	done, err := s.PruneLog(ctx, plan, archive, g.tell)
	g.end()
	if err == nil {
		o.app.say("The file keeps its size until: usher db compact")
	}
	return done, err
}

// free makes sure that nothing is where the archive goes.
func (o *logsPruneOptions) free() error {
	if _, err := os.Lstat(o.archive); !errors.Is(err, fs.ErrNotExist) {
		return errArchivePlace(o.archive, orExists(err))
	}
	return nil
}

func (o *logsPruneOptions) object(p service.Pruning) output.Object {
	archive := output.Null()
	if p.Events() > 0 {
		archive = output.String(o.archive)
	} else {
		p.First, p.Last = 0, 0
	}
	return output.Object{
		{Name: "pruned", Value: output.Int(int64(p.Events()))},
		{Name: "first", Value: seqValue(p.First)},
		{Name: "last", Value: seqValue(p.Last)},
		{Name: "archive", Value: archive},
		{Name: "sha256", Value: output.StringOrNull(p.SHA256)},
	}
}

// archiveFile is a new file that only its owner can read.
type archiveFile struct{ *os.File }

func newArchive(path string) (archiveFile, error) {
	if err := notStdout(path, "usher logs prune --before 365d --archive FILE"); err != nil {
		return archiveFile{}, err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return archiveFile{}, errArchivePlace(path, err)
	}
	return archiveFile{file}, nil
}

func errArchivePlace(path string, cause error) error {
	if errors.Is(cause, fs.ErrExist) {
		return account.Errorf(account.Conflict, "%q exists already; an archive never overwrites a file", path).
			Coded("log.archive_exists").
			Hintf("name another file, or move that one away")
	}
	return account.Errorf(account.Invalid, "cannot write %q: %w", path, pathCause(cause)).Coded("log.archive")
}

// Keep flushes the file and the folder that names it.
func (f archiveFile) Keep() error {
	err := f.Sync()
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	folder, err := os.Open(filepath.Dir(f.Name()))
	if err != nil {
		return err
	}
	defer folder.Close() //nolint:errcheck // only flushed
	return folder.Sync()
}

// Discard takes the file away.
func (f archiveFile) Discard() {
	_ = f.Close()
	_ = os.Remove(f.Name())
}
