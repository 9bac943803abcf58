package cli

import (
	"context"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/service"
)

func newPasswordForgotCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "forgot EMAIL",
		Short: "Have a link mailed for a password that you forgot",
		Long: `Have a link mailed with which you choose a new password. The answer is the same for
every address, whether it belongs to somebody or not. Where no mail is configured
(exit 6), an admin makes the link: usher password reset EMAIL.`,
		Example:     "  usher password forgot bo@norrsken.example",
		Args:        exactly("EMAIL"),
		Annotations: prints(emailSpec()),
		RunE:        func(cmd *cobra.Command, args []string) error { return runPasswordForgot(cmd.Context(), a, args[0]) },
	}
	addChangeFlags(cmd, a)
	return cmd
}

func runPasswordForgot(ctx context.Context, a *app, address string) error {
	who, err := account.ParseIdentifier(address)
	if err != nil {
		return err
	}
	p, s, err := a.ready(emailSpec())
	if err != nil {
		return err
	}
	in, err := s.ForgotPassword(ctx, who)
	if err != nil {
		return err
	}
	if !a.flags.dryRun {
		if err := a.deliverLater(in); err != nil {
			return err
		}
	}
	a.say("If somebody signs in with this address, a mail is on its way to him. Its link is good for an hour; use it with: usher password redeem")
	return p.One(emailSpec(), a.marked(emailObject(who)))
}

// deliverLater starts the process that mails what there is to mail, and does not
// wait for it. The link goes through a pipe: arguments and variables can be read
// by others.
func (a *app) deliverLater(in service.LinkInput) error {
	link, err := keys.FormatLink("", in.Kind, in.Token)
	if err != nil {
		return err
	}
	cfg, err := a.config()
	if err != nil {
		return err
	}
	db, err := filepath.Abs(cfg.DB)
	if err != nil {
		return err
	}
	args := []string{"password", "deliver", "--db", db}
	if file := a.setting(a.flags.config, "USHER_CONFIG"); file != "" {
		args = append(args, "--config", file)
	}
	return a.env.Detach(args, []byte(link+"\n"))
}

// newPasswordDeliverCmd is the other half of forgot, in a process of its own. It
// answers to nobody: what became of the mail is in the log.
func newPasswordDeliverCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "deliver",
		Short:   "Mail a link that was asked for (started by forgot)",
		Example: "  usher password deliver < link.txt",
		Hidden:  true,
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return runPasswordDeliver(cmd.Context(), a) },
	}
}

func runPasswordDeliver(ctx context.Context, a *app) error {
	a.patient = true
	line, err := readLine(a.lines(), "link")
	if err != nil {
		return err
	}
	kind, token, err := keys.ParseLink(string(line))
	if err != nil {
		return err
	}
	s, err := a.service()
	if err != nil {
		return err
	}
	return s.DeliverForgotten(ctx, service.LinkInput{Kind: kind, Token: token})
}
