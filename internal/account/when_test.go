package account

import (
	"strings"
	"testing"
	"time"
)

// noon is a summer day in Stockholm, at 14:30 there and 12:30 in UTC.
func noon() time.Time { return time.Date(2026, 7, 15, 12, 30, 0, 0, time.UTC) }

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Skipf("no time zones here: %v", err)
	}
	return loc
}

func TestParseTime(t *testing.T) {
	stockholm := zone(t, "Europe/Stockholm")
	for typed, want := range map[string]string{
		"now":                            "2026-07-15T12:30:00Z",
		"NOW":                            "2026-07-15T12:30:00Z",
		"today":                          "2026-07-14T22:00:00Z",
		"Yesterday":                      "2026-07-13T22:00:00Z",
		"7d":                             "2026-07-08T12:30:00Z",
		"7d ago":                         "2026-07-08T12:30:00Z",
		"2 weeks":                        "2026-07-01T12:30:00Z",
		"2 weeks ago":                    "2026-07-01T12:30:00Z",
		"1d12h":                          "2026-07-14T00:30:00Z",
		"2026-01-31":                     "2026-01-30T23:00:00Z",
		"2026-07-01":                     "2026-06-30T22:00:00Z",
		"2024-02-29":                     "2024-02-28T23:00:00Z",
		"2026-01-31 15:04":               "2026-01-31T14:04:00Z",
		"2026-01-31 15:04:05":            "2026-01-31T14:04:05Z",
		"2026-01-31T15:04":               "2026-01-31T14:04:00Z",
		"2026-01-31T15:04:05":            "2026-01-31T14:04:05Z",
		"2026-01-31t15:04:05z":           "2026-01-31T15:04:05Z",
		"2026-01-31T15:04:05Z":           "2026-01-31T15:04:05Z",
		"2026-01-31T15:04:05.25Z":        "2026-01-31T15:04:05.25Z",
		"2026-01-31T15:04:05.123456789Z": "2026-01-31T15:04:05.123456789Z",
		"2026-01-31T15:04:05+02:00":      "2026-01-31T13:04:05Z",
		"2026-01-31T15:04:05-09:30":      "2026-02-01T00:34:05Z",
		"2026-01-31T15:04:05-00:00":      "2026-01-31T15:04:05Z",
		"2026-01-31 15:04 +0200":         "2026-01-31T13:04:00Z",
		"2026-01-31 15:04Z":              "2026-01-31T15:04:00Z",
		"2026-01-31 15:04:05 UTC":        "2026-01-31T15:04:05Z",
		"2026-01-31 23:59:59Z":           "2026-01-31T23:59:59Z",
		"2026-01-31 23:59:59+23:59":      "2026-01-31T00:00:59Z",
		"0001-01-01T00:00Z":              "0001-01-01T00:00:00Z",
		"2030-01-01":                     "2029-12-31T23:00:00Z",
	} {
		got, err := ParseTime(typed, noon(), stockholm)
		if err != nil || got.UTC().Format(time.RFC3339Nano) != want {
			t.Errorf("ParseTime(%q) = %s, %v; want %s", typed, got.UTC().Format(time.RFC3339Nano), err, want)
		}
	}
}

func TestParseTimeRefuses(t *testing.T) {
	for typed, want := range map[string]string{
		"":                            "a duration is missing",
		"garbage":                     "a number is missing",
		"ago":                         "a number is missing",
		" ago":                        "a duration is missing",
		"7d ago ago":                  `a number is missing before "ago"`,
		"-7d":                         "never negative",
		"2026":                        "a unit is missing",
		"20260131":                    "a unit is missing",
		"2026-1-31":                   "a date is written as 2026-01-31",
		"2026-01":                     "a date is written as 2026-01-31",
		"2026-01-3":                   "a date is written as 2026-01-31",
		"2026-01-":                    "a date is written as 2026-01-31",
		"2026-01/31":                  "a date is written as 2026-01-31",
		"31.01.2026":                  "a unit is missing",
		"01/31/2026":                  "there is no unit",
		"2026-02-29":                  "there is no such day",
		"2026-13-01":                  "there is no such day",
		"2026-00-10":                  "there is no such day",
		"2026-01-00":                  "there is no such day",
		"2026-04-31":                  "there is no such day",
		"0000-01-01":                  "there is no such day",
		"2026-01-31 24:00":            "there is no such time of day",
		"2026-01-31 23:60":            "there is no such time of day",
		"2026-12-31T23:59:60Z":        "there is no such time of day",
		"2026-01-31 1:04":             "a time of day is written as",
		"2026-01-31 15":               "a time of day is written as",
		"2026-01-31 15.04":            "a time of day is written as",
		"2026-01-31 15:04:":           "a time of day is written as",
		"2026-01-31 15:04:05.":        "a time of day is written as",
		"2026-01-31 15:04:05.Z":       "a time of day is written as",
		"2026-01-31 15:04:05,5Z":      "a zone is written as",
		"2026-01-31 15:04 CET":        "a zone is written as",
		"2026-01-31 15:04 ":           "a zone is written as",
		"2026-01-31 15:04  Z":         "a zone is written as",
		"2026-01-31 15:04+2":          "a zone is written as",
		"2026-01-31 15:04+02:0":       "a zone is written as",
		"2026-01-31 15:04+02:000":     "a zone is written as",
		"2026-01-31 15:04+24:00":      "a zone is written as",
		"2026-01-31 15:04+02:60":      "a zone is written as",
		"2026-01-31 15:04*02:00":      "a zone is written as",
		"2026-01-31 15:04 +02::00":    "a zone is written as",
		"2026-01-31T15:04:05Z\n":      "a zone is written as",
		"2026-01-31x15:04":            "followed by a space or a T",
		"2026-01-31\n":                "followed by a space or a T",
		"2026-01-31T":                 "a time of day is written as",
		"٢٠٢٦-٠١-٣١":                  "a number is missing",
		strings.Repeat("9", 100):      "a unit is missing",
		"tomorrow":                    "a number is missing",
		"2026-01-31 15:04:05 +02:00 ": "a zone is written as",
	} {
		got, err := ParseTime(typed, noon(), time.UTC)
		if err == nil || !got.IsZero() || KindOf(err) != Invalid || CodeOf(err) != "time.invalid" || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseTime(%q) = %v, %v; want time.invalid with %q", typed, got, err, want)
			continue
		}
		if hint := hintOf(err); hint != timeForms {
			t.Errorf("ParseTime(%q) hints %q, want the forms it takes", typed, hint)
		}
		checkShowable(t, err)
	}
}

