package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/service"
)

type userDeleteOptions struct {
	many  manyOptions
	erase bool
}

func newUserDeleteCmd(a *app) *cobra.Command {
	o := userDeleteOptions{many: manyOptions{app: a}}
	cmd := &cobra.Command{
		Use:   "delete EMAIL...",
		Short: "Delete users for good",
		Long: `Delete users for good: they cannot be brought back, and adding an address again
makes a new user. What they did stays in the log under their names, unless
--erase takes those out too, also of who was deleted before. All or none are
deleted, unless told to keep going.`,
		Example: `  usher user delete bo@norrsken.example
  usher user delete bo@norrsken.example eva@norrsken.example --reason "left" -y
  usher user list --inactive 365d -q | usher user delete - --dry-run`,
		Args:        o.many.args,
		Annotations: prints(doneSpec()),
		RunE:        func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args) },
	}
	o.many.addFlags(cmd)
	cmd.Flags().BoolVar(&o.erase, "erase", false, "take their names out of the log too")
	addChangeFlags(cmd, a)
	return cmd
}

func (o *userDeleteOptions) run(ctx context.Context, args []string) error {
	return runMany(ctx, &o.many, args, "Delete for good", func(s *service.Service, ctx context.Context, many service.Many) ([]service.Done, error) {
		return s.DeleteUsers(ctx, many, o.erase)
	})
}
