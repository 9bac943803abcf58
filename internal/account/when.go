package account

import (
	"strings"
	"time"
)

const (
	timeForms   = `write 7d or "2 weeks ago", 2026-01-31, "2026-01-31 15:04", 2026-01-31T15:04:05Z, now, today or yesterday`
	futureForms = `write 30d or "2 weeks" from now, 2026-01-31, "2026-01-31 15:04" or 2026-01-31T15:04:05Z`
)

// ParseTime reads a time as people type it: a duration, which means that long
// before now, with or without "ago"; a date, which means when that day began
// in loc; a date and a time of day, with a zone or else in loc; "now",
// "today", "yesterday". The error is Invalid, "time.invalid". A time of day
// that a change of clocks skips or repeats is taken as one of the two it can
// mean.
func ParseTime(s string, now time.Time, loc *time.Location) (time.Time, error) {
	loc = orUTC(loc)
	year, month, day := now.In(loc).Date()
	switch {
	case strings.EqualFold(s, "now"):
		return now, nil
	case strings.EqualFold(s, "today"):
		return startOfDay(year, month, day, loc), nil
	case strings.EqualFold(s, "yesterday"):
		return startOfDay(year, month, day-1, loc), nil
	}
	if looksLikeDate(s) {
		t, fault := readDate(s, loc)
		return t, timeFault(s, fault, timeForms)
	}
	long, _ := strings.CutSuffix(s, " ago")
	d, fault := readDuration(long)
	if fault != "" {
		return time.Time{}, timeFault(s, fault, timeForms)
	}
	return now.Add(-d), nil
}

// ParseFutureDate reads when something shall expire: a duration from now, a
// date, which means when that day begins in loc, or a date and a time of day,
// with a zone or else in loc. What is not after now is Invalid,
// "time.invalid", like everything else.
func ParseFutureDate(s string, now time.Time, loc *time.Location) (time.Time, error) {
	t, fault := readFuture(s, now, orUTC(loc))
	if fault == "" && !t.After(now) {
		fault = "it is not in the future"
	}
	if fault != "" {
		return time.Time{}, timeFault(s, fault, futureForms)
	}
	return t, nil
}

func readFuture(s string, now time.Time, loc *time.Location) (time.Time, string) {
	if looksLikeDate(s) {
		return readDate(s, loc)
	}
	d, fault := readDuration(s)
	return now.Add(d), fault
}

// looksLikeDate reports whether s can only have been meant as a date.
func looksLikeDate(s string) bool {
	return len(s) > 4 && s[4] == '-' && isDigit(s[0])
}

// readDate reads a date alone, or with a time of day and perhaps a zone.
func readDate(s string, loc *time.Location) (time.Time, string) {
	year, month, day, fault := readDay(s)
	if fault != "" {
		return time.Time{}, fault
	}
	if len(s) == len("2026-01-31") {
		return startOfDay(year, month, day, loc), ""
	}
	if c := s[10]; c != 'T' && c != 't' && c != ' ' {
		return time.Time{}, "a date is followed by a space or a T and the time of day"
	}
	clock, rest, fault := readClock(s[11:])
	if fault != "" {
		return time.Time{}, fault
	}
	zone, fault := readZone(rest, loc)
	if fault != "" {
		return time.Time{}, fault
	}
	return time.Date(year, month, day, clock.hour, clock.minute, clock.second, clock.nano, zone), ""
}

// readDay reads the date that s begins with.
func readDay(s string) (year int, month time.Month, day int, fault string) {
	year, fine := digits(s, 0, 4)
	number, fineMonth := digits(s, 5, 2)
	day, fineDay := digits(s, 8, 2)
	if !fine || !fineMonth || !fineDay || s[7] != '-' {
		return 0, 0, 0, "a date is written as 2026-01-31"
	}
	month = time.Month(number)
	// time.Date makes another day of one that does not exist.
	if _, m, d := time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Date(); year < 1 || m != month || d != day {
		return 0, 0, 0, "there is no such day"
	}
	return year, month, day, ""
}

