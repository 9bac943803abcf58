package password

import "time"

// How wrong tries are answered: the first few cost nothing, the next ones a
// growing delay, and in the end the password is disabled until it is reset.
const (
	freeTries    = 5
	firstDelay   = 30 * time.Second
	longestDelay = time.Hour
	mostTries    = 50
)

// Delay returns how long the user is locked after so many wrong tries in a
// row: not at all below five, then 30 seconds, doubling with each to an hour.
func Delay(failures int) time.Duration {
	if failures < freeTries {
		return 0
	}
	delay := firstDelay
	for range failures - freeTries {
		if delay *= 2; delay >= longestDelay {
			return longestDelay
		}
	}
	return delay
}

// Disabled reports whether so many wrong tries in a row, fifty, have ended the
// password: it stays wrong until a reset, however long one waits.
func Disabled(failures int) bool { return failures >= mostTries }

// LockedUntil returns the time before which no try counts, the last one having
// failed at last. It is the zero time when nothing is locked. It knows nothing
// of Disabled.
func LockedUntil(failures int, last time.Time) time.Time {
	delay := Delay(failures)
	if delay == 0 {
		return time.Time{}
	}
	return last.Add(delay)
}
