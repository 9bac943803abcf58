package cli

import (
	"errors"
	"io"
	"slices"
	"strings"

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
	hint := "do not repeat it; usher logs -n 5 shows what was done"
	if madeSecret(cmd) {
		hint = "usher logs -n 5 shows what was done; a link or secret that was to be printed is lost, and is to be made anew"
	}
	return account.Errorf(account.Partial, "it is done, but the result could not be written: %w", pathCause(err)).
		Coded("output.failed").
		Hintf("%s", hint)
}

// changesAnything reports whether a command changed the database, and not only
// looked: an event of a look is no change to those who asked for it.
func changesAnything(cmd *cobra.Command) bool {
	flags := cmd.Flags()
	switch name := strings.TrimPrefix(cmd.CommandPath(), cmd.Root().Name()+" "); name {
	case "init", "login", "logout":
		return true
	case "db check":
		return flags.Changed("repair")
	case "db restore":
		return !flags.Changed("verify-only")
	case "recover orgkey":
		return false
	default: // who cannot try a change first breaks glass
		return flags.Lookup("dry-run") != nil || strings.HasPrefix(name, "recover ")
	}
}

// madeSecret reports whether a command that changed something was to print what
// is shown once: a link, a password, a key or a token.
func madeSecret(cmd *cobra.Command) bool {
	flags := cmd.Flags()
	if flags.Lookup("invite") != nil { // who is added gets none unasked
		return flags.Changed("invite") || flags.Changed("temporary")
	}
	return slices.ContainsFunc(columnsOf(cmd), func(column string) bool {
		return slices.Contains([]string{"link", "links", "temporary_password", "org_key", "system_key", "token"}, column)
	})
}
