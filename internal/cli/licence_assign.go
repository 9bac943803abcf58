package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/service"
)

// holdersOptions are those of commands on the licences of many holders.
type holdersOptions struct {
	many     manyOptions
	plan     string
	activate bool
	notify   bool
}

func newLicenceAssignCmd(a *app) *cobra.Command {
	o := holdersOptions{many: manyOptions{app: a}}
	cmd := &cobra.Command{
		Use:   "assign EMAIL... --plan PLAN",
		Short: "Give users or shared mailboxes a licence",
		Long: `Give users, or shared mailboxes, a licence of a plan, which must have free seats.
One holder has one licence. It is assigned: he activates it himself, or an admin
does. With fewer free seats than holders none is assigned, unless told to keep
going.`,
		Example: `  usher licence assign bo@norrsken.example --plan Pro
  usher licence assign bo@norrsken.example --plan Pro --activate
  usher user list --licence none -q | usher licence assign - --plan Pro`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.withPlan(cmd.Context(), args, func(s *service.Service, ctx context.Context, many service.Many, plan account.PlanName) ([]service.Done, error) {
				return s.AssignLicences(ctx, many, service.Assignment{Plan: plan, Activate: o.activate, Notify: o.notify})
			})
		},
	}
	cmd.Flags().StringVar(&o.plan, "plan", "", "the `PLAN` to take seats of")
	cmd.Flags().BoolVar(&o.activate, "activate", false, "and activate it at once")
	addNotifyFlag(cmd, &o.notify)
	return o.command(cmd)
}

func newLicenceChangeCmd(a *app) *cobra.Command {
	o := holdersOptions{many: manyOptions{app: a}}
	cmd := &cobra.Command{
		Use:   "change EMAIL... --plan PLAN",
		Short: "Bring licences to another plan",
		Long: `Bring the licences of users, or of shared mailboxes, to another plan, which must
have free seats. The old seats are free again; an active licence stays active.`,
		Example: "  usher licence change bo@norrsken.example --plan Pro",
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.withPlan(cmd.Context(), args, (*service.Service).ChangeLicences)
		},
	}
	cmd.Flags().StringVar(&o.plan, "plan", "", "the other `PLAN`")
	return o.command(cmd)
}

func newLicenceRemoveCmd(a *app) *cobra.Command {
	o := holdersOptions{many: manyOptions{app: a, lenient: true}}
	return o.command(&cobra.Command{
		Use:   "remove EMAIL...",
		Short: "Take licences away; their seats are free again",
		Long: `Take the licences of users, or of shared mailboxes, away. The seats return to the
pool; what happened stays in the log. The members of a mailbox stay listed but
are inactive until it has a licence again.`,
		Example: "  usher licence remove bo@norrsken.example\n  usher licence list --holders -q | usher licence remove - --dry-run",
		RunE:    func(cmd *cobra.Command, args []string) error { return o.remove(cmd.Context(), args) },
	})
}

func newLicenceActivateCmd(a *app) *cobra.Command {
	o := holdersOptions{many: manyOptions{app: a}}
	return o.command(&cobra.Command{
		Use:   "activate EMAIL...",
		Short: "Put assigned licences into use",
		Long: `Put assigned licences into use: an admin those of others, everybody his own. One
that is active stays so. Signing in activates nothing by itself.`,
		Example: "  usher licence activate bo@norrsken.example",
		RunE: func(cmd *cobra.Command, args []string) error {
			return runMany(cmd.Context(), &o.many, args, "", (*service.Service).ActivateLicences)
		},
	})
}

// command completes a command on many holders.
func (o *holdersOptions) command(cmd *cobra.Command) *cobra.Command {
	cmd.Args = o.many.args
	cmd.Annotations = prints(doneSpec())
	cmd.Flags().SortFlags = false
	o.many.addFlags(cmd)
	addChangeFlags(cmd, o.many.app)
	return cmd
}

// withPlan runs a change that takes seats of a plan.
func (o *holdersOptions) withPlan(ctx context.Context, args []string, do func(*service.Service, context.Context, service.Many, account.PlanName) ([]service.Done, error)) error {
	if o.plan == "" {
		return usageError("which plan is not said").Hintf("add --plan PLAN; usher licence list shows those there are")
	}
	plan, err := account.ParsePlanName(o.plan)
	if err != nil {
		return err
	}
	return runMany(ctx, &o.many, args, "", func(s *service.Service, ctx context.Context, many service.Many) ([]service.Done, error) {
		return do(s, ctx, many, plan)
	})
}

// remove takes licences away, and says whose members are inactive by it.
func (o *holdersOptions) remove(ctx context.Context, args []string) error {
	var idle []service.IdleMailbox
	err := runMany(ctx, &o.many, args, "Take the licence away of", func(s *service.Service, ctx context.Context, many service.Many) (done []service.Done, err error) {
		done, idle, err = s.RemoveLicences(ctx, many)
		return done, err
	})
	if err == nil || account.KindOf(err) == account.Partial {
		o.many.app.sayIdle(idle)
	}
	return err
}

// sayIdle says whose members are inactive from now on.
func (a *app) sayIdle(idle []service.IdleMailbox) {
	for _, m := range idle {
		a.say("%s has no licence now: its %s listed, but %s inactive until it has one again.",
			m.Address, account.Agree(m.Members, "member stays", fmt.Sprintf("%d members stay", m.Members)), account.Agree(m.Members, "is", "are"))
	}
}

// addNotifyFlag adds the flag of commands that give somebody a licence.
func addNotifyFlag(cmd *cobra.Command, notify *bool) {
	cmd.Flags().BoolVar(notify, "notify", false, "mail him that he has a licence; mail must be configured")
}

func newLicenceTransferCmd(a *app) *cobra.Command {
	notify := false
	cmd := &cobra.Command{
		Use:   "transfer FROM TO",
		Short: "Move a licence to somebody who has none",
		Long: `Move the licence of one holder to another, who must exist already and have none;
a pending user can have it. It is assigned there, to be activated again.`,
		Example:     "  usher licence transfer bo@norrsken.example eva@norrsken.example",
		Args:        exactly("FROM", "TO"),
		Annotations: prints(transferSpec()),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runTransfer(cmd.Context(), a, args[0], args[1], notify)
		},
	}
	addNotifyFlag(cmd, &notify)
	addChangeFlags(cmd, a)
	return cmd
}

func transferSpec() output.Spec {
	return output.Spec{Key: "to", Columns: []output.Column{{Path: "plan"}, {Path: "from"}, {Path: "to"}, {Path: "state", State: true}}}
}

func transferObject(t service.Transferred) output.Object {
	return output.Object{
		{Name: "plan", Value: output.String(string(t.Plan))},
		{Name: "from", Value: output.String(t.From.String())},
		{Name: "to", Value: output.String(t.To.String())},
		{Name: "state", Value: output.String(string(t.State))},
	}
}

func runTransfer(ctx context.Context, a *app, from, to string, notify bool) error {
	return runOne(ctx, a, transferSpec(), transferObject, "", func(s *service.Service, ctx context.Context) (service.Transferred, error) {
		t, err := s.TransferLicence(ctx, from, to, notify)
		a.sayIdle(t.Idle)
		return t, err
	})
}
