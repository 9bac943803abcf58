package service

import (
	"slices"
	"strconv"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/store"
)

// EventView is an event as people read it: names instead of ids, where they
// are still known.
type EventView struct {
	audit.Event
	ActorEmail account.Email
	TargetName string
	OrgSlug    account.Slug
	SiteSlug   account.Slug
}

// logNames puts names to the ids of events. It remembers them, since a list
// names the same few again and again, for as long as the transaction lasts.
type logNames struct {
	o     *op
	users map[account.UserID]account.Email
	orgs  map[account.OrgID]account.Slug
	sites map[account.SiteID]account.Slug
	other map[string]string // stored passwords, which take a key to open
}

// manyNames bounds what is remembered.
const manyNames = 1000

func newLogNames(o *op) *logNames {
	return &logNames{
		o: o, users: make(map[account.UserID]account.Email),
		orgs: make(map[account.OrgID]account.Slug), sites: make(map[account.SiteID]account.Slug),
		other: make(map[string]string),
	}
}

func (n *logNames) view(e audit.Event) (v EventView, err error) {
	v.Event = e
	if v.ActorEmail, err = n.user(e.Org, e.Actor); err != nil {
		return v, err
	}
	if v.TargetName, err = n.target(account.Scope{Org: e.Org, Site: e.Site}, e.Target); err != nil {
		return v, err
	}
	if v.OrgSlug, err = n.org(e.Org); err != nil {
		return v, err
	}
	if v.SiteSlug, err = n.site(e.Org, e.Site); err != nil {
		return v, err
	}
	if err := n.nameSites(&v); err != nil {
		return v, err
	}
	return v, n.addPersonal(&v)
}

// nameSites puts slugs in the place of the numbers of the sites that a user
// moved between.
func (n *logNames) nameSites(v *EventView) (err error) {
	for i := range v.Changes {
		c := &v.Changes[i]
		if c.Field != "site" {
			continue
		}
		if c.From, err = n.siteName(v.Org, c.From); err != nil {
			return err
		}
		if c.To, err = n.siteName(v.Org, c.To); err != nil {
			return err
		}
	}
	return nil
}

// siteName returns the slug of the site with a number, or the number as it is
// if there is no such site any more.
func (n *logNames) siteName(org account.OrgID, number string) (string, error) {
	id, err := strconv.ParseUint(number, 10, 32)
	if err != nil {
		return number, nil //nolint:nilerr // no site at all
	}
	slug, err := n.site(org, account.SiteID(id))
	if slug == "" {
		return number, err
	}
	return string(slug), err
}

// addPersonal adds the changes whose values lie in the index. One whose values
// were erased is still a change.
func (n *logNames) addPersonal(v *EventView) error {
	if len(v.Personal) == 0 {
		return nil
	}
	values, err := n.o.tx.PersonalValues(v.Seq)
	if err != nil {
		return err
	}
	for _, field := range v.Personal {
		change := audit.Change{Field: field}
		if i := slices.IndexFunc(values, func(p store.Personal) bool { return p.Field == field }); i >= 0 {
			change.From, change.To = values[i].From, values[i].To
		}
		v.Changes = append(v.Changes, change)
	}
	return nil
}

// user returns the address of the user that a reference names, "" if it names
// none or he was erased.
func (n *logNames) user(org account.OrgID, r audit.Ref) (account.Email, error) {
	id, ok := account.ParseUserID(r.ID)
	if r.Type != "user" || !ok {
		return "", nil
	}
	if email, known := n.users[id]; known {
		return email, nil
	}
	name, err := n.o.tx.UserName(org, id)
	if err == nil && len(n.users) < manyNames {
		n.users[id] = name.Email
	}
	return name.Email, err
}

func (n *logNames) org(id account.OrgID) (account.Slug, error) {
	if slug, known := n.orgs[id]; known || id == 0 {
		return slug, nil
	}
	org, _, err := n.o.tx.Organisation(id)
	n.orgs[id] = org.Slug
	return org.Slug, err
}

func (n *logNames) site(org account.OrgID, id account.SiteID) (account.Slug, error) {
	if slug, known := n.sites[id]; known || id == 0 {
		return slug, nil
	}
	slug, err := siteSlug(n.o.tx, org, id)
	n.sites[id] = slug
	return slug, err
}

// target is the address of a user, the slug of what has one, else the id.
func (n *logNames) target(scope account.Scope, r audit.Ref) (string, error) {
	switch r.Type {
	case "user":
		email, err := n.user(scope.Org, r)
		return email.String(), err
	case "secret":
		return n.secret(scope, r.ID)
	case "mailbox":
		id, _ := account.ParseUserID(r.ID)
		name, err := n.o.tx.MailboxName(scope.Org, account.MailboxID(id))
		return name.Email.String(), err
	case "organisation":
		slug, err := n.org(scope.Org)
		return string(slug), err
	case "site":
		id, _ := strconv.ParseUint(r.ID, 10, 32)
		slug, err := n.site(scope.Org, account.SiteID(id))
		return string(slug), err
	case "domain":
		return account.Domain(r.ID).String(), nil
	}
	return r.ID, nil
}

func (n *logNames) secret(scope account.Scope, id string) (string, error) {
	if name, known := n.other[id]; known {
		return name, nil
	}
	name, err := n.o.secretName(scope, id)
	if err == nil && len(n.other) < manyNames {
		n.other[id] = name
	}
	return name, err
}
