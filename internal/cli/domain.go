package cli

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/service"
)

func newDomainCmd(a *app) *cobra.Command {
	return newGroup(a, "domain",
		verb{"approve", newDomainApproveCmd}, verb{"list", newDomainListCmd}, verb{"revoke", newDomainRevokeCmd})
}

func domainSpec() output.Spec {
	return output.Spec{Key: "domain", Empty: "No domain is approved.", Columns: []output.Column{
		{Path: "domain"}, {Path: "approved_at"}, {Path: "approved_by"}, {Path: "users", Right: true},
	}}
}

func domainObject(d service.DomainView) output.Object {
	return output.Object{
		{Name: "domain", Value: output.String(d.Domain.String())},
		{Name: "approved_at", Value: output.Time(d.ApprovedAt)},
		{Name: "approved_by", Value: output.StringOrNull(d.ApprovedByEmail.String())},
		{Name: "users", Value: output.Int(int64(d.Users))},
	}
}

func newDomainApproveCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:         "approve DOMAIN...",
		Short:       "Approve mail domains whose addresses can be added",
		Example:     "  usher domain approve norrsken.example\n  usher domain approve norrsken.example bücher.example",
		Args:        some("DOMAIN"),
		Annotations: prints(domainSpec()),
		RunE: func(cmd *cobra.Command, args []string) error {
			return changeDomains(cmd.Context(), a, args, "", (*service.Service).ApproveDomains)
		},
	}
	addChangeFlags(cmd, a)
	return cmd
}

func newDomainRevokeCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "revoke DOMAIN...",
		Short: "Take the approval of mail domains back",
		Long: `Take the approval of mail domains back. Users who have such an address keep it;
no more can be added.`,
		Example:     "  usher domain revoke old.example",
		Args:        some("DOMAIN"),
		Annotations: prints(domainSpec()),
		RunE: func(cmd *cobra.Command, args []string) error {
			question := fmt.Sprintf("Revoke the approval of %s? Users with such an address keep it.", firstNames(args))
			return changeDomains(cmd.Context(), a, args, question, (*service.Service).RevokeDomains)
		},
	}
	addChangeFlags(cmd, a)
	return cmd
}

type domainChange func(*service.Service, context.Context, []account.Domain) ([]service.DomainView, error)

// changeDomains runs approve and revoke, which differ in the question.
func changeDomains(ctx context.Context, a *app, args []string, question string, change domainChange) error {
	domains, err := parseDomains(args)
	if err != nil {
		return err
	}
	p, s, err := a.ready(domainSpec())
	if err != nil {
		return err
	}
	if question != "" {
		if err := a.confirm(ctx, question); err != nil {
			return err
		}
	}
	views, err := change(s, ctx, domains)
	if err != nil {
		return err
	}
	return printList(a, p, domainSpec(), views, domainObject)
}

// parseDomains returns each domain once, however often and in whatever spelling
// it is named.
func parseDomains(texts []string) ([]account.Domain, error) {
	var domains []account.Domain
	for _, text := range texts {
		d, err := account.ParseDomain(text)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(domains, d) {
			domains = append(domains, d)
		}
	}
	return domains, nil
}

func newDomainListCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:         "list",
		Short:       "List the approved domains",
		Example:     "  usher domain list\n  usher domain list -q",
		Args:        noArgs,
		Annotations: prints(domainSpec()),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runList(cmd.Context(), a, domainSpec(), domainObject, (*service.Service).ListDomains)
		},
	}
}
