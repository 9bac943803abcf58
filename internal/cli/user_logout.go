package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/service"
)

type userLogoutOptions struct {
	many       manyOptions
	all        bool
	site, role string
	except     []string
}

func newUserLogoutCmd(a *app) *cobra.Command {
	o := userLogoutOptions{many: manyOptions{app: a, lenient: true}}
	cmd := &cobra.Command{
		Use:   "logout EMAIL... | --all [--except EMAIL] [--site SITE]",
		Short: "End every session of users at once",
		Long: `End every session of users at once: the next command of each exits 7. With --all
everybody who is signed in, within your reach; --site and --role narrow that, and
--except leaves somebody out, such as yourself. Nobody logs out who may do more
than he: an admin leaves the owner out, or does what can be done with
--keep-going.`,
		Example: `  usher user logout bo@norrsken.example --reason "lost his laptop"
  usher user logout --all --except anna@norrsken.example
  usher user logout --site kiruna -y`,
		Args:        o.args,
		Annotations: prints(doneSpec()),
		RunE:        func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.BoolVar(&o.all, "all", false, "everybody who is signed in")
	f.StringSliceVar(&o.except, "except", nil, "but not `EMAIL`; may be repeated")
	f.StringVar(&o.site, "site", "", "who belongs to a `SITE`, or none")
	f.StringVar(&o.role, "role", "", "who has a `ROLE`")
	o.many.addFlags(cmd)
	addChangeFlags(cmd, a)
	return cmd
}

// filtered reports whether nobody is named, but a filter says whom.
func (o *userLogoutOptions) filtered() bool { return o.all || o.site != "" || o.role != "" }

func (o *userLogoutOptions) args(cmd *cobra.Command, args []string) error {
	named := len(args) > 0 || o.many.from != ""
	switch {
	case o.filtered() && named:
		return usageError("name users, or say which with --all, --site and --role, not both").Hintf("%s", firstExample(cmd))
	case len(o.except) > 0 && !o.filtered():
		return usageError("--except goes with --all, --site or --role").Hintf("usher user logout --all --except EMAIL")
	case o.filtered():
		return nil
	}
	return o.many.args(cmd, args)
}

func (o *userLogoutOptions) run(ctx context.Context, args []string) error {
	if !o.filtered() {
		return runMany(ctx, &o.many, args, "End every session of", (*service.Service).LogoutUsers)
	}
	filter, err := o.filter()
	if err != nil {
		return err
	}
	q, err := o.question(ctx, filter)
	if err != nil {
		return err
	}
	return runEach(ctx, o.many.app, eachForm{doneSpec(), doneObject}, q, func(s *service.Service, ctx context.Context) ([]service.Done, error) {
		return s.LogoutAll(ctx, filter, o.many.keepGoing)
	})
}

func (o *userLogoutOptions) filter() (f service.LogoutFilter, err error) {
	f.Except = o.except
	if f.Site, err = siteOrNone(o.site); err != nil {
		return f, err
	}
	f.Role, err = optional(o.role, account.ParseRoleName)
	return f, err
}

// question looks who would be logged out. It asks nothing about one or nobody.
func (o *userLogoutOptions) question(ctx context.Context, filter service.LogoutFilter) (string, error) {
	s, err := o.many.app.service()
	if err != nil {
		return "", err
	}
	users, err := s.SignedInUsers(ctx, filter)
	if err != nil || len(users) < 2 {
		return "", err
	}
	var names []string
	for _, u := range users {
		names = append(names, u.Email.String())
	}
	return question("End every session of", "users", names), nil
}
