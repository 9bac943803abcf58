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
	addVerbs(cmd, a, []verb{
		{"list", newLogsListCmd}, {"verify", newLogsVerifyCmd}, {"checkpoint", newLogsCheckpointCmd},
		{"export", newLogsExportCmd}, {"prune", newLogsPruneCmd},
	})
	return cmd
}

// logsFilterFlags say which events are wanted.
type logsFilterFlags struct {
	user, actor, action string
	outcome, site, plan string
	since, until        string
}

func (l *logsFilterFlags) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&l.user, "user", "", "by or about a user, by `EMAIL` or id, also a deleted one")
	f.StringVar(&l.actor, "actor", "", "done by: `EMAIL`, id, system, nobody, token or token:NAME")
	f.StringVar(&l.action, "action", "", "one `ACTION`, such as user.delete, or all of a noun, such as user")
	f.StringVar(&l.outcome, "outcome", "", "how it ended: `ok|denied|failed`")
	f.StringVar(&l.site, "site", "", "of a `SITE`")
	f.StringVar(&l.plan, "plan", "", "what became of the seats of a `PLAN`: who had them, and when")
	l.addTimes(cmd)
}

func (l *logsFilterFlags) addTimes(cmd *cobra.Command) {
	cmd.Flags().StringVar(&l.since, "since", "", "not before a `TIME`: 7d, \"2 weeks\", 2026-01-31, 2026-01-31T15:04:05Z")
	cmd.Flags().StringVar(&l.until, "until", "", "before a `TIME`")
}

func (l *logsFilterFlags) filter(a *app) (f service.LogFilter, err error) {
	f.User, f.Actor, f.Action = l.user, l.actor, l.action
	if f.Outcome, err = choice("outcome", l.outcome, account.ParseOutcome); err != nil {
		return f, err
	}
	if f.Site, err = optional(l.site, account.ParseSlug); err != nil {
		return f, err
	}
	if f.Plan, err = optional(l.plan, account.ParsePlanName); err != nil {
		return f, err
	}
	if l.since != "" {
		if f.Since, err = account.ParseTime(l.since, a.now(), a.env.Location); err != nil {
			return f, err
		}
	}
	if l.until != "" {
		f.Until, err = account.ParseTime(l.until, a.now(), a.env.Location)
	}
	return f, err
}

type logsOptions struct {
	app    *app
	filter logsFilterFlags
	newest int
	follow bool
}

// defaultNewest is how many events are shown when neither -n nor --since says.
const defaultNewest = 100

func newLogsListCmd(a *app) *cobra.Command {
	o := logsOptions{app: a}
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the events, oldest first",
		Long: `List the events of the log, oldest first: the newest 100, or those --since a
time. With --follow go on with what any process does from now on, until
interrupted; -n 0 leaves out what was before.

An action, a plan or a token that is unknown, and that no event tells of, is an
error and not an empty list.`,
		Example: `  usher logs
  usher logs --user bo@norrsken.example --since 7d
  usher logs --plan Pro --since 30d
  usher logs --action user.delete --outcome denied -o json
  usher logs --follow -n 0 --outcome failed`,
		Args:        noArgs,
		Annotations: prints(eventSpec()),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return o.run(cmd.Context(), cmd.Flags().Changed("number"))
		},
	}
	o.filter.addFlags(cmd)
	cmd.Flags().IntVarP(&o.newest, "number", "n", 0, "the newest `N`")
	cmd.Flags().BoolVarP(&o.follow, "follow", "f", false, "go on with what happens, as a table or as JSON Lines")
	return cmd
}

func (o *logsOptions) run(ctx context.Context, counted bool) error {
	filter, err := o.filterOf(counted)
	if err != nil {
		return err
	}
	p, s, err := o.app.ready(eventSpec())
	if err != nil {
		return err
	}
	l := p.List(eventSpec())
	if o.follow {
		return meantAction(o.runFollow(ctx, s, filter, l), filter.Action)
	}
	if err := s.Logs(ctx, filter, addEvents(l)); err != nil {
		return meantAction(err, filter.Action)
	}
	return l.Close()
}

// addEvents adds a page of events to a list.
func addEvents(l *output.Listing) service.Page {
	return func(events []service.EventView) error {
		for _, e := range events {
			if err := l.Add(eventObject(e)); err != nil {
				return err
			}
		}
		return nil
	}
}

func (o *logsOptions) filterOf(counted bool) (f service.LogFilter, err error) {
	if f, err = o.filter.filter(o.app); err != nil {
		return f, err
	}
	if o.newest < 0 {
		return f, usageError("-n cannot be %d", o.newest)
	}
	f.Newest, f.None = o.newest, counted && o.newest == 0
	if !counted && o.filter.since == "" {
		f.Newest = defaultNewest
	}
	return f, nil
}

func eventSpec() output.Spec {
	return output.Spec{Key: "seq", Empty: "No event matches.", Columns: []output.Column{
		{Path: "seq", Right: true, Width: 6}, {Path: "time", Width: 20}, {Path: "actor.email", Title: "WHO", Width: 28, Words: whoWords},
		{Path: "action", Title: "WHAT", Width: 20, Words: whatWords}, {Path: "target.name", Title: "WHOM", Width: 28, Words: whomWords},
		{Path: "outcome", Title: "RESULT", State: true, Width: 7},
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
