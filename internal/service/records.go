package service

import (
	"encoding/binary"

	"github.com/usher-admin/usher/internal/store/scratch"
)

// records are pieces of any length, one behind the other in a scratch file, each
// behind its length.
type records struct {
	file  *scratch.File
	block []byte // what is read ahead
	at    int64  // where in the file block begins
}

// recordsAhead is how much who reads record after record reads at once.
const recordsAhead = 128 << 10

func newRecords(file *scratch.File) *records { return &records{file: file} }

// size returns where the next record begins.
func (r *records) size() int64 { return r.file.Size() }

// add keeps a record and returns where it stands.
func (r *records) add(record []byte) (offset int64, err error) {
	offset = r.file.Size()
	var length [binary.MaxVarintLen64]byte
	n := binary.PutUvarint(length[:], uint64(len(record)))
	if _, err := r.file.Write(length[:n]); err != nil {
		return offset, err
	}
	_, err = r.file.Write(record)
	return offset, err
}

// read returns the record at an offset, which holds until the next call, and where
// the one behind it begins. It reads at least ahead bytes where it has to read at
// all.
func (r *records) read(offset int64, ahead int) (record []byte, next int64, err error) {
	head, err := r.bytes(offset, binary.MaxVarintLen64, ahead)
	if err != nil {
		return nil, 0, err
	}
	length, n := binary.Uvarint(head)
	record, err = r.bytes(offset+int64(n), int(length), ahead)
	return record, offset + int64(n) + int64(length), err
}

// bytes returns size bytes from an offset, or fewer at the end.
func (r *records) bytes(offset int64, size, ahead int) ([]byte, error) {
	size = int(min(int64(size), r.file.Size()-offset))
	if from := offset - r.at; from >= 0 && from+int64(size) <= int64(len(r.block)) {
		return r.block[from : from+int64(size)], nil
	}
	ahead = int(min(int64(max(size, ahead)), r.file.Size()-offset))
	if cap(r.block) < ahead {
		r.block = make([]byte, ahead)
	}
	r.block, r.at = r.block[:ahead], offset
	_, err := r.file.ReadAt(r.block, offset)
	return r.block[:size], err
}

// close gives back the file.
func (r *records) close() { _ = r.file.Close() }

// appendCounted appends a text behind its length.
func appendCounted(dst []byte, text string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(text))), text...)
}

// textReader reads numbers and counted texts.
type textReader struct{ rest string }

func (t *textReader) number() (n uint64) {
	for shift := 0; ; shift += 7 {
		b := t.rest[0]
		t.rest = t.rest[1:]
		n |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return n
		}
	}
}

func (t *textReader) text() (text string) {
	n := t.number()
	text, t.rest = t.rest[:n], t.rest[n:]
	return text
}
