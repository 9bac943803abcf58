package service

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/usher-admin/usher/internal/account"
)

// A random walk over everything that changes a database: every operation of the
// table in walk_operations_test.go, by whoever is signed in at that moment or by
// the system user, with arguments from pools so small that they collide: the
// same site as source and as target, the actor as his own target, names that
// were deleted, a plan that has expired, lists with somebody twice. The clock
// moves on, now and then by days, now and then back.
//
// After each step, whether it was done, refused or rehearsed, the database is
// held against db check (walk_whole_test.go), against what the step may have
// touched (walk_step_test.go) and against the rules of SPEC.md that hold at any
// moment (walk_rules_test.go).
//
// A walk is given by its seed, so what it finds can be walked again:
// USHER_WALK_SEED=7 go test -run RandomWalk ./internal/service

// walks returns the seeds and how many steps each has. "make walk" sets
// USHER_WALK=500.
func walks() (seeds []uint64, steps int) {
	if seed, err := strconv.ParseUint(os.Getenv("USHER_WALK_SEED"), 10, 64); err == nil {
		return []uint64{seed}, 400
	}
	count, steps := 6, 100
	if n, err := strconv.Atoi(os.Getenv("USHER_WALK")); err == nil {
		count, steps = n, 400
	}
	for seed := range count {
		seeds = append(seeds, uint64(seed)+1)
	}
	return seeds, steps
}

func TestARandomWalkBreaksNoRule(t *testing.T) {
	inMemory(t)
	seeds, steps := walks()
	done := map[string]int{}
	for _, seed := range seeds {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			w := newWalk(t, seed)
			for range steps {
				w.step()
			}
			for name, n := range w.done {
				done[name] += n
			}
		})
	}
	const enough = 100 // walks that every operation should end well in once
	if len(seeds) < enough {
		return
	}
	for _, op := range walkOperations() {
		t.Logf("%4d %s", done[op.name], op.name)
		if done[op.name] == 0 {
			t.Errorf("%s never ended well: its arguments say nothing", op.name)
		}
	}
}

// walk is one random walk under way.
type walk struct {
	t     *testing.T
	seed  uint64
	path  string
	now   time.Time
	draw  *rand.Rand
	dice  *dice
	trail []string
	done  map[string]int // how often each operation ended well
	memory
	stride
	seen picture // what was there before the step
}

// stride is what is drawn for one step.
type stride struct {
	hand  hand
	who   actor         // who that is
	org   account.OrgID // the organisation at hand: his, or that of --org
	dry   bool
	as    *Service // who acts
	mails Mailer
}

// step does one thing and looks what came of it.
func (w *walk) step() {
	w.moveClock()
	op := w.operation()
	w.prepare()
	err := w.try(op)
	w.trail = append(w.trail, fmt.Sprintf("%s %s by %s%s: %v", w.now.Format("01-02 15:04:05"), w.what(op), w.hand.name, dryWord(w.dry), err))
	if os.Getenv("USHER_WALK_SEED") != "" {
		w.t.Log(w.trail[len(w.trail)-1])
	}
	now := w.picture()
	w.judge(op, err, now)
	w.seen = now
	if err == nil && !w.dry {
		w.done[op.name]++
	}
}

func dryWord(dry bool) string {
	if dry {
		return ", a dry run"
	}
	return ""
}

// try runs an operation; a panic ends the walk with its trail.
func (w *walk) try(op walkOperation) error {
	defer func() {
		if p := recover(); p != nil {
			w.fail("%s: panic: %v", w.what(op), p)
		}
	}()
	return op.do(w, context.Background())
}

// fail ends the walk with the way it took.
func (w *walk) fail(format string, args ...any) {
	w.t.Helper()
	const shown = 40
	trail := w.trail[max(0, len(w.trail)-shown):]
	w.t.Fatalf("walk %d, step %d: %s\n\nThe last steps:\n%s", w.seed, len(w.trail), fmt.Sprintf(format, args...), strings.Join(trail, "\n"))
}

// moveClock lets some time go by: mostly seconds, sometimes so much that
// sessions, links and plans end, and sometimes less than none.
func (w *walk) moveClock() {
	switch n := w.draw.IntN(100); {
	case n < 80:
		w.now = w.now.Add(time.Duration(w.draw.IntN(30_000)) * time.Millisecond)
	case n < 92:
		w.now = w.now.Add(time.Duration(w.draw.IntN(10)) * time.Minute)
	case n < 95:
		w.now = w.now.Add(-time.Duration(w.draw.IntN(20)) * time.Minute)
	case n < 98:
		w.now = w.now.Add(time.Duration(w.draw.IntN(30)) * time.Hour)
	default:
		w.now = w.now.AddDate(0, 0, w.draw.IntN(20))
	}
}
