package main

import (
	"math"
	"testing"
)

func TestQuantile(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name    string
		numbers []float64
		part    float64
		want    float64
	}{
		{"the middle of an odd number", []float64{9, 1, 5}, 0.5, 5},
		{"between the middle two of an even number", []float64{4, 1, 2, 3}, 0.5, 2.5},
		{"the largest", []float64{2, 8, 4}, 1, 8},
		{"the smallest", []float64{2, 8, 4}, 0, 2},
		{"a quarter", []float64{0, 10, 20, 30, 40}, 0.25, 10},
		{"one number", []float64{7}, 0.9, 7},
	}
	for _, row := range rows {
		if got := quantile(row.numbers, row.part); got != row.want {
			t.Errorf("%s: got %v, want %v", row.name, got, row.want)
		}
	}
	if got := median(nil); !math.IsNaN(got) {
		t.Errorf("the median of nothing: got %v, want NaN", got)
	}
}

func TestQuantileLeavesItsInputInOrder(t *testing.T) {
	t.Parallel()
	numbers := []float64{3, 1, 2}
	median(numbers)
	if numbers[0] != 3 || numbers[1] != 1 || numbers[2] != 2 {
		t.Errorf("got %v, want the order of the rounds", numbers)
	}
}

func TestPairedRatioDoesNotSeeTheMachineSlowDown(t *testing.T) {
	t.Parallel()
	ours := []float64{1, 2, 40, 4} // each half of its pair
	theirs := []float64{2, 4, 80, 8}
	if got := pairedRatio(ours, theirs); got != 0.5 {
		t.Errorf("got %v, want 0.5", got)
	}
}
