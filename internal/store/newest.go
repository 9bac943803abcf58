package store

// NewestWrite returns the highest number of an event that a record says it was
// written in, among at most many records from the given key on (nil: from the
// first), and the key to go on from, nil behind the last. Records that fail
// their check say nothing.
func (tx *Tx) NewestWrite(from []byte, many int) (event uint64, next []byte) {
	first := 0
	if len(from) > 0 {
		first = int(from[0])
	}
	for kind := first; kind < 256; kind++ {
		if !logged(byte(kind)) {
			continue
		}
		start := []byte{byte(kind)}
		if kind == first && len(from) > 0 {
			start = from
		}
		tx.space.scan([]byte{byte(kind)}, start, func(k, v []byte) bool {
			if many == 0 {
				next = append([]byte(nil), k...)
				return false
			}
			many--
			if rec, ok := unpack(k, v); ok {
				event = max(event, rec.event)
			}
			return true
		})
		if next != nil {
			break
		}
	}
	return event, next
}
