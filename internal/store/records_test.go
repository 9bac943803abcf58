package store

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/usher-admin/usher/internal/account"
)

// at is a time as records keep it.
func at(day int) time.Time { return time.Date(2026, 4, day, 8, 30, 15, 123456000, time.UTC) }

// got is what a read returned; found is true where the read cannot miss.
type got struct {
	value any
	found bool
	err   error
}

func one[T any](value T, found bool, err error) got { return got{value, found, err} }

func all[T any](each func(func(T) (bool, error)) error) got {
	var list []T
	err := each(func(v T) (bool, error) {
		list = append(list, v)
		return true, nil
	})
	return got{list, list != nil, err}
}

func TestEveryRecordComesBackAsItWasWritten(t *testing.T) {
	h := newHouse(t)
	id, other := h.newID(), h.newID()
	bo := h.user("bo@norrsken.example")
	bo.Site, bo.Role, bo.MustChange, bo.Directory, bo.Plan, bo.PlanState = 4, account.RoleSiteAdmin, true, "ad", "basic", account.LicenceActive
	bo.UpdatedAt, bo.LastLoginAt, bo.AssignedAt, bo.ActivatedAt, bo.Released = at(2), at(3), at(4), at(5), "lite"
	pool := account.Pool{Org: testOrg, Plan: "Basic", Kind: account.PlanUser, Purchases: []account.Purchase{
		{Seats: 2, BoughtAt: at(1)}, {Seats: 1_000_000, BoughtAt: at(1), ExpiresAt: at(2)},
	}}
	mailbox := account.Mailbox{
		ID: account.MailboxID(other), Org: testOrg, Address: "info@norrsken.example", Name: "Info", CreatedAt: at(1), UpdatedAt: at(2),
		Licence: account.Licence{Plan: "basic", PlanState: account.LicenceActive, AssignedAt: at(3), ActivatedAt: at(4)},
	}
	site := account.Site{ID: 4, Org: testOrg, Slug: "kiruna", Name: "Kiruna", CreatedAt: at(1), UpdatedAt: at(2), HandedAt: at(3)}
	role := account.CustomRole{Org: testOrg, Name: "helpdesk", Allow: []string{"user.list", "user.show"}, CreatedAt: at(1), UpdatedAt: at(2)}
	domain := account.ApprovedDomain{Org: testOrg, Domain: "kiruna.example", ApprovedAt: at(1), ApprovedBy: id}
	scope := account.ScopeKey{Scope: account.Scope{Org: testOrg, Site: 4}, Check: [16]byte{1, 2}, Escrow: []byte("escrow"), Vault: []byte("vault")}
	credential := account.Credential{User: bo.ID, Sealed: []byte("sealed"), ChangedAt: at(4), Temporary: true, ExpiresAt: at(5), UsedAt: at(6)}
	policy := account.PasswordPolicy{Org: testOrg, MinLength: 12, MinDigits: 1, MinLower: 2, MinUpper: 3, MinSpecial: 4, Message: "as ever", UpdatedAt: at(1)}
	tries := account.Tries{Failures: 3, Last: at(5)}
	session := account.Session{
		TokenHash: [32]byte{7}, User: bo.ID, Scope: scope.Scope, CreatedAt: at(1), LastSeenAt: at(2), ExpiresAt: at(3),
		ProvenAt: at(4), Host: "host", Carried: []byte("carried"), Restricted: true,
	}
	link := account.Link{
		TokenHash: [32]byte{8}, Kind: account.LinkPassword, User: bo.ID, Scope: scope.Scope, CreatedAt: at(1), ExpiresAt: at(2),
		CreatedBy: other, Sent: true, Carried: []byte("carried"), Tries: account.Tries{Failures: 2, Last: at(3)},
	}
	token := account.ServiceToken{
		Org: testOrg, Name: "cron", TokenHash: [32]byte{9}, Allow: []string{"user.list"}, CreatedBy: id, CreatedAt: at(1),
		ExpiresAt: at(2), LastUsedAt: at(3), Carried: []byte("carried"), Scope: scope.Scope,
	}
	rows := []struct {
		name string
		put  func(*Tx) error
		get  func(*Tx) got
		want any
	}{
		{"a pool", func(tx *Tx) error { return tx.PutPool(pool) }, func(tx *Tx) got { return one(tx.Pool(testOrg, "BASIC")) }, pool},
		{"all pools", nil, func(tx *Tx) got {
			return all(func(fn func(account.Pool) (bool, error)) error { return tx.Pools(testOrg, fn) })
		}, []account.Pool{pool}},
		{"a mailbox", func(tx *Tx) error { return tx.PutMailbox(mailbox) }, func(tx *Tx) got { return one(tx.Mailbox(testOrg, mailbox.ID)) }, mailbox},
		{"whose a mailbox's address is", nil, func(tx *Tx) got { return one(tx.Address(mailbox.Address)) }, Holder{Org: testOrg, Mailbox: mailbox.ID}},
		{"the mailboxes of a plan", nil, func(tx *Tx) got {
			return all(func(fn func(account.Mailbox) (bool, error)) error {
				return tx.PlanMailboxes(testOrg, "Basic", account.MailboxID{}, fn)
			})
		}, []account.Mailbox{mailbox}},
		{"the members of a mailbox", func(tx *Tx) error { return tx.PutMember(testOrg, mailbox.ID, bo.ID) }, func(tx *Tx) got {
			v, err := tx.Members(testOrg, mailbox.ID)
			return got{v, true, err}
		}, []account.UserID{bo.ID}},
		{"the mailboxes of a user", nil, func(tx *Tx) got { v, err := tx.UserMailboxes(testOrg, bo.ID); return got{v, true, err} }, []account.MailboxID{mailbox.ID}},
		{"a user", func(tx *Tx) error { return tx.PutUser(bo) }, func(tx *Tx) got { return one(tx.User(testOrg, bo.ID)) }, bo},
		{"whom an address belongs to", nil, func(tx *Tx) got { return one(tx.Address(bo.Email)) }, Holder{Org: testOrg, User: bo.ID}},
		{"a site", func(tx *Tx) error { return tx.PutSite(site) }, func(tx *Tx) got { return one(tx.Site(testOrg, 4)) }, site},
		{"a site by its slug", nil, func(tx *Tx) got { return one(tx.SiteBySlug(testOrg, "kiruna")) }, site},
		{"all sites", nil, func(tx *Tx) got {
			return all(func(fn func(account.Site) (bool, error)) error { return tx.Sites(testOrg, fn) })
		}, []account.Site{site}},
		{"a role", func(tx *Tx) error { return tx.PutRole(role) }, func(tx *Tx) got { return one(tx.Role(testOrg, "helpdesk")) }, role},
		{"all roles", nil, func(tx *Tx) got {
			return all(func(fn func(account.CustomRole) (bool, error)) error { return tx.Roles(testOrg, fn) })
		}, []account.CustomRole{role}},
		{"a domain", func(tx *Tx) error { return tx.PutDomain(domain) }, func(tx *Tx) got { return one(tx.Domain(testOrg, domain.Domain)) }, domain},
		{"a key scope", func(tx *Tx) error { return tx.PutScopeKey(scope) }, func(tx *Tx) got { return one(tx.ScopeKey(scope.Scope)) }, scope},
		{"all key scopes", nil, func(tx *Tx) got { return all(tx.ScopeKeys) }, []account.ScopeKey{scope}},
		{"a password", func(tx *Tx) error { return tx.PutCredential(testOrg, credential) }, func(tx *Tx) got { return one(tx.Credential(testOrg, bo.ID)) }, credential},
		{"wrong tries", func(tx *Tx) error { return tx.PutTries(bo.ID, tries) }, func(tx *Tx) got { v, err := tx.Tries(bo.ID); return got{v, true, err} }, tries},
		{"a password policy", func(tx *Tx) error { return tx.PutPolicy(policy) }, func(tx *Tx) got { v, err := tx.Policy(testOrg); return got{v, true, err} }, policy},
		{"a blocklist", func(tx *Tx) error { return tx.PutBlocklist(testOrg, []byte("norrsken\n")) }, func(tx *Tx) got { v, err := tx.Blocklist(testOrg); return got{v, true, err} }, []byte("norrsken\n")},
		{"a session", func(tx *Tx) error { return tx.PutSession(session) }, func(tx *Tx) got { return one(tx.Session(session.TokenHash)) }, session},
		{"a user's sessions", nil, func(tx *Tx) got { v, err := tx.UserSessions(bo.ID); return got{v, true, err} }, []account.Session{session}},
		{"a link", func(tx *Tx) error { return tx.PutLink(link) }, func(tx *Tx) got { return one(tx.Link(link.TokenHash)) }, link},
		{"a user's links of a kind", nil, func(tx *Tx) got {
			v, err := tx.UserLinks(bo.ID, account.LinkPassword)
			return got{v, true, err}
		}, []account.Link{link}},
		{"a service token", func(tx *Tx) error { return tx.PutServiceToken(token) }, func(tx *Tx) got { return one(tx.ServiceToken(testOrg, "cron")) }, token},
		{"a service token by its secret", nil, func(tx *Tx) got { return one(tx.ServiceTokenByHash(token.TokenHash)) }, token},
		{"personal values", func(tx *Tx) error { return tx.PutPersonal(9, []Personal{{"email", "a", "b"}, {"last_name", "", "c"}}) },
			func(tx *Tx) got { v, err := tx.PersonalValues(9); return got{v, true, err} }, []Personal{{"email", "a", "b"}, {"last_name", "", "c"}}},
	}
	for _, row := range rows {
		if row.put != nil {
			h.change(row.put)
		}
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			h.look(func(tx *Tx) error {
				got := row.get(tx)
				if got.err != nil || !got.found || !reflect.DeepEqual(got.value, row.want) {
					t.Errorf("read back\n got %+v (found %t, error %v)\nwant %+v", got.value, got.found, got.err, row.want)
				}
				return nil
			})
		})
	}
}

