package service

import (
	"context"
	"strings"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
)

// A filter by what is not there is refused: a typing error must not look as if
// nothing had happened. What is gone, or was written by another version, counts
// as known for as long as an event tells of it that the actor may see. The log
// is only read through for a name that is not known without it.

// checkNames refuses a filter by an action, a plan or a service token that
// nobody knows.
func (l *logList) checkNames(ctx context.Context) error {
	unknown, err := l.unknownNames(ctx)
	if err != nil {
		return err
	}
	for _, u := range unknown {
		told, err := l.told(ctx, u.events)
		if err != nil {
			return err
		}
		if !told {
			return u.err
		}
	}
	return nil
}

// unknownName is a name in a filter that no record has.
type unknownName struct {
	events LogFilter // those that would tell of it
	err    error     // if none does
}

func (l *logList) unknownNames(ctx context.Context) (unknown []unknownName, err error) {
	f := l.filter
	if f.Action != "" && !knownAction(f.Action) {
		unknown = append(unknown, unknownName{LogFilter{Action: f.Action}, errNoAction(f.Action)})
	}
	token, byToken := strings.CutPrefix(f.Actor, "token:")
	if f.Plan == "" && !byToken {
		return unknown, nil
	}
	err = l.view(ctx, func(q *logQuery) error {
		if byToken {
			known, err := q.knowsToken(token)
			if err != nil {
				return err
			}
			if !known {
				unknown = append(unknown, unknownName{LogFilter{about: tokenRef(token)}, errNoSuch("token", token).Hintf("usher token list")})
			}
		}
		if f.Plan == "" {
			return nil
		}
		_, err := q.o.findPool(f.Plan)
		if account.KindOf(err) == account.NotFound {
			unknown, err = append(unknown, unknownName{LogFilter{Plan: f.Plan}, err}), nil
		}
		return err
	})
	return unknown, err
}

// knowsToken reports whether there is a service token of a name. Who is admin of
// a site knows those whose events he sees.
func (q *logQuery) knowsToken(name string) (bool, error) {
	if q.o.actor.Site != 0 {
		return false, nil
	}
	_, found, err := q.o.findToken(name)
	return found, err
}

// told reports whether an event matches that the actor may see.
func (l *logList) told(ctx context.Context, f LogFilter) (bool, error) {
	f.Newest = 1
	probe := l.svc.logList(l.action, f, nil)
	if err := probe.begin(ctx); err != nil {
		return false, err
	}
	if err := probe.findNewest(ctx); err != nil {
		return false, err
	}
	return probe.next <= probe.last, nil
}

func errNoAction(action string) error {
	return account.Errorf(account.Usage, "unknown action %q: usher writes none, and no event in the log has it", action).Coded("action.unknown")
}

// isAbout reports whether an event was done by something or to it; everything is
// about nothing.
func isAbout(e audit.Event, ref audit.Ref) bool {
	return ref == audit.Ref{} || e.Actor == ref || e.Target == ref
}
