package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/output"
)

func newDBCmd(a *app) *cobra.Command {
	return newGroup(a, "db", verb{"info", newDBInfoCmd}, verb{"backup", newDBBackupCmd}, verb{"restore", newDBRestoreCmd},
		verb{"check", newDBCheckCmd}, verb{"compact", newDBCompactCmd})
}

func newDBInfoCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:         "info",
		Short:       "Show what the database file says of itself",
		Example:     "  usher db info\n  usher db info --db /srv/usher/usher.db -o json",
		Args:        noArgs,
		Annotations: prints(dbInfoSpec()),
		RunE:        func(cmd *cobra.Command, _ []string) error { return runDBInfo(cmd.Context(), a) },
	}
}

func dbInfoSpec() output.Spec {
	return output.Spec{Key: "instance", Columns: []output.Column{
		{Path: "path"}, {Path: "instance"}, {Path: "schema", Right: true}, {Path: "size", Right: true},
		{Path: "users", Right: true}, {Path: "events", Right: true}, {Path: "free_pages", Right: true},
	}}
}

func runDBInfo(ctx context.Context, a *app) error {
	p, s, err := a.ready(dbInfoSpec())
	if err != nil {
		return err
	}
	info, err := s.DatabaseInfo(ctx)
	if err != nil {
		return err
	}
	if info.Slow() {
		a.say("%s slow every change. Make the file anew with: usher db compact", account.Count(info.FreePages, "free page"))
	}
	return p.One(dbInfoSpec(), output.Object{
		{Name: "path", Value: output.String(info.Path)},
		{Name: "instance", Value: output.String(info.Instance.String())},
		{Name: "schema", Value: output.Int(int64(info.Schema))},
		{Name: "size", Value: output.Int(info.Size)},
		{Name: "users", Value: output.Int(int64(info.Users))},
		{Name: "events", Value: output.Int(int64(info.Events))},
		{Name: "free_pages", Value: output.Int(int64(info.FreePages))},
	})
}