func TestWhatIsNotThereIsNotFound(t *testing.T) {
	h := newHouse(t)
	nobody := h.newID()
	h.look(func(tx *Tx) error {
		reads := map[string]got{
			"user":         one(tx.User(testOrg, nobody)),
			"address":      one(tx.Address("nobody@norrsken.example")),
			"site":         one(tx.Site(testOrg, 9)),
			"site slug":    one(tx.SiteBySlug(testOrg, "none")),
			"role":         one(tx.Role(testOrg, "none")),
			"domain":       one(tx.Domain(testOrg, "none.example")),
			"scope":        one(tx.ScopeKey(account.Scope{Org: 9})),
			"credential":   one(tx.Credential(testOrg, nobody)),
			"session":      one(tx.Session([32]byte{1})),
			"link":         one(tx.Link([32]byte{1})),
			"token":        one(tx.ServiceToken(testOrg, "none")),
			"token secret": one(tx.ServiceTokenByHash([32]byte{1})),
			"organisation": one(tx.Organisation(9)),
			"slug":         one(tx.OrganisationBySlug("none")),
			"line":         one(tx.LogLine(99)),
			"pool":         one(tx.Pool(testOrg, "none")),
			"mailbox":      one(tx.Mailbox(testOrg, account.MailboxID(nobody))),
			"session id":   one(tx.SessionByID(account.SessionID{1})),
			"secret":       one(tx.Secret(account.Scope{Org: testOrg}, account.SecretID(nobody))),
			"secret name":  one(tx.SecretByMark(account.Scope{Org: testOrg}, [16]byte{1})),
		}
		for name, got := range reads {
			if got.found || got.err != nil {
				t.Errorf("%s: got found %t, error %v, want neither", name, got.found, got.err)
			}
		}
		return nil
	})
}

