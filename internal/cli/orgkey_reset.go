package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/service"
)

type orgkeyResetOptions struct {
	app           *app
	site          siteFlag
	email         string
	confirm       string
	passwordStdin bool
	ttl           string
	send          sendOptions
	out           secretOut
}

func newOrgkeyResetCmd(a *app) *cobra.Command {
	o := orgkeyResetOptions{app: a, send: sendOptions{app: a}, out: secretOut{app: a}}
	cmd := &cobra.Command{
		Use:   "reset --email NEW",
		Short: "Begin anew where the organisation key is lost",
		Long: `Begin anew where the organisation key is lost and not in escrow: everything that
was sealed under it is deleted for good, and cannot be read in the file any more.
That is every user of the organisation, also the owner, and every stored password,
with sessions, links and tokens. Pools, domains, roles, mailboxes and events stay;
sites are untouched, and have a reset of their own (--site).

NEW becomes the owner, of a site its admin, with a new key: by an invitation link
that brings it, or with the password of --password-stdin. It takes the owner's
session, or the system key. What will be gone is said before, and the slug of the
organisation, or of the site, has to be typed; scripts give it with --confirm, which
--yes never replaces. While the key is known, rotate loses nothing.`,
		Annotations: prints(resetKeySpec()),
		Example: `  usher orgkey reset --email anna@norrsken.example --dry-run
  usher orgkey reset --email anna@norrsken.example --reason "the key is lost"
  usher orgkey reset --email eva@norrsken.example --system-key-file system.key \
    --confirm norrsken-logistik
  usher orgkey reset --site kiruna --email bo@norrsken.example --confirm kiruna`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context()) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&o.email, "email", "", "who begins anew, by his `ADDRESS`")
	f.StringVar(&o.confirm, "confirm", "", "the `SLUG` of the organisation, or of the site that is reset, instead of typing it")
	f.StringVar(&o.site.site, "site", "", "reset the key of this `SITE`")
	f.BoolVar(&o.passwordStdin, "password-stdin", false, "read his password from standard input, instead of inviting him")
	f.StringVar(&o.ttl, "ttl", "", "how long the link lives: `DURATION`, default 72h, at most 7d")
	o.send.addFlags(cmd)
	o.out.addFlag(cmd)
	addSystemKeyFlag(cmd, a)
	addChangeFlags(cmd, a)
	return cmd
}

func resetKeySpec() output.Spec {
	return output.Spec{Key: "org_key", Columns: []output.Column{
		{Path: "scope"}, {Path: "org_key"}, {Path: "users", Right: true}, {Path: "secrets", Right: true},
		{Path: "link"}, {Path: "expires_at"}, {Path: "sent", Wide: true},
	}}
}

func (o *orgkeyResetOptions) run(ctx context.Context) error {
	p, err := o.app.printer(resetKeySpec())
	if err != nil {
		return err
	}
	in, err := o.input()
	if err != nil {
		return err
	}
	s, err := o.plan(ctx, &in)
	if err != nil {
		return err
	}
	if err := o.confirmed(ctx, in); err != nil {
		return err
	}
	if o.passwordStdin {
		if in.Password, err = o.app.newPassword(ctx, true, ""); err != nil {
			return err
		}
	}
	done, unsent, err := o.reset(ctx, s, in)
	if err != nil {
		return err
	}
	o.remember(done)
	err = o.app.printOne(p, resetKeySpec(), o.object(done), unsent)
	o.advise(done)
	return err
}

func (o *orgkeyResetOptions) input() (in service.KeyReset, err error) {
	if o.email == "" {
		return in, usageError("somebody has to begin anew: name him with --email EMAIL").
			Hintf("look first what would be gone: usher orgkey reset --email EMAIL --dry-run")
	}
	if in.Email, err = account.ParseEmail(o.email); err != nil {
		return in, err
	}
	if in.Site, err = o.site.slug(); err != nil {
		return in, err
	}
	if in.TTL, err = lifeFlag("ttl", o.ttl); err != nil {
		return in, err
	}
	if in.Send, err = o.send.wanted(); err != nil {
		return in, err
	}
	in.Send = in.Send && !o.passwordStdin
	in.Key, err = keys.NewOrgKey(o.app.env.Random)
	return in, err
}

// plan finds out what will be gone. Where nobody is signed in and the key is lost,
// nobody can be: the system key is asked for then, if there is a terminal.
func (o *orgkeyResetOptions) plan(ctx context.Context, in *service.KeyReset) (*service.Service, error) {
	if o.app.hasSystemKey() {
		if err := o.app.needSystemKey(ctx); err != nil {
			return nil, err
		}
	}
	s, err := o.app.service()
	if err != nil {
		return nil, err
	}
	in.Plan, err = s.PlanReset(ctx, *in)
	if account.CodeOf(err) != "auth.not_signed_in" || !o.app.env.Terminal.Available() {
		return s, err
	}
	o.app.env.Terminal.Tell("Nobody is signed in on this device; the system key does it too.")
	if err := o.app.needSystemKey(ctx); err != nil {
		return nil, err
	}
	if s, err = o.app.service(); err != nil {
		return nil, err
	}
	in.Plan, err = s.PlanReset(ctx, *in)
	return s, err
}

