package store

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/usher-admin/usher/internal/account"
)

// Finding is one thing that is wrong with a database. It holds ids, and no
// secret.
type Finding struct {
	Kind    string // page, record, index, counter, reference, seat or log
	Where   string // which of them
	Message string
}

// mostFindings bounds how many are told: thousands say no more than hundreds.
const mostFindings = 500

// Check looks at everything in the copy that can be told without understanding
// the log: pages, the check of each record, indexes and counters against the
// records, whom they refer to, seats. What cannot be read is a finding; a file
// that is not usher's, or of a newer one, is an error; one of an older schema is
// looked at as it is.
func (c *Copy) Check() ([]Finding, error) { return c.look(func(uint64) {}) }

// look is Check, and tells now and then how many records were looked at.
func (c *Copy) look(tell func(records uint64)) ([]Finding, error) {
	pages := c.open(func(o *opened) error { return asDamaged(c.store.path, o.tree.Check()) })
	if pages != nil && account.CodeOf(pages) != "db.damaged" {
		return nil, pages
	}
	var found []Finding
	bare := &Copy{store: c.store, home: c.home, file: c.file} // pages that are not the ones written last are read as they are
	err := bare.open(func(o *opened) error {
		tx, err := c.store.beginToRead(o)
		if err != nil && account.CodeOf(err) != "db.damaged" {
			return err
		}
		k := newChecker(tx)
		k.noteError("page", "", pages)
		k.noteError("record", "the log's end", err)
		k.run(tell)
		found = k.list()
		return nil
	})
	if account.CodeOf(err) == "db.damaged" {
		return []Finding{{Kind: "page", Where: "the file", Message: whatIsDamaged(err)}}, nil
	}
	return found, err
}

// checker looks at a whole file. It notes how to put right what follows from
// other records.
type checker struct {
	tx    *Tx
	found []Finding
	more  int

	counts, counted map[string]uint64 // counters as they should be, as they are
	wanted, there   map[byte]int      // entries of indexes, by kind: that should be, that are
	lines           uint64
	blind           bool              // a record cannot be read: what seems to follow from none may follow from it
	fixes           map[string][]byte // what should stand under keys of indexes and counters; nil: nothing
}

func newChecker(tx *Tx) *checker {
	return &checker{
		tx: tx, counts: map[string]uint64{}, counted: map[string]uint64{},
		wanted: map[byte]int{}, there: map[byte]int{}, fixes: map[string][]byte{},
	}
}

func (c *checker) note(kind, where, format string, args ...any) {
	if len(c.found) == mostFindings {
		c.more++
		return
	}
	c.found = append(c.found, Finding{Kind: kind, Where: where, Message: fmt.Sprintf(format, args...)})
}

func (c *checker) noteError(kind, where string, err error) {
	if err != nil {
		c.note(kind, where, "%s", whatIsDamaged(err))
	}
}

// whatIsDamaged is the "damaged" error without the file.
func whatIsDamaged(err error) string {
	if _, what, ok := strings.Cut(err.Error(), " is damaged: "); ok {
		return what
	}
	return err.Error()
}

// list returns what was found; the last one says how many more there are.
func (c *checker) list() []Finding {
	if c.more > 0 {
		return append(c.found, Finding{Kind: c.found[len(c.found)-1].Kind, Message: fmt.Sprintf("and %d more", c.more)})
	}
	return c.found
}

func (c *checker) run(tell func(records uint64)) {
	seen := uint64(0)
	c.tx.space.scan(nil, nil, func(k, value []byte) bool {
		c.visit(k, value)
		if seen++; seen%tellEach == 0 {
			tell(seen)
		}
		return true
	})
	if err := c.tx.space.fault; err != nil { // what lies behind was not seen: nothing follows from its absence
		c.noteError("page", "", asDamaged(c.tx.path, err))
		return
	}
	if c.lines != c.tx.head.Size && c.tx.head.Size != 0 {
		c.note("log", "", "it has %s and should have %d", account.Count(c.lines, "event"), c.tx.head.Size)
	}
	c.strays()
	c.counters()
	c.seats()
}

