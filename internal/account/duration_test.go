package account

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestParseDuration(t *testing.T) {
	for typed, want := range map[string]time.Duration{
		"90s":                90 * time.Second,
		"15m":                15 * time.Minute,
		"12h":                12 * time.Hour,
		"7d":                 7 * oneDay,
		"2w":                 14 * oneDay,
		"1d12h":              36 * time.Hour,
		"1w2d3h4m5s":         9*oneDay + 3*time.Hour + 4*time.Minute + 5*time.Second,
		"1h30m0.5s":          90*time.Minute + time.Second/2,
		"1.5h":               90 * time.Minute,
		"0.5d":               12 * time.Hour,
		"100ms":              100 * time.Millisecond,
		"7us":                7 * time.Microsecond,
		"7µs":                7 * time.Microsecond, // the micro sign
		"7μs":                7 * time.Microsecond, // the Greek letter
		"9ns":                9,
		"0":                  0,
		"0s":                 0,
		"007d":               7 * oneDay,
		"2 weeks":            14 * oneDay,
		"7 days":             7 * oneDay,
		"1 day":              oneDay,
		"1 hour":             time.Hour,
		"3 hrs":              3 * time.Hour,
		"30 minutes":         30 * time.Minute,
		"5 mins":             5 * time.Minute,
		"10 seconds":         10 * time.Second,
		"10 secs":            10 * time.Second,
		"1 week 2 days":      9 * oneDay,
		"1week2days":         9 * oneDay,
		"2 Weeks":            14 * oneDay,
		"7D":                 7 * oneDay,
		"36525d":             maxDuration,
		"36524d23h59m60s":    maxDuration,
		"0.9999999999s":      999999999,
		"1.00000000000001d":  oneDay,
		"0.00000000000001ns": 0,
	} {
		if got, err := ParseDuration(typed); err != nil || got != want {
			t.Errorf("ParseDuration(%q) = %v, %v; want %v", typed, got, err, want)
		}
	}
}

func TestParseDurationRefuses(t *testing.T) {
	for typed, want := range map[string]string{
		"":                       "a duration is missing",
		"garbage":                `a number is missing before "garbage"`,
		"d":                      "a number is missing",
		"7":                      `a unit is missing after "7"`,
		"7 ":                     `a unit is missing after "7"`,
		" 7d":                    "a number is missing",
		"7d ":                    "it ends with a space",
		"7d\n":                   `there is no unit "d\n"`,
		"7 fortnights":           `there is no unit "fortnights"`,
		"3 months":               `there is no unit "months"`,
		"5M":                     `there is no unit "M"`,
		"1y":                     `there is no unit "y"`,
		"-7d":                    "never negative",
		"+7d":                    "a number is missing",
		"7-d":                    `there is no unit "-d"`,
		"1d-2h":                  `there is no unit "d-"`,
		".5h":                    `".5" is not a number`,
		"5.h":                    `"5." is not a number`,
		".h":                     `"." is not a number`,
		"1.2.3h":                 `"1.2.3" is not a number`,
		"1,5h":                   `there is no unit ","`,
		"1e3s":                   `there is no unit "e"`,
		"0x10s":                  `there is no unit "x"`,
		"٣d":                     "a number is missing",
		"7 d ago":                "a number is missing",
		"12h1d":                  "from the longest to the shortest",
		"1d1d":                   "from the longest to the shortest",
		"36526d":                 "more than 100 years",
		"36525d1ns":              "more than 100 years",
		"5219w":                  "more than 100 years",
		"99999999999999999999s":  "more than 100 years",
		"9223372036854775807ns":  "more than 100 years",
		"18446744073709551617ns": "more than 100 years",
		"7d\u202e":               "there is no unit \"d\\u202e\"",
	} {
		got, err := ParseDuration(typed)
		if err == nil || got != 0 || KindOf(err) != Invalid || CodeOf(err) != "time.invalid" || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseDuration(%q) = %v, %v; want time.invalid with %q", typed, got, err, want)
			continue
		}
		if hint := hintOf(err); !strings.Contains(hint, "7d") {
			t.Errorf("ParseDuration(%q) hints %q, want the forms it takes", typed, hint)
		}
		checkShowable(t, err)
	}
}

func TestParseDurationReadsWhatGoPrints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := time.Duration(rapid.Int64Range(0, int64(maxDuration)).Draw(t, "nanoseconds"))
		if got, err := ParseDuration(want.String()); err != nil || got != want {
			t.Errorf("ParseDuration(%q) = %v, %v; want %v", want.String(), got, err, want)
		}
	})
}

func TestDurationsAreWrittenAsTheyAreTyped(t *testing.T) {
	t.Parallel()
	for want, d := range map[string]time.Duration{
		"7d": 7 * oneDay, "72h": 72 * time.Hour, "4d": 96 * time.Hour, "100h": 100 * time.Hour, "90m": 90 * time.Minute, "61s": 61 * time.Second,
		"7d1s": 7*oneDay + time.Second, "4d90m": 4*oneDay + 90*time.Minute, "0s": 0, "1.5s": 1500 * time.Millisecond,
	} {
		if got := FormatDuration(d); got != want {
			t.Errorf("%d ns: got %q, want %q", d, got, want)
		}
		if read, err := ParseDuration(want); err != nil || read != d {
			t.Errorf("%q is read as %s, %v; want %s", want, read, err, d)
		}
	}
}
