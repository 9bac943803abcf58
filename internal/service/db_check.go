package service

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/store"
)

// CheckDatabase looks at the whole database, in whatever state it is: pages,
// records, indexes, counters, references, seats, the log, and every record against
// the event that wrote it. It works on a private copy. Access to the file is
// enough.
func (s *Service) CheckDatabase(ctx context.Context) ([]store.Finding, error) {
	c, err := s.store.CopyAsItIs(ctx)
	if err != nil {
		return nil, err
	}
	defer c.Close() //nolint:errcheck // only read
	found, err := c.Check()
	if err != nil || slices.ContainsFunc(found, Unreadable) {
		return found, err
	}
	log, err := s.checkLog(ctx)
	if err != nil {
		return found, err
	}
	found = append(found, log...)
	records, err := checkAgainstLog(c)
	return append(found, records...), err
}

// Unreadable says of a finding that what lies behind it cannot be read.
func Unreadable(f store.Finding) bool { return f.Kind == "page" }

// checkLog proves the log, as logs verify does.
func (s *Service) checkLog(ctx context.Context) ([]store.Finding, error) {
	v, err := s.VerifyLog(ctx, nil, func(_, _ uint64) {})
	switch {
	case account.CodeOf(err) == "db.damaged":
		return []store.Finding{{Kind: "log", Message: err.Error()}}, nil
	case err != nil || v.OK:
		return nil, err
	}
	return []store.Finding{{Kind: "log", Where: fmt.Sprintf("event %d", v.Flaw.Seq), Message: string(v.Flaw.Reason)}}, nil
}

// checkAgainstLog holds every record against what the log and its baseline say
// that was written last under its key, and the index of events against the events.
func checkAgainstLog(c *store.Copy) ([]store.Finding, error) {
	var found []store.Finding
	err := c.View(func(tx *store.Tx) error {
		l := &ledger{tx: tx, last: map[[16]byte]vouched{}}
		for _, step := range []func() error{l.readBaseline, l.readLines, l.compare} {
			if err := step(); err != nil {
				return err
			}
		}
		found = l.found
		return nil
	})
	if account.CodeOf(err) == "db.damaged" {
		return append(found, store.Finding{Kind: "log", Message: "the records cannot be held against it: " + err.Error()}), nil
	}
	return found, err
}

// ledger is what the log says that stands under each key, by the hash of the key.
type ledger struct {
	tx    *store.Tx
	last  map[[16]byte]vouched
	head  audit.Event // the last one that others may share the head of
	found []store.Finding

	mend   bool // put the index of events right instead of telling
	mended int
}

// vouched is the last thing that happened to a record.
type vouched struct {
	hash  [16]byte
	event uint64
	gone  bool
}

func keyHash(key []byte) [16]byte {
	sum := sha256.Sum256(key)
	return [16]byte(sum[:])
}

func (l *ledger) note(where, format string, args ...any) {
	const most = 500
	if len(l.found) < most {
		l.found = append(l.found, store.Finding{Kind: "log", Where: where, Message: fmt.Sprintf(format, args...)})
	}
}

// readBaseline takes what the baseline vouches for, and holds it against its
// digest.
func (l *ledger) readBaseline() error {
	based := l.tx.Head().Based
	if based == 0 {
		return nil
	}
	digest := audit.NewDigest()
	err := l.tx.Baseline(func(r store.BaselineRecord) (bool, error) {
		digest.Add(r.Key, r.Hash)
		l.last[keyHash(r.Key)] = vouched{hash: r.Hash, event: based}
		return true, nil
	})
	if err != nil {
		return err
	}
	line, found, err := l.tx.LogLine(l.tx.Head().BasedBy)
	if err != nil || !found || line.Body == nil {
		return err
	}
	event, err := audit.ParseLine(line.Body)
	if err != nil {
		return err
	}
	for _, change := range event.Changes {
		if change.Field == audit.BaselineDigest && change.To == digest.String() {
			return nil
		}
	}
	l.note(fmt.Sprintf("event %d", event.Seq), "the baseline is not the one that it tells of")
	return nil
}

