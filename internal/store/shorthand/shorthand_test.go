package shorthand

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
)

// anEvent draws an event as the service may write it.
func anEvent(t *rapid.T) audit.Event {
	text := rapid.OneOf(rapid.SampledFrom(words[:]), rapid.String(), rapid.SampledFrom([]string{"", "email first_name", "\"\\\u202e\x00ö", "user:", "user:x"}))
	ref := func(name string) audit.Ref {
		id := rapid.OneOf(rapid.Just(""), rapid.String(), rapid.Custom(func(t *rapid.T) string { return aUser(t).String() }))
		return audit.Ref{Type: rapid.SampledFrom([]string{"user", "mailbox", "secret", "system", "planet", ""}).Draw(t, name), ID: id.Draw(t, name+" id")}
	}
	e := audit.Event{
		Seq: rapid.Uint64Range(1, math.MaxInt64).Draw(t, "seq"), Action: text.Draw(t, "action"), Outcome: account.Outcome(text.Draw(t, "outcome")),
		Actor: ref("actor"), Target: ref("target"), Org: account.OrgID(rapid.Uint32().Draw(t, "org")), Site: account.SiteID(rapid.Uint32().Draw(t, "site")),
		Reason: text.Draw(t, "reason"), Personal: rapid.SliceOfN(rapid.SampledFrom([]string{"email", "first_name", "höjd"}), 0, 3).Draw(t, "personal"),
		Time: time.UnixMicro(rapid.Int64Range(0, 4_000_000_000_000_000).Draw(t, "time")),
		Origin: audit.Origin{
			UID: rapid.IntRange(-1, math.MaxInt32).Draw(t, "uid"), LoginUID: rapid.IntRange(-1, math.MaxInt32).Draw(t, "login uid"), PID: rapid.IntRange(0, math.MaxInt32).Draw(t, "pid"),
			SudoUser: text.Draw(t, "sudo user"), TTY: text.Draw(t, "tty"), Host: text.Draw(t, "host"),
		},
		Changes: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) audit.Change {
			return audit.Change{Field: text.Draw(t, "field"), From: text.Draw(t, "from"), To: text.Draw(t, "to")}
		}), 0, 3).Draw(t, "changes"),
	}
	if rapid.Bool().Draw(t, "leans") {
		e.Like = rapid.Uint64Range(1, e.Seq).Draw(t, "like")
	}
	for range rapid.IntRange(0, 3).Draw(t, "records") {
		e.Records = append(e.Records, aRecord(t, e))
	}
	return e
}

func aUser(t *rapid.T) account.UserID {
	return account.UserID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
}

// aRecord draws a record of any key, or of the target's.
func aRecord(t *rapid.T, e audit.Event) audit.RecordHash {
	r := audit.RecordHash{
		Key:  rapid.SliceOfN(rapid.Byte(), 0, 90).Draw(t, "key"),
		Hash: [16]byte(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "hash")),
		Gone: rapid.Bool().Draw(t, "gone"),
	}
	if id, ok := account.ParseUserID(e.Target.ID); ok && rapid.Bool().Draw(t, "of the target") {
		r.Key = append(r.Key, id[:]...)
	}
	return r
}

func TestEveryLineIsRestoredToTheByte(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := anEvent(t)
		line := e.AppendLine(nil)
		var p Packer
		packed, ok := p.Pack(line, e.Seq)
		if !ok {
			t.Fatalf("not packed: %s", line)
		}
		before := []byte("before")
		restored, ok := Restore(before, packed, e.Seq)
		if want := "before" + string(line); string(restored) != want || !ok {
			t.Errorf("got %s, %t\nwant %s", restored, ok, want)
		}
	})
}