func TestIndexesAndCountersFollowAUserThroughHisLife(t *testing.T) {
	h := newHouse(t)
	bo := h.user("bo@norrsken.example")
	steps := []struct {
		name string
		do   func(tx *Tx) error
	}{
		{"added", func(tx *Tx) error { return tx.PutUser(bo) }},
		{"made active", func(tx *Tx) error { bo.Status = account.StatusActive; return tx.PutUser(bo) }},
		{"moved to a site and promoted", func(tx *Tx) error { bo.Site, bo.Role = 4, account.RoleSiteAdmin; return tx.PutUser(bo) }},
		{"given another address", func(tx *Tx) error { bo.Email = "bo.ek@kiruna.example"; return tx.PutUser(bo) }},
		{"kept in a directory", func(tx *Tx) error { bo.Auth, bo.Directory = account.AuthDirectory, "ad"; return tx.PutUser(bo) }},
		{"offered seats", func(tx *Tx) error {
			return tx.PutPool(account.Pool{Org: testOrg, Plan: "Basic", Purchases: []account.Purchase{{Seats: 1}}})
		}},
		{"given a licence", func(tx *Tx) error { bo.Plan, bo.PlanState = "basic", account.LicenceAssigned; return tx.PutUser(bo) }},
		{"signed in", func(tx *Tx) error { return tx.PutSession(account.Session{TokenHash: [32]byte{1}, User: bo.ID}) }},
		{"sent a link", func(tx *Tx) error {
			return tx.PutLink(account.Link{TokenHash: [32]byte{2}, User: bo.ID, Kind: account.LinkInvite})
		}},
		{"made a member of a mailbox", func(tx *Tx) error { return tx.PutMember(testOrg, account.MailboxID{7}, bo.ID) }},
		{"deleted", func(tx *Tx) error { return tx.RemoveUser(bo) }},
		{"forgotten", func(tx *Tx) error { return tx.EraseName(testOrg, bo.ID) }},
	}
	for _, step := range steps {
		h.change(step.do)
		lookOver(t, h.path)
		if t.Failed() {
			t.Fatalf("after he was %s", step.name)
		}
	}
	h.look(func(tx *Tx) error {
		if _, found, err := tx.Address(bo.Email); found || err != nil {
			t.Errorf("his address: got found %t, error %v, want neither", found, err)
		}
		if n, err := tx.Count(testOrg, FacetAll, ""); n != 1 || err != nil {
			t.Errorf("users: got %d, error %v, want the owner alone", n, err)
		}
		return nil
	})
}

