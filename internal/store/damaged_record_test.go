package store

import (
	"bytes"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/usher-admin/usher/internal/account"
)

// Whoever needs a damaged record gets an error: it is never taken for one that is
// not there, nor left out of a list or passed over by a change. Each record of a
// house with one of every kind is damaged before every operation, which then must
// fail or do exactly what it does otherwise.
func TestADamagedRecordIsNeverTakenForNone(t *testing.T) {
	f := furnish(t)
	kept := contents(t, f.path)
	delete(kept, string(schemaKey()))
	o, err := f.open(true)
	must(t, err)
	defer o.close()
	for _, op := range f.operations() {
		whole := f.try(o, op.do, nil, change{})
		if whole.err != nil {
			t.Errorf("%s: got error %v with a whole file", op.name, whole.err)
			continue
		}
		for k, value := range kept {
			for harm, damaged := range harms([]byte(k), []byte(value)) {
				got := f.try(o, op.do, []byte(k), change{value: damaged})
				if account.CodeOf(got.err) == "db.damaged" {
					continue
				}
				if got.err != nil || !reflect.DeepEqual(got.value, whole.value) || !maps.EqualFunc(got.changes, whole.changes, change.equal) {
					t.Errorf("%s while %s %s:\n got %+v, error %v\nwant %+v or that it is damaged", op.name, describeKey([]byte(k)), harm, got.value, got.err, whole.value)
				}
			}
		}
	}
}

// An index that names what is not there is damaged, and no shorter list.
func TestAnIndexThatNamesNothingIsDamaged(t *testing.T) {
	f := furnish(t)
	o, err := f.open(true)
	must(t, err)
	defer o.close()
	for _, row := range []struct {
		name string
		gone []byte
		do   func(tx *Tx) error
	}{
		{"sessions", key(keySession, f.session.TokenHash[:]), func(tx *Tx) error { _, err := tx.UserSessions(f.bo.ID); return err }},
		{"links", key(keyLink, f.link.TokenHash[:]), func(tx *Tx) error { _, err := tx.UserLinks(f.bo.ID, account.LinkInvite); return err }},
		{"users of a site", userKey(testOrg, f.bo.ID), func(tx *Tx) error {
			return tx.FacetUsers(testOrg, FacetSite, SiteFacet(f.site.ID), account.UserID{}, func(account.User) (bool, error) { return true, nil })
		}},
		{"mailboxes of a plan", mailboxKey(testOrg, f.mailbox.ID), func(tx *Tx) error {
			return tx.PlanMailboxes(testOrg, "basic", account.MailboxID{}, func(account.Mailbox) (bool, error) { return true, nil })
		}},
	} {
		got := f.try(o, func(tx *Tx) (any, error) { return nil, row.do(tx) }, row.gone, change{gone: true})
		if account.CodeOf(got.err) != "db.damaged" {
			t.Errorf("%s: got error %v, want that the database is damaged", row.name, got.err)
		}
	}
}

// The log vouches for what was written, and not for what became of it.
func TestABaselineVouchesForNoDamagedRecord(t *testing.T) {
	f := furnish(t)
	o, err := f.open(true)
	must(t, err)
	defer o.close()
	got := f.try(o, func(tx *Tx) (any, error) {
		_, _, _, err := tx.WriteBaseline(tx.Head().Size, 0, nil, -1)
		return nil, err
	}, userKey(testOrg, f.bo.ID), change{value: []byte("not what it was")})
	wantError(t, got.err, account.Unopenable, "db.damaged")
}

// harms returns what may have become of a record: its check does not fit, or it
// does and nobody can decode the rest.
func harms(k, value []byte) map[string][]byte {
	flipped := bytes.Clone(value)
	flipped[len(flipped)-1] ^= 1
	all := map[string][]byte{"does not match its check": flipped}
	const halfNumber = 0x80
	switch {
	case k[0] == keyBlocklist: // of any bytes
	case logged(k[0]):
		all["cannot be decoded"] = appendLogged(nil, k, []byte{halfNumber}, make([]byte, nonceSize), 1)
	case len(value) > 1+checkSize: // something is told beside its key
		all["cannot be decoded"] = appendPlain(nil, k, []byte{halfNumber})
	}
	return all
}

func (c change) equal(other change) bool {
	return c.gone == other.gone && bytes.Equal(c.value, other.value)
}

// tried is what an operation returned and changed.
type tried struct {
	value   any
	err     error
	changes map[string]change
}

