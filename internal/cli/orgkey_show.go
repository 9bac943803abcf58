package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/service"
)

func shownKeySpec() output.Spec {
	return output.Spec{Key: "org_key", Columns: []output.Column{{Path: "scope"}, {Path: "org_key"}}}
}

type orgkeyShowOptions struct {
	app   *app
	out   secretOut
	proof proofOptions
}

func newOrgkeyShowCmd(a *app) *cobra.Command {
	o := orgkeyShowOptions{app: a, out: secretOut{app: a}, proof: proofOptions{app: a}}
	cmd := &cobra.Command{
		Use:   "show",
		Short: "Show the organisation key of your own scope",
		Long: `Show the organisation key of your own scope in plain text, to write it down or to
read it out. Your password is asked for unless you gave it within five minutes, and
the look stands in the log. To pass the key on, rather make a link: orgkey send.`,
		Annotations: prints(shownKeySpec()),
		Example:     "  usher orgkey show --reason \"for the safe\"\n  usher orgkey show --secret-file org.key",
		Args:        noArgs,
		RunE:        func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context()) },
	}
	o.out.addFlag(cmd)
	o.proof.addFlag(cmd)
	addKeyFlag(cmd, a)
	addReasonFlag(cmd, a)
	return cmd
}

func (o *orgkeyShowOptions) run(ctx context.Context) error {
	p, s, err := o.app.ready(shownKeySpec())
	if err != nil {
		return err
	}
	var shown service.ShownKey
	err = o.out.run(func() (string, error) {
		err := o.proof.run(ctx, s, func() (err error) {
			shown, err = s.ShowKey(ctx)
			return err
		})
		return shown.Key.Reveal(), err
	})
	if err != nil {
		return err
	}
	return p.One(shownKeySpec(), shownKeyObject(shown, &o.out))
}

func shownKeyObject(shown service.ShownKey, out *secretOut) output.Object {
	return output.Object{
		{Name: "scope", Value: output.String(shown.Name)},
		{Name: "org_key", Value: out.value(shown.Key.Reveal())},
	}
}

func newOrgkeyVerifyCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Tell whether the organisation key at hand is right",
		Long: `Tell whether the organisation key that this device remembers, or the one of
--org-key-file, is that of your own scope and opens what it should. Exit code 10 if
anything is wrong. A mistyped key is refused by its check characters, exit code 5,
before anything is tried. With -q only the scope is printed whose key is wrong.`,
		Annotations: prints(verdictSpec()),
		Example:     "  usher orgkey verify\n  usher orgkey verify --org-key-file copy-in-the-safe.key -o json",
		Args:        noArgs,
		RunE:        func(cmd *cobra.Command, _ []string) error { return runOrgkeyVerify(cmd.Context(), a) },
	}
	addKeyFlag(cmd, a)
	return cmd
}

func runOrgkeyVerify(ctx context.Context, a *app) error {
	p, s, err := a.ready(verdictSpec())
	if err != nil {
		return err
	}
	var given *keys.OrgKey
	k, isGiven, err := a.keyFromFile()
	if err != nil {
		return err
	}
	if isGiven {
		given = &k
	}
	findings, err := s.VerifyKey(ctx, given)
	if err != nil {
		return err
	}
	list := make([]output.Object, 0, len(findings))
	for _, f := range findings {
		list = append(list, findingObject(f.Kind, f.Where, f.Message))
	}
	err = a.printFindings(p, "where", list)
	if err != nil || len(findings) == 0 {
		return err
	}
	return account.Errorf(account.Finding, "the organisation key at hand is not right: %s", findings[0].Message).
		Coded("orgkey."+findings[0].Kind).
		Hintf("ask an admin of %s for: usher orgkey send EMAIL", findings[0].Where)
}