// The index that the house has in the end follows from its records alone.
func TestWhatIsCalledOtherwiseIsFoundByItsNewNameAlone(t *testing.T) {
	h := newHouse(t)
	scope := account.Scope{Org: testOrg, Site: 1}
	site := account.Site{Org: testOrg, ID: 1, Slug: "kiruna"}
	secret := account.Secret{ID: account.SecretID(h.newID()), Scope: scope, Mark: [16]byte{1}}
	for range 2 { // again with the same names
		for _, name := range []string{"north", "south"} {
			h.change(func(tx *Tx) error {
				site.Slug, secret.Mark = account.Slug(name), [16]byte([]byte(name+"           "))
				return errors.Join(
					tx.PutOrganisation(account.Organisation{ID: testOrg, Slug: account.Slug(name), Owner: h.owner.ID}),
					tx.PutSite(site), tx.PutSecret(secret))
			})
		}
		h.change(func(tx *Tx) error { return errors.Join(tx.PutSite(site), tx.PutSecret(secret)) })
	}
	h.look(func(tx *Tx) error {
		for name, want := range map[account.Slug]bool{"norrsken": false, "north": false, "south": true} {
			_, org, err := tx.OrganisationBySlug(name)
			_, site, failed := tx.SiteBySlug(testOrg, name)
			if org != want || site != want || err != nil || failed != nil {
				t.Errorf("%s: found the organisation: %t, the site: %t, errors %v, %v, want %t", name, org, site, err, failed, want)
			}
		}
		return nil
	})
}

