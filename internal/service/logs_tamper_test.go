package service

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/cespare/xxhash/v2"
	"go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/store"
	"github.com/usher-admin/usher/internal/store/shorthand"
)

// The long form is USHER_TAMPER=10000, on a log of 10,000 events; the short one
// tries 500 on a log of 1,000.
func tamperings() (count, events int) {
	if n, err := strconv.Atoi(os.Getenv("USHER_TAMPER")); err == nil {
		return n, 10_000
	}
	if underRace {
		return 50, 1000
	}
	return 500, 1000
}

// tamperParts is in how many parts the tamperings are tried side by side.
const tamperParts = 8

// Every tampering goes into the file itself, past usher, and mends the check of
// each record it touches, so that only the tree over the log can tell.
func TestEveryTamperingWithTheFileIsFoundAndNamed(t *testing.T) {
	t.Parallel()
	count, events := tamperings()
	v := newVictim(t, events)
	var lock sync.Mutex
	tried := make(map[string]int)
	t.Run("parts", func(t *testing.T) {
		for part := range tamperParts {
			t.Run(strconv.Itoa(part), func(t *testing.T) {
				t.Parallel()
				names := v.tamper(t, rand.New(rand.NewPCG(1, uint64(part))), (count+part)/tamperParts)
				lock.Lock()
				defer lock.Unlock()
				for _, name := range names {
					tried[name]++
				}
			})
		}
	})
	for _, name := range slices.Sorted(maps.Keys(tried)) {
		t.Logf("%5d × %s", tried[name], name)
	}
}

// tamper tries so many tamperings and returns their names.
func (v *victim) tamper(t *testing.T, random *rand.Rand, count int) (names []string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "usher.db")
	failures := 0
	for i := 0; i < count && failures < 20; i++ {
		c := v.crime(random)
		got := c.commit(t, path)
		if fault := c.judge(got); fault != "" {
			failures++
			t.Errorf("tampering %d: %s: got %+v until %d, %s", i, c.name, got.Flaw, got.Until, fault)
		}
		names = append(names, c.name)
	}
	return names
}

// victim is a whole database with what the tests know of it.
type victim struct {
	t           testing.TB
	instance    account.InstanceID
	file        []byte
	lines       []line
	head        store.LogHead
	anchor      []byte
	older       []copyOf
	checkpoints []byte // one every hundred events, and the newest
	claims      []uint64
}

// line is a line of the log as it lies in the file.
type line struct{ root, body []byte }

// copyOf is the database and its anchor at an earlier time.
type copyOf struct {
	size         uint64
	file, anchor []byte
}

func newVictim(t *testing.T, events int) *victim {
	t.Helper()
	w := newWorld(t)
	v := &victim{t: t, instance: w.instance}
	for range 4 {
		w.fillLog(events / 5)
		v.older = append(v.older, copyOf{w.size(), v.read(w.path), v.read(w.path + store.AnchorSuffix)})
		w.rename(5)
	}
	w.fillLog(events - int(w.size()) - 12)
	w.user(account.User{Email: "last@norrsken.example"}) // a record of the last event
	v.file, v.anchor = v.read(w.path), v.read(w.path+store.AnchorSuffix)
	w.read(func(tx *store.Tx) error {
		v.head = tx.Head()
		in, err := tx.Instance()
		if err != nil {
			return err
		}
		for seq := uint64(1); seq <= v.head.Size; seq++ {
			l, _, err := tx.LogLine(seq)
			if err != nil {
				return err
			}
			v.lines = append(v.lines, line{l.Root[:], l.Body})
			if seq%100 != 0 && seq != v.head.Size {
				continue
			}
			c, err := audit.NewCheckpoint(in.ID, in.LogSeed, seq, l.Root)
			if err != nil {
				return err
			}
			v.claims = append(v.claims, seq)
			v.checkpoints = append(v.checkpoints, c.Note...)
		}
		return nil
	})
	return v
}

func (w *world) size() (n uint64) {
	w.read(func(tx *store.Tx) error {
		n = tx.Head().Size
		return nil
	})
	return n
}

