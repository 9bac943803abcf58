package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/service"
)

type secretImportOptions struct {
	app  *app
	in   service.SecretImport
	site siteFlag
}

func newSecretImportCmd(a *app) *cobra.Command {
	o := secretImportOptions{app: a}
	cmd := &cobra.Command{
		Use:   "import FILE|-",
		Short: "Import stored passwords from a CSV file",
		Long: `Import stored passwords from a CSV file: one that usher exported, or one of a
browser or password manager. Its first line names the columns; name and value (or
title and password) must be there, username, url and notes may be. Every row is
checked first; one bad row stops them all, unless told to keep going. Delete the
file afterwards: it has the passwords in clear.`,
		Example: `  usher secret import passwords.csv --dry-run
  usher secret import passwords.csv --upsert
  age -d passwords.age | usher secret import -`,
		Args:        exactly("FILE"),
		Annotations: prints(importSpec()),
		RunE:        func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args[0]) },
	}
	cmd.Flags().BoolVar(&o.in.Upsert, "upsert", false, "bring those that are there already to what the file says")
	cmd.Flags().BoolVar(&o.in.KeepGoing, "keep-going", false, "import what can be; exit 9 if any failed")
	o.site.addFlag(cmd)
	addKeyFlag(cmd, a)
	addChangeFlags(cmd, a)
	return cmd
}

func (o *secretImportOptions) run(ctx context.Context, path string) (err error) {
	if o.in.Site, err = o.site.slug(); err != nil {
		return err
	}
	p, s, err := o.app.ready(importSpec())
	if err != nil {
		return err
	}
	file, err := o.app.openInput(path)
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // only read
	o.in.File = file
	result, err := s.ImportSecrets(ctx, o.in)
	return o.app.printImport(p, importSpec(), importObject(result), result, err)
}
