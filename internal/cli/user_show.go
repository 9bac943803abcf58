package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/service"
)

func newUserShowCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:         "show EMAIL",
		Short:       "Show one user",
		Example:     "  usher user show bo@norrsken.example\n  usher user show bo@norrsken.example -o json | jq .status",
		Args:        exactly("EMAIL"),
		Annotations: prints(userSpec()),
		RunE:        func(cmd *cobra.Command, args []string) error { return runUserShow(cmd.Context(), a, args[0]) },
	}
}

func runUserShow(ctx context.Context, a *app, who string) error {
	p, s, err := a.ready(userSpec())
	if err != nil {
		return err
	}
	v, err := s.ShowUser(ctx, who)
	if err != nil {
		return err
	}
	return p.One(userSpec(), userObject(v))
}

type userEditOptions struct {
	app    *app
	fields userFields
	email  string
}

func newUserEditCmd(a *app) *cobra.Command {
	o := userEditOptions{app: a}
	cmd := &cobra.Command{
		Use:   "edit EMAIL",
		Short: "Change a user's address, names, type, role, site or language",
		Long: `Change a user's information. A host made an individual loses what he may no
longer have. A user who moves to another key scope (--site) loses his password,
which was sealed under the old key: he is pending again and gets a fresh link. So
is one whose password leaves a directory (--directory none).`,
		Example:     "  usher user edit bo@norrsken.example --last Ekdahl\n  usher user edit bo@norrsken.example --role admin --reason \"took over from Eva\"",
		Args:        exactly("EMAIL"),
		Annotations: prints(addedSpec()),
		RunE:        func(cmd *cobra.Command, args []string) error { return o.run(cmd, args[0]) },
	}
	cmd.Flags().StringVar(&o.email, "email", "", "the new `ADDRESS`")
	o.fields.addFlags(cmd)
	o.fields.addDirectoryFlag(cmd)
	addKeyFlag(cmd, a)
	addChangeFlags(cmd, a)
	return cmd
}

func (o *userEditOptions) run(cmd *cobra.Command, who string) error {
	edit, err := o.edit(cmd)
	if err != nil {
		return err
	}
	p, s, err := o.app.ready(addedSpec())
	if err != nil {
		return err
	}
	v, err := s.EditUser(cmd.Context(), who, edit)
	for _, text := range v.Dropped {
		o.app.say("Lost: %s", text)
	}
	return o.app.printOne(p, addedSpec(), editedObject(v), err)
}

// edit collects the flags that were given; an empty name clears it.
func (o *userEditOptions) edit(cmd *cobra.Command) (edit service.UserEdit, err error) {
	f, err := o.fields.parse()
	if err != nil {
		return edit, err
	}
	given := 0
	if cmd.Flags().Changed("email") {
		email, err := account.ParseEmail(o.email)
		if err != nil {
			return edit, err
		}
		edit.Email = &email
		given++
	}
	given += changed(cmd, "first", &edit.FirstName, f.first)
	given += changed(cmd, "last", &edit.LastName, f.last)
	given += changed(cmd, "type", &edit.Type, f.kind)
	given += changed(cmd, "role", &edit.Role, f.role)
	given += changed(cmd, "locale", &edit.Locale, f.locale)
	given += changed(cmd, "directory", &edit.Directory, f.directory)
	if edit.Site, err = placeFlag(cmd, "site", o.fields.site); err != nil {
		return edit, err
	}
	if edit.Site != nil {
		given++
	}
	if given == 0 {
		return edit, usageError("nothing to change is given").Hintf("usher user edit --help")
	}
	return edit, nil
}

// changed sets a field of an edit when its flag was given.
func changed[T any](cmd *cobra.Command, flag string, field **T, value T) int {
	if !cmd.Flags().Changed(flag) {
		return 0
	}
	*field = &value
	return 1
}