// confirmed states what will be gone, and takes the slug for a yes.
func (o *orgkeyResetOptions) confirmed(ctx context.Context, in service.KeyReset) error {
	a, slug := o.app, string(in.Plan.Slug)
	typed := o.confirm
	switch {
	case typed == "" && a.flags.dryRun:
		a.say("%s", o.statement(in))
		return nil
	case typed == "" && !a.env.Terminal.Available():
		return account.Errorf(account.Usage, "this cannot be undone and takes the slug, typed, and there is no terminal to ask on").
			Coded("usage.confirmation").
			Hintf("look first with --dry-run, then give --confirm %s; --yes does not replace it", slug)
	case typed == "":
		a.env.Terminal.Tell(o.statement(in))
		var err error
		if typed, err = a.env.Terminal.Ask(ctx, "Type "+slug+" to go on"); err != nil {
			return err
		}
	default:
		a.say("%s", o.statement(in))
	}
	if typed = strings.TrimSpace(typed); typed != slug && typed != string(in.Plan.Org) {
		return account.Errorf(account.Declined, "%q is not %q; nothing was changed", typed, slug).
			Coded("confirm.wrong").
			Hintf("type %s, or --confirm %s", slug, slug)
	}
	return nil
}

// statement says what will be gone and what stays.
func (o *orgkeyResetOptions) statement(in service.KeyReset) string {
	p := in.Plan
	also, stays, becomes := ", also the owner", "sites are untouched.", "the owner"
	if in.Site != "" {
		also, stays, becomes = "", "so does everything outside the site.", "the admin of the site"
	}
	return fmt.Sprintf(`Resetting the organisation key of %s deletes for good:
  users             %d%s
  stored passwords  %d
  invitations       %d
  service tokens    %d
  held seats        %d (they become free)
Pools, domains, roles, mailboxes and events stay; %s
%s becomes %s, with a new key.`,
		p.Name, p.Users, also, p.Secrets, p.Invitations, p.Tokens, p.Seats, stays, output.Safe(in.Email.String()), becomes)
}

// reset does it. The key is in its file before, so that it is not lost if that
// cannot be written; unsent says that it is done and its mail failed.
func (o *orgkeyResetOptions) reset(ctx context.Context, s *service.Service, in service.KeyReset) (done service.ResetKey, unsent, err error) {
	err = o.out.before(in.Key.Reveal(), func() error {
		var err error
		done, err = s.ResetKey(ctx, in)
		if kept(err) {
			unsent, err = err, nil
		}
		return err
	})
	return done, unsent, err
}

// remember keeps the new key. A site has its own once its admin has a password;
// until then it stays here, as when the site was made.
func (o *orgkeyResetOptions) remember(done service.ResetKey) {
	if o.app.flags.dryRun {
		return
	}
	var err error
	d := o.app.device()
	switch {
	case done.Session != nil:
		err = d.remember(*done.Session)
	case done.Scope.Site != 0 && done.Link.Expires.IsZero():
		err = d.ForgetKey(done.Instance, done.Scope)
	default:
		err = d.rememberKey(done.Instance, done.Scope, done.Key)
	}
	if err == nil && done.SignedOut && done.Session == nil {
		err = d.forget(done.Instance)
	}
	if err != nil {
		o.app.warn("the key is reset, but this device could not remember the new one as it should: " + err.Error())
	}
}

func (o *orgkeyResetOptions) object(done service.ResetKey) output.Object {
	key := o.out.value(done.Key.Reveal())
	if o.app.flags.dryRun {
		key = output.Null()
	}
	return output.Object{
		{Name: "scope", Value: output.String(done.Name)},
		{Name: "org_key", Value: key},
		{Name: "users", Value: output.Int(int64(done.Deleted.Users))},
		{Name: "secrets", Value: output.Int(int64(done.Deleted.Secrets))},
		{Name: "link", Value: output.StringOrNull(done.Link.Text)},
		{Name: "expires_at", Value: output.Time(done.Link.Expires)},
		{Name: "sent", Value: output.Bool(done.Link.Sent())},
	}
}

// advise says what is left to do, and what usher cannot.
func (o *orgkeyResetOptions) advise(done service.ResetKey) {
	if o.app.flags.dryRun {
		return
	}
	switch {
	case done.Link.Text != "" && !done.Link.Sent():
		o.app.say("Pass the link on to %s only: it brings the new key.", done.Admin.Email)
	case done.Link.Text == "" && done.Session == nil:
		o.app.say("Give the new key to %s only: he signs in with it and the password.", done.Admin.Email)
	}
	for _, path := range done.Copies {
		o.app.warn(fmt.Sprintf("%s is a database too, and may still hold what is deleted", path))
	}
	o.app.say(`Write the new key down and keep it safe: whoever loses it loses every password.
Older backups, snapshots and copies of the file still hold what is deleted here,
and open with the old key: usher cannot reach them. Destroy those that you can.`)
}
