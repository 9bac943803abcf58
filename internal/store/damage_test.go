package store

import (
	"bytes"
	"context"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/usher-admin/usher/internal/account"
)

// Damage of eight kinds is done to a real database and to what lies beside it.
// Whoever reads or writes it then gets what is right, or an error that says that
// the file cannot be opened: never anything else, and soon.

// damages returns how many are done: "make damage" sets USHER_DAMAGE=100000.
func damages() int {
	if n, err := strconv.Atoi(os.Getenv("USHER_DAMAGE")); err == nil {
		return n
	}
	if underRace {
		return 200
	}
	return 2000
}

// chance begins with USHER_DAMAGE_SEED, so that long runs can be shared out.
func chance(stream uint64) *rand.Rand {
	seed, _ := strconv.ParseUint(os.Getenv("USHER_DAMAGE_SEED"), 10, 64)
	return rand.New(rand.NewPCG(seed, stream))
}

// tooLong is when an answer counts as none.
const tooLong = 5 * time.Second

func TestNoDamageIsSilent(t *testing.T) {
	v := newPatient(t)
	outcomes := map[string]*outcome{}
	random := chance(1)
	for i := range damages() {
		w := v.wound(random, v.pick(random))
		if outcomes[w.kind] == nil {
			outcomes[w.kind] = &outcome{}
		}
		if fault := v.examine(w, outcomes[w.kind], i%4 == 0); fault != "" {
			t.Errorf("damage %d, %s at %s: %s", i, w.kind, w.place, fault)
		}
	}
	report(t, outcomes)
}

// Without the page checks, as in a copy of the database alone, the pages are
// looked at for what they say. That finds nearly all; what it does not find is
// counted here and told in docs/reliability.md.
func TestFewDamagesAreSilentWithoutThePageChecks(t *testing.T) {
	v := newPatient(t)
	v.well.sums, v.bare = nil, true
	outcomes := map[string]*outcome{}
	random := chance(2)
	silent, all := 0, damages()/4
	for range all {
		w := v.wound(random, "database")
		if outcomes[w.kind] == nil {
			outcomes[w.kind] = &outcome{}
		}
		if v.examine(w, outcomes[w.kind], false) != "" {
			silent++
		}
	}
	report(t, outcomes)
	if silent > all/20 {
		t.Errorf("%d of %d damages were silent", silent, all)
	}
}

// outcome counts what came of the damages of a kind.
type outcome struct{ right, refused, silent int }

func report(t *testing.T, outcomes map[string]*outcome) {
	for _, kind := range slices.Sorted(maps.Keys(outcomes)) {
		o := outcomes[kind]
		t.Logf("%-16s %6d: %6d right, %6d refused, %d silent", kind, o.right+o.refused+o.silent, o.right, o.refused, o.silent)
	}
}

// papers are the database and what lies beside it.
type papers struct{ db, anchor, sums []byte }

func (h *house) papers() papers {
	sums, err := os.ReadFile(h.path + SumsSuffix)
	must(h.t, err)
	return papers{h.bytes(), h.anchorBytes(), sums}
}

func (h *house) setPapers(p papers) {
	for path, data := range map[string][]byte{h.path: p.db, h.path + AnchorSuffix: p.anchor, h.path + SumsSuffix: p.sums} {
		if data == nil {
			if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
				h.t.Fatal(err)
			}
			continue
		}
		must(h.t, os.WriteFile(path, data, 0o600))
	}
}

// patient is a database with a past.
type patient struct {
	*house
	well    papers
	older   []papers
	bare    bool // it is read without page checks
	emails  []account.Email
	users   []account.UserID
	events  uint64 // in its log
	answer  string
	changed string // the answer after the change that is tried
	added   account.User
}

