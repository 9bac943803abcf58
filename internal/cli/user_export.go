package cli

import (
	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/output"
)

func newUserExportCmd(a *app) *cobra.Command {
	o := userExportOptions{list: userListOptions{app: a}}
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Export users as CSV or JSON Lines, with every field",
		Long: `Export users with every field: as CSV, or with -o json or -o jsonl. A JSON Lines
export can be imported again. Passwords are not in it.`,
		Example:     "  usher user export > users.csv\n  usher user export -o jsonl --status active > users.jsonl",
		Args:        noArgs,
		Annotations: prints(userSpec()),
		RunE:        func(cmd *cobra.Command, _ []string) error { return o.run(cmd) },
	}
	o.list.filter.addFlags(cmd)
	return cmd
}

type userExportOptions struct {
	list userListOptions
}

// run is a list in the form of a file, under a permission of its own.
func (o *userExportOptions) run(cmd *cobra.Command) error {
	a := o.list.app
	filter, err := o.list.filter.filter()
	if err != nil {
		return err
	}
	p, spec, err := a.exporter(userSpec())
	if err != nil {
		return err
	}
	s, err := a.service()
	if err != nil {
		return err
	}
	return showUsers(cmd.Context(), s.ExportUsers, filter, p.List(spec))
}

// exporter returns the printer of an export and what it prints: every field, as
// CSV unless another form was chosen.
func (a *app) exporter(spec output.Spec) (*output.Printer, output.Spec, error) {
	for i := range spec.Columns {
		spec.Columns[i].Wide = false
	}
	if a.setting(a.flags.output, "USHER_OUTPUT") == "" {
		a.flags.output = string(output.FormatCSV)
	}
	p, err := a.printer(spec)
	return p, spec, err
}
