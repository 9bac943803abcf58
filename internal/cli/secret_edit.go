package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/service"
)

type secretEditOptions struct {
	app      *app
	name     string
	details  secretDetails
	value    valueOptions
	newValue bool
	site     siteFlag
}

func newSecretEditCmd(a *app) *cobra.Command {
	o := secretEditOptions{app: a, value: valueOptions{app: a}}
	cmd := &cobra.Command{
		Use:   "edit NAME",
		Short: "Change a stored password",
		Long: `Change a stored password. What is not given stays; an empty text takes a field
away. The log tells which fields changed, not what stood in them.`,
		Example: `  usher secret edit "Firewall Kiruna" --new-value
  usher secret edit "Firewall Kiruna" --generate --reason "quarterly change"
  usher secret edit "Firewall Kiruna" --name "Firewall Gällivare" --notes ""`,
		Args:        exactly("NAME"),
		Annotations: prints(secretSpec()),
		RunE:        func(cmd *cobra.Command, args []string) error { return o.run(cmd, args[0]) },
	}
	cmd.Flags().StringVar(&o.name, "name", "", "the new `NAME`")
	o.details.addFlags(cmd)
	cmd.Flags().BoolVar(&o.newValue, "new-value", false, "ask for a new value")
	o.value.addFlags(cmd)
	o.site.addFlag(cmd)
	addKeyFlag(cmd, a)
	addChangeFlags(cmd, a)
	return cmd
}

func (o *secretEditOptions) run(cmd *cobra.Command, name string) error {
	site, err := o.site.slug()
	if err != nil {
		return err
	}
	return runOne(cmd.Context(), o.app, secretSpec(), secretObject, "", func(s *service.Service, ctx context.Context) (service.SecretView, error) {
		edit, err := o.edit(cmd)
		if err != nil {
			return service.SecretView{}, err
		}
		return s.EditSecret(ctx, site, name, edit)
	})
}

// edit gathers what was given.
func (o *secretEditOptions) edit(cmd *cobra.Command) (edit service.SecretEdit, err error) {
	fields := []struct {
		flag string
		text *string
		to   **string
	}{
		{"name", &o.name, &edit.Name}, {"username", &o.details.username, &edit.Username},
		{"url", &o.details.url, &edit.URL}, {"notes", &o.details.notes, &edit.Notes},
	}
	given := false
	for _, f := range fields {
		if cmd.Flags().Changed(f.flag) {
			*f.to, given = f.text, true
		}
	}
	if o.newValue || o.value.stdin || o.value.generate {
		return o.withValue(cmd.Context(), edit)
	}
	if !given {
		return edit, usageError("nothing to change is given").Hintf("%s", firstExample(cmd))
	}
	return edit, nil
}

func (o *secretEditOptions) withValue(ctx context.Context, edit service.SecretEdit) (service.SecretEdit, error) {
	value, err := o.value.value(ctx)
	edit.Value = &value
	return edit, err
}
