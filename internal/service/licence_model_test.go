package service

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/store"
)

// seatModel is what a few maps say about plans and holders. Any sequence of
// commands on usher must come to the same, and refuse the same.
type seatModel struct {
	pools   map[string]*account.Pool
	holders map[account.Email]*modelHolder
}

type modelHolder struct {
	kind      account.PlanKind
	plan      string // "" without a licence
	state     account.LicenceState
	suspended bool
	released  string // by a suspension
}

func (m *seatModel) held(plan string) (n int) {
	for _, h := range m.holders {
		if h.plan == plan {
			n++
		}
	}
	return n
}

func (m *seatModel) seats(plan string, now time.Time) account.Seats {
	return m.pools[plan].SeatsAt(m.held(plan), now)
}

// take gives a holder a seat, or says which kind of error it shall be.
func (m *seatModel) take(h *modelHolder, plan string, now time.Time) account.Kind {
	p, found := m.pools[plan]
	switch {
	case !found:
		return account.NotFound
	case p.Kind != h.kind:
		return account.Conflict
	case m.seats(plan, now).Free == 0:
		return account.NoSeat
	}
	h.plan = plan
	return fine
}

// fine stands for no error at all.
const fine = account.Kind(255)

// seatMachine drives usher and the model side by side.
type seatMachine struct {
	t     *rapid.T
	w     *world
	s     *Service
	model seatModel
	// former says of which addresses deleted users have a name in the log.
	former map[account.Email]bool
}

var (
	modelPlans = []string{"pro", "lite", "team"}
	modelUsers = []account.Email{"bo@norrsken.example", "eva@norrsken.example", "kim@norrsken.example", "lars@norrsken.example"}
	modelBoxes = []account.Email{"info@norrsken.example", "support@norrsken.example"}
)

// TestSeatsBoughtAreHeldAndFree is the invariant of licences: whatever happens,
// each plan has as many seats bought as held and free together, but for those
// that expired under their holders; and usher refuses exactly what would break
// it.
func TestSeatsBoughtAreHeldAndFree(t *testing.T) {
	t.Parallel()
	seed := newWorld(t)
	rapid.Check(t, func(t *rapid.T) {
		m := newSeatMachine(t, seed)
		defer m.close()
		for _, first := range []func() (string, account.Kind, error){m.buy, m.buy, m.buy, m.addUser, m.addUser, m.addUser, m.addBox, m.addBox} {
			m.try(first)
		}
		for range rapid.IntRange(10, 50).Draw(t, "steps") {
			m.step()
		}
	})
}