// A day begins when its first second does, wherever the clocks change then.
func TestParseTimeWhereADayHasNoMidnight(t *testing.T) {
	for _, row := range []struct{ name, zone, typed, want string }{
		{"an ordinary day", "Africa/Cairo", "2026-04-23", "2026-04-23T00:00:00+02:00"},
		{"clocks go forward at midnight, east", "Africa/Cairo", "2026-04-24", "2026-04-24T01:00:00+03:00"},
		{"clocks go forward at midnight, west", "America/Sao_Paulo", "2018-11-04", "2018-11-04T01:00:00-02:00"},
		{"midnight comes twice", "America/Havana", "2025-11-02", "2025-11-02T00:00:00-04:00"},
		{"the day was left out", "Pacific/Apia", "2011-12-30", "2011-12-31T00:00:00+14:00"},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, err := ParseTime(row.typed, noon(), zone(t, row.zone))
			if err != nil || got.Format(time.RFC3339) != row.want {
				t.Errorf("ParseTime(%q) in %s = %s, %v; want %s", row.typed, row.zone, got.Format(time.RFC3339), err, row.want)
			}
		})
	}
}

func TestParseTimeAcrossABeginning(t *testing.T) {
	tokyo := time.FixedZone("", 9*60*60)
	now := time.Date(2026, 12, 31, 23, 0, 0, 0, time.UTC) // 1 January in Tokyo
	for typed, want := range map[string]string{
		"today":     "2027-01-01T00:00:00+09:00",
		"yesterday": "2026-12-31T00:00:00+09:00",
	} {
		if got, err := ParseTime(typed, now, tokyo); err != nil || got.Format(time.RFC3339) != want {
			t.Errorf("ParseTime(%q) = %v, %v; want %s", typed, got, err, want)
		}
	}
	if got, err := ParseTime("2026-01-31", now, nil); err != nil || got.Format(time.RFC3339) != "2026-01-31T00:00:00Z" {
		t.Errorf("without a location the day begins at %v, %v; want UTC", got, err)
	}
}

func TestParseFutureDate(t *testing.T) {
	stockholm := zone(t, "Europe/Stockholm")
	for typed, want := range map[string]string{
		"30d":                       "2026-08-14T12:30:00Z",
		"2 weeks":                   "2026-07-29T12:30:00Z",
		"1ns":                       "2026-07-15T12:30:00.000000001Z",
		"2026-07-16":                "2026-07-15T22:00:00Z",
		"2027-01-31":                "2027-01-30T23:00:00Z",
		"2026-07-15 14:31":          "2026-07-15T12:31:00Z",
		"2027-01-31T15:04:05+02:00": "2027-01-31T13:04:05Z",
		"9999-12-31":                "9999-12-30T23:00:00Z",
	} {
		got, err := ParseFutureDate(typed, noon(), stockholm)
		if err != nil || got.UTC().Format(time.RFC3339Nano) != want {
			t.Errorf("ParseFutureDate(%q) = %s, %v; want %s", typed, got.UTC().Format(time.RFC3339Nano), err, want)
		}
	}
	for typed, want := range map[string]string{
		"0s":                   "it is not in the future",
		"2026-07-15":           "it is not in the future",
		"2026-07-15 14:30":     "it is not in the future",
		"2020-01-01T00:00:00Z": "it is not in the future",
		"2 weeks ago":          "a number is missing",
		"today":                "a number is missing",
		"now":                  "a number is missing",
		"":                     "a duration is missing",
		"-30d":                 "never negative",
		"2027-02-30":           "there is no such day",
		"36526d":               "more than 100 years",
	} {
		got, err := ParseFutureDate(typed, noon(), stockholm)
		if err == nil || !got.IsZero() || CodeOf(err) != "time.invalid" || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseFutureDate(%q) = %v, %v; want time.invalid with %q", typed, got, err, want)
			continue
		}
		if hint := hintOf(err); hint != futureForms {
			t.Errorf("ParseFutureDate(%q) hints %q, want the forms it takes", typed, hint)
		}
	}
}
