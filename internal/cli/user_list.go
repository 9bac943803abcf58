package cli

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/service"
)

// userFilterFlags say which users a list is of.
type userFilterFlags struct {
	kind, role, site, status string
	auth, plan               string
	inactive, match          string
}

func (u *userFilterFlags) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&u.kind, "type", "", "of a type: `host|individual`")
	f.StringVar(&u.role, "role", "", "who have a `ROLE`")
	f.StringVar(&u.site, "site", "", "of a `SITE`, or none")
	f.StringVar(&u.status, "status", "", "in a state: `pending|active|suspended`")
	f.StringVar(&u.auth, "auth", "", "password kept here or elsewhere: `local|directory`")
	f.StringVar(&u.plan, "licence", "", "who have a licence of a `PLAN`, or none")
	f.StringVar(&u.inactive, "inactive", "", "not signed in, nor added, for a `DURATION`: 90d, 12h")
	f.StringVar(&u.match, "match", "", "address or name contains `TEXT`")
}

func (u *userFilterFlags) filter() (f service.UserFilter, err error) {
	if f.Type, err = choice("type", u.kind, account.ParseUserType); err != nil {
		return f, err
	}
	if f.Role, err = optional(u.role, account.ParseRoleName); err != nil {
		return f, err
	}
	if f.Site, err = siteOrNone(u.site); err != nil {
		return f, err
	}
	if f.Status, err = choice("status", u.status, account.ParseStatus); err != nil {
		return f, err
	}
	if f.Auth, err = choice("auth", u.auth, account.ParseAuth); err != nil {
		return f, err
	}
	if u.inactive != "" {
		if f.Inactive, err = account.ParseDuration(u.inactive); err != nil {
			return f, err
		}
	}
	if f.Plan, err = planOrNone(u.plan); err != nil {
		return f, err
	}
	f.Match = u.match
	return f, nil
}

// siteOrNone reads the slug of a site, or the word for no site at all.
func siteOrNone(text string) (account.Slug, error) {
	if strings.EqualFold(text, account.None) {
		return account.None, nil
	}
	return optional(text, account.ParseSlug)
}

// planOrNone reads the name of a plan, or the word for no plan at all.
func planOrNone(text string) (string, error) {
	if strings.EqualFold(text, account.None) {
		return account.None, nil
	}
	plan, err := optional(text, account.ParsePlanName)
	return string(plan), err
}

type userListOptions struct {
	app    *app
	filter userFilterFlags
	sort   string
	limit  int
}

func newUserListCmd(a *app) *cobra.Command {
	o := userListOptions{app: a}
	cmd := &cobra.Command{
		Use:         "list",
		Short:       "List users",
		Example:     "  usher user list\n  usher user list --status pending --columns email,created_at\n  usher user list --inactive 90d -q",
		Args:        noArgs,
		Annotations: prints(userSpec()),
		RunE:        func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context()) },
	}
	o.filter.addFlags(cmd)
	cmd.Flags().StringVar(&o.sort, "sort", "", "sort by a `FIELD`: "+strings.Join(service.UserOrderFields(), ", ")+"; -FIELD backwards")
	cmd.Flags().IntVar(&o.limit, "limit", 0, "at most `N` users")
	return cmd
}

func (o *userListOptions) run(ctx context.Context) error {
	if o.limit < 0 {
		return usageError("--limit cannot be %d", o.limit)
	}
	filter, err := o.filter.filter()
	if err != nil {
		return err
	}
	order, err := sortBy(o.sort)
	if err != nil {
		return err
	}
	p, s, err := o.app.ready(userSpec())
	if err != nil {
		return err
	}
	filter.Limit = o.limit
	read := s.ListUsers
	if order.Field != "" {
		read = func(ctx context.Context, f service.UserFilter, piece func() service.UserPiece) error {
			return s.SortUsers(ctx, f, order, piece)
		}
	}
	return showUsers(ctx, read, filter, p.List(userSpec()))
}

// userSource is a way to users, piece by piece.
type userSource func(context.Context, service.UserFilter, func() service.UserPiece) error

// showUsers prints users as they are read.
func showUsers(ctx context.Context, read userSource, f service.UserFilter, l *output.Listing) error {
	err := read(ctx, f, func() service.UserPiece {
		part := l.Part()
		return &userPiece{list: l, part: part, row: part.Row()}
	})
	if err != nil {
		return err
	}
	return l.Close()
}

// userPiece is a piece of a list of users, made ready to be printed.
type userPiece struct {
	list *output.Listing
	part *output.Part
	row  *output.Row
	form userForm
}

// Add makes a user ready.
func (p *userPiece) Add(u *service.UserView, alike bool) {
	p.form.fill(p.row, u, alike)
	p.row.End()
}

// Write prints the piece.
func (p *userPiece) Write() error { return p.list.Append(p.part) }

// sortBy reads an order, without a field for the order users were made in.
func sortBy(field string) (service.UserOrder, error) {
	name, backwards := strings.CutPrefix(field, "-")
	if name != "" && !slices.Contains(service.UserOrderFields(), name) {
		return service.UserOrder{}, usageError("--sort: unknown field %q: it is one of %s", name, strings.Join(service.UserOrderFields(), ", ")).Coded("usage.choice")
	}
	return service.UserOrder{Field: name, Backwards: backwards}, nil
}
