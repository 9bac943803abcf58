package output

import "time"

// localTime is how a table on a terminal shows a time.
const localTime = "2006-01-02 15:04:05"

// instant returns the time that v holds.
func (v *Value) instant() time.Time {
	if v.kind == kindMillis {
		return time.UnixMilli(v.num)
	}
	return time.Unix(v.num, 0)
}

// appendUTC appends a time as RFC 3339 in UTC: 2026-11-03T10:11:12Z, or with
// milliseconds 2026-11-03T10:11:12.345Z.
func appendUTC(dst []byte, v *Value) []byte {
	if v.kind == kindSeconds {
		return append(appendSeconds(dst, v.num), 'Z')
	}
	seconds := v.num / 1000
	milli := v.num - seconds*1000
	if milli < 0 {
		seconds--
		milli += 1000
	}
	dst = appendSeconds(dst, seconds)
	return append(dst, '.', byte('0'+milli/100), byte('0'+milli/10%10), byte('0'+milli%10), 'Z')
}

const daySeconds = 24 * 60 * 60

// appendSeconds appends seconds since 1970 as 2026-11-03T10:11:12. It does by hand
// what package time does in four times as long: an export writes millions.
func appendSeconds(dst []byte, seconds int64) []byte {
	const years0To9999 = 3652425 // days of them
	days := seconds / daySeconds
	left := int(seconds - days*daySeconds)
	if left < 0 {
		days--
		left += daySeconds
	}
	if days += 719528; days < 0 || days >= years0To9999 { // since the first day of year 0
		return time.Unix(seconds, 0).UTC().AppendFormat(dst, "2006-01-02T15:04:05")
	}
	year, month, day := date(int(days))
	return append(dst,
		byte('0'+year/1000), byte('0'+year/100%10), byte('0'+year/10%10), byte('0'+year%10), '-',
		byte('0'+month/10), byte('0'+month%10), '-', byte('0'+day/10), byte('0'+day%10), 'T',
		byte('0'+left/36000), byte('0'+left/3600%10), ':', byte('0'+left/600%6), byte('0'+left/60%10), ':', byte('0'+left/10%6), byte('0'+left%10))
}

// date returns the date of a day, counted from the first of January of year 0. A
// year that begins in March has its leap day at the end, and its months' lengths
// follow one rule (Howard Hinnant, chrono-compatible low-level date algorithms).
func date(day int) (year, month, dayOfMonth int) {
	const century4 = 146097 // days of 400 years
	day -= 60               // from the first of March
	if day < 0 {
		day += century4
		year = -400
	}
	year += day / century4 * 400
	day %= century4
	yearOf4 := (day - day/1460 + day/36524 - day/146096) / 365
	day -= 365*yearOf4 + yearOf4/4 - yearOf4/100
	fromMarch := (5*day + 2) / 153
	dayOfMonth = day - (153*fromMarch+2)/5 + 1
	year, month = year+yearOf4, fromMarch+3
	if month > 12 {
		return year + 1, month - 12, dayOfMonth
	}
	return year, month, dayOfMonth
}
