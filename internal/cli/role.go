package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/service"
)

func newRoleCmd(a *app) *cobra.Command {
	return newGroup(a, "role",
		verb{"list", newRoleListCmd}, verb{"show", newRoleShowCmd}, verb{"add", newRoleAddCmd}, verb{"edit", newRoleEditCmd},
		verb{"delete", newRoleDeleteCmd}, verb{"check", newRoleCheckCmd})
}

func roleSpec() output.Spec {
	return output.Spec{Key: "name", Columns: []output.Column{
		{Path: "name"}, {Path: "built_in"}, {Path: "users", Right: true}, {Path: "allow", Wide: true},
	}}
}

func roleObject(v service.RoleView) output.Object {
	return output.Object{
		{Name: "name", Value: output.String(string(v.Name))},
		{Name: "built_in", Value: output.Bool(v.BuiltIn)},
		{Name: "allow", Value: output.Strings(v.Allow)},
		{Name: "users", Value: output.Int(int64(v.Users))},
	}
}

func newRoleListCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:         "list",
		Short:       "List the roles, built in and your own",
		Example:     "  usher role list\n  usher role list --columns name,allow",
		Args:        noArgs,
		Annotations: prints(roleSpec()),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runList(cmd.Context(), a, roleSpec(), roleObject, (*service.Service).ListRoles)
		},
	}
}

func newRoleShowCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:         "show NAME",
		Short:       "Show what a role permits",
		Example:     "  usher role show site-admin\n  usher role show help-desk -o json | jq -r '.allow[]'",
		Args:        exactly("NAME"),
		Annotations: prints(roleSpec()),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runRole(cmd.Context(), a, args[0], (*service.Service).ShowRole)
		},
	}
}

// runRole runs one step on a role and prints it.
func runRole(ctx context.Context, a *app, text string, step func(*service.Service, context.Context, account.RoleName) (service.RoleView, error)) error {
	role, err := account.ParseRoleName(text)
	if err != nil {
		return err
	}
	p, s, err := a.ready(roleSpec())
	if err != nil {
		return err
	}
	v, err := step(s, ctx, role)
	if err != nil {
		return err
	}
	return p.One(roleSpec(), a.marked(roleObject(v)))
}

type roleDeleteOptions struct {
	app    *app
	moveTo string
}

func newRoleDeleteCmd(a *app) *cobra.Command {
	o := roleDeleteOptions{app: a}
	cmd := &cobra.Command{
		Use:   "delete NAME",
		Short: "Delete a role of your own",
		Long: `Delete a role of your own. One that users have is not deleted, unless they are
moved to another. Built-in roles are fixed.`,
		Example:     "  usher role delete help-desk\n  usher role delete help-desk --move-to member",
		Args:        exactly("NAME"),
		Annotations: prints(roleSpec()),
		RunE:        func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args[0]) },
	}
	cmd.Flags().StringVar(&o.moveTo, "move-to", "", "give who has it another `ROLE`")
	addChangeFlags(cmd, a)
	return cmd
}

func (o *roleDeleteOptions) run(ctx context.Context, text string) error {
	moveTo, err := optional(o.moveTo, account.ParseRoleName)
	if err != nil {
		return err
	}
	return runRole(ctx, o.app, text, func(s *service.Service, ctx context.Context, role account.RoleName) (service.RoleView, error) {
		if err := o.app.confirm(ctx, "Delete the role "+string(role)+"?"); err != nil {
			return service.RoleView{}, err
		}
		return s.DeleteRole(ctx, role, moveTo)
	})
}

func newRoleCheckCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "check EMAIL PERMISSION [TARGET]",
		Short: "Ask whether a user may do something, and by which rule",
		Long: `Ask whether a user may do something, and by which rule. TARGET is a user, by
address or id, or a site; without it the question is about what lies in his own
reach. It is a question: the exit code is 0 for yes and for no.`,
		Example: `  usher role check bo@norrsken.example user.add
  usher role check bo@norrsken.example user.delete eva@norrsken.example
  usher role check bo@norrsken.example session.list kiruna -o json | jq .allowed`,
		Args:        between(2, "EMAIL", "PERMISSION", "TARGET"),
		Annotations: prints(checkSpec()),
		RunE:        func(cmd *cobra.Command, args []string) error { return runRoleCheck(cmd.Context(), a, args) },
	}
}

func checkSpec() output.Spec {
	return output.Spec{Key: "allowed", Columns: []output.Column{{Path: "allowed"}, {Path: "rule"}}}
}

func runRoleCheck(ctx context.Context, a *app, args []string) error {
	q := service.RoleCheck{Who: args[0]}
	var err error
	if q.Action, err = access.Parse(args[1]); err != nil {
		return err
	}
	if len(args) > 2 {
		q.Target = args[2]
	}
	p, s, err := a.ready(checkSpec())
	if err != nil {
		return err
	}
	answer, err := s.CheckRole(ctx, q)
	if err != nil {
		return err
	}
	return p.One(checkSpec(), output.Object{
		{Name: "allowed", Value: output.Bool(answer.Allowed)},
		{Name: "rule", Value: output.String(answer.Rule)},
	})
}
