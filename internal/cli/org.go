package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/service"
)

func newOrgCmd(a *app) *cobra.Command {
	return newGroup(a, "org",
		verb{"add", newOrgAddCmd}, verb{"list", newOrgListCmd}, verb{"show", newOrgShowCmd}, verb{"edit", newOrgEditCmd},
		verb{"delete", newOrgDeleteCmd}, verb{"handover", newOrgHandoverCmd})
}

func orgSpec() output.Spec {
	return output.Spec{Key: "slug", Columns: []output.Column{
		{Path: "slug"}, {Path: "name", Cut: true}, {Path: "owner"}, {Path: "users", Right: true}, {Path: "sites", Right: true}, {Path: "created_at"},
	}}
}

func orgObject(v service.OrgView) output.Object {
	return output.Object{
		{Name: "slug", Value: output.String(string(v.Slug))},
		{Name: "name", Value: output.String(v.Name)},
		{Name: "owner", Value: output.StringOrNull(v.OwnerEmail.String())},
		{Name: "users", Value: output.Int(int64(v.Users))},
		{Name: "sites", Value: output.Int(int64(v.Sites))},
		{Name: "created_at", Value: output.Time(v.CreatedAt)},
	}
}

func newOrgAddCmd(a *app) *cobra.Command {
	o := initOptions{app: a}
	cmd := &cobra.Command{
		Use:   "add NAME --email EMAIL",
		Short: "Make another organisation, with the system key",
		Long: `Make another organisation with its owner. It takes the system key; the
organisation key is shown once, for the new owner, or written to a new file.`,
		Example: `  usher org add "Fjord Data" --email liv@fjord.example \
    --system-key-file system.key
  usher org add "Fjord Data" --email liv@fjord.example \
    --system-key-file system.key --secret-file fjord.key`,
		Args:        exactly("NAME"),
		Annotations: prints(orgAddSpec()),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.org = args[0]
			return o.addOrg(cmd.Context())
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	o.addOwnerFlags(cmd)
	f.StringVar(&o.secretFile, "secret-file", "", "write the organisation key to a new `FILE` (0600) instead of showing it")
	addSystemKeyFlag(cmd, a)
	addChangeFlags(cmd, a)
	return cmd
}

// addOrg is init within an instance that is there.
func (o *initOptions) addOrg(ctx context.Context) error {
	spec := orgAddSpec()
	p, err := o.app.printer(spec)
	if err != nil {
		return err
	}
	if err := o.app.needSystemKey(ctx); err != nil {
		return err
	}
	in, err := o.input(ctx)
	if err != nil {
		return err
	}
	s, err := o.app.service()
	if err != nil {
		return err
	}
	file, err := o.app.reserveSecretFile(o.secretFile)
	if err != nil {
		return err
	}
	fresh, err := s.AddOrg(ctx, in)
	if err != nil {
		file.discard()
		return err
	}
	object := o.object(fresh)
	unwritten := o.keepOrgKey(file, fresh)
	if o.app.flags.dryRun || file != nil && unwritten == nil {
		object = replaced(object, "org_key", output.Null())
	}
	if err := p.One(spec, o.app.marked(without(object, "system_key"))); err != nil || o.app.flags.dryRun {
		return err
	}
	o.sayOrgKey(fresh, file != nil && unwritten == nil)
	return unwritten
}

// keepOrgKey writes the key of an organisation that was added to its file, if one
// is wanted. A key that cannot be written is shown after all: nothing else has it.
func (o *initOptions) keepOrgKey(file *secretFile, fresh service.Fresh) error {
	if file == nil {
		return nil
	}
	if err := file.keep(fresh.OrgKey.Reveal()); err != nil {
		return account.Errorf(account.Partial, "the organisation is made, but its key could not be written to %q, so it is shown: %w", o.secretFile, pathCause(err)).
			Coded("secret.file")
	}
	return nil
}

// sayOrgKey tells how to keep the key of an organisation that was added (P5).
func (o *initOptions) sayOrgKey(fresh service.Fresh, filed bool) {
	what := "The organisation key is not shown again"
	if filed {
		what = "The organisation key is in " + o.secretFile
	}
	o.app.say(`
%s: give it to %s, to be kept safe. It
is needed to sign in; whoever loses it loses every password.`, what, fresh.Owner.Email)
}

func orgAddSpec() output.Spec {
	return output.Spec{Key: "organisation.slug", Columns: []output.Column{
		{Path: "organisation.slug"}, {Path: "organisation.name"}, {Path: "owner.email"}, {Path: "org_key"}, {Path: "db"}, {Path: "sheet"},
	}}
}

// without returns the object less one field.
func without(o output.Object, name string) output.Object {
	kept := make(output.Object, 0, len(o))
	for _, f := range o {
		if f.Name != name {
			kept = append(kept, f)
		}
	}
	return kept
}

// replaced returns the object with one field's value replaced.
func replaced(o output.Object, name string, value output.Value) output.Object {
	for i := range o {
		if o[i].Name == name {
			o[i].Value = value
		}
	}
	return o
}

func newOrgListCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:         "list",
		Short:       "List your organisation, or all of them with the system key",
		Example:     "  usher org list\n  usher org list --system-key-file system.key",
		Args:        noArgs,
		Annotations: prints(orgSpec()),
		RunE:        func(cmd *cobra.Command, _ []string) error { return runOrgList(cmd.Context(), a) },
	}
	addSystemKeyFlag(cmd, a)
	return cmd
}

