package service

import (
	"context"
	"fmt"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/store"
)

// SiteView is a site as commands show it.
type SiteView struct {
	account.Site
	Users int
}

// AddedSite is a site just made: its first admin is invited with a link that
// carries the site's organisation key, which the maker's device keeps until he
// has accepted.
type AddedSite struct {
	SiteView
	Admin account.User
	Link  MadeLink
	Scope account.Scope
	Key   keys.OrgKey
}

// NewSite is what a site is made of.
type NewSite struct {
	Name  string
	Slug  account.Slug // "" for the one that the name makes
	Admin NewUser
}

func siteRef(id account.SiteID) audit.Ref { return audit.Ref{Type: "site", ID: store.SiteFacet(id)} }

// AddSite makes a site with its own organisation key and invites its admin.
func (s *Service) AddSite(ctx context.Context, in NewSite) (AddedSite, error) {
	var added AddedSite
	err := s.change(ctx, access.SiteAdd, func(o *op) (err error) {
		if err := o.allowOrg(audit.Ref{}); err != nil {
			return err
		}
		if added.SiteView, added.Key, err = o.newSite(in); err != nil {
			return err
		}
		added.Scope = account.Scope{Org: o.actor.Org, Site: added.ID}
		added.Users = 1
		if added.Admin, added.Link, err = o.inviteSiteAdmin(in.Admin, added.Site, added.Key); err != nil {
			return err
		}
		return o.sendLink(account.LetterInvitation, added.Admin, added.Link, true)
	})
	return added, err
}

func (o *op) newSite(in NewSite) (SiteView, keys.OrgKey, error) {
	slug, err := slugOf(in.Slug, in.Name)
	if err != nil {
		return SiteView{}, keys.OrgKey{}, err
	}
	if err := o.siteFree(slug); err != nil {
		return SiteView{}, keys.OrgKey{}, err
	}
	if err := o.siteNameFree(in.Name, 0); err != nil {
		return SiteView{}, keys.OrgKey{}, err
	}
	id, err := o.tx.NewSiteID()
	if err != nil {
		return SiteView{}, keys.OrgKey{}, err
	}
	site := account.Site{ID: id, Org: o.actor.Org, Slug: slug, Name: in.Name, CreatedAt: o.tx.Now, UpdatedAt: o.tx.Now}
	if err := o.tx.PutSite(site); err != nil {
		return SiteView{}, keys.OrgKey{}, err
	}
	k, err := o.newSiteKey(account.Scope{Org: site.Org, Site: id})
	if err != nil {
		return SiteView{}, k, err
	}
	return SiteView{Site: site}, k, o.emit(siteRef(id), id, []audit.Change{{Field: "slug", To: string(slug)}})
}

func (o *op) siteFree(slug account.Slug) error {
	_, found, err := o.tx.SiteBySlug(o.actor.Org, slug)
	if err == nil && found {
		err = account.Errorf(account.Conflict, "site %q already exists", slug).
			Coded("site.exists").
			Hintf("give it another slug with --slug SLUG; usher site list shows those there are")
	}
	return err
}

// siteNameFree makes sure that no other site has the name, whatever the case of
// its letters.
func (o *op) siteNameFree(name string, self account.SiteID) error {
	taken := false
	err := o.tx.Sites(o.actor.Org, func(site account.Site) (bool, error) {
		taken = site.ID != self && fold(site.Name) == fold(name)
		return !taken, nil
	})
	if err == nil && taken {
		err = account.Errorf(account.Conflict, "a site named %q already exists", name).Coded("site.exists").Hintf("usher site list")
	}
	return err
}

// newSiteKey makes the key of a site, in escrow where the organisation's is.
func (o *op) newSiteKey(scope account.Scope) (keys.OrgKey, error) {
	k, err := keys.NewOrgKey(o.svc.env.Random)
	if err != nil {
		return k, err
	}
	system, err := o.escrowFor(scope.Org)
	if err != nil {
		return k, err
	}
	kept, err := o.svc.newScopeKey(o.tx.Head().Instance, scope, system, k)
	if err != nil {
		return k, err
	}
	return k, o.tx.PutScopeKey(kept)
}

