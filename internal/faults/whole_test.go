package faults

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/cespare/xxhash/v2"
	"go.etcd.io/bbolt"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/store/shorthand"
)

// This file reads a database by docs/format.md, without package store: a second
// opinion about whether it is whole. Of a line in short the roots over the lines
// tell whether it is the right one.

// line is what the check needs of an event's line.
type line struct {
	Seq     uint64             `json:"seq"`
	Like    uint64             `json:"like"`
	Action  string             `json:"action"`
	Outcome string             `json:"outcome"`
	Records map[string]*string `json:"records"`
}

// content is what a database holds, as far as the check needs it.
type content struct {
	faults  []string
	records map[string]string // every key and value
	lines   []line            // the log, from the first event on
	tree    audit.Tree        // over its lines
	size    uint64            // of the log, as its end says
	root    [32]byte
	hashes  map[string]string // the hash of every logged record
	events  map[string]uint64 // and the event that it says wrote it
	vouched map[string]string // the hash that the log has of it; "": gone
	based   uint64            // the last event for whose records a baseline vouches
	bases   map[string]string // the hashes it has
}

func (c *content) fault(format string, args ...any) {
	c.faults = append(c.faults, fmt.Sprintf(format, args...))
}

// readWhole reads a database that nobody works on, from end to end.
func readWhole(path string) (*content, error) {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, Timeout: 10 * time.Second, PreLoadFreelist: true})
	if err != nil {
		return nil, err
	}
	defer db.Close()
	c := &content{records: map[string]string{}, hashes: map[string]string{}, events: map[string]uint64{}, vouched: map[string]string{}, bases: map[string]string{}}
	err = db.View(func(tx *bbolt.Tx) error {
		for err := range tx.Check() {
			c.fault("the engine finds: %v", err)
		}
		bucket := tx.Bucket([]byte("usher"))
		if bucket == nil {
			return fmt.Errorf("there is no bucket usher")
		}
		c.takeEnd(bucket.Get([]byte("q")))
		return bucket.ForEach(func(k, v []byte) error {
			c.records[string(k)] = string(v)
			c.take(k, v)
			return nil
		})
	})
	if err == nil {
		c.judge()
	}
	return c, err
}

// take looks at one record by itself.
func (c *content) take(k, v []byte) {
	if string(k) == "@schema" {
		return
	}
	if len(v) < 5 || uint32(xxhash.Sum64(slices.Concat(k, v[:len(v)-4]))) != binary.BigEndian.Uint32(v[len(v)-4:]) {
		c.fault("the record %q fails its check", k)
		return
	}
	body := v[:len(v)-4]
	payload := body[1:]
	if body[0] == 4 {
		event, n := binary.Uvarint(body[9:])
		payload = body[9+n:]
		c.events[string(k)] = event
		c.hashes[string(k)] = recordHash(k, body)
	}
	switch k[0] {
	case 'b':
		c.takeBase(k, payload)
	case 'l':
		c.takeLine(k, payload)
	}
}

