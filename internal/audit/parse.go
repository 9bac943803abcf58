package audit

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/usher-admin/usher/internal/account"
)

// line is an event as it stands in its line.
type line struct {
	Seq      uint64          `json:"seq"`
	Like     uint64          `json:"like"`
	Time     time.Time       `json:"time"`
	Action   string          `json:"action"`
	Outcome  account.Outcome `json:"outcome"`
	Actor    string          `json:"actor"`
	Target   string          `json:"target"`
	Org      account.OrgID   `json:"org"`
	Site     account.SiteID  `json:"site"`
	Reason   string          `json:"reason"`
	Origin   Origin          `json:"origin"`
	Changes  []Change        `json:"changes"`
	Personal string          `json:"personal"`
	Records  recordHashes    `json:"records"`
}

// ParseLine reads what AppendLine wrote. Lines as this version writes them are
// read by hand, since lists and exports read millions; any other line, such as
// one of a later version with fields this one does not know, goes through
// encoding/json.
func ParseLine(data []byte) (Event, error) {
	var l line
	if !l.scan(data) {
		l = line{}
		if err := json.Unmarshal(data, &l); err != nil {
			return Event{}, fmt.Errorf("log line cannot be read: %w", err)
		}
	}
	return Event{
		Seq: l.Seq, Like: l.Like, Time: l.Time, Action: l.Action, Outcome: l.Outcome,
		Actor: parseRef(l.Actor), Target: parseRef(l.Target), Org: l.Org, Site: l.Site,
		Reason: l.Reason, Origin: l.Origin, Changes: l.Changes,
		Personal: strings.Fields(l.Personal), Records: l.Records,
	}, nil
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

// recordHashes is the object of hashes by record key.
type recordHashes []RecordHash

// UnmarshalJSON reads the object in the order of its members.
func (r *recordHashes) UnmarshalJSON(data []byte) error {
	d := json.NewDecoder(strings.NewReader(string(data)))
	if opening, err := d.Token(); err != nil || opening != json.Delim('{') {
		return fmt.Errorf("the hashes of records are no object")
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		var hash *string
		if err := d.Decode(&hash); err != nil {
			return err
		}
		if err := r.add(fmt.Sprint(name), hash); err != nil {
			return err
		}
	}
	return nil
}

// add appends a record's hash; nil says that the record is gone.
func (r *recordHashes) add(name string, hash *string) error {
	key, err := base64.RawURLEncoding.DecodeString(name)
	if err != nil {
		return fmt.Errorf("key of a record: %w", err)
	}
	h := RecordHash{Key: key, Gone: hash == nil}
	if hash != nil {
		sum, err := base64.RawURLEncoding.DecodeString(*hash)
		if err != nil || len(sum) != len(h.Hash) {
			return fmt.Errorf("hash of a record of %d bytes is unreadable", len(sum))
		}
		h.Hash = [16]byte(sum)
	}
	*r = append(*r, h)
	return nil
}