// readLines takes what each event did, and looks whether it is found by whom it
// is about.
func (l *ledger) readLines() error {
	head := l.tx.Head()
	return l.tx.Lines(head.Pruned+1, func(line store.Line) (bool, error) {
		e, err := audit.ParseLine(line.Body)
		if err != nil {
			l.note(fmt.Sprintf("event %d", line.Seq), "it cannot be read")
			return true, nil //nolint:nilerr // it is a finding
		}
		if line.Seq > head.Based {
			for _, r := range e.Records {
				l.last[keyHash(r.Key)] = vouched{hash: r.Hash, event: line.Seq, gone: r.Gone}
			}
		}
		if e.Like == 0 {
			l.head = e
		} else if e.Like == l.head.Seq {
			e.Inherit(l.head)
		} else {
			return true, nil // its head was pruned
		}
		return true, l.indexed(e)
	})
}

// indexed looks whether an event is found by who acted and whom it is about.
func (l *ledger) indexed(e audit.Event) error {
	for _, id := range concerned(e) {
		seen := false
		err := l.tx.UserEvents(e.Org, id, e.Seq+1, func(seq, count uint64) (bool, error) {
			seen = e.Seq < seq+count
			return false, nil
		})
		if account.CodeOf(err) == "db.damaged" && !seen { // his record is found by itself; nobody can tell what it says
			seen, err = !l.mend, nil
		}
		if err != nil {
			return err
		}
		if err := l.unseen(e, id, seen); err != nil {
			return err
		}
	}
	return nil
}

// unseen tells of an event that is not found by somebody, or mends that.
func (l *ledger) unseen(e audit.Event, id account.UserID, seen bool) error {
	switch {
	case seen:
		return nil
	case l.mend:
		l.mended++
		return l.tx.AddUserEvent(e.Org, id, e.Seq, 1)
	}
	l.found = append(l.found, store.Finding{Kind: "index", Where: fmt.Sprintf("event %d", e.Seq), Message: "it is not found by " + id.String()})
	return nil
}

// concerned are the users and mailboxes by whom an event is found.
func concerned(e audit.Event) (ids []account.UserID) {
	for _, ref := range []audit.Ref{e.Actor, e.Target} {
		if ref.Type != "user" && (ref.Type != "mailbox" || ref == e.Actor) {
			continue
		}
		if id, ok := account.ParseUserID(ref.ID); ok && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// compare holds the records against the ledger. What the ledger has left is not
// there.
func (l *ledger) compare() error {
	err := l.tx.LoggedRecords(nil, func(r store.LoggedRecord) (bool, error) {
		k := keyHash(r.Key)
		last, known := l.last[k]
		delete(l.last, k)
		switch {
		case r.Damaged: // found by itself
		case !known:
			l.note(store.Where(r.Key), "no event tells of it")
		case last.gone:
			l.note(store.Where(r.Key), "event %d deleted it", last.event)
		case last.hash != r.Hash:
			l.note(store.Where(r.Key), "it is not as event %d wrote it", last.event)
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	var missing []uint64
	for _, last := range l.last {
		if !last.gone {
			missing = append(missing, last.event)
		}
	}
	slices.Sort(missing)
	for _, event := range missing {
		l.note(fmt.Sprintf("event %d", event), "a record that it wrote is not there")
	}
	return nil
}

// actionRepair is the word of the log for a repair.
const actionRepair = access.Permission("db.repair")

// Repaired is what a repair did.
type Repaired struct {
	Repaired int    // entries of indexes and counters made anew
	Kept     string // where the file as it was is
}

// RepairDatabase makes indexes and counters anew from the records and the log, and
// says so in the log of every organisation. It invents no record, so access to
// the file is enough.
func (s *Service) RepairDatabase(ctx context.Context) (Repaired, error) {
	var r Repaired
	var err error
	r.Kept, r.Repaired, err = s.store.Repair(ctx, func(tx *store.Tx, repaired int) (int, error) {
		o := &op{svc: s, tx: tx, action: actionRepair, log: openLog(tx, s.env)}
		l := &ledger{tx: tx, last: map[[16]byte]vouched{}, mend: true}
		if err := l.readLines(); err != nil || repaired+l.mended == 0 {
			return 0, err
		}
		changes := []audit.Change{{Field: "repaired", To: strconv.Itoa(repaired + l.mended)}}
		if err := o.emitEverywhere(audit.Ref{Type: "database"}, changes); err != nil {
			return 0, err
		}
		return l.mended, o.log.close()
	})
	return r, err
}
