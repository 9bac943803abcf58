package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/service"
)

func newMailboxCmd(a *app) *cobra.Command {
	return newGroup(a, "mailbox",
		verb{"add", newMailboxAddCmd}, verb{"list", newMailboxListCmd}, verb{"show", newMailboxShowCmd},
		verb{"delete", newMailboxDeleteCmd}, verb{"join", newMailboxJoinCmd}, verb{"leave", newMailboxLeaveCmd})
}

func mailboxSpec() output.Spec {
	return output.Spec{Key: "address", Empty: "There is no shared mailbox.", Columns: []output.Column{
		{Path: "address"}, {Path: "name", Cut: true}, {Path: "licence.plan", Title: "LICENCE"}, {Path: "licence.state", Title: "STATE", State: true},
		{Path: "members", Cut: true}, {Path: "id", Wide: true},
	}}
}

func mailboxObject(m service.MailboxView) output.Object {
	members := make([]string, 0, len(m.Members))
	for _, e := range m.Members {
		members = append(members, e.String())
	}
	return output.Object{
		{Name: "id", Value: output.String(m.ID.String())},
		{Name: "address", Value: output.String(m.Address.String())},
		{Name: "name", Value: output.StringOrNull(m.Name)},
		{Name: "licence", Value: licenceValue(m.Licence)},
		{Name: "members", Value: output.Strings(members)},
	}
}

// mailboxChange is something that is done to one mailbox.
type mailboxChange func(*service.Service, context.Context) (service.MailboxView, error)

func runMailbox(ctx context.Context, a *app, question string, do mailboxChange) error {
	return runOne(ctx, a, mailboxSpec(), mailboxObject, question, do)
}

type mailboxAddOptions struct {
	app  *app
	name string
	plan string
}

func newMailboxAddCmd(a *app) *cobra.Command {
	o := mailboxAddOptions{app: a}
	cmd := &cobra.Command{
		Use:   "add ADDRESS",
		Short: "Make a shared mailbox",
		Long: `Make a shared mailbox. Its domain must be approved, and its address be nobody
else's. Users can be added to it once it has a licence of a plan for mailboxes.`,
		Example: `  usher mailbox add support@norrsken.example --name "Support"
  usher mailbox add support@norrsken.example --licence Team-Inbox`,
		Args:        exactly("ADDRESS"),
		Annotations: prints(mailboxSpec()),
		RunE:        func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args[0]) },
	}
	cmd.Flags().StringVar(&o.name, "name", "", "what it is called, `NAME`")
	cmd.Flags().StringVar(&o.plan, "licence", "", "give it a licence of a `PLAN`")
	addChangeFlags(cmd, a)
	return cmd
}

func (o *mailboxAddOptions) run(ctx context.Context, address string) (err error) {
	var in service.NewMailbox
	if in.Address, err = account.ParseEmail(address); err != nil {
		return err
	}
	if in.Name, err = optional(o.name, name("name")); err != nil {
		return err
	}
	if in.Plan, err = optional(o.plan, account.ParsePlanName); err != nil {
		return err
	}
	return runMailbox(ctx, o.app, "", func(s *service.Service, ctx context.Context) (service.MailboxView, error) {
		return s.AddMailbox(ctx, in)
	})
}

func newMailboxListCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:         "list",
		Short:       "List the shared mailboxes with their members",
		Example:     "  usher mailbox list\n  usher mailbox list -o json | jq '.[] | select(.licence == null)'",
		Args:        noArgs,
		Annotations: prints(mailboxSpec()),
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, s, err := a.ready(mailboxSpec())
			if err != nil {
				return err
			}
			l := p.List(mailboxSpec())
			err = s.ListMailboxes(cmd.Context(), func(views []service.MailboxView) error {
				for _, v := range views {
					if err := l.Add(mailboxObject(v)); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
			return l.Close()
		},
	}
}

func newMailboxShowCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:         "show ADDRESS",
		Short:       "Show one shared mailbox",
		Example:     "  usher mailbox show support@norrsken.example",
		Args:        exactly("ADDRESS"),
		Annotations: prints(mailboxSpec()),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runMailbox(cmd.Context(), a, "", func(s *service.Service, ctx context.Context) (service.MailboxView, error) {
				v, err := s.ShowMailbox(ctx, args[0])
				if err == nil && !v.Licensed() && len(v.Members) > 0 {
					a.say("Its members are inactive: it has no licence.")
				}
				return v, err
			})
		},
	}
}

func newMailboxDeleteCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "delete ADDRESS",
		Short: "Delete a shared mailbox for good",
		Long: `Delete a shared mailbox for good. Its seat is free again and its members are let
go; what happened stays in the log. What is printed is what it was.`,
		Example:     "  usher mailbox delete support@norrsken.example --reason \"merged\"",
		Args:        exactly("ADDRESS"),
		Annotations: prints(mailboxSpec()),
		RunE: func(cmd *cobra.Command, args []string) error {
			question := fmt.Sprintf("Delete the mailbox %s for good?", args[0])
			return runMailbox(cmd.Context(), a, question, func(s *service.Service, ctx context.Context) (service.MailboxView, error) {
				return s.DeleteMailbox(ctx, args[0])
			})
		},
	}
	addChangeFlags(cmd, a)
	return cmd
}