// try runs an operation in a transaction that leads to nothing, before which
// something else happened to one record.
func (h *house) try(o *opened, do func(tx *Tx) (any, error), k []byte, before change) (got tried) {
	h.t.Helper()
	tx, err := h.begin(o)
	must(h.t, err)
	tx.Now, tx.writable, tx.random = h.clock, true, rand.NewChaCha8([32]byte{})
	if k != nil {
		tx.space.set(k, before)
	}
	got.err = tx.run(func(tx *Tx) (err error) {
		if got.value, err = do(tx); err != nil {
			return err
		}
		return orElse(tx.seatsCovered(), tx.writeCounters)
	})
	got.changes = map[string]change{}
	for _, n := range tx.space.pending.inOrder(nil) {
		c := tx.space.pending.change(n)
		if changed := tx.space.pending.key(n); !bytes.Equal(changed, k) || !c.equal(before) {
			got.changes[string(changed)] = change{gone: c.gone, value: bytes.Clone(c.value)}
		}
	}
	return got
}

// furnished is a house with one record of every kind at least.
type furnished struct {
	*house
	bo, gone account.User
	site     account.Site
	scope    account.Scope // of the site
	mailbox  account.Mailbox
	pool     account.Pool
	secret   account.Secret
	dropped  account.SecretID
	session  account.Session
	link     account.Link
	token    account.ServiceToken
}

func furnish(t *testing.T) *furnished {
	t.Helper()
	f := &furnished{house: newHouse(t)}
	f.giveKey()
	f.site = account.Site{ID: 1, Org: testOrg, Slug: "kiruna", Name: "Kiruna", CreatedAt: at(1)}
	f.scope = account.Scope{Org: testOrg, Site: f.site.ID}
	f.bo, f.gone = f.user("bo@norrsken.example"), f.user("cecilia@norrsken.example")
	f.bo.Site, f.bo.Role, f.bo.Auth, f.bo.Directory = f.site.ID, "helpdesk", account.AuthDirectory, "ad"
	f.bo.Plan, f.bo.PlanState = "basic", account.LicenceAssigned
	f.pool = account.Pool{Org: testOrg, Plan: "Basic", Kind: account.PlanUser, Purchases: []account.Purchase{{Seats: 3, BoughtAt: at(1)}}}
	f.mailbox = account.Mailbox{ID: account.MailboxID(f.newID()), Org: testOrg, Address: "info@norrsken.example", Licence: account.Licence{Plan: "basic"}}
	f.secret = account.Secret{ID: account.SecretID(f.newID()), Scope: f.scope, Mark: [16]byte{1}, Value: []byte("sealed")}
	f.dropped = account.SecretID(f.newID())
	f.session = account.Session{TokenHash: [32]byte{1}, User: f.bo.ID, Scope: f.scope}
	f.link = account.Link{TokenHash: [32]byte{2}, User: f.bo.ID, Scope: f.scope, Kind: account.LinkInvite}
	f.token = account.ServiceToken{Org: testOrg, Name: "cron", TokenHash: [32]byte{3}, CreatedBy: f.bo.ID, Scope: f.scope}
	f.change(f.moveIn)
	f.change(func(tx *Tx) error { return tx.RemoveUser(f.gone) })
	f.change(func(tx *Tx) error {
		_, _, _, err := tx.WriteBaseline(tx.Head().Size, 0, nil, -1)
		tx.SetBaseline(tx.Head().Size, tx.Head().Size+1)
		return err
	})
	return f
}