type clock struct{ hour, minute, second, nano int }

// readClock reads 15:04, 15:04:05 or 15:04:05.123 and returns what follows.
func readClock(s string) (clock, string, string) {
	const form = "a time of day is written as 15:04 or 15:04:05"
	var c clock
	var fine, fineMinute bool
	c.hour, fine = digits(s, 0, 2)
	c.minute, fineMinute = digits(s, 3, 2)
	if !fine || !fineMinute || s[2] != ':' {
		return c, "", form
	}
	s = s[5:]
	if strings.HasPrefix(s, ":") {
		if c.second, fine = digits(s, 1, 2); !fine {
			return c, "", form
		}
		if s, c.nano, fine = readFraction(s[3:]); !fine {
			return c, "", form
		}
	}
	if c.hour > 23 || c.minute > 59 || c.second > 59 {
		return c, "", "there is no such time of day"
	}
	return c, s, ""
}

// readFraction reads the fraction of a second that s may begin with and
// returns what follows, and the nanoseconds.
func readFraction(s string) (rest string, nano int, fine bool) {
	if !strings.HasPrefix(s, ".") {
		return s, 0, true
	}
	i, scale := 1, int(time.Second)
	for ; i < len(s) && isDigit(s[i]); i++ {
		scale /= 10
		nano += int(s[i]-'0') * scale
	}
	return s[i:], nano, i > 1
}

// readZone reads what stands after a time of day: nothing, which means loc,
// Z, UTC, or an offset such as +02:00 or +0200.
func readZone(s string, loc *time.Location) (*time.Location, string) {
	zone := strings.TrimPrefix(s, " ")
	switch {
	case s == "":
		return loc, ""
	case zone == "Z" || zone == "z" || zone == "UTC":
		return time.UTC, ""
	}
	offset, fine := readOffset(zone)
	if !fine {
		return nil, "a zone is written as Z or +02:00"
	}
	return time.FixedZone("", offset), ""
}

// readOffset reads +02:00 or +0200 as seconds east of UTC.
func readOffset(s string) (int, bool) {
	hour, fine := digits(s, 1, 2)
	if !fine || hour > 23 || s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	rest := strings.TrimPrefix(s[3:], ":")
	minute, fine := digits(rest, 0, 2)
	if !fine || len(rest) != 2 || minute > 59 {
		return 0, false
	}
	offset := hour*60*60 + minute*60
	if s[0] == '-' {
		return -offset, true
	}
	return offset, true
}

// startOfDay returns the first moment of a day. That is not always midnight:
// where the clocks are put forward at midnight the day begins an hour later,
// and time.Date may answer with a time on the day before.
func startOfDay(year int, month time.Month, day int, loc *time.Location) time.Time {
	t := time.Date(year, month, day, 0, 0, 0, 0, loc)
	_, offset := t.Zone()
	missed := t.Unix() + int64(offset) - time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix()
	change, next := t.ZoneBounds()
	switch {
	case missed < 0:
		return next
	case missed > 0:
		return change
	}
	return t
}

// digits reads n decimal digits of s from a place on.
func digits(s string, from, n int) (int, bool) {
	if len(s) < from+n {
		return 0, false
	}
	number := 0
	for i := from; i < from+n; i++ {
		if !isDigit(s[i]) {
			return 0, false
		}
		number = number*10 + int(s[i]-'0')
	}
	return number, true
}

func orUTC(loc *time.Location) *time.Location {
	if loc == nil {
		return time.UTC
	}
	return loc
}

// timeFault returns the error for a fault, nil for "".
func timeFault(s, fault, forms string) error {
	if fault == "" {
		return nil
	}
	return Errorf(Invalid, "%s: %s", quoted(s), fault).Coded("time.invalid").Hintf("%s", forms)
}
