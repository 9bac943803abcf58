package audit

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/usher-admin/usher/internal/account"
)

// A line is written by hand, field by field in a fixed order: an import writes
// a million of them. It is read with encoding/json. An event that is like an
// earlier one of its transaction leaves out the head they share: time, outcome,
// actor, org, reason and origin.

// AppendLine appends the event's line, without a line end, to dst.
func (e *Event) AppendLine(dst []byte) []byte {
	dst = append(dst, `{"seq":`...)
	dst = strconv.AppendUint(dst, e.Seq, 10)
	if e.Like != 0 {
		dst = append(dst, `,"like":`...)
		dst = strconv.AppendUint(dst, e.Like, 10)
		dst = appendText(dst, "action", e.Action)
	} else {
		dst = e.appendHead(dst)
	}
	dst = appendRef(dst, "target", e.Target)
	if e.Site != 0 {
		dst = append(dst, `,"site":`...)
		dst = strconv.AppendUint(dst, uint64(e.Site), 10)
	}
	dst = e.appendChanges(dst)
	dst = e.appendRecords(dst)
	return append(dst, '}')
}

// appendHead appends what a transaction's events have in common.
func (e *Event) appendHead(dst []byte) []byte {
	dst = appendText(dst, "time", e.Time.UTC().Format(time.RFC3339Nano))
	dst = appendText(dst, "action", e.Action)
	dst = appendText(dst, "outcome", string(e.Outcome))
	dst = appendRef(dst, "actor", e.Actor)
	if e.Org != 0 {
		dst = append(dst, `,"org":`...)
		dst = strconv.AppendUint(dst, uint64(e.Org), 10)
	}
	if e.Reason != "" {
		dst = appendText(dst, "reason", e.Reason)
	}
	dst = append(dst, `,"origin":`...)
	origin, _ := json.Marshal(e.Origin) // plain strings and numbers cannot fail
	return append(dst, origin...)
}

func (e *Event) appendChanges(dst []byte) []byte {
	if len(e.Changes) > 0 {
		dst = append(dst, `,"changes":`...)
		changes, _ := json.Marshal(e.Changes) // three strings each cannot fail
		dst = append(dst, changes...)
	}
	if len(e.Personal) > 0 {
		dst = appendText(dst, "personal", strings.Join(e.Personal, " "))
	}
	return dst
}

func (e *Event) appendRecords(dst []byte) []byte {
	for i, r := range e.Records {
		if i == 0 {
			dst = append(dst, `,"records":{"`...)
		} else {
			dst = append(dst, `,"`...)
		}
		dst = base64.RawURLEncoding.AppendEncode(dst, r.Key)
		if r.Gone {
			dst = append(dst, `":null`...)
			continue
		}
		dst = append(dst, `":"`...)
		dst = base64.RawURLEncoding.AppendEncode(dst, r.Hash[:])
		dst = append(dst, '"')
	}
	if len(e.Records) > 0 {
		dst = append(dst, '}')
	}
	return dst
}

func appendRef(dst []byte, name string, r Ref) []byte {
	if r.Type == "" {
		return dst
	}
	if r.ID == "" {
		return appendText(dst, name, r.Type)
	}
	return appendText(dst, name, r.Type+":"+r.ID)
}

// appendText appends a named string; only unusual ones go through
// encoding/json.
func appendText(dst []byte, name, s string) []byte {
	dst = append(dst, ',', '"')
	dst = append(dst, name...)
	dst = append(dst, '"', ':')
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			quoted, _ := json.Marshal(s) // a string cannot fail
			return append(dst, quoted...)
		}
	}
	dst = append(dst, '"')
	dst = append(dst, s...)
	return append(dst, '"')
}

// line is an event as encoding/json reads it.
type line struct {
	Seq      uint64             `json:"seq"`
	Like     uint64             `json:"like"`
	Time     time.Time          `json:"time"`
	Action   string             `json:"action"`
	Outcome  account.Outcome    `json:"outcome"`
	Actor    string             `json:"actor"`
	Target   string             `json:"target"`
	Org      account.OrgID      `json:"org"`
	Site     account.SiteID     `json:"site"`
	Reason   string             `json:"reason"`
	Origin   Origin             `json:"origin"`
	Changes  []Change           `json:"changes"`
	Personal string             `json:"personal"`
	Records  map[string]*string `json:"records"`
}

// ParseLine reads what AppendLine wrote. The hashes of records come without
// an order.
func ParseLine(data []byte) (Event, error) {
	var l line
	if err := json.Unmarshal(data, &l); err != nil {
		return Event{}, fmt.Errorf("log line cannot be read: %w", err)
	}
	e := Event{
		Seq: l.Seq, Like: l.Like, Time: l.Time, Action: l.Action, Outcome: l.Outcome,
		Actor: parseRef(l.Actor), Target: parseRef(l.Target), Org: l.Org, Site: l.Site,
		Reason: l.Reason, Origin: l.Origin, Changes: l.Changes,
		Personal: strings.Fields(l.Personal),
	}
	for key, hash := range l.Records {
		r, err := parseRecord(key, hash)
		if err != nil {
			return Event{}, fmt.Errorf("log line %d: %w", l.Seq, err)
		}
		e.Records = append(e.Records, r)
	}
	return e, nil
}

// Inherit fills in the head that e shares with the event it is like.
func (e *Event) Inherit(head Event) {
	e.Time, e.Outcome, e.Actor = head.Time, head.Outcome, head.Actor
	e.Org, e.Reason, e.Origin = head.Org, head.Reason, head.Origin
}

func parseRef(s string) Ref {
	kind, id, _ := strings.Cut(s, ":")
	return Ref{Type: kind, ID: id}
}

func parseRecord(key string, hash *string) (RecordHash, error) {
	var r RecordHash
	var err error
	if r.Key, err = base64.RawURLEncoding.DecodeString(key); err != nil {
		return r, fmt.Errorf("record key: %w", err)
	}
	if hash == nil {
		r.Gone = true
		return r, nil
	}
	sum, err := base64.RawURLEncoding.DecodeString(*hash)
	if err != nil || len(sum) != len(r.Hash) {
		return r, fmt.Errorf("record hash of %d bytes is unreadable", len(sum))
	}
	r.Hash = [16]byte(sum)
	return r, nil
}
