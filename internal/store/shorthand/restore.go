package shorthand

import (
	"encoding/base64"
	"encoding/binary"
	"math"
	"strconv"
)

// Restore appends the line that was packed to dst. False: that is not what Pack
// makes of a line. The line is at most some forty times as long as it is packed.
func Restore(dst, packed []byte, seq uint64) ([]byte, bool) {
	r := reader{rest: packed, out: append(dst, lineBegin...)}
	r.decimal(seq)
	for len(r.rest) > 0 && !r.failed {
		r.member()
	}
	return append(r.out, '}'), !r.failed
}

// reader goes through a packed line from its beginning to its end. Where it
// fails it goes on to the end of what it does, and what it wrote is of no use.
type reader struct {
	rest   []byte
	out    []byte
	id     [idSize]byte // the one that was named last
	failed bool
}

func (r *reader) member() {
	number := r.byte()
	if number == 0 || number >= members {
		r.failed = true
		return
	}
	r.add(names[number])
	switch number {
	case memberLike, memberOrg, memberSite:
		r.decimal(r.uint())
	case memberTime:
		r.time()
	case memberOrigin:
		r.origin()
	case memberChanges:
		r.changes()
	case memberRecords:
		r.records()
	default:
		r.text()
	}
}

func (r *reader) add(text string) { r.out = append(r.out, text...) }

func (r *reader) decimal(v uint64) { r.out = strconv.AppendUint(r.out, v, 10) }

func (r *reader) byte() byte {
	b := r.bytes(1)
	if r.failed {
		return 0
	}
	return b[0]
}

// bytes takes the next bytes.
func (r *reader) bytes(n uint64) []byte {
	if r.failed || n > uint64(len(r.rest)) {
		r.failed = true
		return nil
	}
	taken := r.rest[:n]
	r.rest = r.rest[n:]
	return taken
}

func (r *reader) uint() uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 {
		r.failed = true
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

// int takes a number that binary.AppendVarint wrote: the sign is its last bit.
func (r *reader) int() int64 {
	v := r.uint()
	return int64(v>>1) ^ -int64(v&1)
}

func (r *reader) signed() { r.out = strconv.AppendInt(r.out, r.int(), 10) }

// text restores a string from behind its first quote to its last.
func (r *reader) text() {
	head := r.uint()
	value := head >> textBits
	switch head & (1<<textBits - 1) {
	case textPlain:
		r.out = append(r.out, r.bytes(value)...)
	case textWord:
		r.word(value)
	case textWordID:
		r.word(value)
		r.out = append(r.out, ':')
		r.nameID()
	default:
		r.failed = true
	}
	r.out = append(r.out, '"')
}

func (r *reader) word(number uint64) {
	if number >= uint64(len(words)) {
		r.failed = true
		return
	}
	r.add(words[number])
}

// nameID takes an id and writes it with hyphens.
func (r *reader) nameID() {
	copy(r.id[:], r.bytes(idSize))
	r.out = appendID(r.out, &r.id)
}

func (r *reader) origin() {
	r.signed()
	r.add(loginUID)
	r.signed()
	flags := r.byte()
	r.failed = r.failed || flags >= 1<<len(originTexts)
	for i, name := range &originTexts {
		if flags&(1<<i) != 0 {
			r.add(name)
			r.text()
		}
	}
	r.add(pid)
	r.signed()
	r.out = append(r.out, '}')
}

func (r *reader) changes() {
	more := r.byte()
	for first := true; more == 1; first = false {
		if !first {
			r.out = append(r.out, ',')
		}
		for _, name := range &changeNames {
			r.add(name)
			r.text()
		}
		r.out = append(r.out, '}')
		more = r.byte()
	}
	r.failed = r.failed || more != 0
	r.out = append(r.out, ']')
}

func (r *reader) records() {
	for r.record() {
		r.add(`,"`)
	}
	r.out = append(r.out, '}')
}

// record restores a record from behind the first quote of its name, and reports
// whether another one follows.
func (r *reader) record() (more bool) {
	var room [64]byte
	flags := r.uint()
	key := room[:0]
	if flags&recordOrg != 0 {
		key = append(key, r.byte())
		org := r.uint()
		r.failed = r.failed || org > math.MaxUint32
		key = binary.BigEndian.AppendUint32(key, uint32(org))
	}
	key = append(key, r.bytes(flags>>recordSize)...)
	if flags&recordOfID != 0 {
		key = append(key, r.id[:]...)
	}
	r.out = base64.RawURLEncoding.AppendEncode(r.out, key)
	if flags&recordGone != 0 {
		r.add(`":null`)
		return flags&recordMore != 0 && !r.failed
	}
	r.add(`":"`)
	r.out = base64.RawURLEncoding.AppendEncode(r.out, r.bytes(hashSize))
	r.out = append(r.out, '"')
	return flags&recordMore != 0 && !r.failed
}
