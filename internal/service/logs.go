package service

import (
	"context"
	"math"
	"time"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/store"
)

// LogFilter says which events are asked for; zero fields do not matter.
type LogFilter struct {
	User    string // address or id, as actor or target
	Actor   string // address or id, "system", "nobody", "token" or "token:NAME"
	Action  string // a whole one, or the noun before its dot
	Outcome account.Outcome
	Plan    account.PlanName // what became of its seats
	Site    account.Slug
	Since   time.Time
	Until   time.Time
	Newest  int  // at most so many, the newest; 0: all
	None    bool // no old ones: for who follows only what comes

	about audit.Ref // done by it, or to it
}

// Page takes some events of a list. Nothing is locked while it runs; its error
// ends the list.
type Page func([]EventView) error

// Logs calls page with the events that match, oldest first.
func (s *Service) Logs(ctx context.Context, f LogFilter, page Page) error {
	return s.pageLogs(ctx, access.LogsList, f, page)
}

// ExportLogs is Logs under the permission to export.
func (s *Service) ExportLogs(ctx context.Context, f LogFilter, page Page) error {
	return s.pageLogs(ctx, access.LogsExport, f, page)
}

// FollowLogs is Logs, and goes on with the events that any process commits,
// until ctx ends or alive returns an error, which it asks some times a second.
// Nobody is held up: the lock is taken only where something was committed.
func (s *Service) FollowLogs(ctx context.Context, f LogFilter, page Page, alive func() error) error {
	seen := s.store.Tide()
	l := s.logList(access.LogsList, f, page)
	if err := runLogs(ctx, l); err != nil {
		return err
	}
	l.filter.Newest, l.filter.None = 0, false
	for {
		var err error
		if seen, err = s.store.AwaitTide(ctx, seen, alive); err != nil {
			return err
		}
		l.last = math.MaxUint64
		err = l.forward(ctx)
		if err != nil && account.KindOf(err) != account.Busy { // the next commit brings another try
			return err
		}
	}
}

func (s *Service) pageLogs(ctx context.Context, action access.Permission, f LogFilter, page Page) error {
	return runLogs(ctx, s.logList(action, f, page))
}

// logList is one list of events under way, a chunk a transaction, so that a
// writer never waits long.
type logList struct {
	svc    *Service
	action access.Permission
	filter LogFilter
	page   Page
	chunk  uint64        // so many lines a transaction reads
	next   uint64        // where reading goes on
	last   uint64        // where it ends
	end    store.LogHead // the end of the log when it was looked at last
}

// logChunk is how many lines one transaction reads.
const logChunk = 5000

func (s *Service) logList(action access.Permission, f LogFilter, page Page) *logList {
	return &logList{svc: s, action: action, filter: f, page: page, chunk: logChunk}
}

// runLogs calls page with the events of a list.
func runLogs(ctx context.Context, l *logList) error {
	if err := l.checkNames(ctx); err != nil {
		return err
	}
	if err := l.begin(ctx); err != nil {
		return err
	}
	if l.filter.Newest > 0 {
		if err := l.findNewest(ctx); err != nil {
			return err
		}
	}
	return l.forward(ctx)
}

// begin finds the range that the times leave.
func (l *logList) begin(ctx context.Context) error {
	return l.view(ctx, func(q *logQuery) (err error) {
		size := q.o.tx.Head().Size
		l.next, l.last = q.o.tx.Head().Pruned+1, size
		if !l.filter.Since.IsZero() {
			if l.next, err = q.firstAt(l.filter.Since); err != nil {
				return err
			}
		}
		if !l.filter.Until.IsZero() {
			l.last, err = q.firstAt(l.filter.Until)
			l.last--
		}
		if l.filter.None {
			l.next = size + 1
		}
		return err
	})
}

// findNewest goes back from the end until it has seen as many events as are
// wanted, and lets the list begin at the first of them.
func (l *logList) findNewest(ctx context.Context) error {
	first, before, found := l.next, l.last+1, 0
	for before > first && found < l.filter.Newest {
		err := l.view(ctx, func(q *logQuery) (err error) {
			before, err = q.back(before, first, func(seq uint64) bool {
				l.next = seq
				found++
				return found < l.filter.Newest
			})
			return err
		})
		if err != nil {
			return err
		}
	}
	if found == 0 {
		l.next = l.last + 1
	}
	return nil
}

// forward calls page with what matches from next to last, and leaves next
// behind what it has looked at.
func (l *logList) forward(ctx context.Context) error {
	for more := true; more; {
		var events []EventView
		err := l.view(ctx, func(q *logQuery) (err error) {
			if l.next, err = q.resumed(l.next, l.end); err != nil {
				return err
			}
			l.end = q.o.tx.Head()
			l.next, more, err = q.ahead(l.next, l.last, func(v EventView) { events = append(events, v) })
			return err
		})
		if err != nil {
			return err
		}
		if err := l.page(events); err != nil {
			return err
		}
	}
	return nil
}

// view runs fn in a reading transaction with the filter made ready.
func (l *logList) view(ctx context.Context, fn func(*logQuery) error) error {
	if ctx.Err() != nil {
		return account.Errorf(account.Interrupted, "interrupted").Coded("interrupted")
	}
	return l.svc.view(ctx, l.action, func(o *op) error {
		if err := o.allowHere(); err != nil {
			return err
		}
		q, err := o.logQuery(l.filter, l.chunk)
		if err != nil {
			return err
		}
		return fn(q)
	})
}
