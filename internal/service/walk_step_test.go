package service

import (
	"context"
	"encoding/binary"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/store"
)

// judge looks what came of a step.
func (w *walk) judge(op walkOperation, err error, now picture) {
	w.expected(err)
	changed := w.seen.changed(now)
	if len(changed) == 0 {
		return
	}
	if w.dry {
		w.fail("a dry run changed %s", wheres(changed))
	}
	events := w.newEvents(now)
	if !happened(err) {
		w.keptOut(op, now, changed, events)
	}
	w.whole()
	w.rules(now)
	if op.name != "RestoreDatabase" {
		w.laws(op, now, changed, events)
	}
}

// happened reports whether a step changed what it was to change, or some of it; a
// mail that failed takes nothing back.
func happened(err error) bool { return err == nil || account.KindOf(err) == account.Partial }

// expected makes sure that an error is one that somebody can make sense of.
func (w *walk) expected(err error) {
	if err == nil {
		return
	}
	switch account.KindOf(err) {
	case account.Unexpected, account.Unopenable, account.OutcomeUnknown, account.Busy, account.Interrupted:
		w.fail("an unexpected end: %v", err)
	}
	if code := account.CodeOf(err); strings.HasPrefix(code, "db.") {
		w.fail("the database is said to be wrong: %v", err)
	}
}

// keptOut makes sure that a step that failed left nothing but events that say so,
// tries that were counted, and that a session or token was used before it failed.
func (w *walk) keptOut(op walkOperation, now picture, changed []string, events []audit.Event) {
	for _, k := range changed {
		if !strings.Contains("lqxsK"+op.spends, k[:1]) {
			w.fail("it failed and changed %s (%q)", store.Where([]byte(k)), k)
		}
	}
	if !reflect.DeepEqual(w.seen.unused(), now.unused()) {
		w.fail("it failed and changed a session or a token")
	}
	for _, e := range events {
		if e.Outcome == account.OutcomeOK && e.Action != "clock.backwards" {
			w.fail("it failed and event %d says that %s was done", e.Seq, e.Action)
		}
	}
}

// unused are the sessions and tokens without when they were used last.
func (p picture) unused() (list []any) {
	for _, s := range p.sessions {
		s.LastSeenAt, s.ProvenAt = time.Time{}, time.Time{}
		list = append(list, s)
	}
	for _, t := range p.tokens {
		t.LastUsedAt = time.Time{}
		list = append(list, t)
	}
	return list
}

func wheres(keys []string) string {
	var list []string
	for _, k := range keys {
		list = append(list, store.Where([]byte(k)))
	}
	return strings.Join(list, ", ")
}

// newEvents reads what the step wrote into the log, whose time never runs back.
func (w *walk) newEvents(now picture) (events []audit.Event) {
	w.read(func(tx *store.Tx) error {
		for seq := max(1, w.seen.events); seq <= now.events; seq++ {
			e, found, err := readEvent(tx, seq)
			if err != nil {
				return err
			}
			if len(events) > 0 && e.Time.Before(events[len(events)-1].Time) {
				w.fail("event %d is of a time before event %d", seq, seq-1)
			}
			if found && !slices.Contains(LogActions(), e.Action) {
				w.fail("event %d has the action %s, which filters do not know", seq, e.Action)
			}
			if found && seq > w.seen.events {
				events = append(events, e)
			}
		}
		return nil
	})
	return events
}

// whole holds the database against db check.
func (w *walk) whole() {
	found, err := w.service(hand{}).CheckDatabase(context.Background())
	if err != nil {
		w.fail("db check: %v", err)
	}
	if len(found) > 0 {
		w.fail("db check finds %+v", found)
	}
}

// laws makes sure that who acted was within his organisation and his site, on
// nobody who may do more, and gave nothing that he does not have.
func (w *walk) laws(op walkOperation, now picture, changed []string, events []audit.Event) {
	if w.who.Kind == access.Nobody || op.name == "DeleteOrg" {
		return
	}
	for _, e := range events {
		if e.Actor != w.who.ref() || e.Outcome != account.OutcomeOK {
			return // it was somebody else
		}
	}
	w.withinOrg(changed)
	for id, was := range w.seen.users {
		is := now.users[id]
		if !changedUser(was.User, is.User) || id == w.who.User || op.name == "ActivateLicences" {
			continue
		}
		if !w.who.May.Covers(was.may) {
			w.fail("%s was changed by who may do less", was.Email)
		}
		if w.who.Site != 0 && (was.Site != w.who.Site || is.Email != "" && is.Site != w.who.Site) {
			w.fail("%s was changed, or moved, by somebody of another site", was.Email)
		}
	}
	for id, is := range now.users {
		if w.who.Site != 0 && w.seen.users[id].Email == "" && is.Site != w.who.Site {
			w.fail("%s was added by somebody of another site", is.Email)
		}
		if was := w.seen.users[id]; was.Role != is.Role && !w.who.May.Covers(is.may) {
			w.fail("%s has the role %s now, from who may do less", is.Email, is.Role)
		}
	}
	for name, set := range now.roles[w.who.Org] {
		if more := set.Without(w.seen.roles[w.who.Org][name]); !w.who.May.Covers(more) {
			w.fail("the role %s permits what who made it so may not", name)
		}
	}
}

// changedUser reports whether somebody was changed, deleted or added, beyond
// that he signed in.
func changedUser(was, is account.User) bool {
	was.LastLoginAt, was.UpdatedAt = is.LastLoginAt, is.UpdatedAt
	was.Born = is.Born
	return was != is
}

// withinOrg makes sure that nothing of another organisation was changed.
func (w *walk) withinOrg(changed []string) {
	for _, k := range changed {
		if strings.Contains("DFGHIJKMPQcfijmnruvyz", k[:1]) && account.OrgID(binary.BigEndian.Uint32([]byte(k[1:5]))) != w.who.Org {
			w.fail("%s of another organisation was changed", store.Where([]byte(k)))
		}
	}
}
