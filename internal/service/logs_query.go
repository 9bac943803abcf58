package service

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/store"
)

// logQuery is a filter made ready within a transaction, with what is looked up
// once.
type logQuery struct {
	LogFilter
	o      *op
	chunk  uint64           // so many lines one transaction reads
	users  []account.UserID // whose events; empty: everybody's
	actors []account.UserID
	site   account.SiteID
	bySite bool
	// alone: the organisation is the only one, so what is the instance's own is
	// its to see. Among several it would tell one whether an address that was
	// tried belongs to another.
	alone bool
	heads map[uint64]audit.Event // shared by later events of a transaction
	names *logNames
}

func (o *op) logQuery(f LogFilter, chunk uint64) (q *logQuery, err error) {
	q = &logQuery{LogFilter: f, o: o, chunk: chunk, heads: make(map[uint64]audit.Event), names: newLogNames(o)}
	if f.User != "" {
		if q.users, err = o.findPerson(f.User); err != nil {
			return nil, err
		}
	}
	if f.Actor != "" && !roadOnly(f.Actor) {
		if q.actors, err = o.findPerson(f.Actor); err != nil {
			return nil, err
		}
	}
	if q.alone, err = o.alone(); err != nil {
		return nil, err
	}
	if f.Site != "" {
		site, err := o.findSite(f.Site)
		if err != nil {
			return nil, err
		}
		q.site, q.bySite = site.ID, true
	}
	if o.actor.Site != 0 { // what an admin of a site sees ends there
		q.site, q.bySite = o.actor.Site, true
	}
	return q, nil
}

// alone reports whether the instance has one organisation only.
func (o *op) alone() (bool, error) {
	n := 0
	err := o.tx.Organisations(func(account.Organisation) (bool, error) {
		n++
		return n < 2, nil
	})
	return n == 1, err
}

// roadOnly reports whether an actor is named by the road he came, not as a
// person.
func roadOnly(who string) bool {
	return who == "system" || who == "nobody" || who == "token" || strings.HasPrefix(who, "token:")
}

// findPerson finds users and mailboxes, living and deleted, by address or id.
func (o *op) findPerson(who string) ([]account.UserID, error) {
	if id, ok := account.ParseUserID(who); ok {
		return []account.UserID{id}, nil
	}
	email, err := account.ParseEmail(who)
	if err != nil {
		return nil, err
	}
	ids, err := o.formerUsers(email)
	if err != nil {
		return nil, err
	}
	h, found, err := o.findHolder(who)
	if err != nil {
		return nil, err
	}
	if u := h.named(); found && (o.actor.Site == 0 || u.Site == o.actor.Site) {
		ids = append(ids, u.ID)
	}
	if len(ids) == 0 {
		return nil, errNoSuch("user", who).Hintf("usher user list --match %s", account.Typed(email.Local()))
	}
	return ids, nil
}

// formerUsers returns the deleted users of an address whose end the actor may
// see.
func (o *op) formerUsers(email account.Email) ([]account.UserID, error) {
	ids, err := o.tx.FormerUsers(o.actor.Org, email)
	if err != nil || o.actor.Site == 0 {
		return ids, err
	}
	var seen []account.UserID
	for _, id := range ids {
		err := o.tx.UserEvents(o.actor.Org, id, o.tx.Head().Size+1, func(seq, count uint64) (bool, error) {
			e, found, err := readEvent(o.tx, seq+count-1)
			if found && e.Site == o.actor.Site {
				seen = append(seen, id)
			}
			return false, err
		})
		if err != nil {
			return nil, err
		}
	}
	return seen, nil
}

// firstAt returns the number of the first event not before t, by halving: time
// never runs backwards in the log.
func (q *logQuery) firstAt(t time.Time) (uint64, error) {
	low, high := q.o.tx.Head().Pruned+1, q.o.tx.Head().Size+1
	for low < high {
		mid := low + (high-low)/2
		e, found, err := readEvent(q.o.tx, mid)
		if err != nil {
			return 0, err
		}
		if found && !e.Time.Before(t) {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return low, nil
}

// resumed returns where a list goes on that had come to next when the log had
// that end. A log that was put back since, as somebody decided, gives its numbers
// out anew: what is later than that end is new, the restore first.
func (q *logQuery) resumed(next uint64, end store.LogHead) (uint64, error) {
	if end.Size <= q.o.tx.Head().Size {
		if end.Size == 0 {
			return next, nil
		}
		if root, err := q.o.tx.RootAt(end.Size); err != nil || root == end.Root {
			return next, err
		}
	}
	first, err := q.firstAt(end.Last.Add(1))
	return min(next, first), err
}

// event reads a line and decides whether it matches.
func (q *logQuery) event(l store.Line) (audit.Event, bool, error) {
	if l.Body == nil || !q.mayMatch(l.Body) {
		return audit.Event{}, false, nil
	}
	e, err := audit.ParseLine(l.Body)
	if err != nil {
		return e, false, err
	}
	if err := q.complete(&e); err != nil {
		return e, false, err
	}
	return e, q.matches(e), nil
}

// mayMatch looks for the action before a line is taken apart.
func (q *logQuery) mayMatch(body []byte) bool {
	return q.Action == "" || bytes.Contains(body, []byte(`"action":"`+q.Action))
}

// complete fills in the head an event shares.
func (q *logQuery) complete(e *audit.Event) error {
	if e.Like == 0 {
		return nil
	}
	head, known := q.heads[e.Like]
	if !known {
		var err error
		if head, _, err = readEvent(q.o.tx, e.Like); err != nil {
			return err
		}
		clear(q.heads) // transactions do not overlap: one head is enough
		q.heads[e.Like] = head
	}
	e.Inherit(head)
	return nil
}

func (q *logQuery) matches(e audit.Event) bool {
	switch {
	case !q.inReach(e),
		q.Action != "" && !ofAction(e.Action, q.Action),
		q.Outcome != "" && e.Outcome != q.Outcome,
		q.Plan != "" && !ofPlan(e, q.Plan.Key()),
		!isAbout(e, q.about):
		return false
	case len(q.actors) > 0:
		return slices.ContainsFunc(q.actors, func(id account.UserID) bool { return e.Actor == audit.UserRef(id) })
	case strings.HasPrefix(q.Actor, "token:"):
		return e.Actor.Type+":"+e.Actor.ID == q.Actor
	}
	return q.Actor == "" || e.Actor.Type == q.Actor
}

// ofPlan reports whether an event is about the seats of a plan: bought or
// dropped, taken or given back.
func ofPlan(e audit.Event, key string) bool {
	if e.Target.Type == "plan" && fold(e.Target.ID) == key {
		return true
	}
	return slices.ContainsFunc(e.Changes, func(c audit.Change) bool {
		return c.Field == "licence.plan" && (fold(c.From) == key || fold(c.To) == key)
	})
}

// inReach reports whether the actor may see an event.
func (q *logQuery) inReach(e audit.Event) bool {
	if q.bySite && e.Site != q.site {
		return false
	}
	return e.Org == q.o.actor.Org || e.Org == 0 && q.alone && !q.bySite
}
