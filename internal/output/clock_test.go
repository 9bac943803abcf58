package output

import (
	"bytes"
	"testing"
	"time"
)

// Every day of the years 0 to 9999, and some beyond, is the one that package time
// says.
func TestDatesAreThoseOfTheCalendar(t *testing.T) {
	first := time.Date(-1, 12, 30, 0, 0, 0, 0, time.UTC).Unix()
	last := time.Date(10000, 1, 2, 0, 0, 0, 0, time.UTC).Unix()
	var got, want []byte
	for day := first; day <= last; day += daySeconds {
		at := time.Unix(day+(day/daySeconds*7919%daySeconds+daySeconds)%daySeconds, 0).UTC()
		got, want = appendSeconds(got[:0], at.Unix()), at.AppendFormat(want[:0], "2006-01-02T15:04:05")
		if !bytes.Equal(got, want) {
			t.Fatalf("got %s, want %s", got, want)
		}
	}
}