func newPatient(t *testing.T) *patient {
	t.Helper()
	v := &patient{house: newHouse(t)}
	v.broken = true
	users := v.addUsers(300)
	v.added = v.user("added@norrsken.example")
	for round := range 6 {
		v.older = append(v.older, v.papers())
		for i := round; i < len(users); i += 29 {
			v.change(func(tx *Tx) error {
				if i%2 == 0 {
					return tx.RemoveUser(users[i])
				}
				users[i].FirstName += "a"
				users[i].Email = account.Email(fmt.Sprintf("moved%d-%d@norrsken.example", round, i))
				return tx.PutUser(users[i])
			})
			if i%2 == 0 {
				users = slices.Delete(users, i, i+1)
			}
		}
	}
	v.well = v.papers()
	v.look(func(tx *Tx) error { v.events = tx.Head().Size; return nil })
	v.moveToMemory()
	for i, u := range users {
		v.users = append(v.users, u.ID)
		v.emails = append(v.emails, u.Email, account.Email(fmt.Sprintf("user%04d@norrsken.example", i)))
	}
	var err error
	v.answer, err = v.ask()
	must(t, err)
	v.change(v.addOne)
	v.changed, err = v.ask()
	must(t, err)
	return v
}

// moveToMemory goes on where a flush costs nothing, if there is such a place.
func (v *patient) moveToMemory() {
	dir, err := os.MkdirTemp("/dev/shm", "usher")
	if err != nil {
		return
	}
	v.t.Cleanup(func() { os.RemoveAll(dir) })
	v.Store = New(filepath.Join(dir, "usher.db"), v.opt)
	v.setPapers(v.well)
}

func (v *patient) addOne(tx *Tx) error { return tx.PutUser(v.added) }

// ask returns a digest of what the database answers to questions of all kinds.
func (v *patient) ask() (string, error) {
	h := fnv.New128a()
	err := v.View(context.Background(), func(tx *Tx) error {
		for _, e := range v.emails {
			holder, found, err := tx.Address(e)
			if err != nil {
				return err
			}
			fmt.Fprintf(h, "%s %x %t\n", e, holder.User, found)
		}
		for _, id := range v.users {
			u, _, err := tx.User(testOrg, id)
			if err != nil {
				return err
			}
			say(h, u)
		}
		users, err := inPieces(tx, 1)
		if err != nil {
			return err
		}
		for _, u := range users {
			say(h, u)
		}
		for _, kind := range []FacetKind{FacetAll, FacetRole} {
			for _, value := range []string{"", string(account.RoleMember), string(account.RoleOwner)} {
				n, err := tx.Count(testOrg, kind, value)
				if err != nil {
					return err
				}
				fmt.Fprintln(h, kind, value, n)
			}
		}
		fmt.Fprintln(h, tx.Head().Size)
		return tx.Lines(1, func(l Line) (bool, error) {
			if l.Seq <= v.events { // a later one differs each time
				fmt.Fprintln(h, l.Seq, l.Root, string(l.Body))
			}
			return true, nil
		})
	})
	return string(h.Sum(nil)), err
}

// say adds to a digest what a user is.
func say(h io.Writer, u account.User) {
	fmt.Fprintf(h, "%x %s %s %s %s %s %d\n", u.ID, u.Email, u.FirstName, u.LastName, u.Role, u.Status, u.UpdatedAt.UnixMicro())
}

// examine asks the damaged database, lets it be changed, and says what was
// wrong with that, if anything. Who answers late only once was kept from it by a
// busy machine.
func (v *patient) examine(w wound, o *outcome, change bool) string {
	began := time.Now()
	fault, refused := v.try(w, change)
	if time.Since(began) > tooLong {
		began = time.Now()
		fault, refused = v.try(w, change)
		if took := time.Since(began); fault == "" && took > tooLong {
			fault = fmt.Sprintf("it took %v", took)
		}
	}
	switch {
	case fault != "":
		o.silent++
	case refused:
		o.refused++
	default:
		o.right++
	}
	return fault
}

func (v *patient) try(w wound, change bool) (fault string, refused bool) {
	v.setPapers(w.papers)
	got, err := v.ask()
	if fault = v.judge(got, v.answer, err); fault != "" || !change {
		return fault, err != nil
	}
	refused = err != nil
	if err = v.tryChange(v.addOne); err != nil {
		return v.judge("", "", err), true
	}
	got, err = v.ask()
	return v.judge(got, v.changed, err), refused || err != nil
}

func (v *patient) judge(got, want string, err error) string {
	switch {
	case err != nil && account.KindOf(err) != account.Unopenable:
		return fmt.Sprintf("got error %v", err)
	case err == nil && got != want:
		return "got a wrong answer and no error"
	}
	return ""
}

