package cli

import (
	"bufio"
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/password"
	"github.com/usher-admin/usher/internal/service"
)

// linkOptions belong to commands that use a link: it is pasted at a prompt,
// read from a file, or from standard input with "-"; never an argument, where
// others could read it.
type linkOptions struct {
	app           *app
	linkFile      string
	passwordStdin bool
	stdin         *bufio.Reader
}

func (o *linkOptions) addFlags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.linkFile, "link-file", "", "read the link from `FILE`")
}

func (o *linkOptions) addPasswordFlag(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&o.passwordStdin, "password-stdin", false, "read the new password from standard input, behind the link")
}

// linkArgs allows "-" alone.
func linkArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 || len(args) == 1 && args[0] == "-" {
		return nil
	}
	return usageError("%s takes no link as an argument, where others could read it", cmd.CommandPath()).
		Coded("usage.secret_argument").
		Hintf("paste it at the prompt, or give it on standard input with -, or with --link-file FILE")
}

// unattended makes sure, where there is no terminal to ask on, that all that is
// needed is given, so that one error says what is not.
func (o *linkOptions) unattended(command string, linkGiven, withPassword bool) error {
	if o.app.env.Terminal.Available() {
		return nil
	}
	noLink, noPassword := !linkGiven && o.linkFile == "", withPassword && !o.passwordStdin
	const link, password = "the link with --link-file FILE, or with - on standard input", "the password on standard input with --password-stdin"
	switch {
	case noLink && noPassword:
		return errUnattended("a link and a password are", "ask on").
			Hintf("give %s, and %s; with both the link is on the first line, the password on the second: %s - --password-stdin", link, password, command)
	case noLink:
		return errUnattended("a link is", "paste it on").Hintf("give %s: %s -", link, command)
	case noPassword && linkGiven:
		return errUnattended("a password is", "ask on").Hintf("give %s, on a line behind the link: %s - --password-stdin", password, command)
	case noPassword:
		return errUnattended("a password is", "ask on").Hintf("give %s: %s --link-file FILE --password-stdin", password, command)
	}
	return nil
}

func errUnattended(what, use string) *account.Error {
	return account.Errorf(account.Usage, "%s needed and there is no terminal to %s", what, use).Coded("usage.no_terminal")
}

// link reads the link from where it is given.
func (o *linkOptions) link(ctx context.Context, args []string) (service.LinkInput, error) {
	text, err := o.text(ctx, len(args) > 0)
	if err != nil {
		return service.LinkInput{}, err
	}
	kind, token, err := keys.ParseLink(text)
	return service.LinkInput{Kind: kind, Token: token}, err
}

func (o *linkOptions) text(ctx context.Context, fromStdin bool) (string, error) {
	switch {
	case o.linkFile != "" && fromStdin:
		return "", usageError("the link is given twice: - and --link-file")
	case o.linkFile != "":
		return o.app.readLinkFile(o.linkFile)
	case fromStdin:
		line, err := readLine(o.input(), "link")
		return string(line), err
	}
	typed, err := o.app.env.Terminal.AskSecret(ctx, "Paste the link")
	return string(typed), err
}

// input is standard input, read line by line by link and password in turn.
func (o *linkOptions) input() *bufio.Reader {
	if o.stdin == nil {
		o.stdin = o.app.lines()
	}
	return o.stdin
}

// newPassword reads the password to be, behind the link if both come on
// standard input.
func (o *linkOptions) newPassword(ctx context.Context) (password.Plain, error) {
	if !o.passwordStdin {
		return o.app.newPassword(ctx, false, "New password")
	}
	raw, err := readLine(o.input(), "password")
	if err != nil {
		return password.Plain{}, behindLink(err)
	}
	return password.Prepare(raw)
}

// behindLink says where a password stands that was not found.
func behindLink(err error) error {
	var missing *account.Error
	if errors.As(err, &missing) && missing.Code == "password.empty" {
		return missing.Hintf("it stands on a line of its own; with the link on standard input too, on the second")
	}
	return err
}

// madeLink are the fields of a link that was made: null in a dry run.
func madeLink(l service.MadeLink) output.Object {
	return output.Object{
		{Name: "link", Value: output.StringOrNull(l.Text)},
		{Name: "expires_at", Value: output.Time(l.Expires)},
		{Name: "sent", Value: output.Bool(l.Sent())},
	}
}
