package store

// NewestWrite returns the highest number of an event that a record says it was
// written in, among at most many records from the given key on (nil: from the
// first), and the key to go on from, nil behind the last. Records that fail
// their check say nothing.
func (tx *Tx) NewestWrite(from []byte, many int) (event uint64, next []byte) {
	next = tx.eachLogged(from, func(k, value []byte) bool {
		if many == 0 {
			return false
		}
		many--
		if rec, ok := unpack(k, value); ok {
			event = max(event, rec.event)
		}
		return true
	})
	return event, next
}
