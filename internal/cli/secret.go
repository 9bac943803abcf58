package cli

import (
	"context"
	"io"
	"os"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/password"
	"github.com/usher-admin/usher/internal/service"
	"github.com/usher-admin/usher/internal/term"
)

func newSecretCmd(a *app) *cobra.Command {
	return newGroup(a, "secret",
		verb{"add", newSecretAddCmd}, verb{"list", newSecretListCmd}, verb{"show", newSecretShowCmd},
		verb{"edit", newSecretEditCmd}, verb{"delete", newSecretDeleteCmd}, verb{"import", newSecretImportCmd},
		verb{"export", newSecretExportCmd})
}

// secretSpec lists a stored password's fields. Its value stands in none of them.
func secretSpec() output.Spec {
	return output.Spec{Key: "name", Empty: "No password is stored.", Columns: []output.Column{
		{Path: "name", Width: 24}, {Path: "username", Width: 20}, {Path: "url", Width: 32, Cut: true},
		{Path: "updated_at", Width: 20}, {Path: "updated_by", Width: 28}, {Path: "notes", Wide: true}, {Path: "id", Wide: true},
	}}
}

func secretObject(v service.SecretView) output.Object {
	return output.Object{
		{Name: "id", Value: output.String(v.ID.String())},
		{Name: "name", Value: output.String(v.Name)},
		{Name: "username", Value: output.StringOrNull(v.Username)},
		{Name: "url", Value: output.StringOrNull(v.URL)},
		{Name: "notes", Value: notesValue(v.Notes)},
		{Name: "updated_at", Value: output.Time(v.UpdatedAt)},
		{Name: "updated_by", Value: output.StringOrNull(v.UpdatedBy.String())},
	}
}

func notesValue(notes string) output.Value {
	if notes == "" {
		return output.Null()
	}
	return output.Text(notes)
}

// valueOptions are the ways a value comes to be stored: typed, read or made.
// None is an argument.
type valueOptions struct {
	app      *app
	stdin    bool
	generate bool
}

func (o *valueOptions) addFlags(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&o.stdin, "value-stdin", false, "read the value from standard input, several lines if need be")
	cmd.Flags().BoolVar(&o.generate, "generate", false, "make a value: four groups of five characters, 99 bits")
}

// value returns the value from where it is given; ask is for the rest.
func (o *valueOptions) value(ctx context.Context) (keys.StoredPassword, error) {
	var text string
	var err error
	switch {
	case o.generate && o.stdin:
		return keys.StoredPassword{}, usageError("--generate and --value-stdin exclude each other")
	case o.generate:
		text, err = password.Generate(o.app.env.Random)
	case o.stdin:
		text, err = o.read()
	case !o.app.env.Terminal.Available():
		return keys.StoredPassword{}, account.Errorf(account.Usage, "a value is needed and there is no terminal to ask on").
			Coded("usage.no_terminal").
			Hintf("give it on standard input with --value-stdin, or let usher make one with --generate")
	default:
		var typed []byte
		typed, err = term.AskNewSecret(ctx, o.app.env.Terminal, "Value")
		text = string(typed)
	}
	if err != nil {
		return keys.StoredPassword{}, err
	}
	return keys.NewStoredPassword(text)
}

// read reads a value of one or several lines. The line break at its end is the
// shell's.
func (o *valueOptions) read() (string, error) {
	data, err := io.ReadAll(io.LimitReader(o.app.env.Stdin, maxSecretFile))
	return strings.TrimSuffix(strings.TrimSuffix(string(data), "\n"), "\r"), err
}

// secretDetails are the flags of what is kept besides the value.
type secretDetails struct{ username, url, notes string }

func (o *secretDetails) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&o.username, "username", "", "the user `NAME` it belongs to")
	f.StringVar(&o.url, "url", "", "the `URL` where it is used")
	f.StringVar(&o.notes, "notes", "", "notes: `TEXT`; sealed like the value, but no place for secrets in an argument")
}

// siteFlag names the site whose stored passwords or key a command is about.
type siteFlag struct{ site string }

func (o *siteFlag) addFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.site, "site", "", "of this `SITE`, while you hold its key")
}

func (o *siteFlag) slug() (account.Slug, error) { return optional(o.site, account.ParseSlug) }

type secretAddOptions struct {
	app     *app
	details secretDetails
	value   valueOptions
	site    siteFlag
}

func newSecretAddCmd(a *app) *cobra.Command {
	o := secretAddOptions{app: a, value: valueOptions{app: a}}
	cmd := &cobra.Command{
		Use:   "add NAME",
		Short: "Store a password",
		Long: `Store a password under a name, with user name, address and notes. All of it is
sealed: who has the database and not the organisation key learns not even the
name. The value is asked for, read from standard input, or made.`,
		Example: `  usher secret add "Firewall Kiruna" --username admin --url https://10.0.4.1
  usher secret add "Backup key" --generate --notes "vault 3, behind the rack"
  usher secret add "Web server key" --value-stdin < server.key`,
		Args:        exactly("NAME"),
		Annotations: prints(secretSpec()),
		RunE:        func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args[0]) },
	}
	o.details.addFlags(cmd)
	o.value.addFlags(cmd)
	o.site.addFlag(cmd)
	addKeyFlag(cmd, a)
	addChangeFlags(cmd, a)
	return cmd
}

