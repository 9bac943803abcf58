package userfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// jsonRows reads JSON Lines.
type jsonRows struct {
	*input
	wanted   [rowFields]string // the key of each field: a name, or two with a dot
	maxValue int
	tally    *tally
	text     []byte              // the line
	seen     map[string]struct{} // the keys of the line
}

// wantedKeys returns the key of each field: usher's own unless one was chosen.
func wantedKeys(chosen [rowFields]string) [rowFields]string {
	for f, name := range FieldNames() {
		if chosen[f] == "" {
			chosen[f] = name
		}
	}
	return chosen
}

func (j *jsonRows) column(f field) string { return j.wanted[f] }

func (j *jsonRows) next(row *Row) error {
	for j.more() {
		row.Number = j.line
		var whole bool
		j.text, whole = j.readLine(j.text[:0], MaxLine)
		switch {
		case !whole:
			row.fault(codeTooLong, "", "", "the line is longer than %d bytes", MaxLine)
		case len(bytes.TrimSpace(j.text)) == 0:
			continue
		default:
			j.readObject(row)
		}
		j.tally.countFormulas(row)
		return nil
	}
	if err := j.failure(); err != nil {
		return readError(err)
	}
	return io.EOF
}

// readObject reads the line into row.
func (j *jsonRows) readObject(row *Row) {
	if !json.Valid(j.text) {
		row.fault(codeJSON, "", "", "not JSON%s", syntaxAt(j.text))
		return
	}
	w := walker{s: string(j.text)}
	if w.peek() != '{' {
		row.fault(codeJSON, "", "", "not a JSON object")
		return
	}
	if len(j.seen) > maxKeysKept {
		j.seen = nil
	}
	if j.seen == nil {
		j.seen = map[string]struct{}{}
	}
	clear(j.seen)
	before := j.tally.clearText
	j.readKeys(row, &w, "")
	if j.tally.clearText > before {
		row.detach()
	}
}

// maxKeysKept bounds what clearing the set of keys costs after a line with very
// many.
const maxKeysKept = 64

// syntaxAt says where a line stops being JSON, without quoting any of it.
func syntaxAt(line []byte) string {
	var syntax *json.SyntaxError
	if err := json.Unmarshal(line, new(json.RawMessage)); errors.As(err, &syntax) {
		return fmt.Sprintf(" from byte %d of the line on", syntax.Offset)
	}
	return ""
}

// readKeys reads the object that w is at. Prefix is the key that holds it, with
// a dot; "" for the line's own.
func (j *jsonRows) readKeys(row *Row, w *walker, prefix string) {
	for w.into('{'); w.peek() != '}'; w.comma() {
		key := w.text()
		if prefix != "" {
			key = prefix + key
		}
		if _, twice := j.seen[key]; twice {
			row.fault(codeDuplicate, key, "", "the key stands twice")
		}
		j.seen[key] = struct{}{}
		w.colon()
		j.readValue(row, w, key, prefix == "")
	}
	w.into('}')
}

// readValue reads the value of a key: text is taken, null is nothing, and an
// object is looked into where a wanted key points there.
func (j *jsonRows) readValue(row *Row, w *walker, key string, outer bool) {
	f, wanted := j.field(key)
	c := w.peek()
	switch {
	case outer && c == '{' && j.pointsInto(key):
		j.readKeys(row, w, key+".")
	case key == "password":
		if w.skip() != "null" {
			j.tally.clearText++
		}
	case !wanted || c == 'n':
		w.skip()
	case c == '"':
		j.set(row, f, key, w.text())
	default:
		w.skip()
		row.fault(codeJSON, key, "", "not text")
	}
}

func (j *jsonRows) set(row *Row, f field, key, value string) {
	switch {
	case len(value) > j.maxValue:
		row.fault(codeTooLong, key, "", "longer than %d bytes", j.maxValue)
	case !utf8.ValidString(value) || strings.ContainsRune(value, utf8.RuneError):
		shown := value
		if f == fieldPasswordHash {
			shown = ""
		}
		row.fault(codeEncoding, key, shown, "a letter cannot be read; save the file as UTF-8 and try again")
	default:
		*row.at(f) = strings.TrimSpace(value)
	}
}

// field returns what a key says. The plan stands in an object of its own where
// usher exports it.
func (j *jsonRows) field(key string) (field, bool) {
	for f, k := range j.wanted {
		if k == key {
			return field(f), true
		}
	}
	if key == planKey && j.wanted[fieldLicence] == "licence" {
		return fieldLicence, true
	}
	return 0, false
}

const planKey = "licence.plan"

func (j *jsonRows) pointsInto(key string) bool {
	for _, k := range j.wanted {
		if len(k) > len(key) && k[len(key)] == '.' && k[:len(key)] == key {
			return true
		}
	}
	return key == "licence" && j.wanted[fieldLicence] == key
}
