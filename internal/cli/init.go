package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/password"
	"github.com/usher-admin/usher/internal/service"
)

type initOptions struct {
	app           *app
	org           string
	slug          string
	email         string
	domains       []string
	first, last   string
	passwordStdin bool
	noEscrow      bool
	sheet         string
	secretFile    string // of org add
}

func newInitCmd(a *app) *cobra.Command {
	o := initOptions{app: a}
	cmd := &cobra.Command{
		Use: "init --org NAME --email EMAIL",
		Long: `Make a new database with one organisation and its owner, who is signed in.

The organisation key and the system key are shown once. Without the organisation
key nobody signs in; the system key breaks glass when the owner cannot. Keep
both where they survive this machine: in a safe, or in the password store of
another organisation. With --sheet the system key goes into an installation
record instead, one page to print. The domain of the owner's address is
approved.`,
		Example: `  usher init --org "Norrsken Logistik" --email anna@norrsken.example
  usher init --org "Norrsken Logistik" --email anna@norrsken.example \
    --domain norrsken-logistique.example --password-stdin < password.txt
  usher init --org "Norrsken Logistik" --email anna@norrsken.example \
    --sheet record.txt`,
		Args:        noArgs,
		Annotations: prints(freshSpec()),
		RunE:        func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context()) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&o.org, "org", "", "the organisation's `NAME`")
	o.addOwnerFlags(cmd)
	f.StringVar(&o.sheet, "sheet", "", "write the installation record with the system key to a new `FILE`")
	return cmd
}

// addOwnerFlags adds the flags that a new organisation takes wherever it is
// made.
func (o *initOptions) addOwnerFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	addSlugFlag(cmd, &o.slug)
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
	file, err := o.app.reserveSecretFile(o.sheet)
	if err != nil {
		return err
	}
	fresh, err := s.Init(ctx, in)
	if err != nil {
		file.discard()
		return err
	}
	if err := o.app.device().remember(fresh.SignedIn); err != nil {
		o.app.warn("the database is made, but this device could not remember the session: " + err.Error())
	}
	object := o.object(fresh)
	unwritten := o.writeSheet(file, fresh)
	if file != nil && unwritten == nil {
		object = replaced(replaced(object, "system_key", output.Null()), "sheet", output.String(o.sheet))
	}
	if err := p.One(freshSpec(), object); err != nil {
		return err
	}
	o.sayKeys(file != nil && unwritten == nil)
	return unwritten
}

// writeSheet writes the installation record, where one is wanted.
func (o *initOptions) writeSheet(file *secretFile, fresh service.Fresh) error {
	if file == nil {
		return nil
	}
	if err := file.keep(strings.TrimSuffix(o.app.record(fresh, o.noEscrow), "\n")); err != nil {
		return errSheet(o.sheet, err)
	}
	return nil
}

// sayKeys tells how to keep the keys (P5), or that nobody has seen the system key.
func (o *initOptions) sayKeys(onSheet bool) {
	if o.app.quiet() && !onSheet {
		o.app.warn("the system key was shown to nobody (--quiet) and cannot be shown again: to be able to break glass, begin anew with --sheet FILE or without --quiet")
	}
	if onSheet {
		o.app.say(`
Write the organisation key down now: it is not shown again. It is needed to sign
in; whoever loses it loses every password.
The system key is in %s. Print it, lock it away, and delete the file.`, o.sheet)
		return
	}
	o.app.say(`
Write both keys down now: they are not shown again.
The organisation key is needed to sign in; whoever loses it loses every password.
The system key belongs in your installation documentation, to break glass.`)
}

// input checks the flags and asks for the password.
func (o *initOptions) input(ctx context.Context) (in service.InitInput, err error) {
	if o.org == "" || o.email == "" {
		return in, usageError("a new organisation needs a name and --email EMAIL").Hintf(`usher init --org "Norrsken Logistik" --email anna@norrsken.example`)
	}
	if in.Org, err = account.CleanName("organisation", o.org); err != nil {
		return in, err
	}
	if in.Slug, err = optional(o.slug, account.ParseSlug); err != nil {
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