func TestAUserListGoesOnBehindAnIDAndStopsWhenTold(t *testing.T) {
	h := newHouse(t)
	users := append([]account.User{h.owner}, h.addUsers(300)...)
	for _, start := range []int{-1, 0, 1, 150, 299, 300} {
		behind := account.UserID{}
		if start >= 0 {
			behind = users[start].ID
		}
		h.look(func(tx *Tx) error {
			next := start + 1
			err := tx.Users(testOrg, behind, func(u account.User) (bool, error) {
				if u != users[next] {
					t.Fatalf("behind %d: got %v, want %v", start, u, users[next])
				}
				next++
				return next < start+120, nil
			})
			if want := min(start+120, len(users)); next != max(want, start+1) {
				t.Errorf("behind %d: stopped before %d, want %d", start, next, want)
			}
			return err
		})
	}
}

// inPieces returns all users as a long list reads them: in pieces beside each
// other, of so many pages each.
func inPieces(tx *Tx, pages int) (all []account.User, err error) {
	const beside = 3
	for behind, more := (account.UserID{}), true; more; {
		marks, err := tx.UserMarks(testOrg, behind, pages, beside)
		if err != nil {
			return nil, err
		}
		if more = len(marks) == beside; !more {
			marks = append(marks, account.UserID{})
		}
		users := make([][]account.User, len(marks))
		parts := make([]func(*Tx) error, len(marks))
		for i, upTo := range marks {
			from := behind
			parts[i] = func(tx *Tx) error {
				var u, last account.User
				return tx.EachUser(testOrg, from, upTo, &u, func(alike bool) (bool, error) {
					last.ID, last.Email, last.FirstName, last.LastName, last.Born = u.ID, u.Email, u.FirstName, u.LastName, u.Born
					if alike != (last == u) {
						return false, fmt.Errorf("alike: got %t for %+v", alike, u)
					}
					last = u
					users[i] = append(users[i], u)
					return true, nil
				})
			}
			behind = upTo
		}
		if err := tx.Beside(parts...); err != nil {
			return nil, err
		}
		all = append(all, slices.Concat(users...)...)
	}
	return all, nil
}

func TestUsersInPiecesBesideEachOtherAreAllUsers(t *testing.T) {
	h := newHouse(t)
	users := append([]account.User{h.owner}, h.addUsers(700)...)
	h.change(func(tx *Tx) error {
		for i := range users {
			u := &users[i]
			switch i % 7 {
			case 1:
				u.FirstName, u.LastName = "", ""
			case 2:
				u.Site, u.LastLoginAt = account.SiteID(i%3), h.clock
			case 3:
				u.FirstName, u.Status, u.Directory = "", account.StatusSuspended, "ad"
			case 4:
				u.LastName, u.MustChange = "", true
			case 5:
				u.Site, u.LastLoginAt, u.Released = 128, h.clock, "pro"
			}
			if err := tx.PutUser(*u); err != nil {
				return err
			}
		}
		return note(tx, "user.edit")
	})
	h.look(func(tx *Tx) error {
		for pages := range 12 {
			got, err := inPieces(tx, pages+1)
			if err != nil || !slices.Equal(got, users) {
				t.Errorf("pieces of %d pages: got %d users, %v; want %d as they are", pages+1, len(got), err, len(users))
			}
		}
		return nil
	})
}

