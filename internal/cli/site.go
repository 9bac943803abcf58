package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/service"
)

func newSiteCmd(a *app) *cobra.Command {
	return newGroup(a, "site",
		verb{"add", newSiteAddCmd}, verb{"list", newSiteListCmd}, verb{"show", newSiteShowCmd}, verb{"edit", newSiteEditCmd},
		verb{"delete", newSiteDeleteCmd})
}

func siteSpec() output.Spec {
	return output.Spec{Key: "slug", Empty: "There is no site.", Columns: []output.Column{
		{Path: "slug"}, {Path: "name", Cut: true}, {Path: "users", Right: true}, {Path: "created_at"},
	}}
}

func siteObject(v service.SiteView) output.Object {
	return output.Object{
		{Name: "slug", Value: output.String(string(v.Slug))},
		{Name: "name", Value: output.String(v.Name)},
		{Name: "users", Value: output.Int(int64(v.Users))},
		{Name: "created_at", Value: output.Time(v.CreatedAt)},
	}
}

func siteAddSpec() output.Spec {
	spec := siteSpec()
	spec.Columns = append(spec.Columns, output.Column{Path: "admin"}, output.Column{Path: "link"}, output.Column{Path: "expires_at"})
	return spec
}

type siteAddOptions struct {
	app         *app
	slug        string
	admin       string
	first, last string
}

func newSiteAddCmd(a *app) *cobra.Command {
	o := siteAddOptions{app: a}
	cmd := &cobra.Command{
		Use:   "add NAME --admin EMAIL",
		Short: "Make a site with its own key and invite its admin",
		Long: `Make a site. It has an organisation key of its own, which its first admin gets
by the invitation link printed here. Until he accepts, this device keeps the
key, so that a fresh link can be made; then only the site has it.`,
		Example: "  usher site add \"Gällivare\" --admin bo@norrsken.example\n" +
			"  usher site add \"日本支社\" --slug japan --admin ai@norrsken.example",
		Args:        exactly("NAME"),
		Annotations: prints(siteAddSpec()),
		RunE:        func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args[0]) },
	}
	addSlugFlag(cmd, &o.slug)
	cmd.Flags().StringVar(&o.admin, "admin", "", "the site's first admin, by `EMAIL`")
	cmd.Flags().StringVar(&o.first, "first", "", "his first `NAME`")
	cmd.Flags().StringVar(&o.last, "last", "", "his last `NAME`")
	addChangeFlags(cmd, a)
	return cmd
}

func (o *siteAddOptions) run(ctx context.Context, siteName string) error {
	in, err := o.input(siteName)
	if err != nil {
		return err
	}
	p, s, err := o.app.ready(siteAddSpec())
	if err != nil {
		return err
	}
	added, err := s.AddSite(ctx, in)
	if !kept(err) {
		return err
	}
	if err := o.keep(ctx, s, added); err != nil {
		o.app.warn("the site is made, but this device could not remember its key: " + err.Error())
	}
	return o.app.printOne(p, siteAddSpec(), append(siteObject(added.SiteView),
		output.Field{Name: "admin", Value: output.String(added.Admin.Email.String())},
		output.Field{Name: "link", Value: output.StringOrNull(added.Link.Text)},
		output.Field{Name: "expires_at", Value: output.Time(added.Link.Expires)}), err)
}

// keep lets the device remember the site's key until its admin has accepted.
func (o *siteAddOptions) keep(ctx context.Context, s *service.Service, added service.AddedSite) error {
	if o.app.flags.dryRun {
		return nil
	}
	instance, err := s.Instance(ctx)
	if err != nil {
		return err
	}
	return o.app.device().rememberKey(instance, added.Scope, added.Key)
}

