package cli

import (
	"errors"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/output"
)

// A secret that is shown once can go into a file instead. The file is made
// before the secret is, so that none is lost for want of a place; it is readable
// by its owner alone, and one that is there is never overwritten.

// secretFile is a file that waits for its secret.
type secretFile struct {
	file *os.File
}

// reserveSecretFile makes the file. It returns nil for no path, and in a dry
// run, which only looks whether it could.
func (a *app) reserveSecretFile(path string) (*secretFile, error) {
	if path == "" {
		return nil, nil //nolint:nilnil // no file is wanted
	}
	if err := notStdout(path, "without a file the secret goes to standard output"); err != nil {
		return nil, err
	}
	if a.flags.dryRun {
		if err := a.couldMake(path); err != nil {
			return nil, errSecretPlace(path, err)
		}
		return nil, nil //nolint:nilnil // no file is made
	}
	a.listen()
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, errSecretPlace(path, err)
	}
	return &secretFile{file}, nil
}

func orExists(err error) error {
	if err == nil {
		return fs.ErrExist
	}
	return err
}

func errSecretPlace(path string, cause error) error {
	if errors.Is(cause, fs.ErrExist) {
		return account.Errorf(account.Conflict, "%q exists already; a secret never overwrites a file", path).
			Coded("secret.file_exists").
			Hintf("name another file, or move that one away")
	}
	return account.Errorf(account.Invalid, "cannot write %q: %w", path, pathCause(cause)).Coded("secret.file")
}

// keep writes the secret and closes the file.
func (f *secretFile) keep(text string) error {
	_, err := f.file.WriteString(text + "\n")
	if err == nil {
		err = f.file.Sync()
	}
	if closed := f.file.Close(); err == nil {
		err = closed
	}
	return err
}

// discard takes the file away when there is no secret for it. It does nothing to
// no file.
func (f *secretFile) discard() {
	if f == nil {
		return
	}
	_ = f.file.Close()
	_ = os.Remove(f.file.Name())
}

// secretOut is where a secret goes: standard output with the result, or the file
// of --secret-file.
type secretOut struct {
	app  *app
	path string
}

func (o *secretOut) addFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.path, "secret-file", "", "write the secret to a new `FILE` (0600) instead of showing it")
}

// run runs a step that gives a secret and, where there is a file for it, writes
// it there. No file is left when the step fails.
func (o *secretOut) run(step func() (secret string, err error)) error {
	file, err := o.app.reserveSecretFile(o.path)
	if err != nil {
		return err
	}
	secret, err := step()
	if err != nil {
		file.discard()
		return err
	}
	if file == nil {
		return nil
	}
	if err := file.keep(secret); err != nil {
		return account.Errorf(account.Unexpected, "cannot write %q: %w", o.path, pathCause(err)).Coded("secret.file")
	}
	return nil
}

// before writes a secret that is known already to its file and then runs the
// step that makes it good. The file goes when the step fails, unless nobody knows
// whether it did.
func (o *secretOut) before(secret string, step func() error) error {
	file, err := o.app.reserveSecretFile(o.path)
	if err != nil {
		return err
	}
	if file != nil {
		if err := file.keep(secret); err != nil {
			file.discard()
			return account.Errorf(account.Unexpected, "cannot write %q: %w; nothing was changed", o.path, pathCause(err)).Coded("secret.file")
		}
	}
	err = step()
	if err != nil && account.KindOf(err) != account.OutcomeUnknown {
		file.discard()
	}
	return err
}

// value is how the result shows a secret: not at all where it went to a file.
func (o *secretOut) value(secret string) output.Value {
	if o.path != "" || secret == "" {
		return output.Null()
	}
	return output.String(secret)
}
