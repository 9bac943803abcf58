package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/password"
	"github.com/usher-admin/usher/internal/service"
)

type initOptions struct {
	app           *app
	org           string
	email         string
	domains       []string
	first, last   string
	passwordStdin bool
	noEscrow      bool
}

func newInitCmd(a *app) *cobra.Command {
	o := initOptions{app: a}
	cmd := &cobra.Command{
		Use: "init --org NAME --email EMAIL",
		Long: `Make a new database with one organisation and its owner, who is signed in.

The organisation key and the system key are shown once. Without the organisation
key nobody signs in; the system key breaks glass when the owner cannot. Keep
both where they survive this machine: in a safe, or in the password store of
another organisation. The domain of the owner's address is approved.`,
		Example: `  usher init --org "Norrsken Logistik" --email anna@norrsken.example
  usher init --org "Norrsken Logistik" --email anna@norrsken.example \
    --domain norrsken-logistique.example --password-stdin < password.txt`,
		Args:        noArgs,
		Annotations: prints(freshSpec()),
		RunE:        func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context()) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&o.org, "org", "", "the organisation's `NAME`")
	o.addOwnerFlags(cmd)
	return cmd
}

// addOwnerFlags adds the flags that a new organisation takes wherever it is
// made.
func (o *initOptions) addOwnerFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.email, "email", "", "the owner's `ADDRESS`")
	f.StringSliceVar(&o.domains, "domain", nil, "approve this `DOMAIN` too; may be repeated")
	f.StringVar(&o.first, "first", "", "the owner's first `NAME`")
	f.StringVar(&o.last, "last", "", "the owner's last `NAME`")
	f.BoolVar(&o.passwordStdin, "password-stdin", false, "read the owner's password from standard input")
	f.BoolVar(&o.noEscrow, "no-escrow", false, "keep no way for the system user to the organisation keys")
}

func freshSpec() output.Spec {
	return output.Spec{Key: "organisation.slug", Columns: []output.Column{
		{Path: "organisation.slug"}, {Path: "organisation.name"}, {Path: "owner.email"},
		{Path: "org_key"}, {Path: "system_key"}, {Path: "db"}, {Path: "sheet"},
	}}
}

func (o *initOptions) run(ctx context.Context) error {
	p, err := o.app.printer(freshSpec())
	if err != nil {
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
	fresh, err := s.Init(ctx, in)
	if err != nil {
		return err
	}
	if err := o.app.device().remember(fresh.SignedIn); err != nil {
		o.app.warn("the database is made, but this device could not remember the session: " + err.Error())
	}
	if err := p.One(freshSpec(), o.object(fresh)); err != nil {
		return err
	}
	o.app.say(`
Write both keys down now: they are not shown again.
The organisation key is needed to sign in; whoever loses it loses every password.
The system key belongs in your installation documentation, to break glass.`)
	return nil
}

// input checks the flags and asks for the password.
func (o *initOptions) input(ctx context.Context) (in service.InitInput, err error) {
	if o.org == "" || o.email == "" {
		return in, usageError("a new organisation needs a name and --email EMAIL").Hintf(`usher init --org "Norrsken Logistik" --email anna@norrsken.example`)
	}
	if in.Org, err = account.CleanName("organisation", o.org); err != nil {
		return in, err
	}
	if in.Email, err = account.ParseEmail(o.email); err != nil {
		return in, err
	}
	if in.Domains, err = parseDomains(o.domains); err != nil {
		return in, err
	}
	if in.FirstName, err = optional(o.first, name("first name")); err != nil {
		return in, err
	}
	if in.LastName, err = optional(o.last, name("last name")); err != nil {
		return in, err
	}
	in.NoEscrow = o.noEscrow
	in.Password, err = o.password(ctx)
	return in, err
}

func (o *initOptions) password(ctx context.Context) (password.Plain, error) {
	return o.app.newPassword(ctx, o.passwordStdin, "Password of the owner")
}

func (o *initOptions) object(f service.Fresh) output.Object {
	cfg, _ := o.app.config() // loaded before
	return output.Object{
		{Name: "organisation", Value: output.Nested(output.Object{
			{Name: "slug", Value: output.String(string(f.Org.Slug))},
			{Name: "name", Value: output.String(f.Org.Name)},
		})},
		{Name: "owner", Value: output.Nested(output.Object{{Name: "email", Value: output.String(f.Owner.Email.String())}})},
		{Name: "org_key", Value: output.String(f.OrgKey.Reveal())},
		{Name: "system_key", Value: output.String(f.SystemKey.Reveal())},
		{Name: "db", Value: output.String(cfg.DB)},
		{Name: "sheet", Value: output.Null()},
	}
}
