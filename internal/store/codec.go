package store

import (
	"encoding/binary"
	"errors"
	"time"
)

// A record's payload is a row of fields: a number and a value, either an
// unsigned varint or counted bytes. Fields that are zero are left out, unknown
// ones are passed over, and a number is never given a second meaning, so a
// record can be read by an older and by a newer usher.

const (
	wireVarint = 0
	wireBytes  = 1
)

// errRecord says that a payload does not follow the form above.
var errRecord = errors.New("a record cannot be decoded")

// encoder appends fields to a payload.
type encoder struct{ buf []byte }

func (e *encoder) uint(field uint64, v uint64) {
	if v == 0 {
		return
	}
	e.buf = binary.AppendUvarint(e.buf, field<<1|wireVarint)
	e.buf = binary.AppendUvarint(e.buf, v)
}

func (e *encoder) bool(field uint64, v bool) {
	if v {
		e.uint(field, 1)
	}
}

func (e *encoder) bytes(field uint64, v []byte) {
	if len(v) == 0 {
		return
	}
	e.buf = binary.AppendUvarint(e.buf, field<<1|wireBytes)
	e.buf = binary.AppendUvarint(e.buf, uint64(len(v)))
	e.buf = append(e.buf, v...)
}

func (e *encoder) string(field uint64, v string) {
	if v == "" {
		return
	}
	e.buf = binary.AppendUvarint(e.buf, field<<1|wireBytes)
	e.buf = binary.AppendUvarint(e.buf, uint64(len(v)))
	e.buf = append(e.buf, v...)
}

// time keeps microseconds since 1970; the zero time is left out.
func (e *encoder) time(field uint64, t time.Time) {
	if !t.IsZero() {
		e.uint(field, uint64(t.UnixMicro()))
	}
}

// field is one decoded field; bytes point into the record.
type field struct {
	number uint64
	value  uint64
	bytes  []byte
}

func (f field) time() time.Time { return timeOf(f.value) }

// timeOf is what encoder.time kept.
func timeOf(micros uint64) time.Time { return time.UnixMicro(int64(micros)).UTC() }

// decode calls fn for each field of a payload.
func decode(payload []byte, fn func(field)) error {
	for len(payload) > 0 {
		tag, n := binary.Uvarint(payload)
		if n <= 0 {
			return errRecord
		}
		payload = payload[n:]
		value, n := binary.Uvarint(payload)
		if n <= 0 {
			return errRecord
		}
		payload = payload[n:]
		f := field{number: tag >> 1, value: value}
		if tag&1 == wireBytes {
			if value > uint64(len(payload)) {
				return errRecord
			}
			f.bytes, payload = payload[:value], payload[value:]
		}
		fn(f)
	}
	return nil
}

// textFields steps through the fields of a payload as decode does, with their
// bytes as text that shares the payload's memory.
type textFields struct {
	rest          string
	number, value uint64
	text          string
	broken        bool // the payload does not follow the form
}

// next goes to the next field; false: there is none, or the payload is broken.
func (t *textFields) next() bool {
	if t.rest == "" {
		return false
	}
	tag := t.varint()
	t.number, t.value, t.text = tag>>1, t.varint(), ""
	if tag&1 == wireBytes && !t.broken {
		if t.value > uint64(len(t.rest)) {
			t.broken = true
			return false
		}
		t.text, t.rest = t.rest[:t.value], t.rest[t.value:]
	}
	return !t.broken
}

// varint takes a number; nearly all that are not times have one byte.
func (t *textFields) varint() uint64 {
	if s := t.rest; s != "" && s[0] < 0x80 {
		t.rest = s[1:]
		return uint64(s[0])
	}
	return t.longVarint()
}

func (t *textFields) longVarint() (v uint64) {
	for i := range min(len(t.rest), binary.MaxVarintLen64) {
		b := t.rest[i]
		v |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			t.rest = t.rest[i+1:]
			return v
		}
	}
	t.broken = true
	return 0
}
