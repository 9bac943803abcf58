package cli

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/service"
)

func newLogsCheckpointCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "checkpoint",
		Short: "Print a signed note of the log's size and root, to keep elsewhere",
		Long: `Print the log's size and the root of the tree over it as a signed note (C2SP
tlog-checkpoint). Kept where nobody who can change the database reaches, it lets
logs verify prove later that nothing older was changed. Access to the file is
enough; cron makes one each night.`,
		Example: `  usher logs checkpoint >> /mnt/other/usher.checkpoints
  usher logs checkpoint | mail -s "usher checkpoint" audit@norrsken.example
  usher logs checkpoint -o jsonl | systemd-cat -t usher-checkpoint`,
		Args:        noArgs,
		Annotations: prints(checkpointSpec()),
		RunE:        func(cmd *cobra.Command, _ []string) error { return runLogsCheckpoint(cmd.Context(), a) },
	}
}

func checkpointSpec() output.Spec {
	return output.Spec{Key: "root", Columns: []output.Column{
		{Path: "origin"}, {Path: "size", Right: true}, {Path: "root"}, {Path: "key"}, {Path: "checkpoint"},
	}}
}

// runLogsCheckpoint prints the note as it is, unless a form was chosen or
// columns: it goes into a file.
func runLogsCheckpoint(ctx context.Context, a *app) error {
	p, s, err := a.ready(checkpointSpec())
	if err != nil {
		return err
	}
	c, err := s.CheckpointLog(ctx)
	if err != nil {
		return err
	}
	cfg, err := a.config()
	if err != nil {
		return err
	}
	if cfg.Output == string(output.FormatTable) && len(a.flags.columns) == 0 && !a.quiet() {
		_, err := io.WriteString(a.env.Stdout, c.Note)
		return err
	}
	return p.One(checkpointSpec(), checkpointObject(c))
}

func checkpointObject(c service.LogCheckpoint) output.Object {
	return output.Object{
		{Name: "origin", Value: output.String(c.Origin)},
		{Name: "size", Value: output.Int(int64(c.Size))},
		{Name: "root", Value: output.String(c.Root.String())},
		{Name: "key", Value: output.String(c.Key)},
		{Name: "checkpoint", Value: output.Text(c.Note)},
	}
}
