package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/service"
)

func newSessionCmd(a *app) *cobra.Command {
	return newGroup(a, "session", verb{"list", newSessionListCmd}, verb{"end", newSessionEndCmd})
}

func sessionSpec() output.Spec {
	return output.Spec{Key: "id", Empty: "There is no session.", Columns: []output.Column{
		{Path: "id"}, {Path: "email"}, {Path: "created_at"}, {Path: "last_seen_at"}, {Path: "expires_at"}, {Path: "host"}, {Path: "current"},
	}}
}

func sessionObject(v service.SessionView) output.Object {
	return output.Object{
		{Name: "id", Value: output.String(v.ID().String())},
		{Name: "email", Value: output.String(v.Email.String())},
		{Name: "created_at", Value: output.Time(v.CreatedAt)},
		{Name: "last_seen_at", Value: output.Time(v.LastSeenAt)},
		{Name: "expires_at", Value: output.Time(v.ExpiresAt)},
		{Name: "host", Value: output.StringOrNull(v.Host)},
		{Name: "current", Value: output.Bool(v.Current)},
	}
}

func newSessionListCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:         "list [EMAIL]",
		Short:       "List the sessions that run: your own, or a user's",
		Example:     "  usher session list\n  usher session list bo@norrsken.example -o json",
		Args:        atMostOne("EMAIL"),
		Annotations: prints(sessionSpec()),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runList(cmd.Context(), a, sessionSpec(), sessionObject, func(s *service.Service, ctx context.Context) ([]service.SessionView, error) {
				who := ""
				if len(args) > 0 {
					who = args[0]
				}
				return s.ListSessions(ctx, who)
			})
		},
	}
}

func newSessionEndCmd(a *app) *cobra.Command {
	keepGoing := false
	cmd := &cobra.Command{
		Use:   "end ID...",
		Short: "End sessions: your own, or those of users you may act on",
		Long: `End sessions by the ids that "usher session list" shows. The next command of such a
session exits 7. To end all of a user's: usher user logout EMAIL.`,
		Example:     "  usher session end 5d41402abc4b2a76b9719d911017c592",
		Args:        some("ID"),
		Annotations: prints(sessionDoneSpec()),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runSessionEnd(cmd.Context(), a, service.Many{Who: args, KeepGoing: keepGoing})
		},
	}
	cmd.Flags().BoolVar(&keepGoing, "keep-going", false, "do what can be done; exit 9 if any failed")
	addChangeFlags(cmd, a)
	return cmd
}

func runSessionEnd(ctx context.Context, a *app, many service.Many) error {
	q := ""
	if len(many.Who) > 1 {
		q = question("End", "sessions", many.Who)
	}
	return runEach(ctx, a, eachForm{sessionDoneSpec(), sessionDoneObject}, q, func(s *service.Service, ctx context.Context) ([]service.Done, error) {
		return s.EndSessions(ctx, many)
	})
}

func sessionDoneSpec() output.Spec {
	return output.Spec{Key: "id", Columns: []output.Column{
		{Path: "id"}, {Path: "email"}, {Path: "ok"}, {Path: "error.code", Wide: true}, {Path: "error.message"},
	}}
}

func sessionDoneObject(d service.Done) output.Object {
	return output.Object{
		{Name: "id", Value: output.String(d.Who)},
		{Name: "email", Value: output.StringOrNull(d.Email.String())},
		{Name: "ok", Value: output.Bool(d.Err == nil)},
		{Name: "error", Value: failureValue(d.Err)},
	}
}
