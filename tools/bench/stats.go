package main

import (
	"math"
	"slices"
)

// median returns the middle of some numbers, NaN of none.
func median(numbers []float64) float64 { return quantile(numbers, 0.5) }

// quantile returns the number below which a part of the numbers lies, between
// two of them where it falls there; NaN of none.
func quantile(numbers []float64, part float64) float64 {
	if len(numbers) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(numbers))
	at := part * float64(len(sorted)-1)
	below := int(at)
	if below+1 == len(sorted) {
		return sorted[below]
	}
	rest := at - float64(below)
	return sorted[below]*(1-rest) + sorted[below+1]*rest
}

// pairedRatio returns the median of the ratios that the rounds gave, each round
// by itself: what slows the machine down for a while slows both sides of a pair.
func pairedRatio(ours, theirs []float64) float64 {
	ratios := make([]float64, min(len(ours), len(theirs)))
	for i := range ratios {
		ratios[i] = ours[i] / theirs[i]
	}
	return median(ratios)
}