// visit looks at one record.
func (c *checker) visit(k, value []byte) {
	if bytes.Equal(k, schemaKey()) {
		return
	}
	class := classOf(k[0])
	if class == classIndex {
		c.there[k[0]]++
	}
	rec, ok := unpack(k, value)
	switch {
	case !ok:
		c.note("record", Where(k), "it does not match its check")
		if class == classIndex || class == classCounter {
			c.fixes[string(k)] = nil
		}
		c.blind = c.blind || class == classRecord
		return
	case class == classUnknown:
		c.note("record", Where(k), "its kind is unknown")
	case formedLogged(value) != logged(k[0]):
		c.note("record", Where(k), "it has the form of another kind")
	case rec.event > c.tx.head.Size && c.tx.head.Size != 0:
		c.note("record", Where(k), "it names event %d of %d", rec.event, c.tx.head.Size)
	case class == classCounter:
		_ = decode(rec.payload, func(f field) { c.counted[string(k)] = f.value })
	case k[0] == keyLine:
		c.lines++
	}
	err := c.tx.derive(k, rec.payload, derived{
		entry: func(entry, payload []byte) { c.entry(k, entry, payload) },
		count: func(counter []byte) { c.counts[string(counter)]++ },
	})
	if err != nil {
		c.noteError("record", Where(k), err)
		c.blind = true
		return
	}
	if err := c.refers(k, rec.payload); err != nil {
		c.noteError("reference", Where(k), err)
	}
}

// entry looks for the index entry that follows from a record.
func (c *checker) entry(of, k, payload []byte) {
	c.wanted[k[0]]++
	value := c.tx.space.get(k)
	rec, ok := unpack(k, value)
	switch {
	case value == nil:
		c.note("index", Where(of), "the index of %s does not find it", kindWord(k[0]))
	case ok && !bytes.Equal(rec.payload, payload):
		c.note("index", Where(of), "the index of %s finds another record in its place", kindWord(k[0]))
	case ok:
		return
	}
	c.fixes[string(k)] = appendPlain(nil, k, payload)
}

// strays finds the entries of indexes that follow from no record. The entries of
// a kind are gathered only where their number is not as it should be.
func (c *checker) strays() {
	if c.blind {
		return
	}
	for _, kind := range slices.Sorted(maps.Keys(c.there)) {
		if c.there[kind] == c.wanted[kind] && len(c.fixes) == 0 {
			continue
		}
		wanted := c.entriesOf(kind)
		c.tx.space.scan([]byte{kind}, []byte{kind}, func(k, _ []byte) bool {
			if !wanted[string(k)] {
				c.note("index", Where(k), "it finds what is not there")
				c.fixes[string(k)] = nil
			}
			return true
		})
	}
}

func (c *checker) entriesOf(kind byte) map[string]bool {
	wanted := map[string]bool{}
	c.tx.space.scan(nil, nil, func(k, value []byte) bool {
		if rec, ok := unpack(k, value); ok && !bytes.Equal(k, schemaKey()) {
			_ = c.tx.derive(k, rec.payload, derived{ // an error was noted before
				entry: func(entry, _ []byte) {
					if entry[0] == kind {
						wanted[string(entry)] = true
					}
				},
				count: func([]byte) {},
			})
		}
		return true
	})
	return wanted
}

// counters compares how many users and mailboxes there are with the counters.
func (c *checker) counters() {
	for _, k := range slices.Sorted(maps.Keys(c.counts)) {
		if c.counted[k] < c.counts[k] || c.counted[k] > c.counts[k] && !c.blind {
			c.note("counter", Where([]byte(k)), "it says %d and there %s %d", c.counted[k], account.Agree(c.counts[k], "is", "are"), c.counts[k])
			c.fixes[k] = appendPlain(nil, []byte(k), counterPayload(c.counts[k]))
		}
	}
	for _, k := range slices.Sorted(maps.Keys(c.counted)) {
		if c.counts[k] == 0 && !c.blind {
			c.note("counter", Where([]byte(k)), "it says %d and there is none", c.counted[k])
			c.fixes[k] = nil
		}
	}
}

func counterPayload(n uint64) []byte {
	var e encoder
	e.uint(1, n)
	return e.buf
}

// seats looks for licences of plans that are not there.
func (c *checker) seats() {
	for _, k := range slices.Sorted(maps.Keys(c.counts)) {
		kind, plan := FacetKind(k[5]), strings.TrimSuffix(k[6:], "\x00")
		if kind != FacetPlan && kind != facetMailboxPlan || plan == "" {
			continue
		}
		_, found, err := c.tx.Pool(orgOf([]byte(k)), account.PlanName(plan))
		if err == nil && !found {
			c.note("seat", Where([]byte(k)), "%d %s a licence of a plan that is not there", c.counts[k], account.Agree(c.counts[k], "holds", "hold"))
		}
	}
}
