package service

import (
	"os"
	"slices"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/store"
	"github.com/usher-admin/usher/internal/store/pagefile"
)

// picture is what a database holds at one moment: every record as it lies in the
// file, and what of it the rules speak of.
type picture struct {
	records  map[string]string
	events   uint64
	orgs     []account.Organisation
	sites    []account.Site
	users    map[account.UserID]walkUser
	roles    map[account.OrgID]map[account.RoleName]access.Set
	sessions []account.Session
	tokens   []account.ServiceToken
	boxes    []account.Mailbox
	pools    []account.Pool
	keys     []account.Scope
}

// walkUser is a user with what he may and what he has to get in with.
type walkUser struct {
	account.User
	may      access.Set
	fits     bool // there is his role, and he can hold it
	password bool
	links    []account.Link
}

// picture takes one.
func (w *walk) picture() picture {
	p := picture{records: w.records(), users: map[account.UserID]walkUser{}, roles: map[account.OrgID]map[account.RoleName]access.Set{}}
	w.read(func(tx *store.Tx) error {
		p.events = tx.Head().Size
		for _, take := range []func(*store.Tx) error{p.takeOrgs, p.takeUsers, p.takeRest} {
			if err := take(tx); err != nil {
				return err
			}
		}
		return nil
	})
	for id := range p.users {
		if !slices.Contains(w.ids, id.String()) {
			w.ids = append(w.ids, id.String())
		}
	}
	slices.Sort(w.ids)
	return p
}

// records reads every key and value there is.
func (w *walk) records() map[string]string {
	data, err := os.ReadFile(w.path)
	w.must(err)
	tree, err := pagefile.Open(data)
	w.must(err)
	records := map[string]string{}
	w.must(tree.Scan(nil, func(k, v []byte) bool {
		records[string(k)] = string(v)
		return true
	}))
	return records
}

// changed lists the keys under which there is something else now.
func (p picture) changed(now picture) (keys []string) {
	for k, v := range now.records {
		if old, found := p.records[k]; !found || old != v {
			keys = append(keys, k)
		}
	}
	for k := range p.records {
		if _, found := now.records[k]; !found {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return keys
}

func (p *picture) takeOrgs(tx *store.Tx) error {
	err := tx.Organisations(func(org account.Organisation) (bool, error) {
		p.orgs = append(p.orgs, org)
		return true, nil
	})
	for _, org := range p.orgs {
		p.roles[org.ID] = map[account.RoleName]access.Set{}
		for _, name := range builtInRoles() {
			p.roles[org.ID][name], _ = access.BuiltIn(name)
		}
		if err == nil {
			err = tx.Roles(org.ID, func(r account.CustomRole) (bool, error) {
				p.roles[org.ID][r.Name] = permissionSet(r.Allow)
				return true, nil
			})
		}
		if err == nil {
			err = tx.Sites(org.ID, func(site account.Site) (bool, error) {
				p.sites = append(p.sites, site)
				return true, nil
			})
		}
	}
	return err
}

func (p *picture) takeUsers(tx *store.Tx) error {
	for _, org := range p.orgs {
		err := tx.Users(org.ID, account.UserID{}, func(u account.User) (bool, error) {
			taken, err := p.takeUser(tx, u)
			p.users[u.ID] = taken
			return true, err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *picture) takeUser(tx *store.Tx, u account.User) (walkUser, error) {
	taken := walkUser{User: u}
	var found bool
	taken.may, found = p.roles[u.Org][u.Role]
	taken.fits = found && access.Fits(u.Role, u.Type, u.Site)
	var err error
	if _, taken.password, err = tx.Credential(u.Org, u.ID); err != nil {
		return taken, err
	}
	for _, kind := range []account.LinkKind{account.LinkInvite, account.LinkPassword, account.LinkOrgKey} {
		links, err := tx.UserLinks(u.ID, kind)
		if err != nil {
			return taken, err
		}
		taken.links = append(taken.links, links...)
	}
	return taken, nil
}

func (p *picture) takeRest(tx *store.Tx) error {
	err := tx.Sessions(func(s account.Session) (bool, error) {
		p.sessions = append(p.sessions, s)
		return true, nil
	})
	if err != nil {
		return err
	}
	err = tx.ScopeKeys(func(k account.ScopeKey) (bool, error) {
		p.keys = append(p.keys, k.Scope)
		return true, nil
	})
	for _, org := range p.orgs {
		if err == nil {
			err = tx.ServiceTokens(org.ID, func(t account.ServiceToken) (bool, error) {
				p.tokens = append(p.tokens, t)
				return true, nil
			})
		}
		if err == nil {
			err = tx.Mailboxes(org.ID, account.MailboxID{}, func(m account.Mailbox) (bool, error) {
				p.boxes = append(p.boxes, m)
				return true, nil
			})
		}
		if err == nil {
			err = tx.Pools(org.ID, func(pool account.Pool) (bool, error) {
				p.pools = append(p.pools, pool)
				return true, nil
			})
		}
	}
	return err
}
