package service

import (
	"slices"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/store"
)

// rules are those of SPEC.md that hold at any moment, whatever was done.
func (w *walk) rules(now picture) {
	for _, org := range now.orgs {
		w.owned(now, org)
	}
	for _, u := range now.users {
		w.userRules(now, u)
	}
	w.sessionRules(now)
	w.tokenRules(now)
	w.licenceRules(now)
	w.scopeRules(now)
	w.sealed(now)
}

// owned: an organisation has exactly one owner (section 1), who stays active
// once he is (G11).
func (w *walk) owned(now picture, org account.Organisation) {
	owner, found := now.users[org.Owner]
	if !found || owner.Org != org.ID || owner.Role != account.RoleOwner {
		w.fail("%s has no owner: %+v", org.Slug, owner.User)
	}
	for _, u := range now.users {
		if u.Org == org.ID && u.Role == account.RoleOwner && u.ID != org.Owner {
			w.fail("%s is an owner beside %s", u.Email, owner.Email)
		}
	}
	was, known := w.seen.users[org.Owner]
	if known && was.Status == account.StatusActive && owner.Status != account.StatusActive {
		w.fail("the owner %s is %s", owner.Email, owner.Status)
	}
}

// userRules: his role is there and fits (section 1); pending is who has no
// password yet; a suspended user has no way in; a link is one of its kind, of
// the place where he is (G4).
func (w *walk) userRules(now picture, u walkUser) {
	local := u.Auth == account.AuthLocal
	switch {
	case !u.fits:
		w.fail("%s has the role %s, which is not there or does not fit", u.Email, u.Role)
	case u.Site != 0 && !slices.ContainsFunc(now.sites, func(s account.Site) bool { return s.ID == u.Site && s.Org == u.Org }):
		w.fail("%s belongs to a site that is not there", u.Email)
	case u.password && (!local || u.Status == account.StatusPending):
		w.fail("%s has a password, and is %s with %s", u.Email, u.Status, u.Auth)
	case u.Status == account.StatusActive && local && !u.password:
		w.fail("%s is active without a password", u.Email)
	case !local && u.Status == account.StatusPending:
		w.fail("%s is pending, with a password in a directory", u.Email)
	case local != (u.Directory == ""):
		w.fail("%s: %s and the directory %q", u.Email, u.Auth, u.Directory)
	case u.Status == account.StatusSuspended && len(u.links) > 0:
		w.fail("%s is suspended and has a link", u.Email)
	case u.Released != "" && (u.Status != account.StatusSuspended || u.Licensed()):
		w.fail("%s is %s, and a seat of %s waits for him to be resumed", u.Email, u.Status, u.Released)
	}
	seen := map[account.LinkKind]bool{}
	for _, l := range u.links {
		switch {
		case seen[l.Kind]:
			w.fail("%s has two links of the kind %s", u.Email, l.Kind)
		case l.Scope != u.Scope():
			w.fail("%s has a link of another place", u.Email)
		case l.Kind == account.LinkInvite && u.Status != account.StatusPending:
			w.fail("%s is %s and has an invitation", u.Email, u.Status)
		case !local && l.Kind == account.LinkInvite:
			w.fail("%s has a password in a directory, and an invitation to choose one here", u.Email)
		}
		seen[l.Kind] = true
	}
}

// sessionRules: a session is that of an active user, at the place where he is.
func (w *walk) sessionRules(now picture) {
	for _, s := range now.sessions {
		u, found := now.users[s.User]
		if !found || u.Status != account.StatusActive || s.Scope != u.Scope() {
			w.fail("there is a session of %s, who is %s at another place or not there", u.Email, u.Status)
		}
	}
}

// tokenRules: a service token ends with who made it, and carries no key that is
// gone.
func (w *walk) tokenRules(now picture) {
	for _, t := range now.tokens {
		u, found := now.users[t.CreatedBy]
		switch {
		case !found || u.Org != t.Org || u.Status == account.StatusSuspended:
			w.fail("the token %s is left of %s, who is %s", t.Name, u.Email, u.Status)
		case len(t.Carried) > 0 && !slices.Contains(now.keys, t.Scope):
			w.fail("the token %s carries the key of a place that is not there", t.Name)
		}
	}
}

// licenceRules: held and free seats are those that were bought, less what expired
// under its holders, and each is of the kind of who holds it.
func (w *walk) licenceRules(now picture) {
	held := map[account.OrgID]map[string]int{}
	hold := func(org account.OrgID, l account.Licence, kind account.PlanKind, who account.Email) {
		if !l.Licensed() {
			return
		}
		i := slices.IndexFunc(now.pools, func(p account.Pool) bool { return p.Org == org && p.Plan.Key() == l.Plan.Key() })
		if i < 0 || now.pools[i].Kind != kind || now.pools[i].Plan != l.Plan {
			w.fail("%s holds a seat of %s, which is not there or for others", who, l.Plan)
		}
		if held[org] == nil {
			held[org] = map[string]int{}
		}
		held[org][l.Plan.Key()]++
	}
	for _, u := range now.users {
		hold(u.Org, u.Licence, account.PlanUser, u.Email)
	}
	for _, m := range now.boxes {
		hold(m.Org, m.Licence, account.PlanMailbox, m.Address)
	}
	w.read(func(tx *store.Tx) error {
		tx.Now = w.now
		for _, p := range now.pools {
			seats, err := tx.Seats(p)
			if err != nil {
				return err
			}
			if seats.Held != held[p.Org][p.Plan.Key()] || seats.Bought+seats.Overdrawn != seats.Held+seats.Free {
				w.fail("the seats of %s do not add up: %+v, held by %d", p.Plan, seats, held[p.Org][p.Plan.Key()])
			}
		}
		return nil
	})
}

// scopeRules: each organisation and each site has a key, and nothing else has;
// names of sites that differ only by case are one.
func (w *walk) scopeRules(now picture) {
	var places []account.Scope
	names := map[account.Scope]string{}
	for _, org := range now.orgs {
		places = append(places, account.Scope{Org: org.ID})
	}
	for _, s := range now.sites {
		places = append(places, account.Scope{Org: s.Org, Site: s.ID})
		for other, name := range names {
			if other.Org == s.Org && name == fold(s.Name) {
				w.fail("two sites are named %s", s.Name)
			}
		}
		names[account.Scope{Org: s.Org, Site: s.ID}] = fold(s.Name)
	}
	if len(places) != len(now.keys) {
		w.fail("there are %d keys for %d places", len(now.keys), len(places))
	}
	for _, place := range places {
		if !slices.Contains(now.keys, place) {
			w.fail("%v has no key", place)
		}
	}
}
