package main

import (
	"context"
	"fmt"
	"os/exec"
	"sync"
	"time"
)

// changesEach is how many durable changes each of the processes makes, one
// after the other, in a fresh process each time.
const changesEach = 50

// crowd is what came of many who change the same database at once.
type crowd struct {
	worst time.Duration // from the start of a process to its end
	rate  float64       // changes in a second
}

func measureContention(ctx context.Context, b *bench) ([]figure, error) {
	if b.sqlite == nil {
		return nil, errNoPeer
	}
	var figures []figure
	for _, people := range []int{8, 32} {
		fs, err := contend(ctx, b, people)
		if err != nil {
			return figures, err
		}
		figures = append(figures, fs...)
	}
	return figures, nil
}

// contend lets the crowds of both sides work in turns, three times.
func contend(ctx context.Context, b *bench, people int) ([]figure, error) {
	var worst, theirWorst, rate, theirRate []float64
	for turn := range b.rounds(3) {
		kind := fmt.Sprintf("crowd%d-%d", people, turn)
		ours, err := gather(ctx, people, b.each(), func(i int) *exec.Cmd {
			return b.usher.command("user", "add", b.fresh(kind, i), "-q", "--wait", "60s")
		})
		if err != nil {
			return nil, fmt.Errorf("usher: %w", err)
		}
		theirs, err := gather(ctx, people, b.each(), func(i int) *exec.Cmd {
			return b.sqlite.add(b.fresh("id"+kind, i), b.fresh(kind, i))
		})
		if err != nil {
			return nil, fmt.Errorf("sqlite3: %w", err)
		}
		worst, theirWorst = append(worst, ours.worst.Seconds()), append(theirWorst, theirs.worst.Seconds())
		rate, theirRate = append(rate, ours.rate), append(theirRate, theirs.rate)
	}
	seconds := func(all []float64) string { return short(time.Duration(median(all) * float64(time.Second))) }
	what := fmt.Sprintf("%d processes, %d durable changes each: ", people, b.each())
	return []figure{
		{what: what + "the worst wait", ours: seconds(worst), against: "sqlite3", theirs: seconds(theirWorst), value: pairedRatio(worst, theirWorst), goal: 0.2, unit: "×"},
		{what: what + "rate", ours: fmt.Sprintf("%.0f/s", median(rate)), against: "sqlite3", theirs: fmt.Sprintf("%.0f/s", median(theirRate)), value: pairedRatio(rate, theirRate), goal: 1, unit: "×", least: true},
	}, nil
}

// each is changesEach, or fewer where little is measured.
func (b *bench) each() int { return max(5, min(changesEach, int(changesEach*b.effort))) }

// gather lets people make their changes at once. One that fails fails them all.
func gather(ctx context.Context, people, each int, change func(i int) *exec.Cmd) (crowd, error) {
	var c crowd
	var failure error
	var mutex sync.Mutex
	var group sync.WaitGroup
	began := time.Now()
	for p := range people {
		group.Go(func() {
			for i := range each {
				if ctx.Err() != nil {
					return
				}
				took, err := clocked(change(p*each + i))
				mutex.Lock()
				c.worst = max(c.worst, took)
				if failure == nil {
					failure = err
				}
				mutex.Unlock()
			}
		})
	}
	group.Wait()
	c.rate = float64(people*each) / time.Since(began).Seconds()
	return c, failure
}
