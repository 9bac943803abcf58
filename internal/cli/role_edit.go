package cli

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/service"
)

// permissionFlag is a flag that takes permissions, as `user.add,user.list` or
// repeated.
type permissionFlag struct {
	words []string
}

func (f *permissionFlag) parse() ([]access.Permission, error) {
	var list []access.Permission
	for _, word := range f.words {
		p, err := access.Parse(word)
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

type roleAddOptions struct {
	app   *app
	allow permissionFlag
}

func newRoleAddCmd(a *app) *cobra.Command {
	o := roleAddOptions{app: a}
	cmd := &cobra.Command{
		Use:   "add NAME --allow PERMISSION,...",
		Short: "Make a role of your own",
		Long: `Make a role of your own out of permissions; "usher role show owner" lists them all.
Nobody grants what he does not have himself, and nobody acts on somebody who may
do more: who shall act on members needs secret.list and secret.show too, because
members have them. Everybody may always see and change what is his own.`,
		Example: `  usher role add auditor --allow user.list,user.show,logs.list
  usher role add help-desk \
    --allow user.list,user.unlock,password.reset,secret.list,secret.show`,
		Args:        exactly("NAME"),
		Annotations: prints(roleSpec()),
		RunE:        func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args[0]) },
	}
	cmd.Flags().StringSliceVar(&o.allow.words, "allow", nil, "what it permits, as `PERMISSION,...`; may be repeated")
	addChangeFlags(cmd, a)
	return cmd
}

func (o *roleAddOptions) run(ctx context.Context, text string) error {
	allow, err := o.allow.parse()
	if err != nil {
		return err
	}
	if len(allow) == 0 {
		return usageError("a role needs what it permits").Hintf("usher role add NAME --allow PERMISSION,...")
	}
	return runRole(ctx, o.app, text, func(s *service.Service, ctx context.Context, role account.RoleName) (service.RoleView, error) {
		v, err := s.AddRole(ctx, role, allow)
		o.app.advise(err == nil && v.TooLittleForMembers(), "who has this role")
		return v, err
	})
}

// advise says why a role or token with too little may not do what was meant.
func (a *app) advise(needed bool, who string) {
	if needed {
		a.say("Note: %s cannot act on members, who may do more: secret.list and secret.show. Allow those too if that is wanted.", who)
	}
}

type roleEditOptions struct {
	app         *app
	allow, deny permissionFlag
}

func newRoleEditCmd(a *app) *cobra.Command {
	o := roleEditOptions{app: a}
	cmd := &cobra.Command{
		Use:   "edit NAME [--allow PERMISSION,...] [--deny PERMISSION,...]",
		Short: "Change what a role of your own permits",
		Long: `Change what a role of your own permits, at once for all who have it. Built-in roles
are fixed.`,
		Example:     "  usher role edit help-desk --allow user.show --deny password.reset",
		Args:        exactly("NAME"),
		Annotations: prints(roleSpec()),
		RunE:        func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args[0]) },
	}
	cmd.Flags().StringSliceVar(&o.allow.words, "allow", nil, "permit this too, as `PERMISSION,...`; may be repeated")
	cmd.Flags().StringSliceVar(&o.deny.words, "deny", nil, "permit this no longer, as `PERMISSION,...`; may be repeated")
	addChangeFlags(cmd, a)
	return cmd
}

func (o *roleEditOptions) run(ctx context.Context, text string) error {
	edit, err := o.edit()
	if err != nil {
		return err
	}
	return runRole(ctx, o.app, text, func(s *service.Service, ctx context.Context, role account.RoleName) (service.RoleView, error) {
		v, err := s.EditRole(ctx, role, edit)
		o.app.advise(err == nil && v.TooLittleForMembers(), "who has this role")
		return v, err
	})
}

func (o *roleEditOptions) edit() (edit service.RoleEdit, err error) {
	if edit.Allow, err = o.allow.parse(); err != nil {
		return edit, err
	}
	if edit.Deny, err = o.deny.parse(); err != nil {
		return edit, err
	}
	for _, p := range edit.Allow {
		if slices.Contains(edit.Deny, p) {
			return edit, usageError("%s is given to --allow and to --deny", p)
		}
	}
	if len(edit.Allow)+len(edit.Deny) == 0 {
		return edit, usageError("nothing to change is given").Hintf("usher role edit NAME --allow PERMISSION,... --deny PERMISSION,...")
	}
	return edit, nil
}