func TestALineThatWouldNotBeRestoredAsItIsIsNotPacked(t *testing.T) {
	const target = `,"target":"user:01a228de-a3c7-7158-8aa2-72896e06c70a"`
	rows := map[string]string{
		"it has another number":            `{"seq":13,"like":2}`,
		"its number has a zero in front":   `{"seq":012,"like":2}`,
		"it has a member of a later usher": `{"seq":12,"mood":"good"}`,
		"it has blanks":                    `{"seq":12, "like":2}`,
		"its end is missing":               `{"seq":12,"like":2`,
		"it has something behind its end":  `{"seq":12,"like":2}}`,
		"a time in another zone":           `{"seq":12,"time":"2026-11-21T22:30:24+01:00"}`,
		"a time with nanoseconds":          `{"seq":12,"time":"2026-11-21T22:30:24.123456789Z"}`,
		"a time that is none":              `{"seq":12,"time":"yesterday"}`,
		"a number of twenty digits":        `{"seq":12,"like":11111111111111111111}`,
		"a record without a hash":          `{"seq":12` + target + `,"records":{"dQAAAAE":""}}`,
		"a record with a long hash":        `{"seq":12` + target + `,"records":{"dQAAAAE":"Arat3jTaEGBAnJ9aeeuAmgAA"}}`,
		"a key with bits to spare":         `{"seq":12` + target + `,"records":{"dQAAAAF":null}}`,
		"no records":                       `{"seq":12` + target + `,"records":{}}`,
		"no changes":                       `{"seq":12,"changes":[]}`,
		"nothing":                          ``,
	}
	for name, line := range rows {
		t.Run(name, func(t *testing.T) {
			var p Packer
			if packed, ok := p.Pack([]byte(line), 12); ok {
				t.Errorf("packed as %x", packed)
			}
		})
	}
}

func TestAnIdThatIsWrittenOtherwiseIsATextLikeOthers(t *testing.T) {
	for _, id := range []string{"01A228DE-A3C7-7158-8AA2-72896E06C70A", "01a228de+a3c7+7158+8aa2+72896e06c70a"} {
		line := `{"seq":12,"target":"user:` + id + `"}`
		var p Packer
		packed, ok := p.Pack([]byte(line), 12)
		if restored, whole := Restore(nil, packed, 12); ok && (!whole || string(restored) != line) {
			t.Errorf("%s: got %s", line, restored)
		}
	}
}

// What Pack makes of no line is refused, whatever could be made of a part of it.
func TestWhatNobodyPackedIsRefused(t *testing.T) {
	const id = "0123456789abcdef"
	rows := map[string]string{
		"no member has the number 0":         "\x00",
		"no member has so high a number":     "\x0e",
		"a number without end":               "\x01\xff",
		"a number beyond 64 bits":            "\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02",
		"a text longer than the line":        "\x07\x0cso",
		"a text of no form":                  "\x07\x03",
		"a word that is none":                "\x07\xfd\x07",
		"a word that is none, and an id":     "\x09\xfe\x07" + id,
		"half an id":                         "\x09\x06" + id[:15],
		"an origin that tells too much":      "\x08\x00\x00\x08\x00",
		"an origin without a process":        "\x08\x00\x01\x04\x08vm",
		"changes without end":                "\x0b\x01\x45\x00\x49",
		"changes that begin with another 2":  "\x0b\x02\x45\x00\x49\x00",
		"a record without its hash":          "\x0d\x10A" + id[:15],
		"a record with a part of its key":    "\x0d\x22A",
		"a record without the one behind it": "\x0d\x13A",
	}
	for name, packed := range rows {
		if line, ok := Restore(nil, []byte(packed), 12); ok {
			t.Errorf("%s: got %s", name, line)
		}
	}
}

// A change in the words or members would make every file unreadable that has them.
func TestWordsAndMembersKeepTheirNumbers(t *testing.T) {
	for text, number := range map[string]int{"user.import": 0, "secret.show": 31, "user.resume": 32, "token.add": 80, "schema": 126} {
		if got := slices.Index(words[:], text); got != number {
			t.Errorf("%q has number %d, want %d", text, got, number)
		}
	}
	const line = `{"seq":12,"like":11,"time":"2026-11-21T22:30:24.5Z","action":"user.add","outcome":"ok","actor":"system","org":1,"reason":"so",` +
		`"origin":{"uid":0,"login_uid":-1,"host":"vm","pid":4711},"target":"user:01a228de-a3c7-7158-8aa2-72896e06c70a","site":3,` +
		`"changes":[{"field":"role","from":"","to":"member"}],"personal":"email","records":{"QQ":null,"dQAAAAEBoijeo8dxWIqicoluBscK":"Arat3jTaEGBAnJ9aeeuAmg"}}`
	const packed = "\x01\x0b" + "\x02\xc0\x84\xac\x82\x9d\xb4\xb0\x06" + "\x03\x09" + "\x04\x19" + "\x05\x2d" + "\x06\x01" + "\x07\x08so" +
		"\x08\x00\x01\x04\x08vm\xce\x49" + "\x09\x06\x01\xa2\x28\xde\xa3\xc7\x71\x58\x8a\xa2\x72\x89\x6e\x06\xc7\x0a" + "\x0a\x03" +
		"\x0b\x01\x45\x00\x49\x00" + "\x0c\x69" + "\x0d\x13A" + "\x0cu\x01\x02\xb6\xad\xde\x34\xda\x10\x60\x40\x9c\x9f\x5a\x79\xeb\x80\x9a"
	if restored, ok := Restore(nil, []byte(packed), 12); string(restored) != line || !ok {
		t.Errorf("got %s, %t\nwant %s", restored, ok, line)
	}
	var p Packer
	if got, ok := p.Pack([]byte(line), 12); string(got) != packed || !ok {
		t.Errorf("packed as %q, %t", got, ok)
	}
}

