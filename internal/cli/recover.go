package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/service"
)

// The commands of the system user take the system key, need no session, and ask
// for a reason: what they do stands in the log of the organisation.

func newRecoverCmd(a *app) *cobra.Command {
	cmd := newGroup(a, "recover",
		verb{"password", newRecoverPasswordCmd}, verb{"owner", newRecoverOwnerCmd}, verb{"unlock", newRecoverUnlockCmd},
		verb{"orgkey", newRecoverOrgkeyCmd}, verb{"system-key", newRecoverSystemKeyCmd})
	cmd.Long = `Break glass: let somebody in again with the system key, which init showed once and
which belongs in the installation documentation. No session is needed. Every use
stands in the log with its reason, and the owner is told where mail is configured.
Where there are several organisations, --org names one.`
	return cmd
}

// addGlassFlags adds the flags of commands of the system user.
func addGlassFlags(cmd *cobra.Command, a *app) {
	addSystemKeyFlag(cmd, a)
	addReasonFlag(cmd, a)
}

// breakGlass makes a command of the system user ready. A wrong column and a
// missing reason are refused before the key is asked for; where there is a
// terminal, the reason is asked for too.
func (a *app) breakGlass(ctx context.Context, spec output.Spec) (*output.Printer, *service.Service, error) {
	p, err := a.printer(spec)
	if err != nil {
		return nil, nil, err
	}
	if err := a.needReason(ctx); err != nil {
		return nil, nil, err
	}
	if err := a.needSystemKey(ctx); err != nil {
		return nil, nil, err
	}
	s, err := a.service()
	return p, s, err
}

// needReason makes sure that it is said why glass is broken.
func (a *app) needReason(ctx context.Context) (err error) {
	reason := a.setting(a.flags.reason, "USHER_REASON")
	if reason == "" && a.env.Terminal.Available() {
		if reason, err = a.env.Terminal.Ask(ctx, "Why is the system key used? It stands in the log"); err != nil {
			return err
		}
		a.flags.reason = reason
	}
	if strings.TrimSpace(reason) == "" {
		return usageError("breaking glass takes a reason").Coded("usage.reason").
			Hintf("--reason \"why the system key is used\"")
	}
	_, err = account.CleanReason("reason", reason)
	return err
}

func newRecoverPasswordCmd(a *app) *cobra.Command {
	o := passwordResetOptions{
		app: a, send: sendOptions{app: a}, ready: a.breakGlass,
		byLink: (*service.Service).RecoverByLink, toTemporary: (*service.Service).RecoverToTemporary,
		advice: "Pass the link on to %s only, and not by mail: it brings the organisation key too.",
	}
	cmd := &cobra.Command{
		Use:   "password EMAIL",
		Short: "Let somebody in who is locked out, suspended or forgot his password",
		Long: `Make a link with which somebody chooses a new password, or set a temporary one.
The link brings the organisation key too, unless it is mailed; the key comes from
the escrow, or without one from --org-key-file. Who was suspended is not any more;
his old password does not come back.`,
		Example: `  usher recover password anna@norrsken.example --reason "forgot it"
  usher recover password anna@norrsken.example --temporary --reason "he rang"`,
		Annotations: prints(resetSpec()),
		Args:        exactly("EMAIL"),
		RunE:        func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args[0]) },
	}
	o.addFlags(cmd)
	addGlassFlags(cmd, a)
	return cmd
}

func newRecoverOwnerCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "owner EMAIL",
		Short: "Make another user the owner",
		Long: `Make an active user of the organisation its owner, where the old one is gone or
cannot hand over. The old owner becomes an admin. Who is suspended, or has no
password yet, is let in first: recover password.`,
		Annotations: prints(orgSpec()),
		Example: `  usher recover owner eva@norrsken.example --reason "Anna left"
  usher recover owner eva@norrsken.example --reason "Anna left" \
    --system-key-file system.key`,
		Args: exactly("EMAIL"),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, s, err := a.breakGlass(cmd.Context(), orgSpec())
			if err != nil {
				return err
			}
			v, err := s.RecoverOwner(cmd.Context(), args[0])
			return a.printOne(p, orgSpec(), orgObject(v), err)
		},
	}
	addGlassFlags(cmd, a)
	return cmd
}

