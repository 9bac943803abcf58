package store

import (
	"bytes"
	"io"
	"slices"
	"time"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/store/shorthand"
)

// Tx is one transaction. Its reads return copies. A Tx of a View refuses to
// write. It must not be used by two goroutines.
type Tx struct {
	// Now is the time of the transaction, which everything it writes carries.
	Now time.Time

	clock    time.Time // what the machine's clock showed when it began
	space    *buffered
	path     string
	schema   uint32 // of the file
	writable bool
	random   io.Reader
	head     LogHead
	touched  []Touched
	taken    []Touched      // that were touched before, and room for others
	places   map[string]int // where in touched a key stands, once there are many
	counters map[counted]*counter
	recent   [recentCounters]*counter // by the kind of property
	value    []byte                   // room for the value that is being written
	nonce    [nonceSize]byte          // of that
	lines    lineQueue                // added to the log, not written yet
	line     []byte                   // room for the payload of a line
	user     []byte                   // room for that of a user, or of his name
	packer   shorthand.Packer
	plans    []watchedPlan
	newborn  []account.UserID // whose records name the next event as theirs
	built    *builder         // wrote the new file that holds what it sees, if one was made
	unsealed bool             // lines were added and the log's end is not written yet
	shorten  bool             // lines that are kept as they are come into a new file in short
	lenient  bool             // what is damaged is taken over as it is when the file is made anew
	accepted bool             // the state of a file that was rolled back counts from here on

	saving func(records uint64) // is told how far a new file is; nil: nobody
}

// OnSaving has tell called now and then while the transaction is kept by making
// the file anew, with how many records stand in the new one. Of a change that is
// small for its file it never is.
func (tx *Tx) OnSaving(tell func(records uint64)) { tx.saving = tell }

// recentCounters is how many counters a transaction finds without looking. The
// kinds of properties differ in their last five bits.
const recentCounters = 32

// Touched is a logged record that the transaction wrote or deleted since the
// last event.
type Touched struct {
	Key  []byte
	Hash [16]byte
	Gone bool
}

// damaged returns the error for a record that fails its check or its form.
func (tx *Tx) damaged(what string) error { return damagedError(tx.path, what) }

// run runs fn. When a page that it read is damaged, that is the error, whatever
// fn made of what it got: a record that was not found may be there all the same.
func (tx *Tx) run(fn func(*Tx) error) error {
	defer tx.lines.stop()
	err := fn(tx)
	if fault := tx.fault(); fault != nil {
		return fault
	}
	return err
}

// fault returns the first thing found wrong with the file's pages, or with the
// scratch file, nil if nothing was.
func (tx *Tx) fault() error {
	if tx.space.lost != nil {
		return asRefused(tx.path, tx.space.lost)
	}
	return asDamaged(tx.path, tx.space.fault)
}

// read returns the payload under key; nil if there is none.
func (tx *Tx) read(key []byte) ([]byte, error) {
	if err := tx.linesOf(key); err != nil {
		return nil, err
	}
	value := tx.space.get(key)
	if value == nil {
		return nil, tx.fault()
	}
	rec, ok := unpack(key, value)
	if !ok {
		return nil, tx.damaged(describeKey(key))
	}
	return rec.payload, nil
}

// write puts a payload under key and remembers a logged one for the event.
func (tx *Tx) write(key, payload []byte) error {
	if !tx.writable {
		return errReadOnly()
	}
	if !logged(key[0]) {
		tx.value = appendPlain(tx.value[:0], key, payload)
		tx.space.put(key, tx.value)
		return nil
	}
	if _, err := io.ReadFull(tx.random, tx.nonce[:]); err != nil {
		return err
	}
	tx.value = appendLogged(tx.value[:0], key, payload, tx.nonce[:], tx.head.Size+1)
	tx.touch(key, Touched{Hash: recordHash(key, tx.value[:len(tx.value)-checkSize])})
	tx.space.put(key, tx.value)
	return nil
}

func errReadOnly() error {
	return account.Errorf(account.Unexpected, "a reading transaction cannot write")
}

// remove deletes what stands under key, if anything does.
func (tx *Tx) remove(key []byte) error {
	if !tx.writable {
		return errReadOnly()
	}
	if tx.space.get(key) == nil {
		return tx.fault()
	}
	if logged(key[0]) {
		tx.touch(key, Touched{Gone: true})
	}
	tx.space.delete(key)
	return nil
}

// fewTouched is how many touched records are looked through one by one.
const fewTouched = 8

// touch remembers the last thing that happened to a record.
func (tx *Tx) touch(key []byte, t Touched) {
	if i := tx.touchedAt(key); i >= 0 {
		t.Key = tx.touched[i].Key
		tx.touched[i] = t
		return
	}
	t.Key = bytes.Clone(key)
	tx.touched = append(tx.touched, t)
	if len(tx.touched) <= fewTouched {
		return
	}
	if tx.places == nil {
		tx.places = make(map[string]int)
		for i := range tx.touched {
			tx.places[string(tx.touched[i].Key)] = i
		}
	}
	tx.places[string(t.Key)] = len(tx.touched) - 1
}

// touchedAt returns where in touched a key stands, -1 if it does not.
func (tx *Tx) touchedAt(key []byte) int {
	if tx.places != nil {
		if i, known := tx.places[string(key)]; known {
			return i
		}
		return -1
	}
	return slices.IndexFunc(tx.touched, func(t Touched) bool { return bytes.Equal(t.Key, key) })
}

// each calls fn with the key and payload of every record under prefix, from
// the first not before from, until fn returns false or an error. fn must not
// write.
func (tx *Tx) each(prefix, from []byte, fn func(key, payload []byte) (bool, error)) error {
	return tx.visitAll(prefix, from, tx.space.scan, fn)
}

// eachBack calls fn with the records under prefix that stand before the given
// key, last first.
func (tx *Tx) eachBack(prefix, before []byte, fn func(key, payload []byte) (bool, error)) error {
	return tx.visitAll(prefix, before, tx.space.scanBack, fn)
}

// scanner calls fn with what lies under prefix in one direction from start, until
// fn returns false.
type scanner func(prefix, start []byte, fn func(k, v []byte) bool)

func (tx *Tx) visitAll(prefix, start []byte, scan scanner, fn func(key, payload []byte) (bool, error)) error {
	failed := tx.linesOf(prefix)
	if failed != nil {
		return failed
	}
	scan(prefix, start, func(k, v []byte) bool {
		more, err := tx.visit(k, v, fn)
		failed = err
		return more && err == nil
	})
	if failed == nil {
		failed = tx.fault()
	}
	return failed
}

func (tx *Tx) visit(k, v []byte, fn func(key, payload []byte) (bool, error)) (bool, error) {
	rec, ok := unpack(k, v)
	if !ok {
		return false, tx.damaged(describeKey(k))
	}
	return fn(k, rec.payload)
}

// settle makes sure, before a commit, that every change is in the log and every
// seat that is held was bought.
func (tx *Tx) settle() error {
	if tx.unsealed || len(tx.touched) > 0 {
		return account.Errorf(account.Unexpected, "a change without its event in the log was stopped")
	}
	if len(tx.newborn) > 0 {
		return account.Errorf(account.Unexpected, "a new user without an event of his own was stopped")
	}
	if err := tx.seatsCovered(); err != nil {
		return err
	}
	return tx.writeCounters()
}
