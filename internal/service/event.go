package service

import (
	"time"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/store"
)

// logWriter adds the events of one transaction to the log. The first carries
// the head that they share; the later ones name it.
type logWriter struct {
	tx      *store.Tx
	env     Env
	tree    *audit.Tree
	shared  *audit.Event // the first event of this transaction
	actor   actor
	count   uint64
	behind  time.Time // where the clock stands when it went backwards
	buf     []byte
	records []audit.RecordHash // room for those of an event
}

// clockSlack is how far a clock may go back without a word: two processes may
// see slightly different times.
const clockSlack = time.Second

// openLog starts writing at the log's end. Time never runs backwards there: a
// clock that does is held at the last event and becomes an event itself.
func openLog(tx *store.Tx, env Env) *logWriter {
	w := &logWriter{tx: tx, env: env}
	clock := tx.Now.UTC().Truncate(time.Microsecond)
	tx.Now = clock
	head := tx.Head()
	if clock.Before(head.Last) {
		tx.Now = head.Last
	}
	if head.Clock.Sub(clock) > clockSlack { // while it catches up there is nothing new to say
		w.behind = clock
	}
	return w
}

// noteClock writes, behind the other events, that the clock went backwards. Not
// before them: records carry the number of the event that came next.
func (w *logWriter) noteClock() error {
	clock := w.behind
	w.behind = time.Time{}
	change := audit.Change{Field: "clock", From: w.tx.Now.Format(time.RFC3339Nano), To: clock.Format(time.RFC3339Nano)}
	e := audit.Event{
		Seq: w.tx.Head().Size + 1, Time: w.tx.Now, Action: "clock.backwards", Outcome: account.OutcomeOK,
		Origin: w.env.Origin(), Actor: actor{}.ref(), Changes: []audit.Change{change},
	}
	return w.append(&e)
}

// load reads the tree on the first write; readers do not need it.
func (w *logWriter) load() error {
	if w.tree != nil {
		return nil
	}
	head := w.tx.Head()
	if head.Size == 0 {
		w.tree = &audit.Tree{}
		return nil
	}
	tree, err := audit.UnmarshalTree(head.Tree)
	if err != nil || tree.Size() != head.Size {
		return errLogEnd()
	}
	w.tree = tree
	return nil
}

// write adds one event. Number, time, origin, reason and the hashes of the
// records changed since the last event are filled in here.
func (w *logWriter) write(e audit.Event, who actor, personal ...store.Personal) error {
	if err := w.load(); err != nil {
		return err
	}
	e.Seq = w.tx.Head().Size + 1
	e.Time, e.Origin, e.Reason, e.Actor = w.tx.Now, w.env.Origin(), w.env.Reason, w.ref(&who)
	e.Records = w.records[:0]
	for _, t := range w.tx.TakeTouched() {
		e.Records = append(e.Records, audit.RecordHash(t))
	}
	w.records = e.Records[:0]
	for _, p := range personal {
		e.Personal = append(e.Personal, p.Field)
	}
	w.share(&e, who)
	if err := w.append(&e); err != nil {
		return err
	}
	w.count++
	return w.index(e, who, personal)
}

// ref returns how the log names the actor, who is mostly the same.
func (w *logWriter) ref(who *actor) audit.Ref {
	if w.shared != nil && who.Kind == access.User && w.actor.Kind == access.User && who.User == w.actor.User {
		return w.shared.Actor
	}
	return who.ref()
}

// append adds the line to the tree and to the store.
func (w *logWriter) append(e *audit.Event) error {
	w.buf = e.AppendLine(w.buf[:0])
	return w.tx.AppendLine(w.buf, w.tree)
}

// share lets the event lean on the first of this transaction where it can.
func (w *logWriter) share(e *audit.Event, who actor) {
	if w.shared == nil {
		first := *e
		first.Records = nil // the room for them is used again
		w.shared, w.actor = &first, who
		return
	}
	if e.Actor == w.shared.Actor && e.Outcome == w.shared.Outcome && e.Org == w.shared.Org {
		e.Like = w.shared.Seq
	}
}

// index lets the event be found by its target, and keeps its personal values.
func (w *logWriter) index(e audit.Event, who actor, personal []store.Personal) error {
	if len(personal) > 0 {
		if err := w.tx.PutPersonal(e.Seq, personal); err != nil {
			return err
		}
	}
	id, ok := account.ParseUserID(e.Target.ID)
	if e.Target.Type != "user" && e.Target.Type != "mailbox" || !ok || who.Kind == access.User && id == who.User {
		return nil // the actor's own events are found by the run below
	}
	return w.tx.AddUserEvent(e.Org, id, e.Seq, 1)
}

// close lets the events be found by their actor, as one run, and writes the
// log's end.
func (w *logWriter) close() error {
	if w.shared == nil {
		return nil
	}
	if w.actor.Kind == access.User {
		if err := w.tx.AddUserEvent(w.shared.Org, w.actor.User, w.shared.Seq, w.count); err != nil {
			return err
		}
	}
	if !w.behind.IsZero() {
		if err := w.noteClock(); err != nil {
			return err
		}
	}
	return w.tx.SealLog(w.tree)
}

// emit adds the event of a change that succeeded.
func (o *op) emit(target audit.Ref, site account.SiteID, changes []audit.Change, personal ...store.Personal) error {
	return o.emitAs(string(o.action), target, site, changes, personal...)
}

func (o *op) emitAs(action string, target audit.Ref, site account.SiteID, changes []audit.Change, personal ...store.Personal) error {
	event := audit.Event{Action: action, Outcome: account.OutcomeOK, Target: target, Org: o.actor.Org, Site: site, Changes: changes}
	return o.log.write(event, o.actor, personal...)
}