func runOrgList(ctx context.Context, a *app) error {
	p, err := a.printer(orgSpec())
	if err != nil {
		return err
	}
	if a.hasSystemKey() {
		if err := a.needSystemKey(ctx); err != nil {
			return err
		}
	}
	s, err := a.service()
	if err != nil {
		return err
	}
	views, err := s.ListOrgs(ctx)
	if err != nil {
		return err
	}
	return printList(a, p, orgSpec(), views, orgObject)
}

func newOrgShowCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:         "show",
		Short:       "Show your organisation",
		Example:     "  usher org show\n  usher org show -o json",
		Args:        noArgs,
		Annotations: prints(orgSpec()),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runOne(cmd.Context(), a, orgSpec(), orgObject, "", func(s *service.Service, ctx context.Context) (service.OrgView, error) {
				v, err := s.ShowOrg(ctx)
				if err == nil && v.Admins < 2 {
					a.say("Only the owner can let others in. Make a second admin: usher user add EMAIL --role admin")
				}
				return v, err
			})
		},
	}
}

// addSlugFlag adds the flag of commands that make what has a slug.
func addSlugFlag(cmd *cobra.Command, slug *string) {
	cmd.Flags().StringVar(slug, "slug", "", "call it `SLUG` in commands, not by the one its name makes")
}

// renameOptions are the flags that give a thing another name or slug.
type renameOptions struct{ name, slug string }

func (o *renameOptions) addFlags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.name, "name", "", "the new `NAME`")
	cmd.Flags().StringVar(&o.slug, "slug", "", "the new `SLUG`")
}

func (o *renameOptions) edit(cmd *cobra.Command) (edit service.OrgEdit, err error) {
	if cmd.Flags().Changed("name") {
		clean, err := account.CleanName("name", o.name)
		if err != nil {
			return edit, err
		}
		edit.Name = &clean
	}
	if cmd.Flags().Changed("slug") {
		slug, err := account.ParseSlug(o.slug)
		if err != nil {
			return edit, err
		}
		edit.Slug = &slug
	}
	if edit.Name == nil && edit.Slug == nil {
		return edit, usageError("nothing to change is given").Hintf("%s", firstExample(cmd))
	}
	return edit, nil
}

func newOrgEditCmd(a *app) *cobra.Command {
	var o renameOptions
	cmd := &cobra.Command{
		Use:         "edit",
		Short:       "Change your organisation's name or slug",
		Example:     "  usher org edit --name \"Norrsken Logistik AB\"\n  usher org edit --slug norrsken",
		Args:        noArgs,
		Annotations: prints(orgSpec()),
		RunE: func(cmd *cobra.Command, _ []string) error {
			edit, err := o.edit(cmd)
			if err != nil {
				return err
			}
			return runOne(cmd.Context(), a, orgSpec(), orgObject, "", func(s *service.Service, ctx context.Context) (service.OrgView, error) {
				return s.EditOrg(ctx, edit)
			})
		},
	}
	o.addFlags(cmd)
	addChangeFlags(cmd, a)
	return cmd
}

func newOrgHandoverCmd(a *app) *cobra.Command {
	o := proofOptions{app: a}
	cmd := &cobra.Command{
		Use:   "handover EMAIL",
		Short: "Make another user the owner; you become an admin",
		Long: `Make another active user of your organisation, who belongs to no site, its
owner; he becomes a host. You become an admin. Your password is asked for again.`,
		Example:     "  usher org handover eva@norrsken.example --reason \"new head of IT\"",
		Args:        exactly("EMAIL"),
		Annotations: prints(orgSpec()),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runOne(cmd.Context(), a, orgSpec(), orgObject, "", func(s *service.Service, ctx context.Context) (v service.OrgView, err error) {
				err = o.run(ctx, s, func() (err error) {
					v, err = s.Handover(ctx, args[0])
					return err
				})
				return v, err
			})
		},
	}
	o.addFlag(cmd)
	addChangeFlags(cmd, a)
	return cmd
}

func newOrgDeleteCmd(a *app) *cobra.Command {
	confirm := ""
	o := proofOptions{app: a}
	cmd := &cobra.Command{
		Use:   "delete --confirm SLUG",
		Short: "Delete your organisation with everything in it",
		Long: `Delete your organisation: its users, sites, keys, stored passwords, domains and
roles. Its events stay in the log. Type its slug to confirm.`,
		Example:     "  usher org delete --confirm norrsken-logistik",
		Args:        noArgs,
		Annotations: prints(orgSpec()),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runOne(cmd.Context(), a, orgSpec(), orgObject, "", func(s *service.Service, ctx context.Context) (v service.OrgView, err error) {
				err = o.run(ctx, s, func() (err error) {
					v, err = s.DeleteOrg(ctx, confirm)
					return err
				})
				return v, err
			})
		},
	}
	cmd.Flags().StringVar(&confirm, "confirm", "", "the organisation's `SLUG`")
	o.addFlag(cmd)
	addChangeFlags(cmd, a)
	return cmd
}
