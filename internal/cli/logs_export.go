package cli

import (
	"context"

	"github.com/spf13/cobra"
)

type logsExportOptions struct {
	app    *app
	filter logsFilterFlags
}

func newLogsExportCmd(a *app) *cobra.Command {
	o := logsExportOptions{app: a}
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Export events as CSV or JSON Lines, with every field",
		Long: `Export the events of the log with every field, oldest first: as CSV, or with
-o jsonl as JSON Lines. Names stand there as they are known today.`,
		Example: `  usher logs export > events.csv
  usher logs export --since 2026-01-01 --until 2026-02-01 -o jsonl > log.jsonl`,
		Args:        noArgs,
		Annotations: prints(eventSpec()),
		RunE:        func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context()) },
	}
	o.filter.addTimes(cmd)
	return cmd
}

func (o *logsExportOptions) run(ctx context.Context) error {
	filter, err := o.filter.filter(o.app)
	if err != nil {
		return err
	}
	p, spec, err := o.app.exporter(eventSpec())
	if err != nil {
		return err
	}
	s, err := o.app.service()
	if err != nil {
		return err
	}
	l := p.List(spec)
	if err := s.ExportLogs(ctx, filter, addEvents(l)); err != nil {
		return err
	}
	return l.Close()
}
