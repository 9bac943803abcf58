package service

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/store"
)

// busy is a world whose log has something of everything: several actors,
// targets and sites, transactions of one and of many events, refusals, events of
// nobody, and of an organisation of others.
type busy struct {
	*world
	users []account.User
	site  account.Site
	all   []audit.Event
}

func newBusy(t *testing.T) *busy {
	t.Helper()
	b := &busy{world: newWorld(t)}
	b.site = b.world.site(b.org.ID, "lund")
	for i := range 4 {
		u := account.User{Email: account.Email(fmt.Sprintf("user%d@norrsken.example", i))}
		if i == 3 {
			u.Site, u.Role = b.site.ID, account.RoleSiteAdmin
		}
		b.users = append(b.users, b.user(u))
	}
	other := b.organisation("others")
	for i := range 60 {
		b.now = b.now.Add(time.Duration(i%3) * time.Minute)
		b.act(i, other)
	}
	b.all = b.events()
	return b
}

// act writes one transaction with one event or a few.
func (b *busy) act(i int, other account.Organisation) {
	b.t.Helper()
	actions := []string{"user.edit", "user.delete", "licence.assign", "login"}
	outcomes := []account.Outcome{account.OutcomeOK, account.OutcomeOK, account.OutcomeDenied}
	s := b.service(worldDevice{})
	err := s.store.Update(context.Background(), func(tx *store.Tx) error {
		log := openLog(tx, s.env)
		for j := range 1 + i%4*2 {
			e := audit.Event{Action: actions[(i+j)%len(actions)], Outcome: outcomes[i%len(outcomes)], Org: b.org.ID}
			who := actorOf(b.users[i%len(b.users)])
			target := b.users[(i+j)%len(b.users)]
			e.Target, e.Site = audit.UserRef(target.ID), target.Site
			switch i % 10 {
			case 7:
				who, e.Target, e.Org, e.Site = actor{}, audit.Ref{}, 0, 0
			case 8:
				e.Org, e.Target, e.Site, who = other.ID, orgRef(other.ID), 0, actorOf(account.User{ID: other.Owner, Org: other.ID})
			case 9:
				who = actor{Actor: access.Actor{Kind: access.Token, Org: b.org.ID}, service: account.ServiceToken{Name: "nightly"}}
			}
			if err := log.write(e, who); err != nil {
				return err
			}
		}
		return log.close()
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

// expected is the list worked out the slow way.
func (b *busy) expected(f LogFilter, site account.SiteID) []uint64 {
	var list []uint64
	id := func(email string) audit.Ref {
		for _, u := range b.users {
			if string(u.Email) == email {
				return audit.UserRef(u.ID)
			}
		}
		return audit.Ref{}
	}
	for _, e := range b.all {
		wants := e.Org == b.org.ID // of several organisations none sees what is the instance's own
		if f.Site != "" || site != 0 {
			wants = e.Org == b.org.ID && e.Site == b.site.ID
		}
		wants = wants && (f.User == "" || e.Actor == id(f.User) || e.Target == id(f.User))
		wants = wants && (f.Actor == "" || e.Actor == id(f.Actor) || e.Actor.Type == f.Actor || "token:"+e.Actor.ID == f.Actor)
		wants = wants && (f.Action == "" || e.Action == f.Action || strings.HasPrefix(e.Action, f.Action+"."))
		wants = wants && (f.Outcome == "" || e.Outcome == f.Outcome)
		wants = wants && (f.Since.IsZero() || !e.Time.Before(f.Since)) && (f.Until.IsZero() || e.Time.Before(f.Until))
		if wants {
			list = append(list, e.Seq)
		}
	}
	if f.Newest > 0 && len(list) > f.Newest {
		list = list[len(list)-f.Newest:]
	}
	return list
}

func TestAListOfEventsIsTheSameHoweverItIsRead(t *testing.T) {
	t.Parallel()
	b := newBusy(t)
	owner, admin := b.as("anna@norrsken.example"), b.as("user3@norrsken.example")
	b.all = b.events()
	rapid.Check(t, func(t *rapid.T) {
		somebody := rapid.SampledFrom([]string{"", "", "user0@norrsken.example", "user1@norrsken.example", "user3@norrsken.example"})
		f := LogFilter{
			User: somebody.Draw(t, "user"), Actor: somebody.Draw(t, "actor"),
			Action:  rapid.SampledFrom([]string{"", "", "user", "user.edit", "login", "secret"}).Draw(t, "action"),
			Outcome: rapid.SampledFrom([]account.Outcome{"", account.OutcomeOK, account.OutcomeDenied}).Draw(t, "outcome"),
			Site:    rapid.SampledFrom([]account.Slug{"", "", "lund"}).Draw(t, "site"),
			Newest:  rapid.IntRange(0, 20).Draw(t, "newest"),
		}
		if f.Actor == "" {
			f.Actor = rapid.SampledFrom([]string{"", "", "nobody", "token", "token:nightly", "system"}).Draw(t, "road")
		}
		start := b.all[0].Time
		if minutes := rapid.IntRange(-20, 80).Draw(t, "since"); minutes >= 0 {
			f.Since = start.Add(time.Duration(minutes) * time.Minute)
		}
		if minutes := rapid.IntRange(-20, 80).Draw(t, "until"); minutes >= 0 {
			f.Until = start.Add(time.Duration(minutes) * time.Minute)
		}
		s, site := owner, account.SiteID(0)
		if rapid.Bool().Draw(t, "of a site") {
			s, site = admin, b.site.ID
			if f.User != "user3@norrsken.example" {
				f.User = ""
			}
			if strings.HasPrefix(f.Actor, "user") {
				f.Actor = ""
			}
		}
		var got []uint64
		l := s.logList(access.LogsList, f, func(events []EventView) error {
			for _, e := range events {
				got = append(got, e.Seq)
			}
			return nil
		})
		l.chunk = rapid.SampledFrom([]uint64{1, 2, 3, 7, 50, logChunk}).Draw(t, "chunk")
		if err := runLogs(context.Background(), l); err != nil {
			t.Fatal(err)
		}
		if want := b.expected(f, site); !slices.Equal(got, want) {
			t.Fatalf("%+v\n got %v\nwant %v", f, got, want)
		}
	})
}

func TestASiteAdminHearsNothingOfOthers(t *testing.T) {
	t.Parallel()
	b := newBusy(t)
	b.users[0].Email = "gone@norrsken.example"
	for _, s := range []*Service{b.as("anna@norrsken.example")} {
		if _, err := s.DeleteUsers(context.Background(), Many{Who: []string{"user1@norrsken.example"}}, false); err != nil {
			t.Fatal(err)
		}
	}
	admin := b.as("user3@norrsken.example")
	for _, who := range []string{"user1@norrsken.example", "user0@norrsken.example", "nobody@norrsken.example", "owner@others.example"} {
		err := admin.Logs(context.Background(), LogFilter{User: who}, func([]EventView) error { return nil })
		wantKind(t, err, account.NotFound, "user.not_found")
	}
	err := admin.Logs(context.Background(), LogFilter{Site: "oslo"}, func([]EventView) error { return nil })
	wantKind(t, err, account.NotFound, "")
	member := b.as("user0@norrsken.example")
	err = member.Logs(context.Background(), LogFilter{}, func([]EventView) error { return nil })
	wantKind(t, err, account.Forbidden, "")
	if e := b.last(); e.Action != "logs.list" || e.Outcome != account.OutcomeDenied {
		t.Errorf("the refused look left %+v", e)
	}
}

func TestFollowingShowsWhatOthersCommit(t *testing.T) {
	t.Parallel()
	b := newBusy(t)
	s := b.as("anna@norrsken.example")
	size := b.size()
	var got []uint64
	enough := errors.New("enough")
	pages := 0
	err := s.FollowLogs(context.Background(), LogFilter{Newest: 2, User: "user0@norrsken.example"}, func(events []EventView) error {
		for _, e := range events {
			got = append(got, e.Seq)
		}
		if pages++; pages < 4 {
			b.act(0, account.Organisation{}) // one event by and about user0
			b.act(1, account.Organisation{}) // three, of which the third concerns somebody else
		}
		return nil
	}, func() error {
		if b.size() >= size+12 {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) {
		t.Fatalf("got %v", err)
	}
	b.all = b.events()
	want := b.expected(LogFilter{User: "user0@norrsken.example"}, 0)
	if want = want[slices.Index(want, got[0]):]; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// The log is another one than was seen, and has grown beyond that already: what
// is later than the end that was seen is new.
func TestAListGoesOnBehindALogThatWasPutBack(t *testing.T) {
	t.Parallel()
	b := newBusy(t)
	l := b.as("anna@norrsken.example").logList(access.LogsList, LogFilter{}, func([]EventView) error { return nil })
	if err := runLogs(context.Background(), l); err != nil {
		t.Fatal(err)
	}
	all, size := b.events(), b.size()
	next := func(end store.LogHead) (next uint64) {
		err := l.view(context.Background(), func(q *logQuery) (err error) {
			next, err = q.resumed(l.next, end)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return next
	}
	last := all[len(all)/2].Time
	want := all[slices.IndexFunc(all, func(e audit.Event) bool { return e.Time.After(last) })].Seq
	if got := next(l.end); got != size+1 {
		t.Errorf("the same log: got %d, want %d", got, size+1)
	}
	if got := next(store.LogHead{Size: size - 1, Root: [32]byte{1}, Last: last}); got != want {
		t.Errorf("another one, as long: got %d, want %d", got, want)
	}
	if got := next(store.LogHead{Size: size + 9, Last: last}); got != want {
		t.Errorf("a shorter one: got %d, want %d", got, want)
	}
	if got := next(store.LogHead{Size: size + 9, Last: all[len(all)-1].Time}); got != size+1 {
		t.Errorf("a shorter one without anything new: got %d, want %d", got, size+1)
	}
}

func TestWhoeverFollowsIsEndedWithHisSession(t *testing.T) {
	t.Parallel()
	b := newBusy(t)
	u := b.user(account.User{Email: "watch@norrsken.example", Role: account.RoleAdmin, Type: account.TypeHost})
	s := b.as(u.Email)
	owner := b.as("anna@norrsken.example")
	err := s.FollowLogs(context.Background(), LogFilter{Newest: 1}, func([]EventView) error {
		_, err := owner.DeleteUsers(context.Background(), Many{Who: []string{u.ID.String()}}, false)
		return err
	}, func() error { return nil })
	wantKind(t, err, account.Unauthenticated, "auth.not_signed_in")
}

func TestFollowingEndsWhenItIsInterrupted(t *testing.T) {
	t.Parallel()
	b := newBusy(t)
	ctx, cancel := context.WithCancel(context.Background())
	err := b.as("anna@norrsken.example").FollowLogs(ctx, LogFilter{None: true}, func(events []EventView) error {
		if len(events) > 0 {
			t.Errorf("got %d events, want none of the old ones", len(events))
		}
		cancel()
		return nil
	}, func() error { return nil })
	wantKind(t, err, account.Interrupted, "")
}

func TestASetBackClockIsAnEventAndNeverReordersTheLog(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.user(account.User{Email: "bo@norrsken.example"})
	before := w.last().Time
	w.now = w.now.Add(-time.Hour)
	w.user(account.User{Email: "eva@norrsken.example"})
	w.now = w.now.Add(30 * time.Minute)
	w.user(account.User{Email: "liv@norrsken.example"})
	var told int
	var last time.Time
	for _, e := range w.events() {
		if e.Time.Before(last) {
			t.Errorf("event %d is of %v, before %v", e.Seq, e.Time, last)
		}
		if last = e.Time; e.Action == "clock.backwards" {
			told++
			if len(e.Changes) != 1 || e.Changes[0].Field != "clock" || e.Changes[0].To != before.Add(-time.Hour).Format(time.RFC3339) {
				t.Errorf("the event of the clock says %+v", e.Changes)
			}
		}
	}
	if told != 1 || !last.Equal(before) {
		t.Errorf("%d events of the clock, the last event of %v; want 1 and %v", told, last, before)
	}
	if v, err := w.service(worldDevice{}).VerifyLog(context.Background(), nil, func(_, _ uint64) {}); err != nil || !v.OK {
		t.Errorf("verify: %+v, %v", v, err)
	}
	var seen int
	s := w.as("anna@norrsken.example")
	err := s.Logs(context.Background(), LogFilter{Action: "clock.backwards"}, func(events []EventView) error {
		seen += len(events)
		return nil
	})
	if err != nil || seen != 1 {
		t.Errorf("%d of them are listed, %v; want 1", seen, err)
	}
}

func TestAFilterByWhatNobodyKnowsIsRefused(t *testing.T) {
	t.Parallel()
	b := newBusy(t)
	s := b.service(worldDevice{})
	err := s.store.Update(context.Background(), func(tx *store.Tx) error {
		log := openLog(tx, s.env)
		for _, action := range []string{"user.promote", "fax"} { // as another version may have called them
			if err := log.write(audit.Event{Action: action, Outcome: account.OutcomeOK, Org: b.org.ID}, actor{}); err != nil {
				return err
			}
		}
		return log.close()
	})
	if err != nil {
		t.Fatal(err)
	}
	owner, admin := b.as("anna@norrsken.example"), b.as("user3@norrsken.example")
	for _, row := range []struct {
		name   string
		as     *Service
		filter LogFilter
		found  int
		code   string
	}{
		{"an action that did not happen", owner, LogFilter{Action: "secret.add"}, 0, ""},
		{"a noun of which nothing happened", owner, LogFilter{Action: "secret"}, 0, ""},
		{"an action of another version", owner, LogFilter{Action: "user.promote"}, 1, ""},
		{"a noun of another version", owner, LogFilter{Action: "fax"}, 1, ""},
		{"one that does not match otherwise", owner, LogFilter{Action: "fax", Outcome: account.OutcomeDenied}, 0, ""},
		{"a mistyped verb", owner, LogFilter{Action: "user.edt"}, 0, "action.unknown"},
		{"a part of a noun", owner, LogFilter{Action: "use"}, 0, "action.unknown"},
		{"capitals", owner, LogFilter{Action: "User"}, 0, "action.unknown"},
		{"an action beyond a site", admin, LogFilter{Action: "fax"}, 0, "action.unknown"},
		{"a token that is gone and never acted", owner, LogFilter{Actor: "token:nightly", Action: "secret"}, 0, ""},
		{"a token of nobody", owner, LogFilter{Actor: "token:night"}, 0, "token.not_found"},
		{"a plan of nobody", owner, LogFilter{Plan: "Prp"}, 0, "plan.not_found"},
	} {
		found := 0
		err := row.as.Logs(context.Background(), row.filter, func(list []EventView) error {
			found += len(list)
			return nil
		})
		if account.CodeOf(err) != row.code || found != row.found {
			t.Errorf("%s: %d events, %v; want %d and the code %q", row.name, found, err, row.found, row.code)
		}
	}
}
