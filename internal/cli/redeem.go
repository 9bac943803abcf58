package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/service"
)

// redeemOptions belong to commands that set a password with a link and sign in.
type redeemOptions struct {
	linkOptions
	email string
}

func (o *redeemOptions) addFlags(cmd *cobra.Command, emailHelp string) {
	o.linkOptions.addFlags(cmd)
	o.addPasswordFlag(cmd)
	cmd.Flags().StringVar(&o.email, "email", "", emailHelp)
	addKeyFlag(cmd, o.app)
	addChangeFlags(cmd, o.app)
}

// redeeming is how a service uses a link.
type redeeming func(*service.Service, context.Context, service.AcceptInput) (service.SignedIn, error)

func (o *redeemOptions) run(cmd *cobra.Command, args []string, redeem redeeming) error {
	ctx := cmd.Context()
	_, s, err := o.app.ready(whoamiSpec()) // before the link is used up
	if err != nil {
		return err
	}
	if err := o.unattended(cmd.CommandPath(), len(args) > 0, true); err != nil {
		return err
	}
	in, err := o.input(ctx, s, args)
	if err != nil {
		return err
	}
	signedIn, err := redeem(s, ctx, in)
	if !kept(err) {
		return err
	}
	if failed := o.app.welcome(signedIn); failed != nil {
		return failed
	}
	return err
}

func (o *redeemOptions) input(ctx context.Context, s *service.Service, args []string) (in service.AcceptInput, err error) {
	if in.Link, err = o.link(ctx, args); err != nil {
		return in, err
	}
	if o.email == "" && o.app.env.Terminal.Available() {
		if o.email, err = o.app.env.Terminal.Ask(ctx, "Your e-mail address"); err != nil {
			return in, err
		}
	}
	if o.email != "" {
		if in.Email, err = account.ParseEmail(o.email); err != nil {
			return in, err
		}
	}
	instance, err := s.Instance(ctx)
	if err != nil {
		return in, err
	}
	if in.Keys, err = o.app.device().Keys(instance); err != nil {
		return in, err
	}
	in.Password, err = o.newPassword(ctx)
	return in, err
}

// welcome remembers a sign-in and shows who is signed in.
func (a *app) welcome(in service.SignedIn) error {
	p, err := a.printer(whoamiSpec())
	if err != nil {
		return err
	}
	if !a.flags.dryRun {
		if err := a.device().remember(in); err != nil {
			return errDevice(err, "usher login "+account.Typed(in.User.Email.String()))
		}
	}
	if in.User.MustChange {
		a.say("You can do one thing now, choose a password of your own: usher password change")
	}
	return p.One(whoamiSpec(), a.marked(whoamiObject(in.Identity)))
}
