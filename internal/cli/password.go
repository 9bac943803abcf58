package cli

import (
	"bufio"
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/password"
	"github.com/usher-admin/usher/internal/term"
)

func newPasswordCmd(a *app) *cobra.Command {
	return newGroup(a, "password",
		verb{"change", newPasswordChangeCmd}, verb{"reset", newPasswordResetCmd}, verb{"redeem", newPasswordRedeemCmd},
		verb{"forgot", newPasswordForgotCmd}, verb{"policy", newPasswordPolicyCmd}, verb{"test", newPasswordTestCmd},
		verb{"deliver", newPasswordDeliverCmd})
}

type passwordChangeOptions struct {
	app           *app
	passwordStdin bool
	stdin         *bufio.Reader
}

func newPasswordChangeCmd(a *app) *cobra.Command {
	o := passwordChangeOptions{app: a}
	cmd := &cobra.Command{
		Use:   "change",
		Short: "Change your own password",
		Long: `Change your own password, giving the old one. Your other sessions end, and every
link that was made for you. It is what you do first after signing in with a
temporary password.`,
		Example: `  usher password change
  printf '%s\n%s\n' "$OLD" "$NEW" | usher password change --password-stdin`,
		Args:        noArgs,
		Annotations: prints(emailSpec()),
		RunE:        func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context()) },
	}
	cmd.Flags().BoolVar(&o.passwordStdin, "password-stdin", false, "read the old and the new password from standard input, a line each")
	addKeyFlag(cmd, a)
	addChangeFlags(cmd, a)
	return cmd
}

func emailSpec() output.Spec {
	return output.Spec{Key: "email", Columns: []output.Column{{Path: "email"}}}
}

// emailObject shows an address, or the id that was given in its place.
func emailObject(e fmt.Stringer) output.Object {
	return output.Object{{Name: "email", Value: output.String(e.String())}}
}

func (o *passwordChangeOptions) run(ctx context.Context) error {
	p, s, err := o.app.ready(emailSpec())
	if err != nil {
		return err
	}
	if o.passwordStdin {
		o.stdin = o.app.lines()
	}
	old, err := o.read("old password", func() ([]byte, error) { return o.app.env.Terminal.AskSecret(ctx, "Your password") })
	if err != nil {
		return err
	}
	to, err := o.read("new password", func() ([]byte, error) { return term.AskNewSecret(ctx, o.app.env.Terminal, "New password") })
	if err != nil {
		return err
	}
	u, err := s.ChangePassword(ctx, old, to)
	if kept(err) && !o.app.flags.dryRun {
		o.app.say("The password is changed. Other sessions of yours, and links made for you, have ended.")
	}
	return o.app.printOne(p, emailSpec(), emailObject(u.Email), err)
}

// read reads one of the two passwords from standard input, or asks for it.
func (o *passwordChangeOptions) read(what string, ask func() ([]byte, error)) (password.Plain, error) {
	raw, err := o.app.secretLine(o.stdin, what, ask)
	if err != nil {
		return password.Plain{}, err
	}
	return password.Prepare(raw)
}

type passwordTestOptions struct {
	app           *app
	passwordStdin bool
}

func newPasswordTestCmd(a *app) *cobra.Command {
	o := passwordTestOptions{app: a}
	cmd := &cobra.Command{
		Use:   "test [EMAIL]",
		Short: "Say whether a password would be taken, and if not, why",
		Long: `Hold a password against the policy of your organisation, its blocklist, and the
names that others know of you, or of the user named. Nothing is kept of it. Exit
5 if it would be refused. Who is not signed in, because he has to choose his
password first, can try it too; nothing is looked up of the user then but the
address itself. --org names the organisation where there are several.`,
		Example: `  usher password test
  usher password test bo@norrsken.example --password-stdin < password.txt`,
		Args:        atMostOne("EMAIL"),
		Annotations: prints(okSpec()),
		RunE:        func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args) },
	}
	cmd.Flags().BoolVar(&o.passwordStdin, "password-stdin", false, "read the password from standard input")
	return cmd
}

func okSpec() output.Spec { return output.Spec{Columns: []output.Column{{Path: "ok"}}} }

func (o *passwordTestOptions) run(ctx context.Context, args []string) error {
	p, s, err := o.app.ready(okSpec())
	if err != nil {
		return err
	}
	who := ""
	if len(args) > 0 {
		who = args[0]
	}
	pw, err := o.app.givenPassword(ctx, o.passwordStdin, "Password to test")
	if err != nil {
		return err
	}
	if err := s.JudgePassword(ctx, who, pw); err != nil {
		return err
	}
	return p.One(okSpec(), output.Object{{Name: "ok", Value: output.Bool(true)}})
}