// wound is a damaged set of papers.
type wound struct {
	papers
	kind, place string
}

// pick chooses what is damaged: mostly the database.
func (v *patient) pick(random *rand.Rand) string {
	return []string{"database", "database", "database", "database", "database", "database", "anchor", "page checks"}[random.IntN(8)]
}

func (v *patient) wound(random *rand.Rand, what string) wound {
	w := wound{papers: v.well}
	switch what {
	case "anchor":
		w.kind = "the anchor"
		w.anchor, w.place = v.scratch(random, w.anchor, v.past(random).anchor)
	case "page checks":
		w.kind = "the page checks"
		w.sums, w.place = v.scratch(random, w.sums, v.past(random).sums)
	default:
		v.woundDatabase(random, &w)
	}
	return w
}

func (v *patient) past(random *rand.Rand) papers { return v.older[random.IntN(len(v.older))] }

// scratch damages a small file.
func (v *patient) scratch(random *rand.Rand, data, older []byte) ([]byte, string) {
	at := random.IntN(len(data))
	data = bytes.Clone(data)
	switch random.IntN(6) {
	case 0:
		return nil, "all, removed"
	case 1:
		return older, "all, an older one put back"
	case 2:
		return data[:at], fmt.Sprintf("%d, cut", at)
	case 3:
		clear(data[at:min(at+512, len(data))])
	case 4:
		data[at] = byte(random.IntN(256))
	default:
		data[at] ^= 1 << random.IntN(8)
	}
	return data, strconv.Itoa(at)
}

func (v *patient) woundDatabase(random *rand.Rand, w *wound) {
	size := os.Getpagesize()
	data := bytes.Clone(w.db)
	pages := len(data) / size
	page := func(n int) []byte { return data[n*size : (n+1)*size] }
	n, at := random.IntN(pages), random.IntN(len(data))
	w.db, w.place = data, fmt.Sprintf("page %d", n)
	switch random.IntN(8) {
	case 0:
		w.kind, w.place = "a bit", strconv.Itoa(at)
		data[at] ^= 1 << random.IntN(8)
	case 1:
		w.kind, w.place = "a byte", strconv.Itoa(at)
		data[at] = byte(random.IntN(256))
	case 2:
		w.kind = "a page"
		for i := range page(n) {
			data[n*size+i] = byte(random.Uint32())
		}
	case 3:
		w.kind, w.place = "truncation", strconv.Itoa(at)
		w.db = data[:at]
	case 4:
		w.kind = "swap of pages"
		other := random.IntN(pages)
		first := bytes.Clone(page(n))
		copy(page(n), page(other))
		copy(page(other), first)
		if random.IntN(2) == 0 { // and each says that it belongs there
			first = bytes.Clone(page(n)[:8])
			copy(page(n), page(other)[:8])
			copy(page(other), first)
		}
	case 5:
		w.kind = "an old page back"
		old := v.past(random).db
		n = random.IntN(len(old) / size)
		w.place = fmt.Sprintf("page %d", n)
		copy(page(n), old[n*size:(n+1)*size])
	case 6:
		w.kind, w.place = "meta pages", strconv.Itoa(at%(2*size))
		v.woundMeta(random, data[:2*size])
	default:
		w.kind = "zeroed"
		if random.IntN(2) == 0 {
			clear(page(n))
			return
		}
		at = at / 512 * 512
		w.place = strconv.Itoa(at)
		clear(data[at : at+512])
	}
}

// woundMeta damages what the two meta pages say.
func (v *patient) woundMeta(random *rand.Rand, data []byte) {
	size := len(data) / 2
	which := data[random.IntN(2)*size:][:80]
	switch random.IntN(5) {
	case 0:
		which[random.IntN(len(which))] ^= 1 << random.IntN(8)
	case 1:
		which[random.IntN(len(which))] = byte(random.IntN(256))
	case 2:
		clear(which)
	case 3:
		first := bytes.Clone(data[:size])
		copy(data, data[size:])
		copy(data[size:], first)
	default:
		old := v.past(random).db
		n := random.IntN(2)
		copy(data[n*size:][:size], old[n*size:])
	}
}
