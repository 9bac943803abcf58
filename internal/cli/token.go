package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/service"
)

func newTokenCmd(a *app) *cobra.Command {
	return newGroup(a, "token",
		verb{"add", newTokenAddCmd}, verb{"list", newTokenListCmd}, verb{"revoke", newTokenRevokeCmd})
}

func tokenSpec() output.Spec {
	return output.Spec{Key: "name", Empty: "There is no token.", Columns: []output.Column{
		{Path: "name"}, {Path: "allow"}, {Path: "expires_at"}, {Path: "last_used_at"}, {Path: "created_by"}, {Path: "with_key"},
	}}
}

func tokenObject(v service.TokenView) output.Object {
	return output.Object{
		{Name: "name", Value: output.String(v.Name)},
		{Name: "allow", Value: output.Strings(v.Allow)},
		{Name: "expires_at", Value: output.Time(v.ExpiresAt)},
		{Name: "last_used_at", Value: output.Time(v.LastUsedAt)},
		{Name: "created_by", Value: output.String(v.CreatedByEmail.String())},
		{Name: "with_key", Value: output.Bool(len(v.Carried) > 0)},
	}
}

type tokenAddOptions struct {
	app        *app
	allow      permissionFlag
	expires    string
	withKey    bool
	secretFile string
	proof      proofOptions
}

func newTokenAddCmd(a *app) *cobra.Command {
	o := tokenAddOptions{app: a, proof: proofOptions{app: a}}
	cmd := &cobra.Command{
		Use:   "add NAME --allow PERMISSION,...",
		Short: "Make a service token for a script",
		Long: `Make a service token. A script that finds it in the file of USHER_TOKEN_FILE may do
what the token allows and you may do yourself at that moment. It ends when it
expires or is revoked, and when you are suspended or deleted. As with a role,
what shall add members or act on them needs secret.list and secret.show too,
because members have them. The token is shown once; --secret-file writes it to a
new file that only you can read.`,
		Example: `  usher token add nightly-export --allow user.export \
    --secret-file /etc/usher/export.token
  USHER_TOKEN_FILE=/etc/usher/export.token usher user export > users.csv
  usher token add provisioning --expires 30d \
    --allow user.add,user.suspend,secret.list,secret.show`,
		Args:        exactly("NAME"),
		Annotations: prints(madeTokenSpec()),
		RunE:        func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args[0]) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringSliceVar(&o.allow.words, "allow", nil, "what it may do, as `PERMISSION,...`; may be repeated")
	f.StringVar(&o.expires, "expires", "", "when it ends: `DURATION`, at most 365d (default 90d)")
	f.BoolVar(&o.withKey, "with-key", false, "let it carry the organisation key, for what sets passwords or opens secrets")
	f.StringVar(&o.secretFile, "secret-file", "", "write the token to a new `FILE` instead of showing it")
	o.proof.addFlag(cmd)
	addKeyFlag(cmd, a)
	addChangeFlags(cmd, a)
	return cmd
}

func madeTokenSpec() output.Spec {
	spec := tokenSpec()
	spec.Columns = append(spec.Columns, output.Column{Path: "token"})
	return spec
}

func (o *tokenAddOptions) run(ctx context.Context, name string) error {
	in, err := o.input(name)
	if err != nil {
		return err
	}
	p, s, err := o.app.ready(madeTokenSpec())
	if err != nil {
		return err
	}
	file, err := o.app.reserveSecretFile(o.secretFile)
	if err != nil {
		return err
	}
	var made service.MadeToken
	err = o.proof.run(ctx, s, func() (err error) {
		made, err = s.AddToken(ctx, in)
		return err
	})
	if err != nil {
		file.discard()
		return err
	}
	if file != nil {
		if err := o.keep(file, made); err != nil {
			return err
		}
	}
	o.app.advise(made.TooLittleForMembers(), "this token")
	return p.One(madeTokenSpec(), o.app.marked(append(tokenObject(made.TokenView), output.Field{Name: "token", Value: o.shown(made)})))
}

// keep writes the token to its file. One that cannot be kept is lost, and can
// only be revoked.
func (o *tokenAddOptions) keep(file *secretFile, made service.MadeToken) error {
	if err := file.keep(made.Secret.Reveal(keys.Service)); err != nil {
		return account.Errorf(account.Partial, "the token %s is made, but could not be written to %q: %w", made.Name, o.secretFile, pathCause(err)).
			Coded("secret.file").
			Hintf("end it, and make another: usher token revoke %s", made.Name)
	}
	o.app.say("The token is in %s.", o.secretFile)
	return nil
}

// shown is the token's text, once: not where a file has it, nor in a dry run.
func (o *tokenAddOptions) shown(made service.MadeToken) output.Value {
	if o.secretFile != "" || o.app.flags.dryRun {
		return output.Null()
	}
	return output.String(made.Secret.Reveal(keys.Service))
}

func (o *tokenAddOptions) input(name string) (in service.NewServiceToken, err error) {
	if in.Name, err = account.ParseTokenName(name); err != nil {
		return in, err
	}
	if in.Allow, err = o.allow.parse(); err != nil {
		return in, err
	}
	if len(in.Allow) == 0 {
		return in, usageError("a token needs what it may do").Hintf("usher token add NAME --allow PERMISSION,...")
	}
	in.WithKey = o.withKey
	in.Life, err = lifeFlag("expires", o.expires)
	return in, err
}

func newTokenListCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:         "list",
		Short:       "List the service tokens and when they were last used",
		Example:     "  usher token list\n  usher token list --columns name,last_used_at",
		Args:        noArgs,
		Annotations: prints(tokenSpec()),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runList(cmd.Context(), a, tokenSpec(), tokenObject, (*service.Service).ListTokens)
		},
	}
}

func newTokenRevokeCmd(a *app) *cobra.Command {
	keepGoing := false
	cmd := &cobra.Command{
		Use:         "revoke NAME...",
		Short:       "End service tokens at once",
		Example:     "  usher token revoke nightly-export",
		Args:        some("NAME"),
		Annotations: prints(revokedSpec()),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runTokenRevoke(cmd.Context(), a, service.Many{Who: args, KeepGoing: keepGoing})
		},
	}
	cmd.Flags().BoolVar(&keepGoing, "keep-going", false, "do what can be done; exit 9 if any failed")
	addChangeFlags(cmd, a)
	return cmd
}

func revokedSpec() output.Spec {
	return output.Spec{Key: "name", Columns: []output.Column{
		{Path: "name"}, {Path: "ok"}, {Path: "error.code", Wide: true}, {Path: "error.message"},
	}}
}

func runTokenRevoke(ctx context.Context, a *app, many service.Many) error {
	form := eachForm{
		spec: revokedSpec(),
		object: func(d service.Done) output.Object {
			return output.Object{
				{Name: "name", Value: output.String(d.Who)},
				{Name: "ok", Value: output.Bool(d.Err == nil)},
				{Name: "error", Value: failureValue(d.Err)},
			}
		},
	}
	return runEach(ctx, a, form, question("Revoke the token", "tokens", many.Who), func(s *service.Service, ctx context.Context) ([]service.Done, error) {
		return s.RevokeTokens(ctx, many)
	})
}
