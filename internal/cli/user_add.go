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
	send          sendOptions
	invite        bool
	temporary     bool
	passwordStdin bool
	mustChange    bool
	ttl           string
	secret        string
	ifNotExists   bool
}

func newUserAddCmd(a *app) *cobra.Command {
	o := userAddOptions{app: a, send: sendOptions{app: a}}
	cmd := &cobra.Command{
		Use:   "add EMAIL",
		Short: "Add a user directly, without an invitation",
		Long: `Add a user. His mail domain must be approved. He is invited by a link, gets a
temporary password, or one that you chose; or his password is in a directory.
Without any of these he is pending: he has no password yet and cannot sign in.`,
		Example: `  usher user add bo@norrsken.example --first Bo --last Ek
  usher user add bo@norrsken.example --invite
  usher user add bo@norrsken.example --temporary --secret-file bo.txt
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
	o.fields.addDirectoryFlag(cmd)
	f.BoolVar(&o.invite, "invite", false, "make him an invitation link")
	f.BoolVar(&o.temporary, "temporary", false, "make him a password that is good for one sign-in")
	f.BoolVar(&o.passwordStdin, "password-stdin", false, "read his password from standard input")
	f.BoolVar(&o.mustChange, "must-change", false, "with a password: he chooses a new one at the next sign-in")
	f.BoolVar(&o.ifNotExists, "if-not-exists", false, "an address that is there already is no error")
	f.StringVar(&o.ttl, "ttl", "", "how long it is good: `DURATION`; a link 72h, at most 7d; a password 24h, at most 72h")
	o.send.addFlags(cmd)
	addSecretFileFlag(cmd, &o.secret)
	addKeyFlag(cmd, a)
	addChangeFlags(cmd, a)
	return cmd
}

func (o *userAddOptions) run(ctx context.Context, address string) error {
	in, err := o.input(ctx, address)
	if err != nil {
		return err
	}
	p, s, err := o.app.ready(addedSpec())
	if err != nil {
		return err
	}
	file, err := o.app.reserveSecretFile(o.secret)
	if err != nil {
		return err
	}
	added, err := s.AddUser(ctx, in)
	if added.Existed {
		o.app.say("%s is there already; nothing was changed.", added.Email)
		file.discard()
		file = nil
	}
	shown, err := o.app.handOver(file, added.Temporary, err)
	return o.app.printOne(p, addedSpec(), addedObject(added, shown), err)
}

func (o *userAddOptions) input(ctx context.Context, address string) (in service.NewUser, err error) {
	if err := o.modes(); err != nil {
		return in, err
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
	in.Invited, in.Temporary = o.invite, o.temporary
	if in.Life, err = lifeFlag("ttl", o.ttl); err != nil {
		return in, err
	}
	if in.Mail, err = o.mail(); err != nil {
		return in, err
	}
	if o.passwordStdin {
		in.Password, err = o.app.newPassword(ctx, true, "")
	}
	return in, err
}

// mail reports whether to mail. What is needed to get in at all goes by itself
// where mail is configured; else how to sign in is mailed only if that is asked
// for.
func (o *userAddOptions) mail() (bool, error) {
	wanted, err := o.send.wanted()
	return wanted && (o.invite || o.temporary || o.send.send), err
}

// modes checks that the flags about getting in go together.
func (o *userAddOptions) modes() error {
	ways := 0
	for _, way := range []bool{o.invite, o.temporary, o.passwordStdin} {
		if way {
			ways++
		}
	}
	switch {
	case ways > 1:
		return usageError("--invite, --temporary and --password-stdin exclude each other").Hintf("choose one of them")
	case o.mustChange && !o.passwordStdin:
		return usageError("--must-change needs a password").Hintf("add --password-stdin")
	case o.ttl != "" && !o.invite && !o.temporary:
		return usageError("--ttl needs something that ends").Hintf("add --invite or --temporary")
	case o.secret != "" && !o.temporary:
		return usageError("--secret-file is for a password that usher makes").Hintf("add --temporary")
	}
	return nil
}