func (f *furnished) moveIn(tx *Tx) error {
	for _, step := range []func() error{
		func() error { return tx.PutSite(f.site) },
		func() error { return tx.PutScopeKey(account.ScopeKey{Scope: f.scope, Vault: []byte("vault")}) },
		func() error {
			return tx.PutRole(account.CustomRole{Org: testOrg, Name: "helpdesk", Allow: []string{"user.list"}})
		},
		func() error { return tx.PutPool(f.pool) },
		func() error { return tx.PutUser(f.bo) },
		func() error { return tx.PutUser(f.gone) },
		func() error { return tx.PutMailbox(f.mailbox) },
		func() error { return tx.PutMember(testOrg, f.mailbox.ID, f.bo.ID) },
		func() error {
			return tx.PutCredential(testOrg, account.Credential{User: f.bo.ID, Sealed: []byte("sealed")})
		},
		func() error { return tx.PutTries(f.bo.ID, account.Tries{Failures: 3, Last: at(2)}) },
		func() error { return tx.PutPolicy(account.PasswordPolicy{Org: testOrg, MinLength: 20}) },
		func() error { return tx.PutBlocklist(testOrg, []byte("norrsken\n")) },
		func() error { return tx.PutSession(f.session) },
		func() error { return tx.PutLink(f.link) },
		func() error { return tx.PutServiceToken(f.token) },
		func() error { return tx.PutSecret(f.secret) },
		func() error { return tx.PutGoneSecret(f.scope, f.dropped, []byte("sealed")) },
		func() error { return tx.PutPersonal(1, []Personal{{"email", "a", "b"}}) },
		func() error { return tx.AddUserEvent(testOrg, f.bo.ID, 2, 2) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

type operation struct {
	name string
	do   func(tx *Tx) (any, error)
}

// operations are those that look at records, and those that change what follows
// from them.
func (f *furnished) operations() []operation { return slices.Concat(f.reads(), f.lists(), f.changes()) }

// two is what a read returned that may find nothing.
func two[T any](value T, found bool, err error) (any, error) {
	return struct {
		value T
		found bool
	}{value, found}, err
}

func (f *furnished) reads() []operation {
	org, bo := testOrg, f.bo.ID
	return []operation{
		{"the instance", func(tx *Tx) (any, error) { return tx.Instance() }},
		{"an organisation", func(tx *Tx) (any, error) { return two(tx.Organisation(org)) }},
		{"an organisation by its slug", func(tx *Tx) (any, error) { return two(tx.OrganisationBySlug("norrsken")) }},
		{"a site", func(tx *Tx) (any, error) { return two(tx.Site(org, f.site.ID)) }},
		{"a site by its slug", func(tx *Tx) (any, error) { return two(tx.SiteBySlug(org, "kiruna")) }},
		{"a role", func(tx *Tx) (any, error) { return two(tx.Role(org, "helpdesk")) }},
		{"a domain", func(tx *Tx) (any, error) { return two(tx.Domain(org, "norrsken.example")) }},
		{"a key scope", func(tx *Tx) (any, error) { return two(tx.ScopeKey(f.scope)) }},
		{"a plan", func(tx *Tx) (any, error) { return two(tx.Pool(org, "basic")) }},
		{"its seats", func(tx *Tx) (any, error) { return tx.Seats(f.pool) }},
		{"a policy", func(tx *Tx) (any, error) { return tx.Policy(org) }},
		{"a blocklist", func(tx *Tx) (any, error) { return tx.Blocklist(org) }},
		{"a user", func(tx *Tx) (any, error) { return two(tx.User(org, bo)) }},
		{"a user's name", func(tx *Tx) (any, error) { return tx.UserName(org, bo) }},
		{"a former user's name", func(tx *Tx) (any, error) { return tx.UserName(org, f.gone.ID) }},
		{"whose an address is", func(tx *Tx) (any, error) { return two(tx.Address(f.bo.Email)) }},
		{"whose a mailbox's address is", func(tx *Tx) (any, error) { return two(tx.Address(f.mailbox.Address)) }},
		{"a password", func(tx *Tx) (any, error) { return two(tx.Credential(org, bo)) }},
		{"wrong tries", func(tx *Tx) (any, error) { return tx.Tries(bo) }},
		{"wrong tries in a row", func(tx *Tx) (any, error) { return tx.TriesWalk().Of(bo) }},
		{"a mailbox", func(tx *Tx) (any, error) { return two(tx.Mailbox(org, f.mailbox.ID)) }},
		{"a mailbox's name", func(tx *Tx) (any, error) { return tx.MailboxName(org, f.mailbox.ID) }},
		{"a member", func(tx *Tx) (any, error) { return tx.Member(org, f.mailbox.ID, bo) }},
		{"a session", func(tx *Tx) (any, error) { return two(tx.Session(f.session.TokenHash)) }},
		{"a session by its id", func(tx *Tx) (any, error) { return two(tx.SessionByID(account.SessionID(f.session.TokenHash[:]))) }},
		{"a link", func(tx *Tx) (any, error) { return two(tx.Link(f.link.TokenHash)) }},
		{"a service token", func(tx *Tx) (any, error) { return two(tx.ServiceToken(org, "cron")) }},
		{"a service token by its secret", func(tx *Tx) (any, error) { return two(tx.ServiceTokenByHash(f.token.TokenHash)) }},
		{"a stored password", func(tx *Tx) (any, error) { return two(tx.Secret(f.scope, f.secret.ID)) }},
		{"a stored password by its name", func(tx *Tx) (any, error) { return two(tx.SecretByMark(f.scope, f.secret.Mark)) }},
		{"the name of a deleted stored password", func(tx *Tx) (any, error) { return tx.GoneSecret(f.scope, f.dropped) }},
		{"personal values", func(tx *Tx) (any, error) { return tx.PersonalValues(1) }},
		{"an event", func(tx *Tx) (any, error) { return two(tx.LogLine(2)) }},
		{"how many users there are", func(tx *Tx) (any, error) { return tx.Count(org, FacetAll, "") }},
		{"how many users a domain has", func(tx *Tx) (any, error) { return tx.DomainUsers(org, "norrsken.example") }},
	}
}

// listed gathers what a list calls its visitor with.
func listed[T any](each func(func(T) (bool, error)) error) (any, error) {
	got := all(each)
	return got.value, got.err
}

func (f *furnished) lists() []operation {
	org, bo := testOrg, f.bo.ID
	type run struct{ seq, count uint64 }
	runs := func(list *[]run) func(seq, count uint64) (bool, error) {
		return func(seq, count uint64) (bool, error) { *list = append(*list, run{seq, count}); return true, nil }
	}
	return []operation{
		{"organisations", func(tx *Tx) (any, error) { return listed(tx.Organisations) }},
		{"sites", func(tx *Tx) (any, error) {
			return listed(func(fn func(account.Site) (bool, error)) error { return tx.Sites(org, fn) })
		}},
		{"roles", func(tx *Tx) (any, error) {
			return listed(func(fn func(account.CustomRole) (bool, error)) error { return tx.Roles(org, fn) })
		}},
		{"domains", func(tx *Tx) (any, error) {
			return listed(func(fn func(account.ApprovedDomain) (bool, error)) error { return tx.Domains(org, fn) })
		}},
		{"key scopes", func(tx *Tx) (any, error) { return listed(tx.ScopeKeys) }},
		{"plans", func(tx *Tx) (any, error) {
			return listed(func(fn func(account.Pool) (bool, error)) error { return tx.Pools(org, fn) })
		}},
		{"users", func(tx *Tx) (any, error) {
			return listed(func(fn func(account.User) (bool, error)) error { return tx.Users(org, account.UserID{}, fn) })
		}},
		{"users in one place of memory", func(tx *Tx) (any, error) {
			var u account.User
			var list []account.User
			err := tx.EachUser(org, account.UserID{}, account.UserID{}, &u, func(bool) (bool, error) { list = append(list, u); return true, nil })
			return list, err
		}},
		{"users of a site", func(tx *Tx) (any, error) {
			return listed(func(fn func(account.User) (bool, error)) error {
				return tx.FacetUsers(org, FacetSite, SiteFacet(f.site.ID), account.UserID{}, fn)
			})
		}},
		{"addresses", func(tx *Tx) (any, error) {
			return listed(func(fn func(account.Email) (bool, error)) error { return tx.AddressesUnder("b", fn) })
		}},
		{"addresses from the last one", func(tx *Tx) (any, error) {
			return listed(func(fn func(account.Email) (bool, error)) error { return tx.AddressesUnderBack("b", fn) })
		}},
		{"former users of an address", func(tx *Tx) (any, error) { return tx.FormerUsers(org, f.gone.Email) }},
		{"mailboxes", func(tx *Tx) (any, error) {
			return listed(func(fn func(account.Mailbox) (bool, error)) error { return tx.Mailboxes(org, account.MailboxID{}, fn) })
		}},
		{"mailboxes of a plan", func(tx *Tx) (any, error) {
			return listed(func(fn func(account.Mailbox) (bool, error)) error {
				return tx.PlanMailboxes(org, "basic", account.MailboxID{}, fn)
			})
		}},
		{"members", func(tx *Tx) (any, error) { return tx.Members(org, f.mailbox.ID) }},
		{"a user's mailboxes", func(tx *Tx) (any, error) { return tx.UserMailboxes(org, bo) }},
		{"sessions", func(tx *Tx) (any, error) { return listed(tx.Sessions) }},
		{"a user's sessions", func(tx *Tx) (any, error) { return tx.UserSessions(bo) }},
		{"a user's links", func(tx *Tx) (any, error) { return tx.UserLinks(bo, account.LinkInvite) }},
		{"service tokens", func(tx *Tx) (any, error) {
			return listed(func(fn func(account.ServiceToken) (bool, error)) error { return tx.ServiceTokens(org, fn) })
		}},
		{"service tokens that somebody made", func(tx *Tx) (any, error) { return tx.TokensMadeBy(org, bo) }},
		{"stored passwords", func(tx *Tx) (any, error) {
			return listed(func(fn func(account.Secret) (bool, error)) error { return tx.Secrets(f.scope, fn) })
		}},
		{"deleted stored passwords", func(tx *Tx) (any, error) {
			var list []account.SecretID
			err := tx.GoneSecrets(f.scope, func(id account.SecretID, _ []byte) (bool, error) { list = append(list, id); return true, nil })
			return list, err
		}},
		{"events", func(tx *Tx) (any, error) {
			return listed(func(fn func(Line) (bool, error)) error { return tx.Lines(1, fn) })
		}},
		{"events, last first", func(tx *Tx) (any, error) {
			return listed(func(fn func(Line) (bool, error)) error { return tx.LinesBack(5, fn) })
		}},
		{"a user's events, last first", func(tx *Tx) (any, error) {
			var list []run
			err := tx.UserEvents(org, bo, 9, runs(&list))
			return list, err
		}},
		{"a user's events", func(tx *Tx) (any, error) {
			var list []run
			err := tx.UserEventsFrom(org, bo, 3, runs(&list))
			return list, err
		}},
		{"the baseline", func(tx *Tx) (any, error) { return listed(tx.Baseline) }},
	}
}

func (f *furnished) changes() []operation {
	org, bo := testOrg, f.bo.ID
	do := func(name string, fn func(tx *Tx) error) operation {
		return operation{name, func(tx *Tx) (any, error) { return nil, fn(tx) }}
	}
	moved, renamed := f.bo, f.mailbox
	moved.Email, moved.Site, moved.Role, moved.Plan = "bo.ek@norrsken.example", 0, account.RoleMember, "basic"
	renamed.Address, renamed.Plan = "post@norrsken.example", ""
	site, secret := f.site, f.secret
	site.Slug, secret.Mark = "north", [16]byte{9}
	return []operation{
		do("a new organisation's number", func(tx *Tx) error { _, err := tx.NewOrgID(); return err }),
		do("a new site's number", func(tx *Tx) error { _, err := tx.NewSiteID(); return err }),
		do("an organisation is called otherwise", func(tx *Tx) error {
			return tx.PutOrganisation(account.Organisation{ID: org, Slug: "south", Owner: f.owner.ID})
		}),
		do("an organisation is deleted", func(tx *Tx) error {
			return tx.RemoveOrganisation(account.Organisation{ID: org, Slug: "norrsken"})
		}),
		do("a site is called otherwise", func(tx *Tx) error { return tx.PutSite(site) }),
		do("a site is deleted", func(tx *Tx) error { return tx.RemoveSite(f.site) }),
		do("a user is moved", func(tx *Tx) error { return tx.PutUser(moved) }),
		do("a user is deleted", func(tx *Tx) error { return tx.RemoveUser(f.bo) }),
		do("a user's links are ended", func(tx *Tx) error { return tx.RemoveUserLinks(bo) }),
		do("a former user is forgotten", func(tx *Tx) error { return tx.EraseName(org, f.gone.ID) }),
		do("seats are bought", func(tx *Tx) error { return tx.PutPool(f.pool) }),
		do("a mailbox gets another address", func(tx *Tx) error { return tx.PutMailbox(renamed) }),
		do("a mailbox is deleted", func(tx *Tx) error { return tx.RemoveMailbox(f.mailbox) }),
		do("a stored password is called otherwise", func(tx *Tx) error { return tx.PutSecret(secret) }),
		do("a stored password is deleted", func(tx *Tx) error { return tx.RemoveSecret(f.secret, []byte("sealed")) }),
		do("names of deleted stored passwords are dropped", func(tx *Tx) error { return tx.DropGoneSecrets(f.scope) }),
		do("the log is pruned", func(tx *Tx) error {
			tx.SetPruned(2)
			at, more, err := Clearing{}, true, error(nil)
			for more && err == nil {
				at, more, err = tx.Clear(at, 100, func([]byte) [32]byte { return [32]byte{1} })
			}
			return err
		}),
	}
}