// Of users who are alike only what differs is read.
func TestUsersWhoAreAlikeAreReadAsTheyAre(t *testing.T) {
	h := newHouse(t)
	users := []account.User{h.owner}
	must(t, h.Update(context.Background(), func(tx *Tx) error {
		for i := range 400 {
			u := h.user(fmt.Sprintf("user%04d@norrsken.example", i))
			u.CreatedAt, u.UpdatedAt = at(1), at(1)
			switch i / 3 % 5 {
			case 1:
				u.FirstName, u.LastName = strings.Repeat("Bo", 100), ""
			case 2:
				u.UpdatedAt = at(2)
			case 3: // nothing about him is usual
				u.UpdatedAt, u.Role, u.Locale = at(2), account.RoleAdmin, account.LocaleSwedish
			case 4: // no event made him
				u.MustChange = true
				if err := tx.PutUser(u); err != nil {
					return err
				}
				users = append(users, u)
				continue
			}
			must(t, tx.AddUser(u))
			must(t, note(tx, "user.add"))
			u.Born = tx.Head().Size
			must(t, tx.AddUserEvent(testOrg, u.ID, u.Born, 1))
			users = append(users, u)
		}
		return note(tx, "user.edit")
	}))
	h.look(func(tx *Tx) error {
		got, err := inPieces(tx, 3)
		if err != nil || !slices.Equal(got, users) {
			t.Errorf("got %d users, %v; want %d as they are", len(got), err, len(users))
		}
		return nil
	})
}

func TestTheFirstErrorOfThoseBesideEachOtherIsTheirs(t *testing.T) {
	h := newHouse(t)
	first, second := errors.New("first"), errors.New("second")
	h.look(func(tx *Tx) error {
		fail := func(err error) func(*Tx) error { return func(*Tx) error { return err } }
		if err := tx.Beside(fail(nil), fail(first), fail(second)); !errors.Is(err, first) {
			t.Errorf("got %v, want %v", err, first)
		}
		defer func() {
			if cause := recover(); cause != "a mistake" {
				t.Errorf("got the panic %v, want that of the part", cause)
			}
		}()
		return tx.Beside(fail(nil), func(*Tx) error { panic("a mistake") })
	})
}

func TestTheFirstErrorEndsAScan(t *testing.T) {
	h := newHouse(t)
	h.addUsers(3)
	boom := errors.New("boom")
	h.look(func(tx *Tx) error {
		calls := 0
		err := tx.Users(testOrg, account.UserID{}, func(account.User) (bool, error) { calls++; return true, boom })
		if !errors.Is(err, boom) || calls != 1 {
			t.Errorf("got error %v after %d calls, want %v after 1", err, calls, boom)
		}
		return nil
	})
}

func TestIDsOfOrganisationsAndSitesAreNeverGivenTwice(t *testing.T) {
	h := newHouse(t)
	var orgs []account.OrgID
	var sites []account.SiteID
	for range 3 {
		h.change(func(tx *Tx) error {
			org, err := tx.NewOrgID()
			if err != nil {
				return err
			}
			site, err := tx.NewSiteID()
			orgs, sites = append(orgs, org), append(sites, site)
			return err
		})
	}
	if want := []account.OrgID{2, 3, 4}; !reflect.DeepEqual(orgs, want) {
		t.Errorf("organisations: got %v, want %v", orgs, want)
	}
	if want := []account.SiteID{1, 2, 3}; !reflect.DeepEqual(sites, want) {
		t.Errorf("sites: got %v, want %v", sites, want)
	}
}

func TestDeletedUsersAreFoundByTheirLastAddress(t *testing.T) {
	h := newHouse(t)
	first, second := h.user("bo@norrsken.example"), h.user("bo@norrsken.example")
	for _, u := range []account.User{first, second} {
		h.change(func(tx *Tx) error { return tx.PutUser(u) })
		h.change(func(tx *Tx) error { return tx.RemoveUser(u) })
	}
	h.look(func(tx *Tx) error {
		got, err := tx.FormerUsers(testOrg, "bo@norrsken.example")
		if want := []account.UserID{first.ID, second.ID}; err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %v, error %v, want %v", got, err, want)
		}
		name, err := tx.UserName(testOrg, first.ID)
		if want := (Name{first.Email, "Bo", "Ek"}); err != nil || name != want {
			t.Errorf("got name %v, error %v, want %v", name, err, want)
		}
		return nil
	})
}
