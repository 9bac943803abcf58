package shorthand

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
)

// Packer packs lines. It keeps memory for the next ones; the zero value is ready.
type Packer struct{ packed, restored []byte }

// Pack returns a line in short, valid until the next call. seq is the number that
// the line is kept under. False: it would not be restored as it is.
func (p *Packer) Pack(line []byte, seq uint64) ([]byte, bool) {
	w := writer{rest: line, out: p.packed[:0]}
	w.line(seq)
	p.packed = w.out
	if w.failed {
		return nil, false
	}
	var ok bool
	p.restored, ok = Restore(p.restored[:0], w.out, seq)
	return w.out, ok && bytes.Equal(p.restored, line)
}

// writer goes through a line from its beginning to its end.
type writer struct {
	rest   []byte // of the line
	out    []byte
	id     [idSize]byte // the one that was named last
	failed bool
}

func (w *writer) line(seq uint64) {
	w.expect(lineBegin)
	if w.number() != seq {
		w.failed = true
	}
	for !w.failed && !w.skip("}") {
		w.member()
	}
	w.failed = w.failed || len(w.rest) > 0
}

func (w *writer) member() {
	number := w.memberNumber()
	w.out = append(w.out, number)
	switch number {
	case memberLike, memberOrg, memberSite:
		w.uint(w.number())
	case memberTime:
		w.time()
	case memberOrigin:
		w.origin()
	case memberChanges:
		w.changes()
	case memberRecords:
		w.records()
	default:
		w.text()
	}
}

// memberNumber goes past the name of a member; 0: it is not known.
func (w *writer) memberNumber() byte {
	const first = len(`,"`) // where names begin to differ
	for number := byte(1); number < members && len(w.rest) > first; number++ {
		if names[number][first] == w.rest[first] && w.skip(names[number]) {
			return number
		}
	}
	w.failed = true
	return 0
}

func (w *writer) uint(v uint64) { w.out = binary.AppendUvarint(w.out, v) }

func (w *writer) varint(v int64) { w.out = binary.AppendVarint(w.out, v) }

// skip goes past what the line is expected to have, if it has it.
func (w *writer) skip(text string) bool {
	if len(w.rest) < len(text) || string(w.rest[:len(text)]) != text {
		return false
	}
	w.rest = w.rest[len(text):]
	return true
}

func (w *writer) expect(text string) {
	if !w.skip(text) {
		w.failed = true
	}
}

// number reads a number of at most 19 digits, which always fit.
func (w *writer) number() uint64 {
	i, n := 0, uint64(0)
	for i < len(w.rest) && w.rest[i]-'0' <= 9 {
		n = n*10 + uint64(w.rest[i]-'0')
		i++
	}
	w.failed = w.failed || i == 0 || i > 19
	w.rest = w.rest[i:]
	return n
}

func (w *writer) signed() {
	negative := w.skip("-")
	n := int64(w.number())
	if negative {
		n = -n
	}
	w.varint(n)
}

// string goes past a string, behind its first quote, and returns it as it stands
// in the line.
func (w *writer) string() []byte {
	end := bytes.IndexByte(w.rest, '"')
	if end > 0 && bytes.IndexByte(w.rest[:end], '\\') >= 0 {
		end = escapedEnd(w.rest)
	}
	if end < 0 {
		w.failed = true
		return nil
	}
	text := w.rest[:end]
	w.rest = w.rest[end+1:]
	return text
}

// escapedEnd returns where the quote stands that ends a string in which others
// may be escaped, -1 if there is none.
func escapedEnd(text []byte) int {
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			return i
		case '\\':
			i++
		}
	}
	return -1
}

func (w *writer) text() {
	text := w.string()
	if kind := len(text) - hyphenated - 1; kind > 0 && text[kind] == ':' {
		if number, known := wordNumber(text[:kind]); known && parseID(&w.id, text[kind+1:]) {
			w.uint(number<<textBits | textWordID)
			w.out = append(w.out, w.id[:]...)
			return
		}
	}
	if number, known := wordNumber(text); known {
		w.uint(number<<textBits | textWord)
		return
	}
	w.uint(uint64(len(text)) << textBits) // textPlain
	w.out = append(w.out, text...)
}

func (w *writer) origin() {
	w.signed()
	w.expect(loginUID)
	w.signed()
	flags := len(w.out)
	w.out = append(w.out, 0)
	for i, name := range &originTexts {
		if w.skip(name) {
			w.out[flags] |= 1 << i
			w.text()
		}
	}
	w.expect(pid)
	w.signed()
	w.expect("}")
}

func (w *writer) changes() {
	for !w.failed {
		w.out = append(w.out, 1)
		for _, name := range &changeNames {
			w.expect(name)
			w.text()
		}
		w.expect("}")
		if w.skip("]") {
			break
		}
		w.expect(",")
	}
	w.out = append(w.out, 0)
}

func (w *writer) records() {
	for !w.failed {
		flags := len(w.out)
		w.record()
		if w.skip("}") {
			return
		}
		w.expect(`,"`)
		if !w.failed {
			w.out[flags] |= recordMore
		}
	}
}

func (w *writer) record() {
	var room [64]byte
	name := w.string()
	w.expect(":")
	key, err := base64.RawURLEncoding.AppendDecode(room[:0], name)
	if err != nil || w.failed {
		w.failed = true
		return
	}
	gone := w.skip("null")
	flags := uint64(0)
	if gone {
		flags = recordGone
	}
	w.key(key, flags)
	if gone {
		return
	}
	w.expect(`"`)
	hash, err := base64.RawURLEncoding.AppendDecode(room[:0], w.string())
	w.failed = w.failed || err != nil || len(hash) != hashSize
	w.out = append(w.out, hash...)
}

// key writes the flags of a record and its key.
func (w *writer) key(key []byte, flags uint64) {
	if len(key) < orgKeySize {
		w.uint(uint64(len(key))<<recordSize | flags)
		w.out = append(w.out, key...)
		return
	}
	rest := key[orgKeySize:]
	if bytes.HasSuffix(rest, w.id[:]) {
		rest = rest[:len(rest)-idSize]
		flags |= recordOfID
	}
	w.uint(uint64(len(rest))<<recordSize | flags | recordOrg)
	w.out = append(w.out, key[0])
	w.uint(uint64(binary.BigEndian.Uint32(key[1:])))
	w.out = append(w.out, rest...)
}
