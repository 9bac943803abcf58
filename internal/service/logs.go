package service

import (
	"context"
	"slices"
	"sort"
	"strconv"
	"time"

	"github.com/usher-admin/usher/internal/access"
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

// LogFilter says which events are asked for; zero fields do not matter.
type LogFilter struct {
	User    string // address or id, as actor or target
	Actor   string
	Action  string
	Outcome account.Outcome
	Plan    account.PlanName // what became of its seats
	Site    account.Slug
	Since   time.Time
	Until   time.Time
	Newest  int // at most so many, the newest; 0: all
}

// Logs calls page with the events that match, oldest first, until page returns
// an error. Nothing is locked while page runs.
func (s *Service) Logs(ctx context.Context, f LogFilter, page func([]EventView) error) error {
	from := uint64(1)
	for {
		var events []EventView
		next := uint64(0)
		err := s.view(ctx, access.LogsList, func(o *op) (err error) {
			if err := o.allowHere(); err != nil {
				return err
			}
			q, err := o.logQuery(f)
			if err != nil {
				return err
			}
			events, next, err = q.run(from)
			return err
		})
		if err != nil {
			return err
		}
		if err := page(events); err != nil || next == 0 {
			return err
		}
		from = next
	}
}

// logQuery is a filter made ready, with what is looked up once.
type logQuery struct {
	LogFilter
	o      *op
	users  []account.UserID // whose events; empty: everybody's
	actors []account.UserID
	site   account.SiteID
	bySite bool
	// alone: the organisation is the only one, so what is the instance's own is
	// its to see. Among several it would tell one whether an address that was
	// tried belongs to another.
	alone bool
	heads map[uint64]audit.Event // shared by later events of a transaction
}

func (o *op) logQuery(f LogFilter) (q *logQuery, err error) {
	q = &logQuery{LogFilter: f, o: o, heads: make(map[uint64]audit.Event)}
	if f.User != "" {
		if q.users, err = o.findPerson(f.User); err != nil {
			return nil, err
		}
	}
	if f.Actor != "" && f.Actor != "system" && f.Actor != "nobody" {
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

// findPerson finds users and mailboxes, living and deleted, by address or id.
func (o *op) findPerson(who string) ([]account.UserID, error) {
	if id, ok := account.ParseUserID(who); ok {
		return []account.UserID{id}, nil
	}
	email, err := account.ParseEmail(who)
	if err != nil {
		return nil, err
	}
	ids, err := o.tx.FormerUsers(o.actor.Org, email)
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
		return nil, errNoSuch("user", who).Hintf("usher user list --match %s", email.Local())
	}
	return ids, nil
}

// logChunk is how many lines one transaction reads.
const logChunk = 5000

// run returns the matching events from a number on; next is where to go on, 0
// at the end.
func (q *logQuery) run(from uint64) (events []EventView, next uint64, err error) {
	switch {
	case len(q.users) > 0:
		events, err = q.ofUsers()
	case q.Newest > 0:
		events, err = q.newest()
	default:
		return q.forward(from)
	}
	return events, 0, err
}

// ofUsers follows the index of the users' events.
func (q *logQuery) ofUsers() ([]EventView, error) {
	var events []EventView
	for _, id := range q.users {
		found := 0
		err := q.o.tx.UserEvents(q.o.actor.Org, id, func(seq, count uint64) (bool, error) {
			for i := count; i > 0; i-- {
				e, matched, err := q.load(seq + i - 1)
				if err != nil {
					return false, err
				}
				if matched {
					events = append(events, e)
					found++
				}
				if q.Newest > 0 && found >= q.Newest || e.Seq != 0 && e.Time.Before(q.Since) {
					return false, nil
				}
			}
			return true, nil
		})
		if err != nil {
			return nil, err
		}
	}
	sort.Slice(events, func(i, j int) bool { return events[i].Seq < events[j].Seq })
	if q.Newest > 0 && len(events) > q.Newest {
		events = events[len(events)-q.Newest:]
	}
	return events, nil
}

// newest reads backwards until there are enough.
func (q *logQuery) newest() ([]EventView, error) {
	end := q.o.tx.Head().Size + 1
	if !q.Until.IsZero() {
		var err error
		if end, err = q.firstAt(q.Until); err != nil {
			return nil, err
		}
	}
	var events []EventView
	err := q.o.tx.LinesBack(end, func(l store.Line) (bool, error) {
		e, matched, err := q.consider(l)
		if err != nil || e.Seq != 0 && e.Time.Before(q.Since) {
			return false, err
		}
		if matched {
			events = append(events, e)
		}
		return len(events) < q.Newest, nil
	})
	slices.Reverse(events)
	return events, err
}

// forward reads one chunk in order.
func (q *logQuery) forward(from uint64) (events []EventView, next uint64, err error) {
	if from == 1 && !q.Since.IsZero() {
		if from, err = q.firstAt(q.Since); err != nil {
			return nil, 0, err
		}
	}
	read := 0
	err = q.o.tx.Lines(from, func(l store.Line) (bool, error) {
		if read == logChunk {
			next = l.Seq
			return false, nil
		}
		read++
		e, matched, err := q.consider(l)
		if matched {
			events = append(events, e)
		}
		return err == nil && (q.Until.IsZero() || e.Seq == 0 || e.Time.Before(q.Until)), err
	})
	return events, next, err
}

// firstAt returns the number of the first event not before t, by halving: time
// never runs backwards in the log.
func (q *logQuery) firstAt(t time.Time) (uint64, error) {
	low, high := uint64(1), q.o.tx.Head().Size+1
	for low < high {
		mid := low + (high-low)/2
		e, found, err := readEvent(q.o.tx, mid)
		if err != nil {
			return 0, err
		}
		if found && !e.Time.Before(t) {
			high = mid
		} else { // earlier, or pruned and so earlier still
			low = mid + 1
		}
	}
	return low, nil
}

func (q *logQuery) load(seq uint64) (EventView, bool, error) {
	l, found, err := q.o.tx.LogLine(seq)
	if err != nil || !found {
		return EventView{}, false, err
	}
	return q.consider(l)
}

// consider reads a line and decides whether it matches. A pruned line gives an
// event without a number.
func (q *logQuery) consider(l store.Line) (EventView, bool, error) {
	if l.Body == nil {
		return EventView{}, false, nil
	}
	e, err := audit.ParseLine(l.Body)
	if err != nil {
		return EventView{}, false, err
	}
	if err := q.complete(&e); err != nil {
		return EventView{}, false, err
	}
	if !q.matches(e) {
		return EventView{Event: e}, false, nil
	}
	v, err := q.o.eventView(e)
	return v, err == nil, err
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
	case e.Org != q.o.actor.Org && (e.Org != 0 || !q.alone),
		q.bySite && e.Site != q.site,
		q.Action != "" && e.Action != q.Action,
		q.Outcome != "" && e.Outcome != q.Outcome,
		q.Plan != "" && !ofPlan(e, q.Plan.Key()),
		!q.Since.IsZero() && e.Time.Before(q.Since),
		!q.Until.IsZero() && !e.Time.Before(q.Until):
		return false
	}
	if q.Actor == "system" || q.Actor == "nobody" {
		return e.Actor.Type == q.Actor
	}
	return len(q.actors) == 0 || slices.ContainsFunc(q.actors, func(id account.UserID) bool { return e.Actor == audit.UserRef(id) })
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

// eventView puts names to an event's ids.
func (o *op) eventView(e audit.Event) (EventView, error) {
	v := EventView{Event: e}
	name, err := o.refName(e.Org, e.Actor)
	if err != nil {
		return v, err
	}
	v.ActorEmail = name.Email
	if v.TargetName, err = o.targetName(account.Scope{Org: e.Org, Site: e.Site}, e.Target); err != nil {
		return v, err
	}
	if org, found, err := o.tx.Organisation(e.Org); err != nil {
		return v, err
	} else if found {
		v.OrgSlug = org.Slug
	}
	if v.SiteSlug, err = siteSlug(o.tx, e.Org, e.Site); err != nil {
		return v, err
	}
	if len(e.Personal) == 0 {
		return v, nil
	}
	values, err := o.tx.PersonalValues(e.Seq)
	for _, p := range values {
		v.Changes = append(v.Changes, audit.Change{Field: p.Field, From: p.From, To: p.To})
	}
	return v, err
}

func (o *op) refName(org account.OrgID, r audit.Ref) (store.Name, error) {
	id, ok := account.ParseUserID(r.ID)
	if r.Type != "user" || !ok {
		return store.Name{}, nil
	}
	return o.tx.UserName(org, id)
}

// targetName is the address of a user, the slug of what has one, else the id.
func (o *op) targetName(scope account.Scope, r audit.Ref) (string, error) {
	switch r.Type {
	case "user":
		name, err := o.refName(scope.Org, r)
		return name.Email.String(), err
	case "secret":
		return o.secretName(scope, r.ID)
	case "mailbox":
		id, _ := account.ParseUserID(r.ID)
		name, err := o.tx.MailboxName(scope.Org, account.MailboxID(id))
		return name.Email.String(), err
	case "organisation":
		found, ok, err := o.tx.Organisation(scope.Org)
		if err != nil || !ok {
			return "", err
		}
		return string(found.Slug), nil
	case "site":
		id, _ := strconv.ParseUint(r.ID, 10, 32)
		slug, err := siteSlug(o.tx, scope.Org, account.SiteID(id))
		return string(slug), err
	case "domain":
		return account.Domain(r.ID).String(), nil
	}
	return r.ID, nil
}
