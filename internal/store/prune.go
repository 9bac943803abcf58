package store

// Pruning drops the bodies of the log's first lines and keeps their hashes. It
// takes effect with one number in the log's end; what that number makes
// needless is then cleared away, some at a time.

// SetPruned says that the bodies up to an event are dropped.
func (tx *Tx) SetPruned(last uint64) { tx.head.Pruned = last }

// Clearing is where the clearing up after a pruning goes on; the zero value
// begins it.
type Clearing struct {
	stage int
	from  []byte
}

// Clear takes away the next of what a pruning made needless: bodies of lines,
// personal values and index entries of their events, and baselines that do not
// count. It looks at no more than many records. leaf tells the hash that stays
// of a line. It returns false when all is clear.
func (tx *Tx) Clear(at Clearing, many int, leaf func(body []byte) [32]byte) (Clearing, bool, error) {
	stages := []struct {
		kind  byte
		clear func(k []byte) error
	}{
		{keyLine, func(k []byte) error { return tx.dropBody(k, leaf) }},
		{keyPersonal, tx.dropIfPruned},
		{keyUserEvent, tx.dropIfPruned}, // a run is of one transaction, so none is pruned in part
		{keyBaseline, tx.dropBaseline},
	}
	stage := stages[at.stage]
	keys, next := tx.someKeys(stage.kind, at.from, many)
	for _, k := range keys {
		if err := stage.clear(k); err != nil {
			return at, false, err
		}
	}
	at.from = next
	byNumber := stage.kind == keyLine || stage.kind == keyPersonal
	if next == nil || byNumber && seqOf(next) > tx.head.Pruned {
		at.stage, at.from = at.stage+1, nil
	}
	return at, at.stage < len(stages), nil
}

// someKeys returns keys of a kind from one on (nil: from the first), and where
// to go on, nil behind the last.
func (tx *Tx) someKeys(kind byte, from []byte, many int) (keys [][]byte, next []byte) {
	if from == nil {
		from = []byte{kind}
	}
	tx.space.scan([]byte{kind}, from, func(k, _ []byte) bool {
		if len(keys) == many {
			next = append([]byte(nil), k...)
			return false
		}
		keys = append(keys, append([]byte(nil), k...))
		return true
	})
	return keys, next
}

func (tx *Tx) dropBody(k []byte, leaf func(body []byte) [32]byte) error {
	if seqOf(k) > tx.head.Pruned {
		return nil
	}
	l, found, err := tx.LogLine(seqOf(k))
	if err != nil || !found || l.Body == nil {
		return err
	}
	hash := leaf(l.Body)
	payload := append(make([]byte, 0, 65), linePruned)
	return tx.write(k, append(append(payload, l.Root[:]...), hash[:]...))
}

// dropIfPruned takes away what lies under the number of a pruned event.
func (tx *Tx) dropIfPruned(k []byte) error {
	if seqOf(k) > tx.head.Pruned {
		return nil
	}
	return tx.remove(k)
}

func (tx *Tx) dropBaseline(k []byte) error {
	if len(k) == 17 && seqOf(k[:9]) == tx.head.Based {
		return nil
	}
	return tx.remove(k)
}
