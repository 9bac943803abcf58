package audit

import (
	"testing"
	"time"

	"github.com/usher-admin/usher/internal/account"
)

// usualEvent is an event as most of them are: one user changed by another.
func usualEvent(seq uint64) Event {
	user := account.UserID{0: 1, 15: 2}
	return Event{
		Seq: seq, Time: time.Date(2026, 11, 21, 22, 50, 6, 629_000_000, time.UTC), Action: "user.edit", Outcome: account.OutcomeOK,
		Actor: UserRef(user), Target: UserRef(user), Org: 1, Origin: Origin{UID: 1000, LoginUID: 1000, TTY: "/dev/pts/3", Host: "adm1", PID: 4711},
		Changes: []Change{{Field: "status", From: "active", To: "suspended"}},
		Records: []RecordHash{{Key: make([]byte, 21), Hash: [16]byte{1}}},
	}
}

func BenchmarkAppendLine(b *testing.B) {
	e := usualEvent(1_000_000)
	var line []byte
	for b.Loop() {
		line = e.AppendLine(line[:0])
	}
	b.SetBytes(int64(len(line)))
}

func BenchmarkParseLine(b *testing.B) {
	e := usualEvent(1_000_000)
	line := e.AppendLine(nil)
	b.SetBytes(int64(len(line)))
	for b.Loop() {
		if _, err := ParseLine(line); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTree(b *testing.B) {
	e := usualEvent(1_000_000)
	line := e.AppendLine(nil)
	tree := &Tree{}
	for range 1<<20 - 1 { // the fullest edge there is at a million
		tree.Append(line)
	}
	b.ResetTimer()
	for b.Loop() {
		tree.Append(line)
		tree.Root()
	}
}
