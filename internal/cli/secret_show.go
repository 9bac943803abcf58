package cli

import (
	"bytes"
	"context"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/service"
)

// revealedSpec is secretSpec with the value, in the order of an export.
func revealedSpec() output.Spec {
	return output.Spec{Key: "name", Columns: []output.Column{
		{Path: "name"}, {Path: "username"}, {Path: "url"}, {Path: "notes"}, {Path: "value"},
		{Path: "updated_at"}, {Path: "updated_by"}, {Path: "id"},
	}}
}

// revealedObject is secretObject with the value, written so that it comes back
// from every form as it is.
func revealedObject(v service.SecretView) output.Object {
	o := secretObject(v)
	value := output.Field{Name: "value", Value: output.Null()}
	if !v.Value.IsZero() {
		value.Value = output.Exact(v.Value.Reveal())
	}
	return append(o[:5:5], append(output.Object{value}, o[5:]...)...)
}

type secretShowOptions struct {
	app   *app
	site  siteFlag
	out   secretOut
	proof proofOptions
}

// addFlags adds the flags of commands that reveal values.
func (o *secretShowOptions) addFlags(cmd *cobra.Command) {
	o.out.addFlag(cmd)
	o.proof.addFlag(cmd)
	o.site.addFlag(cmd)
	addKeyFlag(cmd, o.app)
	addReasonFlag(cmd, o.app)
}

func newSecretShowCmd(a *app) *cobra.Command {
	o := secretShowOptions{app: a, out: secretOut{app: a}, proof: proofOptions{app: a}}
	cmd := &cobra.Command{
		Use:   "show NAME",
		Short: "Show a stored password",
		Long: `Show a stored password with its value, or write the value to a new file. Your own
password is asked for unless you gave it within five minutes. Every look stands in
the log.`,
		Example: `  usher secret show "Firewall Kiruna" --reason "case 4711"
  usher secret show "Web server key" --secret-file server.key
  usher secret show "Firewall Kiruna" --columns value --no-headers`,
		Args:        exactly("NAME"),
		Annotations: prints(revealedSpec()),
		RunE:        func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args[0]) },
	}
	o.addFlags(cmd)
	return cmd
}

func (o *secretShowOptions) run(ctx context.Context, name string) error {
	site, err := o.site.slug()
	if err != nil {
		return err
	}
	p, s, err := o.app.ready(revealedSpec())
	if err != nil {
		return err
	}
	var v service.SecretView
	err = o.out.run(func() (string, error) {
		err := o.proof.run(ctx, s, func() (err error) {
			v, err = s.ShowSecret(ctx, site, name)
			return err
		})
		return v.Value.Reveal(), err
	})
	if err != nil {
		return err
	}
	object := revealedObject(v)
	if o.out.path != "" {
		object = replaced(object, "value", output.Null())
	}
	return p.One(revealedSpec(), object)
}

func newSecretExportCmd(a *app) *cobra.Command {
	o := secretShowOptions{app: a, out: secretOut{app: a}, proof: proofOptions{app: a}}
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Export the stored passwords with their values",
		Long: `Export the stored passwords with their values: as CSV, which can be imported
again, or with -o json or -o jsonl. Values stand there as they are: a spreadsheet
may take one that begins with = + - or @ for a formula. Your password is asked
for unless you gave it within five minutes; each password exported stands in the
log.`,
		Example:     "  usher secret export --secret-file passwords.csv\n  usher secret export -o jsonl | age -r AGE-RECIPIENT > passwords.age",
		Args:        noArgs,
		Annotations: prints(revealedSpec()),
		RunE:        func(cmd *cobra.Command, _ []string) error { return o.export(cmd.Context()) },
	}
	o.addFlags(cmd)
	return cmd
}

func (o *secretShowOptions) export(ctx context.Context) error {
	site, err := o.site.slug()
	if err != nil {
		return err
	}
	if o.app.setting(o.app.flags.output, "USHER_OUTPUT") == "" {
		o.app.flags.output = string(output.FormatCSV)
	}
	var text bytes.Buffer
	p, err := o.app.printerTo(&text, false, revealedSpec())
	if err != nil {
		return err
	}
	s, err := o.app.service()
	if err != nil {
		return err
	}
	err = o.out.run(func() (string, error) {
		var views []service.SecretView
		err := o.proof.run(ctx, s, func() (err error) {
			views, err = s.ExportSecrets(ctx, site)
			return err
		})
		if err == nil {
			err = printList(o.app, p, revealedSpec(), views, revealedObject)
		}
		return string(bytes.TrimSuffix(text.Bytes(), []byte("\n"))), err
	})
	if err != nil || o.out.path != "" {
		return err
	}
	_, err = o.app.env.Stdout.Write(text.Bytes())
	return err
}
