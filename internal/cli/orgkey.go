package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/service"
)

func newOrgkeyCmd(a *app) *cobra.Command {
	return newGroup(a, "orgkey",
		verb{"show", newOrgkeyShowCmd}, verb{"send", newOrgkeySendCmd}, verb{"accept", newOrgkeyAcceptCmd},
		verb{"verify", newOrgkeyVerifyCmd}, verb{"rotate", newOrgkeyRotateCmd}, verb{"reset", newOrgkeyResetCmd})
}

// linkedSpec is doneSpec with the link that was made for each.
func linkedSpec() output.Spec {
	spec := doneSpec()
	spec.Columns = append(spec.Columns, output.Column{Path: "link"}, output.Column{Path: "expires_at"}, output.Column{Path: "sent", Wide: true})
	return spec
}

func linkedObject(d service.SentKey) output.Object {
	return append(doneObject(d.Done), madeLink(d.Link)...)
}

type orgkeySendOptions struct {
	many manyOptions
	send sendOptions
	ttl  string
}

func newOrgkeySendCmd(a *app) *cobra.Command {
	o := orgkeySendOptions{many: manyOptions{app: a}, send: sendOptions{app: a}}
	cmd := &cobra.Command{
		Use:   "send EMAIL...",
		Short: "Make links that bring users the organisation key",
		Long: `Make a single-use link for each user that stores the organisation key on his
device without showing it. Only other users of your own key scope can be sent it,
and only while this device holds it. Never send it with a password reset link.`,
		Example:     "  usher orgkey send bo@norrsken.example\n  usher orgkey send --from new-people.txt --ttl 7d -o json",
		Args:        o.many.args,
		Annotations: prints(linkedSpec()),
		RunE:        func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args) },
	}
	o.many.addFlags(cmd)
	cmd.Flags().StringVar(&o.ttl, "ttl", "", "how long the link lives: `DURATION`, default 24h, at most 7d")
	o.send.addFlags(cmd)
	addKeyFlag(cmd, a)
	addChangeFlags(cmd, a)
	return cmd
}

func (o *orgkeySendOptions) run(ctx context.Context, args []string) error {
	many, err := o.many.who(args)
	if err != nil {
		return err
	}
	ttl, err := lifeFlag("ttl", o.ttl)
	if err != nil {
		return err
	}
	send, err := o.send.wanted()
	if err != nil {
		return err
	}
	a := o.many.app
	p, s, err := a.ready(linkedSpec())
	if err != nil {
		return err
	}
	sent, err := s.SendKey(ctx, many, ttl, send)
	return printKept(a, p, linkedSpec(), sent, linkedObject, err)
}

func newOrgkeyAcceptCmd(a *app) *cobra.Command {
	o := linkOptions{app: a}
	cmd := &cobra.Command{
		Use:   "accept [-]",
		Short: "Store the organisation key of a link on this device",
		Long: `Store the organisation key that a link brings on this device, without showing
it. The link is pasted at the prompt, or read with - or from --link-file.`,
		Example:     "  usher orgkey accept\n  usher orgkey accept --link-file link.txt",
		Args:        linkArgs,
		Annotations: prints(acceptedSpec()),
		RunE:        func(cmd *cobra.Command, args []string) error { return runOrgkeyAccept(cmd, &o, args) },
	}
	o.addFlags(cmd)
	addChangeFlags(cmd, a)
	return cmd
}

// acceptedSpec describes a key that was stored, which is not shown (P4).
func acceptedSpec() output.Spec {
	return output.Spec{Key: "email", Columns: []output.Column{{Path: "email"}, {Path: "scope"}}}
}

func acceptedObject(got service.AcceptedKey) output.Object {
	return output.Object{
		{Name: "email", Value: output.String(got.Email.String())},
		{Name: "scope", Value: output.String(got.Name)},
	}
}

func runOrgkeyAccept(cmd *cobra.Command, o *linkOptions, args []string) error {
	ctx := cmd.Context()
	p, s, err := o.app.ready(acceptedSpec())
	if err != nil {
		return err
	}
	if err := o.unattended(cmd.CommandPath(), len(args) > 0, false); err != nil {
		return err
	}
	in, err := o.link(ctx, args)
	if err != nil {
		return err
	}
	got, err := s.AcceptKey(ctx, in)
	if err != nil {
		return err
	}
	if !o.app.flags.dryRun {
		if err := o.app.device().rememberKey(got.Instance, got.Scope, got.Key); err != nil {
			return errDevice(err, "the link is used up; ask for another")
		}
		o.app.say("The organisation key is stored on this device. Sign in with: usher login %s", account.Typed(got.Email.String()))
	}
	return p.One(acceptedSpec(), o.app.marked(acceptedObject(got)))
}
