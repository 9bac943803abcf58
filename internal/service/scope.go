package service

import (
	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/store"
)

// A key scope is what has an organisation key: the organisation itself, or one
// of its sites.

// allowScope asks whether the actor may do the operation's action to the scope
// of a site, "" for his own, and returns it.
func (o *op) allowScope(site account.Slug) (account.Scope, error) {
	scope := account.Scope{Org: o.actor.Org, Site: o.actor.Site}
	unseen := errNoSuch("site", string(site)).Hintf("usher site list")
	if site != "" {
		found, err := o.findSite(site)
		if err != nil {
			return scope, orElse(o.allowHere(), err)
		}
		scope.Site = found.ID
	}
	return scope, o.allow(access.Target{Org: scope.Org, Site: scope.Site}, audit.Ref{}, unseen)
}

// scopeUsers returns the ids of the users of a scope.
func (o *op) scopeUsers(scope account.Scope) ([]account.UserID, error) {
	var ids []account.UserID
	visit := func(u account.User) (bool, error) {
		if u.Site == scope.Site {
			ids = append(ids, u.ID)
		}
		return true, nil
	}
	if scope.Site == 0 {
		err := o.tx.Users(scope.Org, account.UserID{}, visit)
		return ids, err
	}
	err := o.tx.FacetUsers(scope.Org, store.FacetSite, store.SiteFacet(scope.Site), account.UserID{}, visit)
	return ids, err
}

// invited reports whether a user has an invitation that can still be accepted.
func (o *op) invited(u account.User) (bool, error) {
	links, err := o.tx.UserLinks(u.ID, account.LinkInvite)
	return len(links) > 0 && o.tx.Now.Before(links[0].ExpiresAt), err
}

// endKeyTokens ends the service tokens that carry the organisation key of a
// scope.
func (o *op) endKeyTokens(scope account.Scope) error {
	var carrying []account.ServiceToken
	err := o.tx.ServiceTokens(scope.Org, func(t account.ServiceToken) (bool, error) {
		if len(t.Carried) > 0 && t.Scope == scope {
			carrying = append(carrying, t)
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	for _, t := range carrying {
		if err := o.endToken(t, scope.Site); err != nil {
			return err
		}
	}
	return nil
}
