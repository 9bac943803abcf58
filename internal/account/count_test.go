package account

import "testing"

func TestCount(t *testing.T) {
	t.Parallel()
	for n, want := range []string{"0 seats are free", "1 seat is free", "2 seats are free"} {
		if got := Count(n, "seat") + " " + Agree(n, "is", "are") + " free"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	for _, row := range []struct {
		n, all uint64
		want   string
	}{{0, 1, "0 of 1 seat"}, {1, 1, "1 of 1 seat"}, {1, 3, "1 of 3 seats"}, {0, 0, "0 of 0 seats"}} {
		if got := CountOf(row.n, row.all, "seat"); got != row.want {
			t.Errorf("got %q, want %q", got, row.want)
		}
	}
}
