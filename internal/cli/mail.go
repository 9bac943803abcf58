package cli

import (
	"context"
	"net"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/config"
	"github.com/usher-admin/usher/internal/mail"
	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/service"
)

// mailer returns the way to the configured mail server, nil where none is.
func (a *app) mailer(cfg config.Config) service.Mailer {
	if cfg.SMTP.Host == "" {
		return nil
	}
	return mail.NewSender(mail.Config{
		Host: cfg.SMTP.Host, Port: cfg.SMTP.Port, Security: mail.Security(cfg.SMTP.Security),
		Username: cfg.SMTP.Username, Password: smtpPassword(cfg.SMTP), From: cfg.SMTP.From,
		Locale: account.Locale(cfg.Lang), Zone: a.env.Location, Now: a.env.Now, Random: a.env.Random, Patient: a.patient,
	})
}

// smtpPassword returns what reads the password for the mail server: the first
// line of its file.
func smtpPassword(s config.SMTP) func() (string, error) {
	return func() (string, error) {
		text, err := readSecretFile(s.PasswordFile)
		first, _, _ := strings.Cut(text, "\n")
		return strings.TrimSpace(first), err
	}
}

// sendOptions belong to commands whose result can be mailed.
type sendOptions struct {
	app          *app
	send, noSend bool
}

func (o *sendOptions) addFlags(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&o.send, "send", false, "mail it, the default where mail is configured")
	cmd.Flags().BoolVar(&o.noSend, "no-send", false, "mail nothing; you pass it on yourself")
}

// wanted reports whether to mail. Unless a flag says so, it is mailed where mail
// is configured (G2, G3).
func (o *sendOptions) wanted() (bool, error) {
	if o.send && o.noSend {
		return false, usageError("--send and --no-send exclude each other").Hintf("leave one of them out")
	}
	if o.send || o.noSend {
		return o.send, nil
	}
	cfg, err := o.app.config()
	return cfg.SMTP.Host != "", err
}

// kept reports whether an operation did what it should, though its mail may have
// failed or some of many.
func kept(err error) bool { return err == nil || account.KindOf(err) == account.Partial }

// printOne prints a result unless the operation failed. A mail that failed is
// the command's error, after the result.
func (a *app) printOne(p *output.Printer, spec output.Spec, object output.Object, err error) error {
	if !kept(err) {
		return err
	}
	if printed := p.One(spec, a.marked(object)); printed != nil {
		return printed
	}
	return err
}

func newMailCmd(a *app) *cobra.Command { return newGroup(a, "mail", verb{"test", newMailTestCmd}) }

func newMailTestCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "test ADDRESS",
		Short: "Send a test message",
		Long: `Send a test message to an address, the way usher sends every mail, and say what
the mail server answers. Exit 9 if it does not take the message. Nobody needs to
be signed in.`,
		Example:     "  usher mail test anna@norrsken.example",
		Args:        exactly("ADDRESS"),
		Annotations: prints(mailTestSpec()),
		RunE:        func(cmd *cobra.Command, args []string) error { return runMailTest(cmd.Context(), a, args[0]) },
	}
}

func mailTestSpec() output.Spec {
	return output.Spec{Key: "email", Columns: []output.Column{{Path: "email"}, {Path: "sent"}, {Path: "server"}, {Path: "security"}}}
}

func runMailTest(ctx context.Context, a *app, address string) error {
	to, err := account.ParseEmail(address)
	if err != nil {
		return err
	}
	p, s, err := a.ready(mailTestSpec())
	if err != nil {
		return err
	}
	if err := s.TestMail(ctx, to); err != nil {
		return err
	}
	cfg, err := a.config()
	if err != nil {
		return err
	}
	return p.One(mailTestSpec(), output.Object{
		{Name: "email", Value: output.String(to.String())},
		{Name: "sent", Value: output.Bool(true)},
		{Name: "server", Value: output.String(net.JoinHostPort(cfg.SMTP.Host, strconv.Itoa(cfg.SMTP.Port)))},
		{Name: "security", Value: output.String(cfg.SMTP.Security)},
	})
}
