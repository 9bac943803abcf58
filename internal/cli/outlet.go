package cli

import (
	"errors"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
)

// outlet is standard output, which remembers when it took something no more.
type outlet struct {
	io.Writer
	failed error
}

// Write writes on, and remembers the failure.
func (o *outlet) Write(p []byte) (int, error) {
	n, err := o.Writer.Write(p)
	if err != nil {
		o.failed = err
	}
	return n, err
}

// lost returns the failure of standard output, if there was one.
func (a *app) lost() error {
	if out, ok := a.env.Stdout.(*outlet); ok {
		return out.failed
	}
	return nil
}

// unwritten makes the error of a result that could not be written one that says
// whether the command did what it was asked: results are printed when all is
// done.
func (a *app) unwritten(cmd *cobra.Command, err error) error {
	lost := a.lost()
	if lost == nil || !errors.Is(err, lost) || a.flags.dryRun || !changesAnything(cmd) {
		return err
	}
	return account.Errorf(account.Partial, "it is done, but the result could not be written: %w", pathCause(err)).
		Coded("output.failed").
		Hintf("do not repeat it; usher logs -n 5 shows what was done")
}

// changesAnything reports whether a command changes the database: these take a
// reason, but for those that have nobody to give one.
func changesAnything(cmd *cobra.Command) bool {
	return cmd.Flags().Lookup("reason") != nil || slices.Contains([]string{"init", "login", "logout"}, cmd.Name())
}
