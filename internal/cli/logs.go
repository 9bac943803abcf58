package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/service"
)

func newLogsCmd(a *app) *cobra.Command {
	cmd := newLogsListCmd(a)
	cmd.Use = "logs [COMMAND]"
	cmd.Args = cobra.ArbitraryArgs
	list := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return unknownVerb(cmd, args[0])
		}
		return list(cmd, args)
	}
	cmd.AddCommand(newLogsListCmd(a), newLogsVerifyCmd(a), newLogsCheckpointCmd(a))
	return cmd
}

type logsOptions struct {
	app                 *app
	user, actor, action string
	outcome, plan       string
	since, until        string
	newest              int
}

// defaultNewest is how many events are shown when neither -n nor --since says.
const defaultNewest = 100

func newLogsListCmd(a *app) *cobra.Command {
	o := logsOptions{app: a}
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the events, oldest first",
		Long: `List the events of the log, oldest first: the newest 100, or those --since a
time. Times are dates, RFC 3339, or how long ago: 7d, "2 weeks".`,
		Example: `  usher logs
  usher logs --user bo@norrsken.example --since 7d
  usher logs --plan Pro --since 30d
  usher logs --action user.delete --outcome denied -o json`,
		Args:        noArgs,
		Annotations: prints(eventSpec()),
		RunE:        func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context()) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&o.user, "user", "", "by or about a user, by `EMAIL` or id, also a deleted one")
	f.StringVar(&o.actor, "actor", "", "done by: `EMAIL`, id, system or nobody")
	f.StringVar(&o.action, "action", "", "one `ACTION`, such as user.delete")
	f.StringVar(&o.outcome, "outcome", "", "how it ended: `ok|denied|failed`")
	f.StringVar(&o.plan, "plan", "", "what became of the seats of a `PLAN`: who had them, and when")
	f.StringVar(&o.since, "since", "", "not before a `TIME`")
	f.StringVar(&o.until, "until", "", "before a `TIME`")
	f.IntVarP(&o.newest, "number", "n", 0, "the newest `N`")
	return cmd
}

func (o *logsOptions) run(ctx context.Context) error {
	filter, err := o.filter()
	if err != nil {
		return err
	}
	p, err := o.app.printer(eventSpec())
	if err != nil {
		return err
	}
	s, err := o.app.service()
	if err != nil {
		return err
	}
	l := p.List(eventSpec())
	err = s.Logs(ctx, filter, func(events []service.EventView) error {
		for _, e := range events {
			if err := l.Add(eventObject(e)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return l.Close()
}

func (o *logsOptions) filter() (f service.LogFilter, err error) {
	f.User, f.Actor, f.Action, f.Newest = o.user, o.actor, o.action, o.newest
	if f.Outcome, err = choice("outcome", o.outcome, account.ParseOutcome); err != nil {
		return f, err
	}
	if f.Plan, err = optional(o.plan, account.ParsePlanName); err != nil {
		return f, err
	}
	if o.newest < 0 {
		return f, usageError("-n cannot be %d", o.newest)
	}
	if o.since != "" {
		if f.Since, err = account.ParseTime(o.since, o.app.now(), o.app.env.Location); err != nil {
			return f, err
		}
	}
	if o.until != "" {
		if f.Until, err = account.ParseTime(o.until, o.app.now(), o.app.env.Location); err != nil {
			return f, err
		}
	}
	if o.newest == 0 && o.since == "" {
		f.Newest = defaultNewest
	}
	return f, nil
}

func eventSpec() output.Spec {
	return output.Spec{Key: "seq", Empty: "No event matches.", Columns: []output.Column{
		{Path: "seq", Right: true, Width: 6}, {Path: "time", Width: 20}, {Path: "actor.email", Title: "WHO", Width: 28},
		{Path: "action", Title: "WHAT", Width: 16}, {Path: "target.name", Title: "WHOM", Width: 28}, {Path: "outcome", Title: "RESULT", State: true, Width: 7},
		{Path: "site", Wide: true}, {Path: "reason"}, {Path: "org", Wide: true},
		{Path: "actor.type", Wide: true}, {Path: "actor.id", Wide: true}, {Path: "target.type", Wide: true}, {Path: "target.id", Wide: true},
		{Path: "origin.uid", Wide: true}, {Path: "origin.login_uid", Wide: true}, {Path: "origin.sudo_user", Wide: true},
		{Path: "origin.tty", Wide: true}, {Path: "origin.host", Wide: true}, {Path: "origin.pid", Wide: true},
		{Path: "changes", Wide: true},
	}}
}

func eventObject(e service.EventView) output.Object {
	return output.Object{
		{Name: "seq", Value: output.Int(int64(e.Seq))},
		{Name: "time", Value: output.TimeMilli(e.Time)},
		{Name: "action", Value: output.String(e.Action)},
		{Name: "outcome", Value: output.String(string(e.Outcome))},
		{Name: "actor", Value: output.Nested(output.Object{
			{Name: "type", Value: output.String(e.Actor.Type)},
			{Name: "id", Value: output.StringOrNull(e.Actor.ID)},
			{Name: "email", Value: output.StringOrNull(e.ActorEmail.String())},
		})},
		{Name: "target", Value: targetValue(e)},
		{Name: "org", Value: output.StringOrNull(string(e.OrgSlug))},
		{Name: "site", Value: output.StringOrNull(string(e.SiteSlug))},
		{Name: "reason", Value: output.StringOrNull(e.Reason)},
		{Name: "origin", Value: originValue(e.Origin)},
		{Name: "changes", Value: changesValue(e.Changes)},
	}
}

func targetValue(e service.EventView) output.Value {
	if e.Target.Type == "" {
		return output.Null()
	}
	return output.Nested(output.Object{
		{Name: "type", Value: output.String(e.Target.Type)},
		{Name: "id", Value: output.StringOrNull(e.Target.ID)},
		{Name: "name", Value: output.StringOrNull(e.TargetName)},
	})
}

func originValue(o audit.Origin) output.Value {
	login := output.Null()
	if o.LoginUID >= 0 {
		login = output.Int(int64(o.LoginUID))
	}
	return output.Nested(output.Object{
		{Name: "uid", Value: output.Int(int64(o.UID))},
		{Name: "login_uid", Value: login},
		{Name: "sudo_user", Value: output.StringOrNull(o.SudoUser)},
		{Name: "tty", Value: output.StringOrNull(o.TTY)},
		{Name: "host", Value: output.StringOrNull(o.Host)},
		{Name: "pid", Value: output.Int(int64(o.PID))},
	})
}

func changesValue(changes []audit.Change) output.Value {
	list := make([]output.Object, 0, len(changes))
	for _, c := range changes {
		list = append(list, output.Object{
			{Name: "field", Value: output.String(c.Field)},
			{Name: "from", Value: output.StringOrNull(c.From)},
			{Name: "to", Value: output.StringOrNull(c.To)},
		})
	}
	return output.Objects(list)
}