// recordHash is the first half of SHA-256 over the counted key and the value
// without its check.
func recordHash(k, body []byte) string {
	sum := sha256.Sum256(append(append(binary.BigEndian.AppendUint64(nil, uint64(len(k))), k...), body...))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// takeEnd reads the end of the log, which names the baseline that counts.
func (c *content) takeEnd(value []byte) {
	if len(value) < 5 {
		c.fault("the log has no end")
		return
	}
	numbers, texts := apart(value[1 : len(value)-4])
	c.size, c.based = numbers[2], numbers[8]
	copy(c.root[:], texts[4])
}

// apart takes a payload apart, by the numbers of its fields.
func apart(payload []byte) (numbers map[uint64]uint64, texts map[uint64][]byte) {
	numbers, texts = map[uint64]uint64{}, map[uint64][]byte{}
	for len(payload) > 0 {
		tag, n := binary.Uvarint(payload)
		number, m := binary.Uvarint(payload[n:])
		payload = payload[n+m:]
		if tag&1 == 0 {
			numbers[tag>>1] = number
			continue
		}
		texts[tag>>1] = payload[:number]
		payload = payload[number:]
	}
	return numbers, texts
}

// payload returns what stands in a logged record.
func (c *content) payload(key string) []byte {
	value := []byte(c.records[key])
	if len(value) < 14 {
		return nil
	}
	_, n := binary.Uvarint(value[9:])
	return value[9+n : len(value)-4]
}

// opensWith reports whether a key is that of the organisation.
func (c *content) opensWith(text string) bool {
	key, err := keys.ParseOrgKey(text)
	if err != nil {
		return false
	}
	_, instance := apart(c.payload("A"))
	_, scope := apart(c.payload("F\x00\x00\x00\x01\x00\x00\x00\x00"))
	if len(instance[1]) != 16 || len(scope[1]) != 16 {
		return false
	}
	return key.Matches(account.InstanceID(instance[1]), account.Scope{Org: 1}, [16]byte(scope[1]))
}

// takeBase reads a page of the baseline.
func (c *content) takeBase(k, payload []byte) {
	if binary.BigEndian.Uint64(k[1:]) != c.based {
		return // one that does not count
	}
	for len(payload) > 0 {
		size, n := binary.Uvarint(payload)
		end := uint64(n) + size
		c.bases[string(payload[n:end])] = base64.RawURLEncoding.EncodeToString(payload[end : end+16])
		payload = payload[end+16:]
	}
}

// takeLine looks at the next line of the log: its number, the root of the tree
// up to it, and what it says of records. Of a pruned one the hash is left.
func (c *content) takeLine(k, payload []byte) {
	l := line{Seq: c.tree.Size() + 1}
	body := payload[33:]
	if payload[0] == 3 {
		body, _ = shorthand.Restore(nil, body, l.Seq)
	}
	switch {
	case payload[0] == 2:
		c.tree.AppendHash([32]byte(body))
	case json.Unmarshal(body, &l) == nil:
		c.tree.Append(body)
	default:
		c.fault("event %x cannot be read", k[1:])
		return
	}
	if root := c.tree.Root(); !bytes.Equal(root[:], payload[1:33]) {
		c.fault("event %d has not the root of the lines up to it", l.Seq)
	}
	if l.Seq != c.tree.Size() || binary.BigEndian.Uint64(k[1:]) != l.Seq {
		c.fault("event %d stands in place %d under %x", l.Seq, c.tree.Size(), k[1:])
		return
	}
	if l.Like != 0 {
		l.Outcome = c.lines[l.Like-1].Outcome
	}
	c.lines = append(c.lines, l)
	for name, hash := range l.Records {
		key, err := base64.RawURLEncoding.DecodeString(name)
		if err != nil {
			c.fault("event %d names the record %q", l.Seq, name)
		}
		c.vouched[string(key)] = ""
		if hash != nil {
			c.vouched[string(key)] = *hash
		}
	}
}

// judge holds the end of the log against its lines, and the records against
// what the log says of them last.
func (c *content) judge() {
	if c.size != c.tree.Size() || c.root != c.tree.Root() {
		c.fault("the log has %d events, its end says %d, or their roots differ", c.tree.Size(), c.size)
	}
	for key, hash := range c.hashes {
		vouched := c.vouched
		if c.events[key] <= c.based {
			vouched = c.bases
		}
		if vouched[key] != hash {
			c.fault("the record %q of event %d is not the one the log vouches for", key, c.events[key])
		}
	}
	for key, hash := range c.vouched {
		if _, there := c.hashes[key]; hash != "" && !there {
			c.fault("the record %q is missing", key)
		}
	}
}

// actions counts the events that went well by what they are.
func (c *content) actions() map[string]int {
	n := map[string]int{}
	for _, l := range c.lines {
		if l.Outcome == "ok" {
			n[l.Action]++
		}
	}
	return n
}

// firstContent is what the first world holds.
var firstContent = sync.OnceValues(func() (*content, error) {
	w, err := first()
	if err != nil {
		return nil, err
	}
	return readWhole(w.db())
})