// newSeatMachine copies the world, so that each sequence has its own file; in
// memory, where there is such a folder: thousands of commits are too many for
// a disk.
func newSeatMachine(t *rapid.T, seed *world) *seatMachine {
	folder, err := os.MkdirTemp("/dev/shm", "usher-seats-")
	if err != nil {
		folder, err = os.MkdirTemp("", "usher-seats-")
	}
	if err != nil {
		t.Fatal(err)
	}
	w := *seed
	w.path = filepath.Join(folder, "usher.db")
	file, err := os.ReadFile(seed.path)
	if err == nil {
		err = os.WriteFile(w.path, file, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	m := &seatMachine{t: t, w: &w, former: make(map[account.Email]bool), model: seatModel{pools: map[string]*account.Pool{}, holders: map[account.Email]*modelHolder{}}}
	m.s = w.as("anna@norrsken.example")
	return m
}

func (m *seatMachine) close() { _ = os.RemoveAll(filepath.Dir(m.w.path)) }

func (m *seatMachine) step() {
	steps := []func() (string, account.Kind, error){
		m.buy, m.buy, m.drop, m.assign, m.assign, m.assignMany, m.change, m.remove, m.transfer, m.activate,
		m.suspend, m.resume, m.addUser, m.addUser, m.deleteUser, m.addBox, m.deleteBox, m.importUsers, m.race, m.wait, m.rehearse,
	}
	m.try(steps[rapid.IntRange(0, len(steps)-1).Draw(m.t, "step")])
}

// try takes one step and holds what came of it against the model.
func (m *seatMachine) try(step func() (string, account.Kind, error)) {
	what, want, err := step()
	got := fine
	if err != nil {
		got = account.KindOf(err)
	}
	if got != want {
		m.t.Fatalf("%s: got %v (kind %d), want kind %d", what, err, got, want)
	}
	m.compare()
}

func (m *seatMachine) plan() string { return rapid.SampledFrom(modelPlans).Draw(m.t, "plan") }

func (m *seatMachine) anybody() account.Email {
	return rapid.SampledFrom(append(slices.Clone(modelUsers), modelBoxes...)).Draw(m.t, "who")
}

// spelled returns a plan in some letter case.
func (m *seatMachine) spelled(plan string) account.PlanName {
	if rapid.Bool().Draw(m.t, "upper") {
		return account.PlanName(strings.ToUpper(plan))
	}
	return account.PlanName(plan)
}

func many(who ...account.Email) Many {
	var list []string
	for _, e := range who {
		list = append(list, string(e))
	}
	return Many{Who: list}
}

func (m *seatMachine) buy() (string, account.Kind, error) {
	plan, n := m.plan(), rapid.IntRange(1, 3).Draw(m.t, "seats")
	kind := account.PlanUser
	if plan == "team" {
		kind = account.PlanMailbox
	}
	var expires time.Time
	if days := rapid.SampledFrom([]int{0, 10, 40}).Draw(m.t, "days"); days > 0 {
		expires = m.w.now.AddDate(0, 0, days)
	}
	_, err := m.s.BuySeats(context.Background(), Purchase{Plan: m.spelled(plan), Seats: n, Kind: kind, Expires: expires})
	p, found := m.model.pools[plan]
	if !found {
		p = &account.Pool{Kind: kind}
		m.model.pools[plan] = p
	}
	p.Purchases = slices.DeleteFunc(p.Purchases, func(old account.Purchase) bool {
		return !old.ExpiresAt.IsZero() && !m.w.now.Before(old.ExpiresAt) // forgotten now
	})
	p.Purchases = append(p.Purchases, account.Purchase{Seats: n, ExpiresAt: expires})
	return fmt.Sprintf("buy %d of %s", n, plan), fine, err
}

func (m *seatMachine) drop() (string, account.Kind, error) {
	plan, n := m.plan(), rapid.IntRange(1, 3).Draw(m.t, "seats")
	what := fmt.Sprintf("drop %d of %s", n, plan)
	_, err := m.s.DropSeats(context.Background(), m.spelled(plan), n)
	p, found := m.model.pools[plan]
	if !found {
		return what, account.NotFound, err
	}
	now := m.model.seats(plan, m.w.now)
	most := now.Free
	if now.Bought == 0 {
		for _, bought := range p.Purchases { // expired seats are left, which can go
			most += bought.Seats
		}
	}
	if n > most {
		return what, account.Conflict, err
	}
	*p = p.Drop(n, m.w.now)
	if now.Held == 0 && len(p.Purchases) == 0 {
		delete(m.model.pools, plan)
	}
	return what, fine, err
}

// give is what the model makes of assigning a plan to somebody.
func (m *seatMachine) give(who account.Email, plan string) account.Kind {
	h, found := m.model.holders[who]
	switch {
	case !found:
		return account.NotFound
	case h.plan != "":
		return account.Conflict
	}
	if k := m.model.take(h, plan, m.w.now); k != fine {
		return k
	}
	h.state, h.released = account.LicenceAssigned, ""
	return fine
}

func (m *seatMachine) assign() (string, account.Kind, error) {
	who, plan := m.anybody(), m.plan()
	activate := rapid.Bool().Draw(m.t, "activate")
	_, err := m.s.AssignLicences(context.Background(), many(who), Assignment{Plan: m.spelled(plan), Activate: activate})
	want := m.give(who, plan)
	if want == fine && activate {
		m.model.holders[who].state = account.LicenceActive
	}
	return fmt.Sprintf("assign %s to %s", plan, who), want, err
}

// assignMany does what it can and leaves the rest.
func (m *seatMachine) assignMany() (string, account.Kind, error) {
	plan := m.plan()
	all := many(modelUsers...)
	all.KeepGoing = true
	_, err := m.s.AssignLicences(context.Background(), all, Assignment{Plan: m.spelled(plan)})
	want := fine
	for _, who := range modelUsers {
		if m.give(who, plan) != fine {
			want = account.Partial
		}
	}
	return "assign " + plan + " to everybody", want, err
}

func (m *seatMachine) change() (string, account.Kind, error) {
	who, plan := m.anybody(), m.plan()
	_, err := m.s.ChangeLicences(context.Background(), many(who), m.spelled(plan))
	what := fmt.Sprintf("change %s to %s", who, plan)
	h, found := m.model.holders[who]
	switch {
	case !found:
		return what, account.NotFound, err
	case h.plan == "":
		return what, account.Conflict, err
	case h.plan == plan:
		return what, fine, err
	}
	return what, m.model.take(h, plan, m.w.now), err
}

func (m *seatMachine) remove() (string, account.Kind, error) {
	who := m.anybody()
	_, _, err := m.s.RemoveLicences(context.Background(), many(who))
	what := fmt.Sprintf("remove from %s", who)
	h, found := m.model.holders[who]
	switch {
	case !found:
		return what, account.NotFound, err
	case h.plan == "" && h.released == "":
		return what, account.Conflict, err
	}
	*h = modelHolder{kind: h.kind, suspended: h.suspended}
	return what, fine, err
}

func (m *seatMachine) transfer() (string, account.Kind, error) {
	from, to := m.anybody(), m.anybody()
	_, err := m.s.TransferLicence(context.Background(), string(from), string(to), false)
	what := fmt.Sprintf("transfer %s to %s", from, to)
	giver, taker := m.model.holders[from], m.model.holders[to]
	switch {
	case giver == nil || taker == nil:
		return what, account.NotFound, err
	case giver == taker || giver.plan == "" || taker.plan != "" || giver.kind != taker.kind:
		return what, account.Conflict, err
	}
	*taker = modelHolder{kind: taker.kind, suspended: taker.suspended, plan: giver.plan, state: account.LicenceAssigned}
	giver.plan, giver.state = "", ""
	return what, fine, err
}

func (m *seatMachine) activate() (string, account.Kind, error) {
	who := m.anybody()
	_, err := m.s.ActivateLicences(context.Background(), many(who))
	what := fmt.Sprintf("activate %s", who)
	h, found := m.model.holders[who]
	switch {
	case !found:
		return what, account.NotFound, err
	case h.plan == "":
		return what, account.Conflict, err
	}
	h.state = account.LicenceActive
	return what, fine, err
}

// suspend may give the seat back; resume asks for one again then.
func (m *seatMachine) suspend() (string, account.Kind, error) {
	who, release := rapid.SampledFrom(modelUsers).Draw(m.t, "user"), rapid.Bool().Draw(m.t, "release")
	_, err := m.s.SuspendUsers(context.Background(), many(who), release)
	h, found := m.model.holders[who]
	if !found {
		return "suspend", account.NotFound, err
	}
	h.suspended = true
	if release && h.plan != "" {
		h.released, h.plan, h.state = h.plan, "", ""
	}
	return "suspend", fine, err
}

func (m *seatMachine) resume() (string, account.Kind, error) {
	who := rapid.SampledFrom(modelUsers).Draw(m.t, "user")
	_, err := m.s.ResumeUsers(context.Background(), many(who))
	h, found := m.model.holders[who]
	if !found {
		return "resume", account.NotFound, err
	}
	want := fine
	if h.suspended && h.released != "" {
		want = m.give(who, h.released)
	}
	if want == fine {
		h.suspended = false
	}
	return "resume", want, err
}

// made is what the model makes of adding somebody, with a plan or "".
func (m *seatMachine) made(who account.Email, kind account.PlanKind, plan string) account.Kind {
	if m.model.holders[who] != nil {
		return account.Conflict
	}
	h := &modelHolder{kind: kind}
	if plan != "" {
		if k := m.model.take(h, plan, m.w.now); k != fine {
			return k
		}
		h.state = account.LicenceAssigned
	}
	m.model.holders[who] = h
	return fine
}

func (m *seatMachine) maybePlan() string {
	return rapid.SampledFrom(append([]string{"", ""}, modelPlans...)).Draw(m.t, "plan or none")
}

func (m *seatMachine) addUser() (string, account.Kind, error) {
	who, plan := rapid.SampledFrom(modelUsers).Draw(m.t, "user"), m.maybePlan()
	_, err := m.s.AddUser(context.Background(), NewUser{Email: who, Plan: account.PlanName(plan)})
	return fmt.Sprintf("add %s with %q", who, plan), m.made(who, account.PlanUser, plan), err
}

func (m *seatMachine) deleteUser() (string, account.Kind, error) {
	who, erase := rapid.SampledFrom(modelUsers).Draw(m.t, "user"), rapid.Bool().Draw(m.t, "erase")
	_, err := m.s.DeleteUsers(context.Background(), many(who), erase)
	switch {
	case m.model.holders[who] != nil:
		delete(m.model.holders, who)
		m.former[who] = m.former[who] || !erase
	case erase && m.former[who]: // who was deleted before is erased
		m.former[who] = false
	default:
		return "delete", account.NotFound, err
	}
	return "delete", fine, err
}

func (m *seatMachine) addBox() (string, account.Kind, error) {
	who, plan := rapid.SampledFrom(modelBoxes).Draw(m.t, "mailbox"), m.maybePlan()
	_, err := m.s.AddMailbox(context.Background(), NewMailbox{Address: who, Plan: account.PlanName(plan)})
	return fmt.Sprintf("add mailbox %s with %q", who, plan), m.made(who, account.PlanMailbox, plan), err
}

func (m *seatMachine) deleteBox() (string, account.Kind, error) {
	who := rapid.SampledFrom(modelBoxes).Draw(m.t, "mailbox")
	_, err := m.s.DeleteMailbox(context.Background(), string(who))
	if m.model.holders[who] == nil {
		return "delete mailbox", account.NotFound, err
	}
	delete(m.model.holders, who)
	return "delete mailbox", fine, err
}

// importUsers brings every user to a plan, or none of them.
func (m *seatMachine) importUsers() (string, account.Kind, error) {
	plan := rapid.SampledFrom(modelPlans).Draw(m.t, "plan")
	file := "email,licence\n"
	for _, who := range modelUsers {
		file += string(who) + "," + plan + "\n"
	}
	_, err := m.s.ImportUsers(context.Background(), ImportInput{File: strings.NewReader(file), Upsert: true})
	before := maps.Clone(m.model.holders)
	for _, who := range modelUsers {
		if want := m.imported(who, plan); want != fine {
			m.model.holders = before
			return "import with " + plan, want, err
		}
	}
	return "import with " + plan, fine, err
}

// imported brings one user of a file to a plan, in a copy of what he was.
func (m *seatMachine) imported(who account.Email, plan string) account.Kind {
	h := modelHolder{kind: account.PlanUser}
	if old := m.model.holders[who]; old != nil {
		h = *old
	}
	m.model.holders[who] = &h
	if h.plan == plan {
		return fine
	}
	fresh := h.plan == ""
	if k := m.model.take(&h, plan, m.w.now); k != fine {
		return k
	}
	if fresh {
		h.state, h.released = account.LicenceAssigned, ""
	}
	return fine
}

// race lets two processes assign seats of one plan at once: each has its own
// file handle and lock.
func (m *seatMachine) race() (string, account.Kind, error) {
	plan := m.plan()
	var errs [2]error
	var both sync.WaitGroup
	for i, who := range modelUsers[:2] {
		s := New(m.w.store(), m.s.env)
		both.Go(func() {
			_, errs[i] = s.AssignLicences(context.Background(), many(who), Assignment{Plan: account.PlanName(plan)})
		})
	}
	both.Wait()
	order := []int{0, 1}
	if errs[0] != nil { // the other one was first, if it made a difference
		order = []int{1, 0}
	}
	for _, i := range order {
		want := m.give(modelUsers[i], plan)
		if got := errs[i]; (got == nil) != (want == fine) || got != nil && account.KindOf(got) != want {
			m.t.Fatalf("race for %s: %s got %v, want kind %d", plan, modelUsers[i], got, want)
		}
	}
	return "race", fine, nil
}

// wait lets time go by, so that seats expire.
func (m *seatMachine) wait() (string, account.Kind, error) {
	m.w.now = m.w.now.AddDate(0, 0, rapid.IntRange(1, 20).Draw(m.t, "days"))
	m.s = m.w.as("anna@norrsken.example")
	return "wait", fine, nil
}

// rehearse is a dry run, after which all is as it was.
func (m *seatMachine) rehearse() (string, account.Kind, error) {
	before := *m
	before.model.holders = map[account.Email]*modelHolder{}
	for who, h := range m.model.holders {
		kept := *h
		before.model.holders[who] = &kept
	}
	s := m.s
	m.s = dry(m.s)
	what, want, err := m.assign()
	m.s, m.model.holders = s, before.model.holders
	return "rehearse: " + what, want, err
}

// compare holds what usher says, and what stands in its file, against the
// model.
func (m *seatMachine) compare() {
	views, err := m.s.ListPools(context.Background(), true)
	if err != nil {
		m.t.Fatal(err)
	}
	if len(views) != len(m.model.pools) {
		m.t.Fatalf("got %d plans, want %d", len(views), len(m.model.pools))
	}
	for _, v := range views {
		key := v.Plan.Key()
		want := m.model.seats(key, m.w.now)
		if v.Seats != want || v.Bought+v.Overdrawn != v.Held+v.Free {
			m.t.Fatalf("%s: got %+v, want %+v", key, v.Seats, want)
		}
		if len(v.Holders) != want.Held {
			m.t.Fatalf("%s: %d holders are listed, want %d", key, len(v.Holders), want.Held)
		}
		for _, h := range v.Holders {
			if got := m.model.holders[h.Email]; got == nil || got.plan != key || got.state != h.PlanState || got.kind != h.Kind {
				m.t.Fatalf("%s: %s is listed as %s, want %+v", key, h.Email, h.PlanState, got)
			}
		}
	}
	m.count()
}

// count reads every record there is: the only place that may.
func (m *seatMachine) count() {
	held := map[string]int{}
	m.w.read(func(tx *store.Tx) error {
		err := tx.Users(m.w.org.ID, account.UserID{}, func(u account.User) (bool, error) {
			held[u.Plan.Key()]++
			return true, nil
		})
		if err != nil {
			return err
		}
		return tx.Mailboxes(m.w.org.ID, account.MailboxID{}, func(b account.Mailbox) (bool, error) {
			held[b.Plan.Key()]++
			return true, nil
		})
	})
	for _, plan := range modelPlans {
		if held[plan] != m.model.held(plan) {
			m.t.Fatalf("%s: %d records hold a seat, want %d", plan, held[plan], m.model.held(plan))
		}
	}
}
