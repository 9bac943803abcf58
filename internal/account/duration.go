package account

import (
	"strconv"
	"strings"
	"time"
)

const (
	oneDay  = 24 * time.Hour
	oneWeek = 7 * oneDay

	// maxDuration is a hundred years, enough for whatever usher keeps or lets
	// expire, and far below what overflows.
	maxDuration = 36525 * oneDay

	tooLong       = "it is more than 100 years"
	durationForms = `write 90s, 15m, 12h, 7d, 2w, 1d12h or "2 weeks"`
)

// ParseDuration reads a duration as people type it: 90s, 15m, 12h, 7d, 2w,
// 1d12h, 2 weeks, 1.5h, and what Go prints. Units go from the longest to the
// shortest. It is never negative nor more than a hundred years. A month and a
// year are no units, since they have no fixed length. The error is Invalid,
// "time.invalid".
func ParseDuration(s string) (time.Duration, error) {
	d, fault := readDuration(s)
	return d, timeFault(s, fault, durationForms)
}

// FormatDuration writes a duration as people type it, in the longest unit that
// divides it: 90m, 36h, 7d. Up to three days are counted in hours. Of more, with
// minutes or seconds, the days are counted apart: 7d1s.
func FormatDuration(d time.Duration) string {
	if d > 3*oneDay && d%time.Hour != 0 {
		return FormatDuration(d-d%oneDay) + FormatDuration(d%oneDay)
	}
	for _, unit := range []struct {
		of   time.Duration
		name string
	}{{oneDay, "d"}, {time.Hour, "h"}, {time.Minute, "m"}, {time.Second, "s"}} {
		if d != 0 && d%unit.of == 0 && (unit.of != oneDay || d > 3*oneDay) {
			return strconv.FormatInt(int64(d/unit.of), 10) + unit.name
		}
	}
	return d.String()
}

// readDuration returns the duration, or 0 and what is wrong with it.
func readDuration(s string) (time.Duration, string) {
	switch {
	case s == "":
		return 0, "a duration is missing"
	case s[0] == '-':
		return 0, "a duration is never negative"
	case s == "0":
		return 0, ""
	}
	var total time.Duration
	for last, rest := maxDuration, s; rest != ""; {
		part, unit, left, fault := readPart(rest)
		switch {
		case fault != "":
			return 0, fault
		case unit >= last:
			return 0, "its units do not go from the longest to the shortest"
		case part > maxDuration-total:
			return 0, tooLong
		}
		total, last, rest = total+part, unit, left
	}
	return total, ""
}

// readPart reads one number with its unit from the beginning of s, which is
// not empty, and returns what follows. The part is at most maxDuration and a
// fraction of a unit.
func readPart(s string) (part, unit time.Duration, rest, fault string) {
	number, tail := splitWhere(s, func(c byte) bool { return !isDigit(c) && c != '.' })
	if number == "" {
		return 0, 0, "", "a number is missing before " + quoted(s)
	}
	word, tail := splitWhere(strings.TrimLeft(tail, " "), func(c byte) bool { return isDigit(c) || c == ' ' })
	if word == "" {
		return 0, 0, "", "a unit is missing after " + quoted(number)
	}
	if unit = unitOf(word); unit == 0 {
		return 0, 0, "", "there is no unit " + quoted(word)
	}
	rest = strings.TrimLeft(tail, " ")
	if rest == "" && tail != "" {
		return 0, 0, "", "it ends with a space"
	}
	part, fault = times(number, unit)
	return part, unit, rest, fault
}

// splitWhere cuts s before the first byte that ends what it begins with.
func splitWhere(s string, ends func(c byte) bool) (head, tail string) {
	for i := 0; i < len(s); i++ {
		if ends(s[i]) {
			return s[:i], s[i:]
		}
	}
	return s, ""
}

// times returns a decimal number times a unit, rounded down.
func times(number string, unit time.Duration) (time.Duration, string) {
	whole, fraction, point := strings.Cut(number, ".")
	if whole == "" || point && fraction == "" || strings.Contains(fraction, ".") {
		return 0, quoted(number) + " is not a number"
	}
	var count time.Duration
	most := maxDuration / unit
	for _, c := range []byte(whole) {
		if count > most/10 {
			return 0, tooLong
		}
		count = count*10 + time.Duration(c-'0')
	}
	if count > most {
		return 0, tooLong
	}
	product := count * unit
	for _, c := range []byte(fraction) {
		unit /= 10
		product += time.Duration(c-'0') * unit
	}
	return product, ""
}

// unitOf returns the length of a unit, 0 for a word that is none. A lone M is
// none: it could be meant as a month.
func unitOf(word string) time.Duration {
	if word == "M" {
		return 0
	}
	switch strings.ToLower(word) {
	case "ns":
		return time.Nanosecond
	case "us", "µs", "μs":
		return time.Microsecond
	case "ms":
		return time.Millisecond
	case "s", "sec", "secs", "second", "seconds":
		return time.Second
	case "m", "min", "mins", "minute", "minutes":
		return time.Minute
	case "h", "hr", "hrs", "hour", "hours":
		return time.Hour
	case "d", "day", "days":
		return oneDay
	case "w", "week", "weeks":
		return oneWeek
	}
	return 0
}
