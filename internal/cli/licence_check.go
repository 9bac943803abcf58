package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/service"
)

type licenceCheckOptions struct {
	app      *app
	plan     string
	minFree  int
	expiring string
}

func newLicenceCheckCmd(a *app) *cobra.Command {
	o := licenceCheckOptions{app: a}
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Say which plans run short, for cron and monitoring",
		Long: `Say which plans run short, and end with exit code 10 if any does: a plan with
fewer free seats than --min-free, one with seats that expire within --expiring,
and in any case one whose seats have expired under their holders. With -q only
those plans are printed.`,
		Example: `  usher licence check
  usher licence check --min-free 5 --expiring 30d
  usher licence check --plan Pro --min-free 1 -o json | jq .findings`,
		Args:        noArgs,
		Annotations: prints(verdictSpec()),
		RunE:        func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context()) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&o.plan, "plan", "", "only this `PLAN`")
	f.IntVar(&o.minFree, "min-free", 0, "at least `N` seats must be free")
	f.StringVar(&o.expiring, "expiring", "", "no seats may expire within a `DURATION`: 30d")
	return cmd
}

func (o *licenceCheckOptions) run(ctx context.Context) error {
	check, err := o.check()
	if err != nil {
		return err
	}
	p, s, err := o.app.ready(verdictSpec())
	if err != nil {
		return err
	}
	findings, err := s.CheckPools(ctx, check)
	if err != nil {
		return err
	}
	list := make([]output.Object, 0, len(findings))
	for _, f := range findings {
		list = append(list, findingObject(f.Kind, f.Where, f.Message))
	}
	if err := o.app.printFindings(p, "where", list); err != nil {
		return err
	}
	if len(findings) > 0 {
		return errQuiet{account.Finding}
	}
	return nil
}

func (o *licenceCheckOptions) check() (c service.PoolCheck, err error) {
	if o.minFree < 0 {
		return c, usageError("--min-free cannot be %d", o.minFree)
	}
	c.MinFree = o.minFree
	if c.Plan, err = optional(o.plan, account.ParsePlanName); err != nil {
		return c, err
	}
	if o.expiring != "" {
		c.Expiring, err = account.ParseDuration(o.expiring)
	}
	return c, err
}
