package audit

import (
	"encoding/json"
	"math"
	"time"

	"github.com/usher-admin/usher/internal/account"
)

// scanner reads JSON as AppendLine writes it: without blanks, every name known.
// Whatever else it meets makes it fail, and encoding/json has the word.
type scanner struct {
	rest   []byte
	failed bool
}

// scan reads a line, false if it is not as AppendLine writes them.
func (l *line) scan(data []byte) bool {
	s := scanner{rest: data}
	s.object(func(name []byte) {
		if !l.scanHead(&s, name) && !l.scanOwn(&s, name) {
			s.failed = true
		}
	})
	return !s.failed && len(s.rest) == 0
}

// scanHead reads a field that events of one transaction share.
func (l *line) scanHead(s *scanner, name []byte) bool {
	switch string(name) {
	case "time":
		l.Time = s.time()
	case "outcome":
		l.Outcome = account.Outcome(s.text())
	case "actor":
		l.Actor = s.text()
	case "org":
		l.Org = account.OrgID(s.small())
	case "reason":
		l.Reason = s.text()
	case "origin":
		s.object(func(name []byte) { l.scanOrigin(s, name) })
	default:
		return false
	}
	return true
}

// scanOwn reads a field that every event has for itself.
func (l *line) scanOwn(s *scanner, name []byte) bool {
	switch string(name) {
	case "seq":
		l.Seq = s.number()
	case "like":
		l.Like = s.number()
	case "action":
		l.Action = s.text()
	case "target":
		l.Target = s.text()
	case "site":
		l.Site = account.SiteID(s.small())
	case "changes":
		s.array(func() { l.scanChange(s) })
	case "personal":
		l.Personal = s.text()
	case "records":
		s.object(func(name []byte) { l.scanRecord(s, string(name)) })
	default:
		return false
	}
	return true
}

func (l *line) scanOrigin(s *scanner, name []byte) {
	switch string(name) {
	case "uid":
		l.Origin.UID = s.signed()
	case "login_uid":
		l.Origin.LoginUID = s.signed()
	case "sudo_user":
		l.Origin.SudoUser = s.text()
	case "tty":
		l.Origin.TTY = s.text()
	case "host":
		l.Origin.Host = s.text()
	case "pid":
		l.Origin.PID = s.signed()
	default:
		s.failed = true
	}
}

func (l *line) scanChange(s *scanner) {
	var c Change
	s.object(func(name []byte) {
		switch string(name) {
		case "field":
			c.Field = s.text()
		case "from":
			c.From = s.text()
		case "to":
			c.To = s.text()
		default:
			s.failed = true
		}
	})
	l.Changes = append(l.Changes, c)
}

func (l *line) scanRecord(s *scanner, name string) {
	var hash *string
	if !s.skip("null") {
		text := s.text()
		hash = &text
	}
	if !s.failed && l.Records.add(name, hash) != nil {
		s.failed = true
	}
}

// skip goes past a text if the rest begins with it.
func (s *scanner) skip(text string) bool {
	if len(s.rest) < len(text) || string(s.rest[:len(text)]) != text {
		return false
	}
	s.rest = s.rest[len(text):]
	return true
}

func (s *scanner) expect(text string) {
	if !s.skip(text) {
		s.failed = true
	}
}

// object calls fn at the value of each member.
func (s *scanner) object(fn func(name []byte)) {
	s.expect("{")
	for first := true; !s.failed && !s.skip("}"); first = false {
		if !first {
			s.expect(",")
		}
		name, plain := s.quoted()
		s.expect(":")
		if !plain {
			s.failed = true
		}
		if !s.failed {
			fn(name[1 : len(name)-1])
		}
	}
}

// array calls fn at each element.
func (s *scanner) array(fn func()) {
	s.expect("[")
	for first := true; !s.failed && !s.skip("]"); first = false {
		if !first {
			s.expect(",")
		}
		fn()
	}
}

// quoted returns a string with its quotes; plain says that nothing in it is
// escaped or beyond ASCII.
func (s *scanner) quoted() (token []byte, plain bool) {
	plain = true
	for i := 1; i < len(s.rest) && s.rest[0] == '"'; i++ {
		switch c := s.rest[i]; {
		case c == '"':
			token, s.rest = s.rest[:i+1], s.rest[i+1:]
			return token, plain
		case c == '\\':
			plain = false
			i++
		case c < ' ' || c > '~':
			plain = false
		}
	}
	s.failed = true
	return nil, false
}

func (s *scanner) text() string {
	token, plain := s.quoted()
	if s.failed {
		return ""
	}
	if plain {
		return string(token[1 : len(token)-1])
	}
	var text string
	if json.Unmarshal(token, &text) != nil {
		s.failed = true
	}
	return text
}

func (s *scanner) number() uint64 {
	i, n := 0, uint64(0)
	for i < len(s.rest) && s.rest[i]-'0' <= 9 {
		n = n*10 + uint64(s.rest[i]-'0')
		i++
	}
	// Nineteen digits always fit.
	if i == 0 || i > 19 || s.rest[0] == '0' && i > 1 {
		s.failed = true
	}
	s.rest = s.rest[i:]
	return n
}

func (s *scanner) small() uint32 {
	n := s.number()
	if n > math.MaxUint32 {
		s.failed = true
	}
	return uint32(n)
}

func (s *scanner) signed() int {
	negative := s.skip("-")
	n := s.number()
	if n > math.MaxInt32 {
		s.failed = true
	}
	if negative {
		return -int(n)
	}
	return int(n)
}

// time reads a time in the one form that AppendLine writes, UTC.
func (s *scanner) time() time.Time {
	text := s.text()
	const form = "dddd-dd-ddTdd:dd:dd"
	if len(text) <= len(form) || !hasForm(text, form) || text[len(form)] != '.' && text[len(form)] != 'Z' || text[len(text)-1] != 'Z' {
		s.failed = true
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		s.failed = true
	}
	return t
}

// hasForm reports whether a text, which is not shorter, begins as a form where
// d stands for a digit.
func hasForm(text, form string) bool {
	for i := range form {
		if form[i] == 'd' && text[i]-'0' > 9 || form[i] != 'd' && text[i] != form[i] {
			return false
		}
	}
	return true
}
