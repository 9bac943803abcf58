package service

import (
	"strings"
	"time"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/store"
)

// matcher is a filter made ready: names looked up, text folded, the actor's
// reach in it.
type matcher struct {
	UserFilter
	site    account.SiteID
	hasSite bool
	plan    string
	text    string
}

// matcher prepares a filter. A site or role that does not exist is NotFound,
// so that a typing error does not look like an empty list.
func (o *op) matcher(f UserFilter) (matcher, error) {
	m := matcher{UserFilter: f, text: fold(account.Composed(f.Match))}
	if f.Role != "" {
		if _, err := roleSet(o.tx, o.actor.Org, f.Role); err != nil {
			return m, err
		}
	}
	if f.Site != "" {
		site, err := o.siteOrNone(f.Site)
		if err != nil {
			return m, err
		}
		m.site, m.hasSite = site, true
	}
	if o.actor.Site != 0 { // the list ends where the actor's reach does
		m.site, m.hasSite = o.actor.Site, true
	}
	if f.Plan != "" && f.Plan != account.None {
		p, err := o.findPool(account.PlanName(f.Plan))
		if err != nil {
			return m, err
		}
		m.plan = p.Plan.Key()
	}
	return m, nil
}

// siteOrNone finds a site by its slug; 0 stands for none of them, which is beyond
// the reach of who belongs to one.
func (o *op) siteOrNone(slug account.Slug) (account.SiteID, error) {
	if slug != account.None {
		site, err := o.findSite(slug)
		return site.ID, err
	}
	if o.actor.Site != 0 {
		return 0, errBeyondSite()
	}
	return 0, nil
}

// findSite finds a site by its slug; one outside the actor's reach is not
// there.
func (o *op) findSite(slug account.Slug) (account.Site, error) {
	site, found, err := o.tx.SiteBySlug(o.actor.Org, slug)
	if err != nil {
		return site, err
	}
	if !found || o.actor.Site != 0 && o.actor.Site != site.ID {
		return site, errNoSuch("site", string(slug)).Hintf("usher site list")
	}
	return site, nil
}

func (m *matcher) fits(u *account.User, now time.Time) bool {
	return m.fitsState(u, now) && m.fitsText(u)
}

// fitsState is fits as far as address and names do not matter.
func (m *matcher) fitsState(u *account.User, now time.Time) bool {
	switch {
	case m.Type != "" && u.Type != m.Type,
		m.Role != "" && u.Role != m.Role,
		m.hasSite && u.Site != m.site,
		m.Status != "" && u.Status != m.Status,
		m.Auth != "" && u.Auth != m.Auth,
		m.Plan == account.None && u.Licensed(),
		m.plan != "" && u.Plan.Key() != m.plan:
		return false
	}
	return m.Inactive <= 0 || !lastActive(u).After(now.Add(-m.Inactive))
}

// lastActive is when a user signed in last. Who never did counts from when he
// was added: yesterday's newcomer must not stand on a list to clean up.
func lastActive(u *account.User) time.Time {
	if u.LastLoginAt.IsZero() {
		return u.CreatedAt
	}
	return u.LastLoginAt
}

// fitsText is fits as far as address and names matter. It looks in what lists
// show: also in a domain as it is kept, which those of scripts have.
func (m *matcher) fitsText(u *account.User) bool {
	if m.text == "" {
		return true
	}
	kept, shown := string(u.Email), u.Email.String()
	return strings.Contains(kept, m.text) ||
		shown != kept && strings.Contains(shown, m.text) ||
		strings.Contains(fold(u.FirstName+" "+u.LastName), m.text)
}

// index returns the facet whose index serves the filter best.
func (m *matcher) index() (store.FacetKind, string, bool) {
	wishes := []struct {
		wanted bool
		kind   store.FacetKind
		value  string
	}{
		{m.plan != "", store.FacetPlan, m.plan},
		{m.hasSite, store.FacetSite, store.SiteFacet(m.site)},
		{m.Role != "", store.FacetRole, string(m.Role)},
		{m.Auth != "", store.FacetAuth, string(m.Auth)},
		{m.Status != "", store.FacetStatus, string(m.Status)},
	}
	for _, w := range wishes {
		if w.wanted && store.Indexed(w.kind, w.value) {
			return w.kind, w.value, true
		}
	}
	return 0, "", false
}

// fold makes texts that differ only in letter case equal.
func fold(s string) string { return strings.ToLower(s) }