// rename changes users in one transaction, whose events lean on the first.
func (w *world) rename(many int) {
	w.t.Helper()
	s := w.as("anna@norrsken.example")
	name := "Renamed"
	err := s.change(context.Background(), "user.edit", func(o *op) error {
		for i := range many {
			u, err := o.allowUser(fmt.Sprintf("user%d@norrsken.example", i))
			if err != nil {
				return err
			}
			name += "a"
			if _, err := o.editUser(u, UserEdit{FirstName: &name}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (v *victim) read(path string) []byte {
	v.t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		v.t.Fatal(err)
	}
	return data
}

// crime is one tampering and what is known of it.
type crime struct {
	victim  *victim
	name    string
	base    []byte // the file it starts from
	lines   []line // nil: those of the base
	head    *store.LogHead
	anchor  []byte // what lies beside the file
	witness bool   // checkpoints are at hand

	seq     uint64 // the first event that was touched
	reason  audit.Reason
	rewrote bool // every root was made anew: the checkpoints alone can tell
}

// crime picks a tampering.
func (v *victim) crime(r *rand.Rand) *crime {
	c := &crime{victim: v, base: v.file, lines: slices.Clone(v.lines), anchor: v.anchor, witness: r.IntN(2) == 0}
	k := 1 + r.IntN(len(v.lines))
	c.seq = uint64(k)
	switch r.IntN(6) {
	case 0:
		c.edit(r, k)
	case 1:
		c.drop(r, k)
	case 2:
		c.swap(r, k)
	case 3:
		c.insert(r, k)
	case 4:
		c.cut(r, k)
	default:
		c.rollBack(r)
	}
	return c
}

func (c *crime) edit(r *rand.Rand, k int) {
	c.reason = audit.Edited
	l := &c.lines[k-1]
	l.body = bytes.Clone(l.body)
	switch way := r.IntN(4); way {
	case 0:
		c.name = "edit: a byte"
		l.body[r.IntN(len(l.body))] ^= byte(1 + r.IntN(255))
	case 1:
		c.name = "edit: a word"
		l.body = changeWord(l.body)
	case 2:
		c.name = "edit: the root beside it"
		l.root = bytes.Clone(l.root)
		l.root[r.IntN(32)] ^= byte(1 + r.IntN(255))
	default:
		c.name = "edit: another event over it"
		other := c.lines[(k+r.IntN(len(c.lines)-2))%len(c.lines)]
		l.body = other.body
		return
	}
	if c.name == "edit: a word" && r.IntN(2) == 0 {
		c.rewrite(r)
	}
}

// changeWord lets an event have happened to another.
func changeWord(body []byte) []byte {
	i := bytes.Index(body, []byte(`"target":"`))
	if i < 0 {
		i = 0
	}
	changed := bytes.Clone(body)
	for j := i + len(`"target":"`) + 8; j < len(changed); j++ {
		if changed[j] >= '0' && changed[j] <= '8' {
			changed[j]++
			return changed
		}
	}
	return append(changed, ' ')
}

func (c *crime) drop(r *rand.Rand, k int) {
	c.name, c.reason = "drop: a gap stays", audit.Dropped
	if k == len(c.lines) {
		c.name, c.reason = "drop: the last", audit.Cut
	}
	if r.IntN(4) == 0 {
		c.lines[k-1] = line{}
		return
	}
	c.name = "drop"
	bodies := c.bodies()
	c.shift(r, slices.Delete(bodies, k-1, k), k-1, -1)
}

func (c *crime) swap(r *rand.Rand, k int) {
	c.name, c.reason = "swap", audit.Reordered
	other := 1 + r.IntN(len(c.lines))
	if other == k {
		other = k%len(c.lines) + 1
	}
	if k > other {
		k, other = other, k
	}
	c.seq = uint64(k)
	bodies := c.bodies()
	bodies[k-1], bodies[other-1] = bodies[other-1], bodies[k-1]
	if r.IntN(2) == 0 {
		c.lines[k-1].root, c.lines[other-1].root = c.lines[other-1].root, c.lines[k-1].root
	}
	c.shift(r, bodies, 0, 0)
}

func (c *crime) insert(r *rand.Rand, k int) {
	c.name, c.reason = "insert", audit.Inserted
	e, err := audit.ParseLine(c.lines[k-1].body)
	if err != nil {
		c.victim.t.Fatal(err)
	}
	e.Target, e.Reason = audit.Ref{Type: "user", ID: "nobody"}, "never happened"
	c.shift(r, slices.Insert(c.bodies(), k-1, e.AppendLine(nil)), k-1, 1)
}

func (c *crime) bodies() [][]byte {
	var bodies [][]byte
	for _, l := range c.lines {
		bodies = append(bodies, l.body)
	}
	return bodies
}

// shift lays bodies under the numbers from 1 on, as cunningly as chance wants:
// with their own numbers or new ones, with the roots of their old places or of
// the new ones or made anew, with the log's end made to fit or not.
func (c *crime) shift(r *rand.Rand, bodies [][]byte, from, by int) {
	old := c.lines
	c.lines = nil
	renumber := r.IntN(2) == 0
	moved := r.IntN(2) == 0
	for i, body := range bodies {
		l := line{root: old[min(i, len(old)-1)].root, body: body}
		if moved && i >= from && i-by >= 0 && i-by < len(old) {
			l.root = old[i-by].root
		}
		if renumber {
			l.body = withNumber(body, uint64(i+1))
		}
		c.lines = append(c.lines, l)
	}
	if renumber {
		c.name += ", renumbered"
	}
	if r.IntN(3) == 0 {
		c.rewrite(r)
		return
	}
	if by != 0 && r.IntN(2) == 0 {
		c.name += ", with the size set right"
		head := c.victim.head
		head.Size = uint64(len(c.lines))
		c.head = &head
	}
}

// withNumber returns a line with another number.
func withNumber(body []byte, seq uint64) []byte {
	end := bytes.IndexByte(body, ',')
	return fmt.Appendf(nil, `{"seq":%d%s`, seq, body[end:])
}

// rewrite makes every root, and the end of the log, anew.
func (c *crime) rewrite(r *rand.Rand) {
	c.name += ", every root made anew"
	c.rewrote = true
	var tree audit.Tree
	for i := range c.lines {
		tree.Append(c.lines[i].body)
		root := tree.Root()
		c.lines[i].root = root[:]
	}
	c.setEnd(&tree)
	if r.IntN(2) == 0 {
		c.name += ", and the anchor"
		c.anchor = c.victim.anchorOf(tree.Size(), tree.Root())
		c.witness = true
	}
}

func (c *crime) setEnd(tree *audit.Tree) {
	head := c.victim.head
	head.Size, head.Root, head.Tree = tree.Size(), tree.Root(), tree.Marshal()
	c.head = &head
}

func (c *crime) cut(r *rand.Rand, k int) {
	c.name, c.reason = "cut: the lines alone", audit.Cut
	if k == 1 {
		k = 2
		c.seq = 2
	}
	c.lines = c.lines[:k-1]
	switch r.IntN(3) {
	case 0:
		return
	case 1:
		c.name = "cut: the size too"
		head := c.victim.head
		head.Size = uint64(len(c.lines))
		c.head = &head
		return
	}
	c.name = "cut: the whole end of the log"
	var tree audit.Tree
	for _, l := range c.lines {
		tree.Append(l.body)
	}
	c.setEnd(&tree)
	if r.IntN(2) == 0 {
		c.name += ", and the anchor"
		c.anchor = c.victim.anchorOf(tree.Size(), tree.Root())
	}
}

func (c *crime) rollBack(r *rand.Rand) {
	c.name, c.reason = "roll back", audit.RolledBack
	older := c.victim.older[r.IntN(len(c.victim.older))]
	c.base, c.lines, c.seq = older.file, nil, older.size+1
	if r.IntN(2) == 0 {
		c.name += ", with the anchor"
		c.anchor, c.witness = older.anchor, true
	}
}

// anchorOf writes the anchor that the store would.
func (v *victim) anchorOf(size uint64, root tlog.Hash) []byte {
	body := fmt.Sprintf("usher-anchor 1\n%s\n%d\n%s\n", v.instance, size, root)
	return fmt.Appendf([]byte(body), "%08x\n", crc32.Checksum([]byte(body), crc32.MakeTable(crc32.Castagnoli)))
}

// commit writes the tampering into a copy of the file and lets usher look at it.
func (c *crime) commit(t *testing.T, path string) LogVerdict {
	t.Helper()
	if err := os.WriteFile(path, c.base, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path+store.AnchorSuffix, c.anchor, 0o600); err != nil {
		t.Fatal(err)
	}
	if c.lines != nil {
		c.write(t, path)
	}
	s := New(store.New(path, store.Options{Now: time.Now, Warn: func(string) {}}), Env{Warn: func(string) {}})
	var checkpoints []byte
	if c.witness {
		checkpoints = c.victim.checkpoints
	}
	got, err := s.VerifyLog(context.Background(), checkpoints, func(_, _ uint64) {})
	if err != nil {
		t.Fatalf("%s: %v", c.name, err)
	}
	return got
}

// write puts the lines and the end of the log that differ.
func (c *crime) write(t *testing.T, path string) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{NoSync: true, NoFreelistSync: true, FreelistType: bbolt.FreelistMapType})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Update(func(tx *bbolt.Tx) error {
		bucket := tx.Bucket([]byte("usher"))
		for i := range max(len(c.lines), len(c.victim.lines)) {
			key := binary.BigEndian.AppendUint64([]byte{'l'}, uint64(i+1))
			if i >= len(c.lines) || c.lines[i].body == nil {
				if err := bucket.Delete(key); err != nil {
					return err
				}
				continue
			}
			l := c.lines[i]
			if i < len(c.victim.lines) && bytes.Equal(l.root, c.victim.lines[i].root) && bytes.Equal(l.body, c.victim.lines[i].body) {
				continue
			}
			if err := bucket.Put(key, checked(key, linePayload(l, uint64(i+1)))); err != nil {
				return err
			}
		}
		if c.head == nil {
			return nil
		}
		key := []byte{'q'}
		return bucket.Put(key, checked(key, append([]byte{3}, headPayload(*c.head)...)))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// checked adds the check of a record.
func checked(key, value []byte) []byte {
	return binary.BigEndian.AppendUint32(value, uint32(xxhash.Sum64(slices.Concat(key, value))))
}

// linePayload writes a line as docs/format.md says, in short where that can be.
func linePayload(l line, seq uint64) []byte {
	var p shorthand.Packer
	if short, ok := p.Pack(l.body, seq); ok {
		return slices.Concat([]byte{3, 3}, l.root, short)
	}
	return slices.Concat([]byte{3, 1}, l.root, l.body)
}

// headPayload writes the end of the log as docs/format.md says.
func headPayload(h store.LogHead) []byte {
	var out []byte
	field := func(number uint64, value []byte) {
		out = binary.AppendUvarint(out, number<<1|1)
		out = binary.AppendUvarint(out, uint64(len(value)))
		out = append(out, value...)
	}
	count := func(number, value uint64) {
		out = binary.AppendUvarint(out, number<<1)
		out = binary.AppendUvarint(out, value)
	}
	field(1, h.Instance[:])
	count(2, h.Size)
	count(3, uint64(h.Last.UnixMicro()))
	field(4, h.Root[:])
	field(5, h.Tree)
	return out
}

// judge returns what is wrong with a verdict, "" if nothing is.
func (c *crime) judge(got LogVerdict) string {
	switch {
	case got.OK || got.Flaw.Reason == "":
		return "it was not found"
	case !c.rewrote && (got.Flaw.Seq != c.seq || got.Flaw.Reason != c.reason):
		return fmt.Sprintf("want %d %s", c.seq, c.reason)
	case c.rewrote:
		return c.judgeRewritten(got)
	}
	return ""
}

// judgeRewritten allows what can be known when every root was made anew. Where
// the lines kept their numbers, these give the event away, or the one behind it;
// where times run backwards or events lean on others that are no heads, those
// do. Else the checkpoints say between which two of them it is, or that the log
// is too short to be compared with the next; and without them only that it is.
func (c *crime) judgeRewritten(got LogVerdict) string {
	last := c.seq
	for _, size := range c.victim.claims {
		if last = size; size >= c.seq {
			break
		}
	}
	switch got.Flaw.Reason {
	case audit.Forked:
		if !c.witness && got.Flaw.Seq == 1 && got.Until == c.victim.head.Size || got.Flaw.Seq <= c.seq && c.seq <= got.Until && got.Until <= last {
			return ""
		}
		return fmt.Sprintf("want a fork at or before %d, until %d", c.seq, last)
	case audit.Cut:
		if got.Flaw.Seq == c.head.Size+1 && (!c.witness || last > c.head.Size) {
			return ""
		}
	default:
		if got.Flaw.Seq >= c.seq && (!c.witness || got.Flaw.Seq <= last+1) {
			return ""
		}
	}
	return fmt.Sprintf("want one from %d to %d", c.seq, last+1)
}
