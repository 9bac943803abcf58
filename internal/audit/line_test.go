package audit

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/usher-admin/usher/internal/account"
)

// hostile are texts that try to be more than text.
var hostile = [...]string{
	"", " ", "a\nb", "a\r\n{\"seq\":1}", "\x1b[31mred\x1b[0m", "\x00", "\x7f", "\u0085", "\u202egnp.exe", "\u2066x\u2069", "\u2028", "\ufeff",
	`"`, `\`, `\u0041`, `","outcome":"ok`, `"action":"logs.prune"`, "</script>&", "åäö", "日本語", "👩‍💻", "\U000e0041", "\xff", "a\xc3", "\xed\xa0\x80", "�",
}

func anyText() *rapid.Generator[string] {
	return rapid.OneOf(rapid.SampledFrom(hostile[:]), rapid.String())
}

// valid returns a text as it comes back: what is no UTF-8 is replaced.
func valid(s string) string { return strings.Map(func(r rune) rune { return r }, s) }

func anyRef() *rapid.Generator[Ref] {
	return rapid.Custom(func(t *rapid.T) Ref {
		r := Ref{Type: rapid.SampledFrom([]string{"", "user", "domain", "system"}).Draw(t, "type")}
		if r.Type != "" {
			r.ID = valid(anyText().Draw(t, "id"))
		}
		return r
	})
}

func anyEvent() *rapid.Generator[Event] {
	return rapid.Custom(func(t *rapid.T) Event {
		text := func(label string) string { return anyText().Draw(t, label) }
		e := Event{
			Seq:    rapid.Uint64Range(1, 1<<63).Draw(t, "seq"),
			Action: text("action"), Target: anyRef().Draw(t, "target"), Site: account.SiteID(rapid.Uint32().Draw(t, "site")),
		}
		if e.Like = rapid.Uint64Range(0, e.Seq-1).Draw(t, "like"); e.Like == 0 {
			e.Time = time.UnixMicro(rapid.Int64Range(0, 4e15).Draw(t, "time")).UTC()
			e.Outcome = account.Outcome(text("outcome"))
			e.Actor, e.Org, e.Reason = anyRef().Draw(t, "actor"), account.OrgID(rapid.Uint32().Draw(t, "org")), text("reason")
			e.Origin = Origin{
				UID: int(rapid.Int32().Draw(t, "uid")), LoginUID: int(rapid.Int32Min(-1).Draw(t, "login")), PID: int(rapid.Int32().Draw(t, "pid")),
				SudoUser: text("sudo"), TTY: text("tty"), Host: text("host"),
			}
		}
		for range rapid.IntRange(0, 3).Draw(t, "changes") {
			e.Changes = append(e.Changes, Change{Field: text("field"), From: text("from"), To: text("to")})
		}
		for range rapid.IntRange(0, 3).Draw(t, "personal") {
			e.Personal = append(e.Personal, rapid.StringMatching(`[a-z_.]{1,8}`).Draw(t, "name"))
		}
		for range rapid.IntRange(0, 3).Draw(t, "records") {
			r := RecordHash{Key: rapid.SliceOfN(rapid.Byte(), 1, 40).Draw(t, "key"), Gone: rapid.Bool().Draw(t, "gone")}
			if !r.Gone {
				r.Hash = [16]byte(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "hash"))
			}
			e.Records = append(e.Records, r)
		}
		return e
	})
}

// asRead returns the event as reading its line gives it back.
func asRead(e Event) Event {
	e.Action, e.Outcome, e.Reason = valid(e.Action), account.Outcome(valid(string(e.Outcome))), valid(e.Reason)
	e.Origin.SudoUser, e.Origin.TTY, e.Origin.Host = valid(e.Origin.SudoUser), valid(e.Origin.TTY), valid(e.Origin.Host)
	e.Changes = slices.Clone(e.Changes)
	for i, c := range e.Changes {
		e.Changes[i] = Change{valid(c.Field), valid(c.From), valid(c.To)}
	}
	return e
}

func sameEvent(a, b Event) bool {
	for _, e := range []*Event{&a, &b} {
		if len(e.Changes) == 0 {
			e.Changes = nil
		}
		if len(e.Personal) == 0 {
			e.Personal = nil
		}
		if len(e.Records) == 0 {
			e.Records = nil
		}
	}
	return reflect.DeepEqual(a, b)
}

func TestALineGivesTheEventBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := anyEvent().Draw(t, "event")
		line := e.AppendLine(nil)
		got, err := ParseLine(line)
		if err != nil {
			t.Fatalf("ParseLine(%s): %v", line, err)
		}
		if want := asRead(e); !sameEvent(got, want) {
			t.Fatalf("line %s\n got %+v\nwant %+v", line, got, want)
		}
		if again := got.AppendLine(nil); !bytes.Equal(again, line) {
			t.Fatalf("written again\n got %s\nwant %s", again, line)
		}
	})
}

func TestALineStaysOneHarmlessLine(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := anyEvent().Draw(t, "event")
		line := e.AppendLine([]byte("before "))
		line = bytes.TrimPrefix(line, []byte("before "))
		if !json.Valid(line) || !utf8.Valid(line) {
			t.Fatalf("no JSON: %q", line)
		}
		for _, r := range string(line) {
			if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
				t.Fatalf("%U stands raw in %q", r, line)
			}
		}
	})
}

// The bytes of a line are final: they are hashed. Whoever changes what is
// written here starts a new form and still reads this one.
func TestTheBytesOfALineAreFinal(t *testing.T) {
	t.Parallel()
	user := account.UserID{0: 1, 15: 2}
	first := Event{
		Seq: 7, Time: time.Date(2026, 11, 21, 22, 50, 6, 629_000_000, time.UTC), Action: "user.edit", Outcome: account.OutcomeOK,
		Actor: UserRef(user), Target: Ref{Type: "domain", ID: "norrsken.example"}, Org: 1, Site: 2, Reason: "he said \"no\"\n",
		Origin:   Origin{UID: 0, LoginUID: -1, SudoUser: "bo", TTY: "/dev/pts/1", Host: "adm1", PID: 3},
		Changes:  []Change{{"status", "active", "suspended"}, {"plan", "", "pro"}},
		Personal: []string{"email", "first_name"},
		Records:  []RecordHash{{Key: []byte{1, 2, 3}, Hash: [16]byte{15: 1}}, {Key: []byte{4}, Gone: true}},
	}
	second := Event{Seq: 8, Like: 7, Action: "user.edit", Target: Ref{Type: "system"}}
	rows := []struct {
		name  string
		event Event
		want  string
	}{
		{"an event with everything", first, `{"seq":7,"time":"2026-11-21T22:50:06.629Z","action":"user.edit","outcome":"ok",` +
			`"actor":"user:01000000-0000-0000-0000-000000000002","org":1,"reason":"he said \"no\"\u000a",` +
			`"origin":{"uid":0,"login_uid":-1,"sudo_user":"bo","tty":"/dev/pts/1","host":"adm1","pid":3},"target":"domain:norrsken.example","site":2,` +
			`"changes":[{"field":"status","from":"active","to":"suspended"},{"field":"plan","from":"","to":"pro"}],"personal":"email first_name",` +
			`"records":{"AQID":"AAAAAAAAAAAAAAAAAAAAAQ","BA":null}}`},
		{"an event that leans on another", second, `{"seq":8,"like":7,"action":"user.edit","target":"system"}`},
	}
	for _, r := range rows {
		if got := string(r.event.AppendLine(nil)); got != r.want {
			t.Errorf("%s\n got %s\nwant %s", r.name, got, r.want)
		}
	}
	second.Inherit(first)
	if second.Time != first.Time || second.Actor != first.Actor || second.Origin != first.Origin || second.Reason != first.Reason || second.Action != "user.edit" {
		t.Errorf("the head of event 7 did not come to event 8: %+v", second)
	}
}

func TestALineOfALaterVersionIsRead(t *testing.T) {
	t.Parallel()
	got, err := ParseLine([]byte(`{"seq":3, "later":{"a":[1]},"action":"x.y","records":{"AQ":null},"time":"2026-11-21T22:50:06Z"}`))
	if err != nil || got.Seq != 3 || got.Action != "x.y" || got.Time.IsZero() || len(got.Records) != 1 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestUnreadableLinesAreErrors(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "{", "null-", `{"seq":"1"}`, `{"seq":1}x`, `{"time":"yesterday"}`, `{"org":4294967296}`, `{"records":{"?":null}}`, `{"records":{"AQ":"AQ"}}`, `{"records":[]}`, "[1]", "{\"a\":\"\n\"}",
	} {
		if e, err := ParseLine([]byte(text)); err == nil {
			t.Errorf("ParseLine(%s) = %+v, want an error", text, e)
		}
	}
}

// FuzzParseLine holds reading by hand against encoding/json: whatever the one
// takes, the other takes alike.
func FuzzParseLine(f *testing.F) {
	for _, text := range hostile {
		e := usualEvent(1)
		e.Reason, e.Origin.Host = text, text
		f.Add(e.AppendLine(nil))
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := ParseLine(data); err == nil {
			if m, ok := readMark(data); !ok {
				t.Errorf("readMark(%q) = %+v, and the whole line can be read", data, m)
			}
		}
		var quick, slow line
		if !quick.scan(data) {
			return
		}
		if err := json.Unmarshal(data, &slow); err != nil {
			t.Fatalf("read by hand, and encoding/json says %v: %q", err, data)
		}
		if len(slow.Changes) == 0 {
			slow.Changes = nil
		}
		if !reflect.DeepEqual(quick, slow) {
			t.Errorf("%q\nby hand  %+v\nby json  %+v", data, quick, slow)
		}
	})
}
