package store

import (
	"bytes"
	"errors"
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

// Whoever looks through a list gets no more than he wants.
func TestEveryListStopsWhenTold(t *testing.T) {
	f := furnish(t)
	boom := errors.New("boom")
	logged := walk{"records that the log vouches for", func(tx *Tx, visit func(any) (bool, error)) error {
		return tx.LoggedRecords(nil, of[LoggedRecord](visit))
	}}
	f.look(func(tx *Tx) error {
		for _, w := range append(f.walks(), logged) {
			list, err := gathered(tx, w)
			if err != nil || len(list) == 0 {
				t.Errorf("%s: got %v, error %v, want some", w.name, list, err)
			}
			for calls := range list {
				for _, want := range []error{nil, boom} {
					n := 0
					err := w.each(tx, func(any) (bool, error) {
						if n++; n <= calls {
							return true, nil
						}
						return false, want
					})
					if n != calls+1 || !errors.Is(err, want) {
						t.Errorf("%s: got %d calls, error %v, want %d, error %v", w.name, n, err, calls+1, want)
					}
				}
			}
		}
		return nil
	})
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

const halfNumber = 0x80 // of which the other half is missing

// harms returns what may have become of a record: its check does not fit, or it
// does and nobody can decode the rest.
func harms(k, value []byte) map[string][]byte {
	flipped := bytes.Clone(value)
	flipped[len(flipped)-1] ^= 1
	all := map[string][]byte{"does not match its check": flipped}
	for harm, payload := range map[string][]byte{"cannot be decoded": {halfNumber}, "ends within a text": {1<<1 | wireBytes, 50, 'x'}} {
		switch {
		case k[0] == keyBlocklist: // of any bytes
		case logged(k[0]):
			all[harm] = appendLogged(nil, k, payload, make([]byte, nonceSize), 1)
		case len(value) > 1+checkSize: // something is told beside its key
			all[harm] = appendPlain(nil, k, payload)
		}
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
	born     uint64 // the event that made bo
	based    uint64 // the generation of the baseline that counts
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
	f.change(f.fitOut)
	f.born = f.addBorn(f.bo)
	f.change(f.moveIn)
	f.change(func(tx *Tx) error { return tx.RemoveUser(f.gone) })
	f.change(func(tx *Tx) error {
		f.based = tx.Head().Size
		_, _, _, err := tx.WriteBaseline(f.based, 0, nil, -1)
		tx.SetBaseline(f.based, f.based+1)
		return err
	})
	return f
}

// fitOut makes what has to be there before somebody moves in.
func (f *furnished) fitOut(tx *Tx) error {
	return errors.Join(
		tx.PutSite(f.site),
		tx.PutScopeKey(account.ScopeKey{Scope: f.scope, Vault: []byte("vault")}),
		tx.PutRole(account.CustomRole{Org: testOrg, Name: "helpdesk", Allow: []string{"user.list"}}),
		tx.PutPool(f.pool),
	)
}

func (f *furnished) moveIn(tx *Tx) error {
	for _, step := range []func() error{
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
		func() error { return tx.AddUserEvent(testOrg, f.bo.ID, f.born+1, 3) },
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
		{"former users of an address", func(tx *Tx) (any, error) { return tx.FormerUsers(org, f.gone.Email) }},
		{"members", func(tx *Tx) (any, error) { return tx.Members(org, f.mailbox.ID) }},
		{"a user's mailboxes", func(tx *Tx) (any, error) { return tx.UserMailboxes(org, bo) }},
		{"a user's sessions", func(tx *Tx) (any, error) { return tx.UserSessions(bo) }},
		{"a user's links", func(tx *Tx) (any, error) { return tx.UserLinks(bo, account.LinkInvite) }},
		{"service tokens that somebody made", func(tx *Tx) (any, error) { return tx.TokensMadeBy(org, bo) }},
		{"how many users there are", func(tx *Tx) (any, error) { return tx.Count(org, FacetAll, "") }},
		{"how many users a domain has", func(tx *Tx) (any, error) { return tx.DomainUsers(org, "norrsken.example") }},
	}
}

// walk is a list: it calls its visitor with one thing after the other until that
// returns false or an error.
type walk struct {
	name string
	each func(tx *Tx, visit func(any) (bool, error)) error
}

// lists are the walks, each as an operation that gathers what comes.
func (f *furnished) lists() (all []operation) {
	for _, w := range f.walks() {
		all = append(all, operation{w.name, func(tx *Tx) (any, error) { return gathered(tx, w) }})
	}
	return all
}

func gathered(tx *Tx, w walk) (list []any, err error) {
	err = w.each(tx, func(v any) (bool, error) {
		list = append(list, v)
		return true, nil
	})
	return list, err
}

// of passes a visitor of anything to a list of something.
func of[T any](visit func(any) (bool, error)) func(T) (bool, error) {
	return func(v T) (bool, error) { return visit(v) }
}

func (f *furnished) walks() []walk {
	org, bo := testOrg, f.bo.ID
	type visitor = func(any) (bool, error)
	type run struct{ seq, count uint64 }
	runs := func(visit visitor) func(seq, count uint64) (bool, error) {
		return func(seq, count uint64) (bool, error) { return visit(run{seq, count}) }
	}
	return []walk{
		{"organisations", func(tx *Tx, visit visitor) error { return tx.Organisations(of[account.Organisation](visit)) }},
		{"sites", func(tx *Tx, visit visitor) error { return tx.Sites(org, of[account.Site](visit)) }},
		{"roles", func(tx *Tx, visit visitor) error { return tx.Roles(org, of[account.CustomRole](visit)) }},
		{"domains", func(tx *Tx, visit visitor) error { return tx.Domains(org, of[account.ApprovedDomain](visit)) }},
		{"key scopes", func(tx *Tx, visit visitor) error { return tx.ScopeKeys(of[account.ScopeKey](visit)) }},
		{"plans", func(tx *Tx, visit visitor) error { return tx.Pools(org, of[account.Pool](visit)) }},
		{"users", func(tx *Tx, visit visitor) error { return tx.Users(org, account.UserID{}, of[account.User](visit)) }},
		{"users in one place of memory", func(tx *Tx, visit visitor) error {
			var u account.User
			return tx.EachUser(org, account.UserID{}, account.UserID{}, &u, func(bool) (bool, error) { return visit(u) })
		}},
		{"users of a site", func(tx *Tx, visit visitor) error {
			return tx.FacetUsers(org, FacetSite, SiteFacet(f.site.ID), account.UserID{}, of[account.User](visit))
		}},
		{"addresses", func(tx *Tx, visit visitor) error { return tx.AddressesUnder("", of[account.Email](visit)) }},
		{"addresses from the last one", func(tx *Tx, visit visitor) error { return tx.AddressesUnderBack("", of[account.Email](visit)) }},
		{"mailboxes", func(tx *Tx, visit visitor) error {
			return tx.Mailboxes(org, account.MailboxID{}, of[account.Mailbox](visit))
		}},
		{"mailboxes of a plan", func(tx *Tx, visit visitor) error {
			return tx.PlanMailboxes(org, "basic", account.MailboxID{}, of[account.Mailbox](visit))
		}},
		{"sessions", func(tx *Tx, visit visitor) error { return tx.Sessions(of[account.Session](visit)) }},
		{"service tokens", func(tx *Tx, visit visitor) error { return tx.ServiceTokens(org, of[account.ServiceToken](visit)) }},
		{"stored passwords", func(tx *Tx, visit visitor) error { return tx.Secrets(f.scope, of[account.Secret](visit)) }},
		{"deleted stored passwords", func(tx *Tx, visit visitor) error {
			return tx.GoneSecrets(f.scope, func(id account.SecretID, name []byte) (bool, error) {
				return visit([2][]byte{id[:], bytes.Clone(name)})
			})
		}},
		{"events", func(tx *Tx, visit visitor) error { return tx.Lines(1, of[Line](visit)) }},
		{"events, last first", func(tx *Tx, visit visitor) error { return tx.LinesBack(5, of[Line](visit)) }},
		{"a user's events", func(tx *Tx, visit visitor) error { return tx.UserEventsFrom(org, bo, 1, runs(visit)) }},
		{"a user's events from within some in a row", func(tx *Tx, visit visitor) error { return tx.UserEventsFrom(org, bo, f.born+2, runs(visit)) }},
		{"a user's events, last first", func(tx *Tx, visit visitor) error { return tx.UserEvents(org, bo, 99, runs(visit)) }},
		{"the baseline", func(tx *Tx, visit visitor) error { return tx.Baseline(of[BaselineRecord](visit)) }},
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
