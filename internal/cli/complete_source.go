package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/service"
	"github.com/usher-admin/usher/internal/service/userfile"
)

// mostAddresses is how many addresses are offered at most.
const mostAddresses = 100

// source returns where the choices for a word in capitals come from; nil for a
// word that is not known here.
func (a *app) source(cmd *cobra.Command, word string) source {
	switch word {
	case "EMAIL", "FROM", "TO", "TARGET":
		if cmd.Name() == "add" {
			return a.newAddresses
		}
		return a.addresses
	case "ADDRESS":
		if cmd.HasParent() && cmd.Parent().Name() == "mailbox" && cmd.Name() != "add" {
			return a.addresses
		}
		return a.newAddresses
	case "PLAN":
		return a.plans
	case "SITE":
		return listed(a, (*service.Service).ListSites, func(v service.SiteView) string { return string(v.Slug) + "\t" + v.Name })
	case "ROLE":
		return listed(a, (*service.Service).ListRoles, roleChoice)
	case "DOMAIN":
		return listed(a, (*service.Service).ListDomains, func(v service.DomainView) string { return v.Domain.String() })
	case "NAME":
		return a.names(cmd)
	case "ID":
		return a.sessions
	case "PERMISSION":
		return fixed(permissionChoices())
	case "ACTION":
		return fixed(service.LogActions())
	case "COLUMN":
		return fixed(columnsOf(cmd))
	case "FIELD":
		return fixed(service.UserOrderFields())
	case "FIELD=COLUMN":
		return fixed(importFields())
	case "DURATION", "TIME", "DATE", "TEXT", "N", "SLUG", "URL", "FILE", "RECIPIENT":
		return fixed(nil) // nobody can guess it; files are the shell's to complete
	}
	return nil
}

// names returns the names of what a noun is about; what is added has a name
// that nothing has yet.
func (a *app) names(cmd *cobra.Command) source {
	if !cmd.HasParent() || cmd.Name() == "add" {
		return fixed(nil)
	}
	switch cmd.Parent().Name() {
	case "role":
		return listed(a, (*service.Service).ListRoles, roleChoice)
	case "token":
		return listed(a, (*service.Service).ListTokens, func(v service.TokenView) string { return v.Name })
	case "secret":
		return a.secrets
	}
	return fixed(nil)
}

func roleChoice(v service.RoleView) string { return string(v.Name) }

func fixed(list []string) source {
	return func(context.Context, string) ([]string, error) { return list, nil }
}

// unnoticed returns the service for completion.
func (a *app) unnoticed() (*service.Service, error) {
	s, err := a.service()
	if err != nil {
		return nil, err
	}
	return s.Unnoticed(), nil
}

// listed is a source that a list of the service gives.
func listed[T any](a *app, read func(*service.Service, context.Context) ([]T, error), choice func(T) string) source {
	return func(ctx context.Context, _ string) ([]string, error) {
		s, err := a.unnoticed()
		if err != nil {
			return nil, err
		}
		items, err := read(s, ctx)
		var list []string
		for _, item := range items {
			list = append(list, choice(item))
		}
		return list, err
	}
}

func (a *app) addresses(ctx context.Context, typed string) ([]string, error) {
	s, err := a.unnoticed()
	if err != nil {
		return nil, err
	}
	found, err := s.CompleteAddresses(ctx, typed, mostAddresses)
	var list []string
	for _, e := range found {
		list = append(list, e.String())
	}
	return list, err
}

// newAddresses completes the domain of an address that nobody has yet.
func (a *app) newAddresses(ctx context.Context, typed string) ([]string, error) {
	local, _, ok := strings.Cut(typed, "@")
	if !ok {
		return nil, nil
	}
	s, err := a.unnoticed()
	if err != nil {
		return nil, err
	}
	domains, err := s.ListDomains(ctx)
	var list []string
	for _, d := range domains {
		list = append(list, local+"@"+d.Domain.String())
	}
	return list, err
}

func (a *app) plans(ctx context.Context, _ string) ([]string, error) {
	s, err := a.unnoticed()
	if err != nil {
		return nil, err
	}
	pools, err := s.ListPools(ctx, false)
	var list []string
	for _, p := range pools {
		list = append(list, string(p.Plan))
	}
	return list, err
}

func (a *app) sessions(ctx context.Context, _ string) ([]string, error) {
	s, err := a.unnoticed()
	if err != nil {
		return nil, err
	}
	sessions, err := s.ListSessions(ctx, "")
	var list []string
	for _, v := range sessions {
		list = append(list, v.ID().String()+"\t"+v.Email.String())
	}
	return list, err
}

func (a *app) secrets(ctx context.Context, _ string) ([]string, error) {
	s, err := a.unnoticed()
	if err != nil {
		return nil, err
	}
	secrets, err := s.ListSecrets(ctx, "")
	var list []string
	for _, v := range secrets {
		list = append(list, v.Name)
	}
	return list, err
}

func permissionChoices() (list []string) {
	for _, p := range access.All() {
		list = append(list, string(p))
	}
	return list
}

func importFields() (list []string) {
	for _, name := range userfile.FieldNames() {
		list = append(list, name+"=")
	}
	return list
}
