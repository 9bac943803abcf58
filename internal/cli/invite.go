package cli

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/service"
)

func newInviteCmd(a *app) *cobra.Command {
	return newGroup(a, "invite",
		verb{"link", newInviteLinkCmd}, verb{"list", newInviteListCmd}, verb{"revoke", newInviteRevokeCmd},
		verb{"accept", newInviteAcceptCmd})
}

func inviteSpec() output.Spec {
	return output.Spec{Key: "email", Empty: "No invitation is open.", Columns: []output.Column{
		{Path: "email"}, {Path: "type"}, {Path: "role"}, {Path: "site"}, {Path: "link", Wide: true},
		{Path: "created_at"}, {Path: "expires_at"}, {Path: "created_by"}, {Path: "sent"},
	}}
}

func inviteObject(i service.Invitation) output.Object {
	return output.Object{
		{Name: "email", Value: output.String(i.Email.String())},
		{Name: "type", Value: output.String(string(i.Type))},
		{Name: "role", Value: output.String(string(i.Role))},
		{Name: "site", Value: output.StringOrNull(string(i.SiteSlug))},
		{Name: "link", Value: output.StringOrNull(i.Link.Text)},
		{Name: "created_at", Value: output.Time(i.CreatedAt)},
		{Name: "expires_at", Value: output.Time(i.Link.Expires)},
		{Name: "created_by", Value: output.StringOrNull(i.CreatedBy.String())},
		{Name: "sent", Value: output.Bool(i.Link.Sent())},
	}
}

type inviteLinkOptions struct {
	app    *app
	fields userFields
	send   sendOptions
	ttl    string
	noKey  bool
}

func newInviteLinkCmd(a *app) *cobra.Command {
	o := inviteLinkOptions{app: a, send: sendOptions{app: a}}
	cmd := &cobra.Command{
		Use:   "link EMAIL",
		Short: "Invite a user, or make him a fresh link",
		Long: `Make an invitation link, and the pending user if there is none. The link is good
once and for a limited time; a fresh one ends the old. It brings the organisation
key if this device holds it. Where mail is configured it is mailed at once; else
pass it on to the invited person only.`,
		Example:     "  usher invite link bo@norrsken.example --first Bo --last Ek\n  usher invite link bo@norrsken.example --ttl 7d --no-key",
		Args:        exactly("EMAIL"),
		Annotations: prints(inviteSpec()),
		RunE:        func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args[0]) },
	}
	o.fields.addFlags(cmd)
	o.fields.addLicenceFlag(cmd)
	cmd.Flags().StringVar(&o.ttl, "ttl", "", "how long the link lives: `DURATION`, default 72h, at most 7d")
	cmd.Flags().BoolVar(&o.noKey, "no-key", false, "a link without the organisation key; send that apart")
	o.send.addFlags(cmd)
	addKeyFlag(cmd, a)
	addChangeFlags(cmd, a)
	return cmd
}

func (o *inviteLinkOptions) run(ctx context.Context, address string) error {
	in, err := o.input(address)
	if err != nil {
		return err
	}
	p, s, err := o.app.ready(inviteSpec())
	if err != nil {
		return err
	}
	inv, err := s.InviteLink(ctx, in)
	if kept(err) && !inv.BringsKey {
		o.app.say("The link brings no organisation key; he needs it too: usher orgkey send %s", account.Typed(inv.Email.String()))
	}
	return o.app.printOne(p, inviteSpec(), inviteObject(inv), err)
}

func (o *inviteLinkOptions) input(address string) (in service.Invite, err error) {
	if id, ok := account.ParseUserID(address); ok {
		in.Known = id
	} else if in.Email, err = account.ParseEmail(address); err != nil {
		return in, err
	}
	f, err := o.fields.parse()
	if err != nil {
		return in, err
	}
	f.fill(&in.NewUser)
	in.NoKey = o.noKey
	if in.Send, err = o.send.wanted(); err != nil {
		return in, err
	}
	in.TTL, err = lifeFlag("ttl", o.ttl)
	return in, err
}

// lifeFlag parses how long something shall live; 0 is the usual life.
func lifeFlag(flag, text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	life, err := account.ParseDuration(text)
	if err == nil && life == 0 {
		err = account.Errorf(account.Invalid, "--%s cannot be %q", flag, text).Coded("ttl.invalid")
	}
	return life, err
}

func newInviteListCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:         "list",
		Short:       "List the invitations that can still be accepted",
		Example:     "  usher invite list",
		Args:        noArgs,
		Annotations: prints(inviteSpec()),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runList(cmd.Context(), a, inviteSpec(), inviteObject, (*service.Service).ListInvites)
		},
	}
}

func newInviteRevokeCmd(a *app) *cobra.Command {
	o := manyOptions{app: a}
	cmd := &cobra.Command{
		Use:         "revoke EMAIL...",
		Short:       "End invitation links; the users stay pending",
		Example:     "  usher invite revoke bo@norrsken.example",
		Args:        o.args,
		Annotations: prints(doneSpec()),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runMany(cmd.Context(), &o, args, "End the invitation of", (*service.Service).RevokeInvites)
		},
	}
	o.addFlags(cmd)
	addChangeFlags(cmd, a)
	return cmd
}

func newInviteAcceptCmd(a *app) *cobra.Command {
	o := redeemOptions{linkOptions: linkOptions{app: a}}
	cmd := &cobra.Command{
		Use:   "accept [-]",
		Short: "Accept an invitation: choose a password and sign in",
		Long: `Accept an invitation with the invited address and a new password. The link is
pasted at the prompt, or read with - from standard input, or from --link-file.`,
		Example: `  usher invite accept
  usher invite accept --link-file link.txt --email bo@norrsken.example
  usher invite accept --link-file link.txt --password-stdin < password.txt
  printf '%s\n%s\n' "$LINK" "$PASSWORD" | usher invite accept - --password-stdin`,
		Args:        linkArgs,
		Annotations: prints(whoamiSpec()),
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.run(cmd, args, (*service.Service).AcceptInvite)
		},
	}
	o.addFlags(cmd, "the invited `ADDRESS`")
	return cmd
}
