package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/service"
)

type loginOptions struct {
	app           *app
	passwordStdin bool
}

func newLoginCmd(a *app) *cobra.Command {
	o := loginOptions{app: a}
	cmd := &cobra.Command{
		Use: "login [EMAIL]",
		Long: `Sign in with address, password and organisation key.

The key is asked for the first time; then this device remembers it. One that is
given in a file is the one that counts.`,
		Example: `  usher login anna@norrsken.example
  usher login anna@norrsken.example --org-key-file key.txt
  usher login cron@norrsken.example --password-stdin < password.txt`,
		Args:        atMostOne("EMAIL"),
		Annotations: prints(whoamiSpec()),
		RunE:        func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args) },
	}
	cmd.Flags().BoolVar(&o.passwordStdin, "password-stdin", false, "read the password from standard input")
	addKeyFlag(cmd, a)
	return cmd
}

func (o *loginOptions) run(ctx context.Context, args []string) error {
	if _, err := o.app.printer(whoamiSpec()); err != nil {
		return err
	}
	s, err := o.app.service()
	if err != nil {
		return err
	}
	instance, err := s.Instance(ctx)
	if err != nil {
		return err
	}
	in, err := o.input(ctx, instance, args)
	if err != nil {
		return err
	}
	signedIn, err := s.Login(ctx, in)
	if err != nil {
		return err
	}
	return o.app.welcome(signedIn)
}

// input gathers address, password and keys; whatever is missing is asked for.
func (o *loginOptions) input(ctx context.Context, instance account.InstanceID, args []string) (in service.LoginInput, err error) {
	address := ""
	if len(args) > 0 {
		address = args[0]
	} else if address, err = o.askAddress(ctx); err != nil {
		return in, err
	}
	if in.Who, err = account.ParseIdentifier(address); err != nil {
		return in, err
	}
	if in.Password, err = o.app.givenPassword(ctx, o.passwordStdin, "Password"); err != nil {
		return in, err
	}
	in.Keys, err = o.keys(ctx, instance)
	return in, err
}

// keys returns the organisation key that was given, which must be the right one
// then; else those that the device remembers; else the one that is asked for.
func (o *loginOptions) keys(ctx context.Context, instance account.InstanceID) ([]keys.OrgKey, error) {
	given, ok, err := o.app.keyFromFile()
	if err != nil || ok {
		return []keys.OrgKey{given}, err
	}
	if held, err := o.app.device().Keys(instance); err != nil || len(held) > 0 {
		return held, err
	}
	k, err := o.askKey(ctx)
	return []keys.OrgKey{k}, err
}

func (o *loginOptions) askAddress(ctx context.Context) (string, error) {
	if !o.app.env.Terminal.Available() {
		return "", usageError("login needs EMAIL").Hintf("usher login EMAIL --password-stdin")
	}
	return o.app.env.Terminal.Ask(ctx, "E-mail")
}

// askKey asks for the organisation key on a device that has none.
func (o *loginOptions) askKey(ctx context.Context) (keys.OrgKey, error) {
	if !o.app.env.Terminal.Available() {
		return keys.OrgKey{}, account.Errorf(account.Forbidden, "this device holds no organisation key, and signing in takes one").
			Coded("key.not_held").
			Hintf("give it with --org-key-file FILE, or ask an admin for: usher orgkey send EMAIL")
	}
	text, err := o.app.env.Terminal.AskSecret(ctx, "Organisation key")
	if err != nil {
		return keys.OrgKey{}, err
	}
	return keys.ParseOrgKey(string(text))
}

func newLogoutCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:         "logout",
		Long:        `End the session on this device. The organisation key stays with the device.`,
		Example:     `  usher logout`,
		Args:        noArgs,
		Annotations: prints(logoutSpec()),
		RunE:        func(cmd *cobra.Command, _ []string) error { return runLogout(cmd.Context(), a) },
	}
}

func logoutSpec() output.Spec {
	return output.Spec{Key: "email", Columns: []output.Column{{Path: "email"}, {Path: "session"}}}
}

func runLogout(ctx context.Context, a *app) error {
	p, s, err := a.ready(logoutSpec())
	if err != nil {
		return err
	}
	instance, err := s.Instance(ctx)
	if err != nil {
		return err
	}
	ended, err := s.Logout(ctx)
	if err != nil {
		return err
	}
	if err := a.device().forget(instance); err != nil {
		return errDevice(err, "the session is over; its file may be removed")
	}
	a.say("Signed out.")
	return p.One(logoutSpec(), output.Object{
		{Name: "email", Value: output.String(ended.Email.String())},
		{Name: "session", Value: output.String(ended.ID().String())},
	})
}

func newWhoamiCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:         "whoami",
		Long:        `Show who acts: the user signed in on this device, his role and until when.`,
		Example:     "  usher whoami\n  usher whoami -o json",
		Args:        noArgs,
		Annotations: prints(whoamiSpec()),
		RunE:        func(cmd *cobra.Command, _ []string) error { return runWhoami(cmd.Context(), a) },
	}
}

func runWhoami(ctx context.Context, a *app) error {
	p, s, err := a.ready(whoamiSpec())
	if err != nil {
		return err
	}
	who, err := s.WhoAmI(ctx)
	if err != nil {
		return err
	}
	return p.One(whoamiSpec(), whoamiObject(who))
}

func whoamiSpec() output.Spec {
	return output.Spec{Key: "email", Columns: []output.Column{
		{Path: "email"}, {Path: "id"}, {Path: "role"}, {Path: "organisation"}, {Path: "site"}, {Path: "via"}, {Path: "expires_at"},
	}}
}

func whoamiObject(who service.Identity) output.Object {
	return output.Object{
		{Name: "email", Value: output.String(who.User.Email.String())},
		{Name: "id", Value: idValue(who.User.ID)},
		{Name: "role", Value: output.String(string(who.User.Role))},
		{Name: "organisation", Value: output.String(string(who.Org.Slug))},
		{Name: "site", Value: output.StringOrNull(string(who.Site))},
		{Name: "via", Value: output.String(who.Via)},
		{Name: "expires_at", Value: output.Time(who.Expires)},
	}
}
