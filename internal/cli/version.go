package cli

import (
	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/output"
)

func newVersionCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:         "version",
		Long:        "Show the version of usher and what it was built from.",
		Example:     "  usher version\n  usher version -o json",
		Args:        noArgs,
		Annotations: prints(versionSpec()),
		RunE:        func(*cobra.Command, []string) error { return showVersion(a) },
	}
}

func showVersion(a *app) error {
	p, err := a.printer(versionSpec())
	if err != nil {
		return err
	}
	return p.One(versionSpec(), output.Object{
		{Name: "version", Value: output.String(a.env.Version.Version)},
		{Name: "commit", Value: output.StringOrNull(a.env.Version.Commit)},
		{Name: "date", Value: output.StringOrNull(a.env.Version.Date)},
		{Name: "go", Value: output.String(a.env.Version.Go)},
	})
}

func versionSpec() output.Spec {
	return output.Spec{Key: "version", Columns: []output.Column{{Path: "version"}, {Path: "commit"}, {Path: "date"}, {Path: "go"}}}
}
