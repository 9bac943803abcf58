package store

import (
	"bytes"
	"encoding/binary"
)

// The log vouches for a record by the hash in the event that wrote it. Where
// that event is no longer there to be read, the baseline has the hash: pages of
// keys and hashes in the order of the keys, whose digest stands in an event. It
// may be written over many transactions beside the work of others, since a
// record that changes meanwhile has its hash in a later event. Only the
// generation that the log's end names counts; others are left-overs.

// BaselineRecord is a record that the baseline vouches for.
type BaselineRecord struct {
	Key  []byte
	Hash [16]byte
}

// baselinePage is how many records a page of the baseline holds, so that it fits
// a page of the file.
const baselinePage = 80

func baselineKey(generation, page uint64) []byte {
	return key(keyBaseline, seqPart(generation), seqPart(page))
}

// WriteBaseline adds pages, from a number on, to the baseline of a generation,
// which is the last event for whose records it vouches: the logged records that
// were written in it or before. It looks at no more than many of them from the
// given key on (nil: from the first), and returns what it wrote, the number of
// the next page and the key to go on from, nil behind the last.
func (tx *Tx) WriteBaseline(generation, page uint64, from []byte, many int) (written []BaselineRecord, pages uint64, next []byte, err error) {
	looked := 0
	next = tx.eachLogged(from, func(k, value []byte) bool {
		if looked == many {
			return false
		}
		looked++
		rec, ok := unpack(k, value)
		if !ok {
			err = tx.damaged(describeKey(k))
			return false
		}
		if rec.event <= generation {
			written = append(written, BaselineRecord{Key: bytes.Clone(k), Hash: recordHash(k, rec.body)})
		}
		return true
	})
	for rest := written; len(rest) > 0 && err == nil; page++ {
		n := min(len(rest), baselinePage)
		err = tx.writeBaselinePage(generation, page, rest[:n])
		rest = rest[n:]
	}
	return written, page, next, err
}

func (tx *Tx) writeBaselinePage(generation, page uint64, records []BaselineRecord) error {
	var payload []byte
	for _, r := range records {
		payload = binary.AppendUvarint(payload, uint64(len(r.Key)))
		payload = append(append(payload, r.Key...), r.Hash[:]...)
	}
	return tx.write(baselineKey(generation, page), payload)
}

// eachLogged calls fn with the logged records from a key on (nil: from the
// first) until fn returns false, and returns the key it stopped at, nil at the
// end.
func (tx *Tx) eachLogged(from []byte, fn func(k, value []byte) bool) (stopped []byte) {
	first := 0
	if len(from) > 0 {
		first = int(from[0])
	}
	for kind := first; kind < 256 && stopped == nil; kind++ {
		if !logged(byte(kind)) {
			continue
		}
		start := []byte{byte(kind)}
		if kind == first && len(from) > 0 {
			start = from
		}
		tx.space.scan([]byte{byte(kind)}, start, func(k, value []byte) bool {
			if fn(k, value) {
				return true
			}
			stopped = bytes.Clone(k)
			return false
		})
	}
	return stopped
}

// Baseline calls fn with the records that the baseline vouches for, in the order
// of their keys, until fn returns false.
func (tx *Tx) Baseline(fn func(BaselineRecord) (bool, error)) error {
	if tx.head.Based == 0 {
		return nil
	}
	prefix := key(keyBaseline, seqPart(tx.head.Based))
	return tx.each(prefix, prefix, func(k, payload []byte) (bool, error) {
		for len(payload) > 0 {
			size, n := binary.Uvarint(payload)
			if n <= 0 || size > uint64(len(payload)-n) || uint64(len(payload)-n)-size < 16 {
				return false, tx.damaged("the baseline of the log cannot be decoded")
			}
			payload = payload[n:]
			r := BaselineRecord{Key: bytes.Clone(payload[:size]), Hash: [16]byte(payload[size:])}
			payload = payload[size+16:]
			if more, err := fn(r); !more || err != nil {
				return false, err
			}
		}
		return true, nil
	})
}

// SetBaseline makes the baseline of a generation, written before, the one that
// counts. event is the one that carries its digest.
func (tx *Tx) SetBaseline(generation, event uint64) {
	tx.head.Based, tx.head.BasedBy = generation, event
}

// LoggedRecord is a living record that the log vouches for: the event that wrote
// it has this hash under this key, or the baseline has.
type LoggedRecord struct {
	Key   []byte
	Event uint64
	Hash  [16]byte
	// Damaged says that it does not match its check: the rest says nothing.
	Damaged bool
}

// LoggedRecords calls fn with the records that the log vouches for, in the order
// of their keys from one on (nil: from the first), until fn returns false.
func (tx *Tx) LoggedRecords(from []byte, fn func(LoggedRecord) (bool, error)) (err error) {
	tx.eachLogged(from, func(k, value []byte) bool {
		rec, ok := unpack(k, value)
		more := false
		more, err = fn(LoggedRecord{Key: bytes.Clone(k), Event: rec.event, Hash: recordHash(k, rec.body), Damaged: !ok})
		return more && err == nil
	})
	return err
}

// DropBaselines takes the pages of all baselines but one generation's away.
func (tx *Tx) DropBaselines(but uint64) error {
	keys, _ := tx.someKeys(keyBaseline, nil, -1)
	for _, k := range keys {
		if len(k) == 17 && seqOf(k[:9]) == but {
			continue
		}
		if err := tx.remove(k); err != nil {
			return err
		}
	}
	return nil
}