// escrowFor returns the system user's public key if the organisation keeps its
// keys in escrow.
func (o *op) escrowFor(org account.OrgID) ([]byte, error) {
	kept, found, err := o.tx.ScopeKey(account.Scope{Org: org})
	if err != nil || !found || len(kept.Escrow) == 0 {
		return nil, err
	}
	in, err := o.tx.Instance()
	return in.System, err
}

// inviteSiteAdmin makes the first admin of a site, pending, and his link.
func (o *op) inviteSiteAdmin(in NewUser, site account.Site, k keys.OrgKey) (account.User, MadeLink, error) {
	in.Site, in.Role, in.Type = site.Slug, account.RoleSiteAdmin, account.TypeIndividual
	u, err := o.draftUser(in)
	if err != nil {
		return u, MadeLink{}, err
	}
	unseen := func() error { return errNoSuch("site", "") }
	if err := o.allowAction(access.UserAdd, access.Target{Org: u.Org, Site: u.Site}, audit.Ref{}, unseen); err != nil {
		return u, MadeLink{}, err
	}
	if err := o.mayHold(u, audit.Ref{}); err != nil {
		return u, MadeLink{}, err
	}
	if err := o.mayTake(u.Email); err != nil {
		return u, MadeLink{}, err
	}
	if err := o.putNewUser(u, "user.add"); err != nil {
		return u, MadeLink{}, err
	}
	link, err := o.makeLink(u, account.LinkInvite, 0, &k)
	if err != nil {
		return u, link, err
	}
	return u, link, o.emitAs(string(access.InviteLink), audit.UserRef(u.ID), u.Site, nil)
}

// putNewUser writes a user and the event of it, under an action's name.
func (o *op) putNewUser(u account.User, action string) error {
	if err := o.tx.PutUser(u); err != nil {
		return err
	}
	changes := newUserChanges(u)
	return o.emitAs(action, audit.UserRef(u.ID), u.Site, changes)
}

func (o *op) siteView(site account.Site) (SiteView, error) {
	n, err := o.tx.Count(site.Org, store.FacetSite, store.SiteFacet(site.ID))
	return SiteView{Site: site, Users: n}, err
}

// ListSites returns the sites the actor may see.
func (s *Service) ListSites(ctx context.Context) ([]SiteView, error) {
	var views []SiteView
	err := s.view(ctx, access.SiteList, func(o *op) error {
		if err := o.allowHere(); err != nil {
			return err
		}
		return o.tx.Sites(o.actor.Org, func(site account.Site) (bool, error) {
			if o.actor.Site != 0 && o.actor.Site != site.ID {
				return true, nil
			}
			v, err := o.siteView(site)
			views = append(views, v)
			return true, err
		})
	})
	return views, err
}

// allowSite finds a site and asks whether the actor may do the operation's
// action to it.
func (o *op) allowSite(slug account.Slug) (account.Site, error) {
	site, err := o.findSite(slug)
	if err != nil {
		if asked := o.allowHere(); asked != nil {
			return site, asked
		}
		return site, err
	}
	target := access.Target{Org: site.Org, Site: site.ID}
	return site, o.allow(target, siteRef(site.ID), errNoSuch("site", string(slug)))
}

// ShowSite returns one site.
func (s *Service) ShowSite(ctx context.Context, slug account.Slug) (SiteView, error) {
	var v SiteView
	err := s.view(ctx, access.SiteShow, func(o *op) error {
		site, err := o.allowSite(slug)
		if err != nil {
			return err
		}
		v, err = o.siteView(site)
		return err
	})
	return v, err
}

