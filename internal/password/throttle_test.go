package password

import (
	"testing"
	"time"
)

func TestDelay(t *testing.T) {
	for _, test := range []struct {
		failures int
		want     time.Duration
		disabled bool
	}{
		{-1, 0, false},
		{0, 0, false},
		{4, 0, false},
		{5, 30 * time.Second, false},
		{6, time.Minute, false},
		{7, 2 * time.Minute, false},
		{11, 32 * time.Minute, false},
		{12, time.Hour, false},
		{49, time.Hour, false},
		{50, time.Hour, true},
		{1 << 30, time.Hour, true},
	} {
		if got := Delay(test.failures); got != test.want {
			t.Errorf("Delay(%d) = %v; want %v", test.failures, got, test.want)
		}
		if got := Disabled(test.failures); got != test.disabled {
			t.Errorf("Disabled(%d) = %v; want %v", test.failures, got, test.disabled)
		}
		last := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		want := last.Add(test.want)
		if test.want == 0 {
			want = time.Time{}
		}
		if got := LockedUntil(test.failures, last); !got.Equal(want) {
			t.Errorf("LockedUntil(%d) = %v; want %v", test.failures, got, want)
		}
	}
}
