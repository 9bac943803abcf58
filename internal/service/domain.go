package service

import (
	"context"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
)

// DomainView is an approved domain as lists show it.
type DomainView struct {
	account.ApprovedDomain
	ApprovedByEmail account.Email // "" when he was erased
	Users           int
}

func domainRef(d account.Domain) audit.Ref { return audit.Ref{Type: "domain", ID: string(d)} }

// ApproveDomains approves mail domains, all or none. One that is approved
// already stays as it is.
func (s *Service) ApproveDomains(ctx context.Context, domains []account.Domain) ([]DomainView, error) {
	var views []DomainView
	err := s.change(ctx, access.DomainApprove, func(o *op) error {
		if err := o.allowOrg(audit.Ref{}); err != nil {
			return err
		}
		for _, d := range domains {
			v, err := o.approveDomain(d)
			if err != nil {
				return err
			}
			views = append(views, v)
		}
		return nil
	})
	return views, err
}

func (o *op) approveDomain(d account.Domain) (DomainView, error) {
	ad, found, err := o.tx.Domain(o.actor.Org, d)
	if err != nil {
		return DomainView{}, err
	}
	if !found {
		ad = account.ApprovedDomain{Org: o.actor.Org, Domain: d, ApprovedAt: o.tx.Now, ApprovedBy: o.actor.User}
		if err := o.tx.PutDomain(ad); err != nil {
			return DomainView{}, err
		}
		if err := o.emit(domainRef(d), 0, nil); err != nil {
			return DomainView{}, err
		}
	}
	return o.domainView(ad)
}

func (o *op) domainView(ad account.ApprovedDomain) (DomainView, error) {
	v := DomainView{ApprovedDomain: ad}
	name, err := o.tx.UserName(ad.Org, ad.ApprovedBy)
	if err != nil {
		return v, err
	}
	v.ApprovedByEmail = name.Email
	v.Users, err = o.tx.DomainUsers(ad.Org, ad.Domain)
	return v, err
}

// ListDomains returns the approved domains in the order of their names.
func (s *Service) ListDomains(ctx context.Context) ([]DomainView, error) {
	var views []DomainView
	err := s.view(ctx, access.DomainList, func(o *op) error {
		if err := o.allowOrg(audit.Ref{}); err != nil {
			return err
		}
		return o.tx.Domains(o.actor.Org, func(ad account.ApprovedDomain) (bool, error) {
			v, err := o.domainView(ad)
			views = append(views, v)
			return true, err
		})
	})
	return views, err
}

// RevokeDomains takes the approval of mail domains back, all or none. Users
// who have such an address keep it; no more can be added.
func (s *Service) RevokeDomains(ctx context.Context, domains []account.Domain) ([]DomainView, error) {
	var views []DomainView
	err := s.change(ctx, access.DomainRevoke, func(o *op) error {
		if err := o.allowOrg(audit.Ref{}); err != nil {
			return err
		}
		for _, d := range domains {
			v, err := o.revokeDomain(d)
			if err != nil {
				return err
			}
			views = append(views, v)
		}
		return nil
	})
	return views, err
}

func (o *op) revokeDomain(d account.Domain) (DomainView, error) {
	ad, found, err := o.tx.Domain(o.actor.Org, d)
	if err != nil {
		return DomainView{}, err
	}
	if !found {
		return DomainView{}, errNoSuch("domain", d.String()).Hintf("usher domain list")
	}
	v, err := o.domainView(ad)
	if err != nil {
		return v, err
	}
	if err := o.tx.RemoveDomain(ad.Org, d); err != nil {
		return v, err
	}
	return v, o.emit(domainRef(d), 0, nil)
}

// approved makes sure that an address may be added to the organisation (S9).
func (o *op) approved(e account.Email) error {
	if d := e.Domain(); d == o.domain {
		return nil
	}
	_, found, err := o.tx.Domain(o.actor.Org, e.Domain())
	if err != nil {
		return err
	}
	if found {
		o.domain = e.Domain()
		return nil
	}
	return account.Errorf(account.Invalid, "the domain %s of %s is not approved", e.Domain(), e).
		Coded("domain.not_approved").
		Hintf("usher domain approve %s", e.Domain())
}
