package account

import "fmt"

// Count is a number with its noun: "1 seat", and else, also for none, "2 seats".
// The noun is one that takes an s.
func Count[N int | int64 | uint64](n N, noun string) string {
	return fmt.Sprintf("%d %s", n, Agree(n, noun, noun+"s"))
}

// CountOf is Count of some among all: "1 of 3 seats", "0 of 1 seat".
func CountOf[N int | int64 | uint64](n, all N, noun string) string {
	return fmt.Sprintf("%d of %s", n, Count(all, noun))
}

// Agree returns the word that stands beside one, or the word that stands beside
// any other number: "is" or "are".
func Agree[N int | int64 | uint64](n N, one, other string) string {
	if n == 1 {
		return one
	}
	return other
}
