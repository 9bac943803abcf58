package cli

import (
	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/service"
)

func newDBCompactCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "compact",
		Short: "Make the file as small as it can be, and forget what was deleted",
		Long: `Write everything the database holds to a new file, check each record on the way,
and put the new file into the place of the old one. Free pages go, and with them
what was deleted and still lay in them. Others wait meanwhile and lose nothing; a
failure leaves the old file as it was. It takes as much room again while it runs.
Access to the file is enough; the log does not change.`,
		Example:     "  usher db compact\n  usher db compact --wait 1m -o json",
		Args:        noArgs,
		Annotations: prints(compactionSpec()),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runOne(cmd.Context(), a, compactionSpec(), compactionObject, "", (*service.Service).CompactDatabase)
		},
	}
}

func compactionSpec() output.Spec {
	return output.Spec{Key: "path", Columns: []output.Column{
		{Path: "path"}, {Path: "size_before", Right: true}, {Path: "size_after", Right: true},
	}}
}

func compactionObject(c service.Compaction) output.Object {
	return output.Object{
		{Name: "path", Value: output.String(c.Path)},
		{Name: "size_before", Value: output.Int(c.Before)},
		{Name: "size_after", Value: output.Int(c.After)},
	}
}
