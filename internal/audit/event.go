// Package audit holds what an event of the log is: its line, whose bytes are
// final once written, and the Merkle tree over all lines. It is pure; package
// store keeps the lines, package service decides what is written.
package audit

import (
	"strconv"
	"time"

	"github.com/usher-admin/usher/internal/account"
)

// Event is one line of the log: who did what to whom, from where, and how it
// ended. It holds ids; names and addresses of people stand elsewhere, so that
// they can be erased while the log stays whole.
type Event struct {
	Seq     uint64 // from 1, without gaps
	Like    uint64 // an earlier event of the same transaction whose head this one shares; 0: none
	Time    time.Time
	Action  string // "user.add"
	Outcome account.Outcome
	Actor   Ref
	Target  Ref
	Org     account.OrgID
	Site    account.SiteID
	Reason  string
	Origin  Origin
	Changes []Change
	// Personal names the fields that changed whose values are personal; the
	// values lie in the store's index under the event's number.
	Personal []string
	Records  []RecordHash
}

// Ref names who acted or what was acted on.
type Ref struct {
	Type string // "user", "domain", "organisation", "system", "nobody" …
	ID   string // a user's id, a domain, a number; empty where the type says all
}

// UserRef names a user.
func UserRef(id account.UserID) Ref { return Ref{Type: "user", ID: id.String()} }

// Origin is who was at the machine.
type Origin struct {
	UID      int    `json:"uid"`
	LoginUID int    `json:"login_uid"` // -1: none known
	SudoUser string `json:"sudo_user,omitempty"`
	TTY      string `json:"tty,omitempty"`
	Host     string `json:"host,omitempty"`
	PID      int    `json:"pid"`
}

// Change is one field that an action changed.
type Change struct {
	Field string `json:"field"`
	From  string `json:"from"`
	To    string `json:"to"`
}

// RecordHash ties an event to a record of the database: the hash the record
// had when the event was written, or Gone where it was deleted.
type RecordHash struct {
	Key  []byte
	Hash [16]byte
	Gone bool
}

// Fields of the event of a pruning.
const (
	PrunedEvents = "events"  // from the first to the last event whose body was dropped
	PrunedFile   = "archive" // the SHA-256 of the archive
)

// BaselineDigest is the field of an event that has the digest of a baseline.
const BaselineDigest = "records"

// Fields of the event of a restore.
const (
	RestoredEvents = "events" // how many events the log had and has
	RestoredRoot   = "root"   // of the log before and after
	RestoredFile   = "backup" // the SHA-256 of the database in the backup
	RestoredAccept = "rollback"
)

// PrunedTo returns the last event whose body a pruning dropped; 0 for any other
// event.
func (e *Event) PrunedTo() uint64 {
	if e.Action != actionPrune || e.Outcome != account.OutcomeOK {
		return 0
	}
	for _, c := range e.Changes {
		if c.Field == PrunedEvents {
			n, _ := strconv.ParseUint(c.To, 10, 64)
			return n
		}
	}
	return 0
}
