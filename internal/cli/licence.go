package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/service"
)

func newLicenceCmd(a *app) *cobra.Command {
	return newGroup(a, "licence",
		verb{"buy", newLicenceBuyCmd}, verb{"drop", newLicenceDropCmd}, verb{"list", newLicenceListCmd},
		verb{"assign", newLicenceAssignCmd}, verb{"change", newLicenceChangeCmd}, verb{"remove", newLicenceRemoveCmd},
		verb{"transfer", newLicenceTransferCmd}, verb{"activate", newLicenceActivateCmd}, verb{"check", newLicenceCheckCmd})
}

func poolSpec() output.Spec {
	return output.Spec{Key: "plan", Empty: "No seats were bought yet.", Columns: []output.Column{
		{Path: "plan"}, {Path: "kind"}, {Path: "seats", Right: true}, {Path: "used", Right: true},
		{Path: "free", Right: true}, {Path: "expires_at"},
	}}
}

func poolObject(v service.PoolView) output.Object {
	return output.Object{
		{Name: "plan", Value: output.String(string(v.Plan))},
		{Name: "kind", Value: output.String(string(v.Kind))},
		{Name: "seats", Value: output.Int(int64(v.Bought))},
		{Name: "used", Value: output.Int(int64(v.Held))},
		{Name: "free", Value: output.Int(int64(v.Free))},
		{Name: "expires_at", Value: output.Time(v.ExpiresAt)},
	}
}

// heldPoolSpec is poolSpec with the holders, a list in one field.
func heldPoolSpec() output.Spec {
	spec := poolSpec()
	spec.Columns = append(spec.Columns, output.Column{Path: "holders"})
	return spec
}

func heldPoolObject(v service.PoolView) output.Object {
	holders := make([]output.Object, 0, len(v.Holders))
	for _, h := range v.Holders {
		holders = append(holders, holderObject(h))
	}
	return append(poolObject(v), output.Field{Name: "holders", Value: output.Objects(holders)})
}

func holderObject(h service.HolderView) output.Object {
	return output.Object{
		{Name: "holder", Value: output.String(h.Email.String())},
		{Name: "holder_type", Value: output.String(string(h.Kind))},
		{Name: "state", Value: output.String(string(h.PlanState))},
		{Name: "assigned_at", Value: output.Time(h.AssignedAt)},
		{Name: "activated_at", Value: output.Time(h.ActivatedAt)},
	}
}

// holderSpec is a table's own form of the holders: a line for each.
func holderSpec() output.Spec {
	return output.Spec{Key: "holder", Empty: "Nobody holds a seat.", Columns: []output.Column{
		{Path: "plan"}, {Path: "holder"}, {Path: "holder_type", Title: "TYPE"}, {Path: "state", State: true},
		{Path: "assigned_at", Title: "ASSIGNED"}, {Path: "activated_at", Title: "ACTIVATED"},
	}}
}

type licenceListOptions struct {
	app     *app
	holders bool
}

func newLicenceListCmd(a *app) *cobra.Command {
	o := licenceListOptions{app: a}
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the plans: seats bought, used, free, and when the next expire",
		Long: `List the plans of the organisation with their seats. Seats that have expired are
not counted; if more are used than are left, the plan is overdrawn. With
--holders a table has a line for everybody who holds a seat; other forms list
them with their plan.`,
		Example:     "  usher licence list\n  usher licence list --holders\n  usher licence list -o json | jq '.[] | select(.free == 0)'",
		Args:        noArgs,
		Annotations: prints(poolSpec()),
		RunE:        func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context()) },
	}
	cmd.Flags().BoolVar(&o.holders, "holders", false, "who holds the seats")
	return cmd
}

func (o *licenceListOptions) run(ctx context.Context) error {
	show, err := o.printer()
	if err != nil {
		return err
	}
	s, err := o.app.service()
	if err != nil {
		return err
	}
	views, err := s.ListPools(ctx, o.holders)
	if err != nil {
		return err
	}
	return show(views)
}

// printer returns how the plans are printed.
func (o *licenceListOptions) printer() (func([]service.PoolView) error, error) {
	spec, object := poolSpec(), poolObject
	lines := false
	if o.holders {
		spec, object = heldPoolSpec(), heldPoolObject
		cfg, err := o.app.config()
		if err != nil {
			return nil, err
		}
		lines = cfg.Output == string(output.FormatTable) || o.app.quiet()
	}
	if lines {
		spec = holderSpec()
	}
	p, err := o.app.printer(spec)
	if err != nil {
		return nil, err
	}
	return func(views []service.PoolView) error {
		if lines {
			return printHolders(p.List(spec), views)
		}
		return printList(o.app, p, spec, views, object)
	}, nil
}

// printHolders prints a line for each holder of each plan.
func printHolders(l *output.Listing, views []service.PoolView) error {
	for _, v := range views {
		plan := output.Field{Name: "plan", Value: output.String(string(v.Plan))}
		for _, h := range v.Holders {
			if err := l.Add(append(output.Object{plan}, holderObject(h)...)); err != nil {
				return err
			}
		}
	}
	return l.Close()
}
