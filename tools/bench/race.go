package main

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"time"
)

// contender is one side of a race: a fresh process in every round.
type contender struct {
	name    string
	command func(round int) *exec.Cmd
}

// series is what the rounds of one contender took.
type series struct {
	name    string
	seconds []float64
}

func (s series) took() time.Duration {
	return time.Duration(median(s.seconds) * float64(time.Second))
}

// race runs every contender once a round, each round beginning with another, so
// that nobody always runs behind the same neighbour. A command that fails ends it.
func race(ctx context.Context, rounds int, contenders ...contender) ([]series, error) {
	all := make([]series, len(contenders))
	for i, c := range contenders {
		all[i].name = c.name
	}
	for round := range rounds {
		for i := range contenders {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			at := (i + round) % len(contenders)
			took, err := clocked(contenders[at].command(round))
			if err != nil {
				return nil, fmt.Errorf("%s: %w", contenders[at].name, err)
			}
			all[at].seconds = append(all[at].seconds, took.Seconds())
		}
	}
	return all, nil
}

// clocked runs a command and returns how long it took from before it was started
// until it was gone.
func clocked(cmd *exec.Cmd) (time.Duration, error) {
	var talk bytes.Buffer
	if cmd.Stderr == nil {
		cmd.Stderr = &talk
	}
	began := time.Now()
	err := cmd.Run()
	took := time.Since(began)
	if err != nil {
		return 0, fmt.Errorf("%v: %w: %s", cmd.Args, err, bytes.TrimSpace(talk.Bytes()))
	}
	return took, nil
}