func (o *siteAddOptions) input(siteName string) (in service.NewSite, err error) {
	if o.admin == "" {
		return in, usageError("a site needs its first admin").Hintf("usher site add NAME --admin EMAIL")
	}
	if in.Name, err = account.CleanName("site", siteName); err != nil {
		return in, err
	}
	if in.Slug, err = optional(o.slug, account.ParseSlug); err != nil {
		return in, err
	}
	if in.Admin.Email, err = account.ParseEmail(o.admin); err != nil {
		return in, err
	}
	if in.Admin.FirstName, err = optional(o.first, name("first name")); err != nil {
		return in, err
	}
	in.Admin.LastName, err = optional(o.last, name("last name"))
	return in, err
}

func newSiteListCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:         "list",
		Short:       "List the sites",
		Example:     "  usher site list",
		Args:        noArgs,
		Annotations: prints(siteSpec()),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runList(cmd.Context(), a, siteSpec(), siteObject, (*service.Service).ListSites)
		},
	}
}

// oneSite does something to the site of a slug, after the question if there is
// one, and prints it.
func oneSite(ctx context.Context, a *app, arg, question string, do func(*service.Service, context.Context, account.Slug) (service.SiteView, error)) error {
	slug, err := account.ParseSlug(arg)
	if err != nil {
		return err
	}
	return runOne(ctx, a, siteSpec(), siteObject, question, func(s *service.Service, ctx context.Context) (service.SiteView, error) {
		return do(s, ctx, slug)
	})
}

func newSiteShowCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:         "show SITE",
		Short:       "Show one site",
		Example:     "  usher site show gallivare",
		Args:        exactly("SITE"),
		Annotations: prints(siteSpec()),
		RunE: func(cmd *cobra.Command, args []string) error {
			return oneSite(cmd.Context(), a, args[0], "", (*service.Service).ShowSite)
		},
	}
}

func newSiteEditCmd(a *app) *cobra.Command {
	var o renameOptions
	cmd := &cobra.Command{
		Use:         "edit SITE",
		Short:       "Change a site's name or slug",
		Example:     "  usher site edit gallivare --name \"Gällivare och Kiruna\"",
		Args:        exactly("SITE"),
		Annotations: prints(siteSpec()),
		RunE: func(cmd *cobra.Command, args []string) error {
			edit, err := o.edit(cmd)
			if err != nil {
				return err
			}
			return oneSite(cmd.Context(), a, args[0], "", func(s *service.Service, ctx context.Context, slug account.Slug) (service.SiteView, error) {
				return s.EditSite(ctx, slug, edit)
			})
		},
	}
	o.addFlags(cmd)
	addChangeFlags(cmd, a)
	return cmd
}

func newSiteDeleteCmd(a *app) *cobra.Command {
	moveTo := ""
	cmd := &cobra.Command{
		Use:   "delete SITE",
		Short: "Delete a site without users, or move them first",
		Long: `Delete a site and its key. A site with users is deleted only with --move-to,
which moves them to another site or to none: as members, pending again, since
their passwords were sealed under the site's key.`,
		Example:     "  usher site delete gallivare\n  usher site delete gallivare --move-to kiruna",
		Args:        exactly("SITE"),
		Annotations: prints(siteSpec()),
		RunE: func(cmd *cobra.Command, args []string) error {
			to, err := placeFlag(cmd, "move-to", moveTo)
			if err != nil {
				return err
			}
			question := fmt.Sprintf("Delete the site %s and its organisation key for good?", args[0])
			return oneSite(cmd.Context(), a, args[0], question, func(s *service.Service, ctx context.Context, slug account.Slug) (service.SiteView, error) {
				return s.DeleteSite(ctx, slug, to)
			})
		},
	}
	cmd.Flags().StringVar(&moveTo, "move-to", "", "move its users to a `SITE`, or none")
	addChangeFlags(cmd, a)
	return cmd
}

// placeFlag parses a flag that names a site, or none; nil if it was not given.
func placeFlag(cmd *cobra.Command, flag, text string) (*account.Slug, error) {
	if !cmd.Flags().Changed(flag) {
		return nil, nil
	}
	if text == account.None {
		none := account.Slug(account.None)
		return &none, nil
	}
	slug, err := account.ParseSlug(text)
	return &slug, err
}