// EditSite changes a site's name or slug.
func (s *Service) EditSite(ctx context.Context, slug account.Slug, edit OrgEdit) (SiteView, error) {
	var v SiteView
	err := s.change(ctx, access.SiteEdit, func(o *op) error {
		site, err := o.allowSite(slug)
		if err != nil {
			return err
		}
		old := site
		set(&site.Name, edit.Name)
		set(&site.Slug, edit.Slug)
		if site.Slug != old.Slug {
			if err := o.siteFree(site.Slug); err != nil {
				return err
			}
		}
		if err := o.siteNameFree(site.Name, site.ID); err != nil {
			return err
		}
		if site != old {
			if err := o.putSite(old, site); err != nil {
				return err
			}
		}
		v, err = o.siteView(site)
		return err
	})
	return v, err
}

func (o *op) putSite(old, site account.Site) error {
	site.UpdatedAt = o.tx.Now
	if err := o.tx.PutSite(site); err != nil {
		return err
	}
	changes, _ := recordRevisions([]revision{
		{"name", old.Name, site.Name, false},
		{"slug", string(old.Slug), string(site.Slug), false},
	})
	return o.emit(siteRef(site.ID), site.ID, changes)
}

// DeleteSite deletes a site that has no users, or moves them to another place
// first: pending again, since their passwords are sealed under the site's key.
// What was sealed under the key (stored passwords) goes with it.
func (s *Service) DeleteSite(ctx context.Context, slug account.Slug, moveTo *account.Slug) (SiteView, error) {
	var v SiteView
	err := s.change(ctx, access.SiteDelete, func(o *op) error {
		site, err := o.allowSite(slug)
		if err != nil {
			return err
		}
		if v, err = o.siteView(site); err != nil {
			return err
		}
		if moveTo != nil {
			if err := o.emptySite(site, *moveTo); err != nil {
				return err
			}
		} else if v.Users > 0 {
			return o.errSiteInUse(v)
		}
		if err := o.dropSite(site); err != nil {
			return err
		}
		return o.emit(siteRef(site.ID), site.ID, []audit.Change{{Field: "slug", From: string(site.Slug)}})
	})
	return v, err
}

// dropSite deletes a site, its key, what carries it and its stored passwords.
func (o *op) dropSite(site account.Site) error {
	scope := account.Scope{Org: site.Org, Site: site.ID}
	if err := o.endKeyTokens(scope); err != nil {
		return err
	}
	if _, err := o.removeSecrets(scope); err != nil {
		return err
	}
	if err := o.tx.RemoveScopeKey(scope); err != nil {
		return err
	}
	return o.tx.RemoveSite(site)
}

func (o *op) errSiteInUse(v SiteView) error {
	var names []string
	err := o.tx.FacetUsers(v.Org, store.FacetSite, store.SiteFacet(v.ID), account.UserID{}, func(u account.User) (bool, error) {
		names = append(names, u.Email.String())
		return len(names) < 3, nil
	})
	if err != nil {
		return err
	}
	return account.Errorf(account.Conflict, "site %q still has %s: %s", v.Slug, account.Count(v.Users, "user"), someNames(names, v.Users)).
		Coded("site.in_use").
		Hintf("move them: usher site delete %s --move-to SITE|none, or delete them first", v.Slug)
}

// emptySite moves the users of a site to another, or to none.
func (o *op) emptySite(site account.Site, to account.Slug) error {
	if to == site.Slug {
		return account.Errorf(account.Conflict, "the users of site %q cannot move to itself", site.Slug).
			Coded("site.in_use").
			Hintf("move them: usher site delete %s --move-to SITE|none, or delete them first", site.Slug)
	}
	var users []account.User
	err := o.tx.FacetUsers(site.Org, store.FacetSite, store.SiteFacet(site.ID), account.UserID{}, func(u account.User) (bool, error) {
		users = append(users, u)
		return true, nil
	})
	if err != nil {
		return err
	}
	for _, u := range users {
		if err := o.allowKnown(u); err != nil {
			return fmt.Errorf("%s: %w", u.Email, err)
		}
		if _, err := o.moveUser(u, to); err != nil {
			return err
		}
	}
	return nil
}