func (o *secretAddOptions) run(ctx context.Context, name string) error {
	d, err := account.SecretDetails{Name: name, Username: o.details.username, URL: o.details.url, Notes: o.details.notes}.Clean()
	if err != nil {
		return err
	}
	site, err := o.site.slug()
	if err != nil {
		return err
	}
	return runOne(ctx, o.app, secretSpec(), secretObject, "", func(s *service.Service, ctx context.Context) (v service.SecretView, err error) {
		value, err := o.value.value(ctx)
		if err != nil {
			return v, err
		}
		v, err = s.AddSecret(ctx, site, service.NewSecret{SecretDetails: d, Value: value})
		if err == nil && o.value.generate && !o.app.flags.dryRun {
			o.app.say("The value was made. See it with: %s", toShow(d.Name, site))
		}
		return v, err
	})
}

// toShow is the command that shows a stored password.
func toShow(name string, site account.Slug) string {
	text := "usher secret show " + account.Typed(name)
	if site != "" {
		text += " --site " + string(site)
	}
	return text
}

type secretListOptions struct {
	app  *app
	site siteFlag
}

func newSecretListCmd(a *app) *cobra.Command {
	o := secretListOptions{app: a}
	cmd := &cobra.Command{
		Use:         "list",
		Short:       "List the stored passwords, without their values",
		Example:     "  usher secret list\n  usher secret list --columns name,url,notes",
		Args:        noArgs,
		Annotations: prints(secretSpec()),
		RunE:        func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context()) },
	}
	o.site.addFlag(cmd)
	addKeyFlag(cmd, a)
	return cmd
}

func (o *secretListOptions) run(ctx context.Context) error {
	site, err := o.site.slug()
	if err != nil {
		return err
	}
	p, s, err := o.app.ready(secretSpec())
	if err != nil {
		return err
	}
	views, err := s.ListSecrets(ctx, site)
	if err != nil {
		return err
	}
	return printList(o.app, p, secretSpec(), views, secretObject)
}

type secretDeleteOptions struct {
	app       *app
	site      siteFlag
	keepGoing bool
}

func newSecretDeleteCmd(a *app) *cobra.Command {
	o := secretDeleteOptions{app: a}
	cmd := &cobra.Command{
		Use:   "delete NAME...",
		Short: "Delete stored passwords for good",
		Long: `Delete stored passwords for good. Their names stay in the log, sealed under the
organisation key. All or none are deleted, unless told to keep going.`,
		Example:     "  usher secret delete \"Firewall Kiruna\"\n  usher secret delete \"Old printer\" \"Old NAS\" -y --reason \"scrapped\"",
		Args:        some("NAME"),
		Annotations: prints(secretDoneSpec()),
		RunE:        func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args) },
	}
	cmd.Flags().BoolVar(&o.keepGoing, "keep-going", false, "do what can be done; exit 9 if any failed")
	o.site.addFlag(cmd)
	addKeyFlag(cmd, a)
	addChangeFlags(cmd, a)
	return cmd
}

func (o *secretDeleteOptions) run(ctx context.Context, names []string) error {
	site, err := o.site.slug()
	if err != nil {
		return err
	}
	p, s, err := o.app.ready(secretDoneSpec())
	if err != nil {
		return err
	}
	if err := o.app.confirm(ctx, "Delete "+firstNames(names)+" for good?"); err != nil {
		return err
	}
	done, err := s.DeleteSecrets(ctx, site, service.Many{Who: names, KeepGoing: o.keepGoing})
	return printKept(o.app, p, secretDoneSpec(), done, secretDoneObject, err)
}

func secretDoneSpec() output.Spec {
	spec := doneSpec()
	spec.Key, spec.Columns[0].Path = "name", "name"
	return spec
}

// secretDoneObject is doneObject under the name of the field that tells stored
// passwords apart.
func secretDoneObject(d service.Done) output.Object {
	o := doneObject(d)
	o[0] = output.Field{Name: "name", Value: output.String(d.Who)}
	return o
}

// openInput opens a file to read, or standard input for "-".
func (a *app) openInput(path string) (io.ReadCloser, error) {
	if path == "-" {
		return io.NopCloser(a.env.Stdin), nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, errFile(path, err)
	}
	if info, err := file.Stat(); err == nil && info.IsDir() {
		_ = file.Close()
		return nil, errFile(path, syscall.EISDIR)
	}
	return file, nil
}
