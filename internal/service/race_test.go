//go:build race

package service

// underRace says that the race detector watches, which makes everything ten
// times slower.
const underRace = true
