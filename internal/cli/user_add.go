package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/service"
)

type userAddOptions struct {
	app           *app
	fields        userFields
	passwordStdin bool
	mustChange    bool
	ifNotExists   bool
}

func newUserAddCmd(a *app) *cobra.Command {
	o := userAddOptions{app: a}
	cmd := &cobra.Command{
		Use:   "add EMAIL",
		Short: "Add a user directly, without an invitation",
		Long: `Add a user. His mail domain must be approved. Without --password-stdin he is
pending: he has no password yet and cannot sign in.`,
		Example: `  usher user add bo@norrsken.example --first Bo --last Ek
  usher user add eva@norrsken.example --role admin --password-stdin < pass.txt
  usher user add kim@norrsken.example --licence Pro
  usher user add cron@norrsken.example --if-not-exists -q`,
		Args:        exactly("EMAIL"),
		Annotations: prints(addedSpec()),
		RunE:        func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args[0]) },
	}
	o.fields.addFlags(cmd)
	o.fields.addLicenceFlag(cmd)
	f := cmd.Flags()
	f.BoolVar(&o.passwordStdin, "password-stdin", false, "read his password from standard input")
	f.BoolVar(&o.mustChange, "must-change", false, "with a password: he chooses a new one at the next sign-in")
	f.BoolVar(&o.ifNotExists, "if-not-exists", false, "an address that is there already is no error")
	addKeyFlag(cmd, a)
	addChangeFlags(cmd, a)
	return cmd
}

func (o *userAddOptions) run(ctx context.Context, address string) error {
	in, err := o.input(ctx, address)
	if err != nil {
		return err
	}
	p, err := o.app.printer(addedSpec())
	if err != nil {
		return err
	}
	s, err := o.app.service()
	if err != nil {
		return err
	}
	added, err := s.AddUser(ctx, in)
	if err != nil {
		return err
	}
	if added.Existed {
		o.app.say("%s is there already; nothing was changed.", added.Email)
	}
	return p.One(addedSpec(), o.app.marked(addedObject(added)))
}

func (o *userAddOptions) input(ctx context.Context, address string) (in service.NewUser, err error) {
	if o.mustChange && !o.passwordStdin {
		return in, usageError("--must-change needs a password").Hintf("add --password-stdin")
	}
	if in.Email, err = account.ParseEmail(address); err != nil {
		return in, err
	}
	f, err := o.fields.parse()
	if err != nil {
		return in, err
	}
	f.fill(&in)
	in.MustChange, in.IfNotExists = o.mustChange, o.ifNotExists
	if o.passwordStdin {
		in.Password, err = o.app.newPassword(ctx, true, "")
	}
	return in, err
}
