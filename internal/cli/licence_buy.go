package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/service"
)

type licenceBuyOptions struct {
	app     *app
	seats   string
	kind    string
	expires string
}

func newLicenceBuyCmd(a *app) *cobra.Command {
	o := licenceBuyOptions{app: a}
	cmd := &cobra.Command{
		Use:   "buy PLAN --seats N",
		Short: "Add seats to the pool of a plan",
		Long: `Add seats to the pool of a plan; the first purchase makes the plan and fixes its
kind: for users, or for shared mailboxes. Names that differ only in letter case
are one plan. Seats with --expires are free no longer from that moment on; who
holds one then keeps it, and "usher licence check" says so.`,
		Example: `  usher licence buy Pro --seats 25
  usher licence buy Pro --seats 5 --expires 2027-12-31 --reason "order 4711"
  usher licence buy Team-Inbox --seats 3 --kind mailbox`,
		Args:        exactly("PLAN"),
		Annotations: prints(poolSpec()),
		RunE:        func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args[0]) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&o.seats, "seats", "", "how many, `N`")
	f.StringVar(&o.kind, "kind", "", "for whom: `user|mailbox`; default user, or as bought before")
	f.StringVar(&o.expires, "expires", "", "they are good until a `DATE`, or for a time: 365d; default for ever")
	addChangeFlags(cmd, a)
	return cmd
}

func (o *licenceBuyOptions) run(ctx context.Context, plan string) error {
	in, err := o.input(plan)
	if err != nil {
		return err
	}
	return runOne(ctx, o.app, poolSpec(), poolObject, "", func(s *service.Service, ctx context.Context) (service.PoolView, error) {
		return s.BuySeats(ctx, in)
	})
}

func (o *licenceBuyOptions) input(plan string) (in service.Purchase, err error) {
	if in.Plan, err = account.ParsePlanName(plan); err != nil {
		return in, err
	}
	if in.Seats, err = seatsFlag(o.seats); err != nil {
		return in, err
	}
	if in.Kind, err = choice("kind", o.kind, account.ParsePlanKind); err != nil {
		return in, err
	}
	if o.expires != "" {
		in.Expires, err = account.ParseFutureDate(o.expires, o.app.now(), o.app.env.Location)
	}
	return in, err
}

// seatsFlag parses --seats, which must be given.
func seatsFlag(text string) (int, error) {
	if text == "" {
		return 0, usageError("how many seats is not said").Hintf("add --seats N")
	}
	return account.ParseSeats(text)
}

type licenceDropOptions struct {
	app   *app
	seats string
}

func newLicenceDropCmd(a *app) *cobra.Command {
	o := licenceDropOptions{app: a}
	cmd := &cobra.Command{
		Use:   "drop PLAN --seats N",
		Short: "Give free seats of a plan up for good",
		Long: `Give free seats of a plan up for good, those that expire first before the others.
Seats that are held cannot be dropped: take them back first. A plan that has
neither seats nor holders is forgotten; what happened to it stays in the log.`,
		Example:     "  usher licence drop Pro --seats 5\n  usher licence drop Pro --seats 5 --reason \"fewer people\" -y",
		Args:        exactly("PLAN"),
		Annotations: prints(poolSpec()),
		RunE:        func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args[0]) },
	}
	cmd.Flags().StringVar(&o.seats, "seats", "", "how many, `N`")
	addChangeFlags(cmd, a)
	return cmd
}

func (o *licenceDropOptions) run(ctx context.Context, text string) error {
	plan, err := account.ParsePlanName(text)
	if err != nil {
		return err
	}
	seats, err := seatsFlag(o.seats)
	if err != nil {
		return err
	}
	question := fmt.Sprintf("Give %d seats of %s up for good?", seats, plan)
	if seats == 1 {
		question = fmt.Sprintf("Give a seat of %s up for good?", plan)
	}
	return runOne(ctx, o.app, poolSpec(), poolObject, question, func(s *service.Service, ctx context.Context) (service.PoolView, error) {
		return s.DropSeats(ctx, plan, seats)
	})
}
