package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/service"
)

type userDeleteOptions struct {
	app   *app
	many  manyOptions
	erase bool
}

func newUserDeleteCmd(a *app) *cobra.Command {
	o := userDeleteOptions{app: a, many: manyOptions{app: a}}
	cmd := &cobra.Command{
		Use:   "delete EMAIL...",
		Short: "Delete users for good",
		Long: `Delete users for good: they cannot be brought back, and adding an address again
makes a new user. What they did stays in the log under their names, unless
--erase takes those out too. All or none are deleted, unless told to keep going.`,
		Example: `  usher user delete bo@norrsken.example
  usher user delete bo@norrsken.example eva@norrsken.example --reason "left" -y
  usher user list --inactive 365d -q | usher user delete - --dry-run`,
		Args: o.many.args,
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args) },
	}
	o.many.addFlags(cmd)
	cmd.Flags().BoolVar(&o.erase, "erase", false, "take their names out of the log too")
	addChangeFlags(cmd, a)
	return cmd
}

func (o *userDeleteOptions) run(ctx context.Context, args []string) error {
	many, err := o.many.who(args)
	if err != nil {
		return err
	}
	p, err := o.app.printer(doneSpec())
	if err != nil {
		return err
	}
	s, err := o.app.service()
	if err != nil {
		return err
	}
	if err := o.app.confirm(ctx, o.question(many)); err != nil {
		return err
	}
	done, err := s.DeleteUsers(ctx, many, o.erase)
	return o.app.printDone(p, done, err)
}

func (o *userDeleteOptions) question(many service.Many) string {
	if len(many.Who) == 1 {
		return fmt.Sprintf("Delete %s for good?", many.Who[0])
	}
	return fmt.Sprintf("Delete %d users for good (%s)?", len(many.Who), firstNames(many.Who))
}