func newRecoverUnlockCmd(a *app) *cobra.Command {
	o := manyOptions{app: a}
	cmd := &cobra.Command{
		Use:   "unlock EMAIL...",
		Short: "Lift the lock that wrong passwords brought",
		Long: `Lift the delay, or the end of the password, that wrong passwords brought. The
password stays as it is.`,
		Annotations: prints(doneSpec()),
		Example:     "  usher recover unlock anna@norrsken.example --reason \"a script did it\"",
		Args:        o.args,
		RunE: func(cmd *cobra.Command, args []string) error {
			many, err := o.who(args)
			if err != nil {
				return err
			}
			p, s, err := a.breakGlass(cmd.Context(), doneSpec())
			if err != nil {
				return err
			}
			done, err := s.RecoverUnlock(cmd.Context(), many)
			return printKept(a, p, doneSpec(), done, doneObject, err)
		},
	}
	o.addFlags(cmd)
	addGlassFlags(cmd, a)
	return cmd
}

type recoverOrgkeyOptions struct {
	app  *app
	out  secretOut
	site siteFlag
}

func newRecoverOrgkeyCmd(a *app) *cobra.Command {
	o := recoverOrgkeyOptions{app: a, out: secretOut{app: a}}
	cmd := &cobra.Command{
		Use:   "orgkey",
		Short: "Show an organisation key that is kept in escrow",
		Long: `Show the organisation key of the organisation, or of a site, if it is kept in
escrow. Without escrow (init --no-escrow) the system key does not open it.`,
		Annotations: prints(shownKeySpec()),
		Example: `  usher recover orgkey --reason "the sheet burnt"
  usher recover orgkey --site kiruna --secret-file kiruna.key --reason "fire"`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context()) },
	}
	cmd.Flags().StringVar(&o.site.site, "site", "", "the key of this `SITE`")
	o.out.addFlag(cmd)
	addGlassFlags(cmd, a)
	return cmd
}

func (o *recoverOrgkeyOptions) run(ctx context.Context) error {
	site, err := o.site.slug()
	if err != nil {
		return err
	}
	p, s, err := o.app.breakGlass(ctx, shownKeySpec())
	if err != nil {
		return err
	}
	var shown service.ShownKey
	var unsent error
	err = o.out.run(func() (string, error) {
		var err error
		if shown, err = s.RecoverKey(ctx, site); kept(err) {
			unsent, err = err, nil
		}
		return shown.Key.Reveal(), err
	})
	if err != nil {
		return err
	}
	return o.app.printOne(p, shownKeySpec(), shownKeyObject(shown, &o.out), unsent)
}

func newRecoverSystemKeyCmd(a *app) *cobra.Command {
	out := secretOut{app: a}
	cmd := &cobra.Command{
		Use:   "system-key",
		Short: "Replace the system key",
		Long: `Replace the system key. The new one is shown once, or written to a new file; the
old one is worthless from then on. Organisation keys in escrow are sealed to the
new one. Write a new installation record.`,
		Annotations: prints(systemKeySpec()),
		Example:     "  usher recover system-key --secret-file system-2027.key --reason \"it leaked\"",
		Args:        noArgs,
		RunE:        func(cmd *cobra.Command, _ []string) error { return runRecoverSystemKey(cmd.Context(), a, &out) },
	}
	out.addFlag(cmd)
	addGlassFlags(cmd, a)
	return cmd
}

func systemKeySpec() output.Spec {
	return output.Spec{Key: "system_key", Columns: []output.Column{{Path: "system_key"}, {Path: "escrowed", Right: true}}}
}

func runRecoverSystemKey(ctx context.Context, a *app, out *secretOut) error {
	p, s, err := a.breakGlass(ctx, systemKeySpec())
	if err != nil {
		return err
	}
	fresh, err := keys.NewSystemKey(a.env.Random)
	if err != nil {
		return err
	}
	var escrowed int
	var unsent error
	// The file is written before the old key ends: a failing disk must not leave
	// nobody with a key.
	err = out.before(fresh.Reveal(), func() (err error) {
		if escrowed, err = s.ReplaceSystemKey(ctx, fresh); kept(err) {
			unsent, err = err, nil
		}
		return err
	})
	if err != nil {
		return err
	}
	return a.printOne(p, systemKeySpec(), output.Object{
		{Name: "system_key", Value: out.value(fresh.Reveal())},
		{Name: "escrowed", Value: output.Int(int64(escrowed))},
	}, unsent)
}
