package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/service"
)

// passwordResetOptions are those of password reset, and of recover password,
// which differs in who acts.
type passwordResetOptions struct {
	app           *app
	ready         func(context.Context, output.Spec) (*output.Printer, *service.Service, error)
	byLink        resetStep
	toTemporary   resetStep
	advice        string // about the link, for whoever passes it on
	send          sendOptions
	temporary     bool
	passwordStdin bool
	ttl           string
	secret        string
}

// resetStep is what the service does for a reset.
type resetStep func(*service.Service, context.Context, service.ResetInput) (service.PasswordReset, error)

func newPasswordResetCmd(a *app) *cobra.Command {
	o := passwordResetOptions{
		app: a, send: sendOptions{app: a},
		ready: func(_ context.Context, spec output.Spec) (*output.Printer, *service.Service, error) {
			return a.ready(spec)
		},
		byLink: (*service.Service).ResetByLink, toTemporary: (*service.Service).ResetToTemporary,
		advice: "Pass the link on to %s only.",
	}
	cmd := &cobra.Command{
		Use:   "reset EMAIL",
		Short: "Let a user choose a new password, by link or with a temporary one",
		Long: `Make a link with which a user chooses a new password. It is mailed where mail is
configured; else pass it on to him only. It never brings the organisation key.
His old password is good until he has used it.

With --temporary he gets a password that is good for one sign-in, which is for
choosing his own: usher makes one and shows it once, or takes yours.`,
		Example: `  usher password reset bo@norrsken.example
  usher password reset bo@norrsken.example --temporary --reason "he called"
  usher password reset bo@norrsken.example --temporary --secret-file bo.txt`,
		Args:        exactly("EMAIL"),
		Annotations: prints(resetSpec()),
		RunE:        func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args[0]) },
	}
	o.addFlags(cmd)
	addChangeFlags(cmd, a)
	return cmd
}

func (o *passwordResetOptions) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.SortFlags = false
	o.send.addFlags(cmd)
	f.BoolVar(&o.temporary, "temporary", false, "set a temporary password instead of making a link")
	f.BoolVar(&o.passwordStdin, "password-stdin", false, "with --temporary: read it from standard input instead of making one")
	f.StringVar(&o.ttl, "ttl", "", "how long it is good: `DURATION`; a link 1h, at most 24h; a password 24h, at most 72h")
	addSecretFileFlag(cmd, &o.secret)
	addKeyFlag(cmd, o.app)
}

func resetSpec() output.Spec {
	return output.Spec{Key: "email", Columns: []output.Column{{Path: "email"}, {Path: "link"}, {Path: "expires_at"}, {Path: "sent"}}}
}

func temporarySpec() output.Spec {
	return output.Spec{Key: "email", Columns: []output.Column{{Path: "email"}, {Path: "temporary_password"}, {Path: "expires_at"}}}
}

func (o *passwordResetOptions) run(ctx context.Context, who string) error {
	in := service.ResetInput{Who: who}
	var err error
	if in.TTL, err = lifeFlag("ttl", o.ttl); err != nil {
		return err
	}
	if o.temporary {
		return o.runTemporary(ctx, in)
	}
	if o.passwordStdin || o.secret != "" {
		return usageError("--password-stdin and --secret-file are for temporary passwords").Hintf("add --temporary")
	}
	if in.Send, err = o.send.wanted(); err != nil {
		return err
	}
	p, s, err := o.ready(ctx, resetSpec())
	if err != nil {
		return err
	}
	reset, err := o.byLink(s, ctx, in)
	if kept(err) && !reset.Link.Sent() {
		o.app.say(o.advice+" He chooses a new password with: usher password redeem", reset.Email)
	}
	return o.app.printOne(p, resetSpec(), output.Object{
		{Name: "email", Value: output.String(reset.Email.String())},
		{Name: "link", Value: output.StringOrNull(reset.Link.Text)},
		{Name: "expires_at", Value: output.Time(reset.Expires)},
		{Name: "sent", Value: output.Bool(reset.Link.Sent())},
	}, err)
}

func (o *passwordResetOptions) runTemporary(ctx context.Context, in service.ResetInput) (err error) {
	if o.send.send || o.send.noSend {
		return usageError("a temporary password is never mailed").Hintf("leave --send and --no-send out, or make a link: leave --temporary out")
	}
	if o.passwordStdin && o.secret != "" {
		return usageError("--secret-file is for a password that usher makes").Hintf("leave out --secret-file, or --password-stdin")
	}
	p, s, err := o.ready(ctx, temporarySpec())
	if err != nil {
		return err
	}
	if o.passwordStdin {
		if in.Temporary, err = o.app.newPassword(ctx, true, ""); err != nil {
			return err
		}
	}
	file, err := o.app.reserveSecretFile(o.secret)
	if err != nil {
		return err
	}
	reset, err := o.toTemporary(s, ctx, in)
	shown, err := o.app.handOver(file, reset.Temporary, err)
	if kept(err) {
		o.app.say("Tell %s the password; it is good for one sign-in: usher login %s, then usher password change", reset.Email, account.Typed(reset.Email.String()))
	}
	return o.app.printOne(p, temporarySpec(), output.Object{
		{Name: "email", Value: output.String(reset.Email.String())},
		{Name: "temporary_password", Value: shown},
		{Name: "expires_at", Value: output.Time(reset.Expires)},
	}, err)
}

// addSecretFileFlag adds the flag of commands that make a secret.
func addSecretFileFlag(cmd *cobra.Command, path *string) {
	cmd.Flags().StringVar(path, "secret-file", "", "write the secret to a new `FILE`, for you alone, instead of showing it")
}

// handOver puts a secret where it was wanted: into its file, or into the value
// that is shown. Nothing is kept of an operation that failed.
func (a *app) handOver(file *secretFile, secret string, err error) (output.Value, error) {
	switch {
	case !kept(err):
		file.discard()
		return output.Null(), err
	case file == nil:
		return output.StringOrNull(secret), err
	}
	if failed := file.keep(secret); failed != nil {
		lost := account.Errorf(account.Partial, "it is done, but the secret could not be written to its file: %w", pathCause(failed)).
			Coded("secret.file").
			Hintf("nobody knows the secret: make another one")
		return output.Null(), lost
	}
	a.say("The secret is in %s.", file.file.Name())
	return output.Null(), err
}

func newPasswordRedeemCmd(a *app) *cobra.Command {
	o := redeemOptions{linkOptions: linkOptions{app: a}}
	cmd := &cobra.Command{
		Use:   "redeem [-]",
		Short: "Choose a new password with a reset link, and sign in",
		Long: `Choose a new password with the link that you were sent, and sign in. The link is
pasted at the prompt, or read with - from standard input, or from --link-file.
Where this device does not hold the organisation key, give it with
--org-key-file, or store it first: usher orgkey accept.`,
		Example: `  usher password redeem
  usher password redeem --link-file link.txt
  printf '%s\n%s\n' "$LINK" "$NEW" | usher password redeem - --password-stdin`,
		Args:        linkArgs,
		Annotations: prints(whoamiSpec()),
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.run(cmd, args, (*service.Service).RedeemReset)
		},
	}
	o.addFlags(cmd, "your `ADDRESS`, to make sure that the link is yours")
	return cmd
}
