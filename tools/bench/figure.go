package main

import (
	"fmt"
	"math"
	"time"
)

// figure is one line of the table: a value that was reached, against whom, and
// what GOALS wants of it at most.
type figure struct {
	what    string
	ours    string
	against string
	theirs  string
	value   float64
	goal    float64 // 0: none was set
	unit    string  // of value and goal: "×", " s", " MiB"
	least   bool    // the goal is a lower bound
}

// verdict says whether the goal is met.
func (f figure) verdict() string {
	switch {
	case f.goal == 0 || math.IsNaN(f.value):
		return ""
	case f.least && f.value >= f.goal, !f.least && f.value <= f.goal:
		return "yes"
	}
	return "no"
}

// bound is the goal as the table shows it.
func (f figure) bound() string {
	switch {
	case f.goal == 0:
		return ""
	case f.least:
		return fmt.Sprintf("≥ %g%s", f.goal, f.unit)
	}
	return fmt.Sprintf("≤ %g%s", f.goal, f.unit)
}

// compare returns what one side of a race took as a multiple of the other.
func compare(what string, ours, theirs series, goal float64) figure {
	return figure{
		what: what, ours: short(ours.took()), against: theirs.name, theirs: short(theirs.took()),
		value: pairedRatio(ours.seconds, theirs.seconds), goal: goal, unit: "×",
	}
}

// against compares the first side of a race with every other whose goal is
// given.
func against(what string, all []series, goals map[string]float64) []figure {
	var figures []figure
	for _, other := range all[1:] {
		figures = append(figures, compare(what, all[0], other, goals[other.name]))
	}
	return figures
}

// short writes a duration with three digits.
func short(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return fmt.Sprintf("%.0f µs", float64(d)/float64(time.Microsecond))
	case d < time.Second:
		return fmt.Sprintf("%.3g ms", float64(d)/float64(time.Millisecond))
	}
	return fmt.Sprintf("%.3g s", d.Seconds())
}