func TestWordsStandOnce(t *testing.T) {
	for i, word := range words {
		if slices.Index(words[:], word) != i || word == "" || strings.ContainsAny(word, `"\`) {
			t.Errorf("word %d, %q, stands twice or is no word", i, word)
		}
	}
}

// importLine is what an import writes a million of.
const importLine = `{"seq":500000,"like":2,"action":"user.import","target":"user:01a228de-a3c7-7158-8aa2-72896e06c70a","records":{"dQAAAAEBoijeo8dxWIqicoluBscK":"Arat3jTaEGBAnJ9aeeuAmg"}}`

func TestTheLineOfAnImportTakesFewBytes(t *testing.T) {
	var p Packer
	packed, ok := p.Pack([]byte(importLine), 500000)
	if len(packed) > 45 || !ok {
		t.Errorf("it takes %d bytes, want at most 45", len(packed))
	}
}

// FuzzRestore restores any bytes: they are refused, or the line is no longer than
// it may be, and packed again it is the same line.
func FuzzRestore(f *testing.F) {
	var p Packer
	packed, _ := p.Pack([]byte(importLine), 500000)
	f.Add(bytes.Clone(packed), uint64(500000))
	f.Add([]byte("\x08\x00\x01\x04\x08vm\xce\x49"), uint64(1))
	f.Add([]byte("\x0b\x01\x45\x00\x49\x00\x0d\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), uint64(math.MaxUint64))
	f.Fuzz(func(t *testing.T, packed []byte, seq uint64) {
		line, ok := Restore(nil, packed, seq)
		if most := 64 + 45*len(packed); len(line) > most {
			t.Errorf("%d bytes become %d, want at most %d", len(packed), len(line), most)
		}
		if !ok {
			return
		}
		var p Packer
		again, ok := p.Pack(line, seq)
		if !ok { // what nobody packed may be a line that is not packed
			return
		}
		if restored, whole := Restore(nil, again, seq); !whole || !bytes.Equal(restored, line) {
			t.Errorf("got %s\nwant %s", restored, line)
		}
	})
}

// FuzzPack packs any bytes: they are left alone, or come back as they were.
func FuzzPack(f *testing.F) {
	f.Add([]byte(importLine), uint64(500000))
	f.Add([]byte(`{"seq":12,"changes":[{"field":"\"","from":"\u202e","to":""}],"personal":"email"}`), uint64(12))
	f.Fuzz(func(t *testing.T, line []byte, seq uint64) {
		var p Packer
		packed, ok := p.Pack(line, seq)
		if !ok {
			return
		}
		if restored, whole := Restore(nil, packed, seq); !whole || !bytes.Equal(restored, line) {
			t.Errorf("got %s\nwant %s", restored, line)
		}
	})
}

func BenchmarkPack(b *testing.B) {
	line := []byte(importLine)
	var p Packer
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := p.Pack(line, 500000); !ok {
			b.Fatal("not packed")
		}
	}
}

func BenchmarkRestore(b *testing.B) {
	var p Packer
	packed, _ := p.Pack([]byte(importLine), 500000)
	var line []byte
	b.ReportAllocs()
	for b.Loop() {
		line, _ = Restore(line[:0], packed, 500000)
	}
}
