package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/service"
)

type orgkeyRotateOptions struct {
	app   *app
	site  siteFlag
	ttl   string
	send  sendOptions
	out   secretOut
	proof proofOptions
}

func newOrgkeyRotateCmd(a *app) *cobra.Command {
	o := orgkeyRotateOptions{app: a, send: sendOptions{app: a}, out: secretOut{app: a}, proof: proofOptions{app: a}}
	cmd := &cobra.Command{
		Use:   "rotate",
		Short: "Replace the organisation key and lose nothing",
		Long: `Replace the organisation key while it is still known, for instance because it was
seen by others. Every password and stored password is sealed anew, all or none.
Sessions and links of the scope end, and tokens that carry the key; everybody gets
a link with the new one, mailed or printed here. This device remembers it. Your
password is asked for unless you gave it within five minutes.`,
		Annotations: prints(rotatedSpec()),
		Example: `  usher orgkey rotate --reason "the sheet was photographed"
  usher orgkey rotate --ttl 7d --secret-file new.key -o json > links.json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context()) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	o.site.addFlag(cmd)
	f.StringVar(&o.ttl, "ttl", "", "how long the links live: `DURATION`, at most 7d (default 24h)")
	o.send.addFlags(cmd)
	o.out.addFlag(cmd)
	o.proof.addFlag(cmd)
	addKeyFlag(cmd, a)
	addChangeFlags(cmd, a)
	return cmd
}

func rotatedSpec() output.Spec {
	return output.Spec{Key: "org_key", Columns: []output.Column{
		{Path: "scope"}, {Path: "org_key"}, {Path: "users", Right: true}, {Path: "secrets", Right: true}, {Path: "links"},
	}}
}

func (o *orgkeyRotateOptions) run(ctx context.Context) error {
	p, s, err := o.app.ready(rotatedSpec())
	if err != nil {
		return err
	}
	in, err := o.input()
	if err != nil {
		return err
	}
	if in.Plan, err = s.PlanRotation(ctx, in); err != nil {
		return err
	}
	question := fmt.Sprintf("Replace the organisation key of %s? %s signed out and %s the new one.", in.Plan.Name,
		account.Agree(in.Plan.Users, "Its only user is", fmt.Sprintf("Its %d users are", in.Plan.Users)), account.Agree(in.Plan.Users, "needs", "need"))
	if err := o.app.confirm(ctx, question); err != nil {
		return err
	}
	var done service.RotatedKey
	var unsent error
	err = o.out.before(in.Key.Reveal(), func() error {
		err := o.proof.run(ctx, s, func() (err error) {
			done, err = s.RotateKey(ctx, in)
			return err
		})
		if kept(err) {
			unsent, err = err, nil
		}
		return err
	})
	if err != nil {
		return err
	}
	o.remember(done)
	return o.app.printOne(p, rotatedSpec(), o.object(done), unsent)
}

func (o *orgkeyRotateOptions) input() (in service.Rotation, err error) {
	if in.Site, err = o.site.slug(); err != nil {
		return in, err
	}
	if in.TTL, err = lifeFlag("ttl", o.ttl); err != nil {
		return in, err
	}
	if in.Send, err = o.send.wanted(); err != nil {
		return in, err
	}
	in.Key, err = keys.NewOrgKey(o.app.env.Random)
	return in, err
}

// remember keeps the new key, and the fresh session of who rotated his own.
func (o *orgkeyRotateOptions) remember(done service.RotatedKey) {
	if o.app.flags.dryRun {
		return
	}
	var err error
	if done.Session != nil {
		err = o.app.device().remember(*done.Session)
	} else {
		err = o.app.device().rememberKey(done.Instance, done.Scope, done.Key)
	}
	if err != nil {
		o.app.warn("the key is replaced, but this device could not remember the new one as it should: " + err.Error())
	}
}

func (o *orgkeyRotateOptions) object(done service.RotatedKey) output.Object {
	links := make([]output.Object, 0, len(done.Links))
	for _, l := range done.Links {
		links = append(links, append(output.Object{
			{Name: "email", Value: output.String(l.Email.String())},
			{Name: "kind", Value: output.String(string(l.Kind))},
		}, madeLink(l.Link)...))
	}
	key := o.out.value(done.Key.Reveal())
	if o.app.flags.dryRun {
		key = output.Null()
	}
	return output.Object{
		{Name: "scope", Value: output.String(done.Name)},
		{Name: "org_key", Value: key},
		{Name: "users", Value: output.Int(int64(done.Users))},
		{Name: "secrets", Value: output.Int(int64(done.Secrets))},
		{Name: "links", Value: output.Objects(links)},
	}
}
