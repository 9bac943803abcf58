package audit

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"
)

// A line is written by hand, field by field in a fixed order: an import writes
// a million of them. An event that is like an earlier one of its transaction
// leaves out the head they share: time, outcome, actor, org, reason and origin.

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
	return e.Origin.append(dst)
}

func (o *Origin) append(dst []byte) []byte {
	dst = append(dst, `,"origin":{"uid":`...)
	dst = strconv.AppendInt(dst, int64(o.UID), 10)
	dst = append(dst, `,"login_uid":`...)
	dst = strconv.AppendInt(dst, int64(o.LoginUID), 10)
	for _, t := range [...]struct{ name, text string }{{"sudo_user", o.SudoUser}, {"tty", o.TTY}, {"host", o.Host}} {
		if t.text != "" {
			dst = appendText(dst, t.name, t.text)
		}
	}
	dst = append(dst, `,"pid":`...)
	return append(strconv.AppendInt(dst, int64(o.PID), 10), '}')
}

func (e *Event) appendChanges(dst []byte) []byte {
	for i, c := range e.Changes {
		if i == 0 {
			dst = append(dst, `,"changes":[{"field":`...)
		} else {
			dst = append(dst, `,{"field":`...)
		}
		dst = appendQuoted(dst, c.Field)
		dst = appendText(dst, "from", c.From)
		dst = append(appendText(dst, "to", c.To), '}')
	}
	if len(e.Changes) > 0 {
		dst = append(dst, ']')
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
