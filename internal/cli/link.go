package cli

import (
	"bufio"
	"context"
	"os"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/keys"
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
		return readSecretFile(o.linkFile)
	case fromStdin:
		line, err := readLine(o.input(), "link")
		return string(line), err
	case !o.app.env.Terminal.Available():
		return "", account.Errorf(account.Usage, "a link is needed and there is no terminal to paste it on").
			Coded("usage.no_terminal").
			Hintf("give it on standard input with -, or with --link-file FILE")
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
		return password.Plain{}, err
	}
	return password.Prepare(raw)
}

// secretOut is where a secret that usher makes goes: standard output with the
// result, or a file that did not exist, readable by its owner alone.
type secretOut struct{ file string }

func (o *secretOut) addFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.file, "secret-file", "", "write the secret to a new `FILE` (0600) instead of showing it")
}

// keep runs a step that gives a secret. With --secret-file the file is there
// before the step runs, the secret goes into it, and none is left when the step
// fails.
func (o *secretOut) keep(step func() (secret string, err error)) error {
	if o.file == "" {
		_, err := step()
		return err
	}
	file, err := o.reserve()
	if err != nil {
		return err
	}
	secret, err := step()
	if err == nil {
		err = writeSecret(file, secret)
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		_ = os.Remove(o.file) // what failed is what is told
	}
	return err
}

// writeSecret writes a secret as a file of text, down to the disk.
func writeSecret(file *os.File, secret string) error {
	if _, err := file.WriteString(secret + "\n"); err != nil {
		return err
	}
	return file.Sync()
}

// reserve makes the file before anything is done, so that no secret is made
// that cannot be handed over. The caller writes to it and closes it.
func (o *secretOut) reserve() (*os.File, error) {
	file, err := os.OpenFile(o.file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if os.IsExist(err) {
		return nil, account.Errorf(account.Conflict, "%q exists already", o.file).Coded("file.exists").Hintf("name a new file; none is ever overwritten")
	}
	if err != nil {
		return nil, errFile(o.file, err)
	}
	return file, nil
}
