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
	t := v.instant().UTC()
	dst = t.AppendFormat(dst, time.RFC3339)
	if v.kind == kindSeconds {
		return dst
	}
	milli := t.Nanosecond() / 1e6
	dst[len(dst)-1] = '.' // in place of the Z
	return append(dst, byte('0'+milli/100), byte('0'+milli/10%10), byte('0'+milli%10), 'Z')
}
