package account_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/usher-admin/usher/internal/account"
)

func TestParseSeatsTakesWhatCanBeBought(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name, text string
		want       int // 0: refused
	}{
		{"one", "1", 1},
		{"the most at once", "1000000", 1_000_000},
		{"none", "0", 0},
		{"fewer than none", "-4", 0},
		{"one too many", "1000001", 0},
		{"more than a number holds", "99999999999999999999", 0},
		{"a fraction", "2.5", 0},
		{"a word", "ten", 0},
		{"white space", " 3", 0},
		{"nothing", "", 0},
	}
	for _, r := range rows {
		got, err := account.ParseSeats(r.text)
		if got != r.want || (err == nil) != (r.want > 0) {
			t.Errorf("%s: ParseSeats(%q) = %d, %v; want %d", r.name, r.text, got, err, r.want)
		}
		if err != nil && (account.KindOf(err) != account.Invalid || account.CodeOf(err) != "seats.invalid") {
			t.Errorf("%s: got kind %d, code %q; want Invalid, seats.invalid", r.name, account.KindOf(err), account.CodeOf(err))
		}
	}
}

// day returns the beginning of a day of November 2026.
func day(n int) time.Time { return time.Date(2026, 11, n, 0, 0, 0, 0, time.UTC) }

func TestSeatsExpireWithTheirPurchase(t *testing.T) {
	t.Parallel()
	p := account.Pool{Plan: "Pro", Kind: account.PlanUser, Purchases: []account.Purchase{
		{Seats: 10, BoughtAt: day(1)},
		{Seats: 5, BoughtAt: day(1), ExpiresAt: day(20)},
		{Seats: 3, BoughtAt: day(1), ExpiresAt: day(10)},
	}}
	rows := []struct {
		name    string
		now     time.Time
		held    int
		want    account.Seats
		expires time.Time
	}{
		{"all are good", day(2), 4, account.Seats{Bought: 18, Held: 4, Free: 14}, day(10)},
		{"the last moment before", day(10).Add(-1), 4, account.Seats{Bought: 18, Held: 4, Free: 14}, day(10)},
		{"the moment itself is too late", day(10), 4, account.Seats{Bought: 15, Held: 4, Free: 11}, day(20)},
		{"what does not expire stays", day(28), 10, account.Seats{Bought: 10, Held: 10}, time.Time{}},
		{"seats expire under their holders", day(28), 12, account.Seats{Bought: 10, Held: 12, Overdrawn: 2}, time.Time{}},
	}
	for _, r := range rows {
		if got := p.SeatsAt(r.held, r.now); got != r.want {
			t.Errorf("%s: got %+v, want %+v", r.name, got, r.want)
		}
		if got := p.NextExpiry(r.now); !got.Equal(r.expires) {
			t.Errorf("%s: next expiry got %v, want %v", r.name, got, r.expires)
		}
	}
	if got, want := p.ExpiringBy(day(2), day(15)), 3; got != want {
		t.Errorf("expiring by the 15th: got %d, want %d", got, want)
	}
	if got, want := p.ExpiringBy(day(10), day(20)), 5; got != want {
		t.Errorf("expiring from the 10th to the 20th: got %d, want %d", got, want)
	}
}

func TestAPlanWhoseSeatsAllExpiredSaysWhen(t *testing.T) {
	t.Parallel()
	p := account.Pool{Purchases: []account.Purchase{{Seats: 1, ExpiresAt: day(4)}, {Seats: 2, ExpiresAt: day(9)}, {Seats: 1, ExpiresAt: day(5)}}}
	if got := p.NextExpiry(day(20)); !got.Equal(day(9)) {
		t.Errorf("got %v, want %v", got, day(9))
	}
	if got := p.Expired(day(20)); got != 4 {
		t.Errorf("expired: got %d, want 4", got)
	}
}

func TestSeatsBoughtAlikeArePutTogether(t *testing.T) {
	t.Parallel()
	var p account.Pool
	p = p.Buy(2, day(1), time.Time{})
	p = p.Buy(3, day(2), day(9))
	p = p.Buy(4, day(3), time.Time{})
	p = p.Buy(1, day(3), day(9))
	want := []account.Purchase{{Seats: 6, BoughtAt: day(1)}, {Seats: 4, BoughtAt: day(2), ExpiresAt: day(9)}}
	if !slices.Equal(p.Purchases, want) {
		t.Errorf("got %+v, want %+v", p.Purchases, want)
	}
	p = p.Buy(5, day(10), day(25))
	want = []account.Purchase{{Seats: 6, BoughtAt: day(1)}, {Seats: 5, BoughtAt: day(10), ExpiresAt: day(25)}}
	if !slices.Equal(p.Purchases, want) {
		t.Errorf("after some expired: got %+v, want %+v", p.Purchases, want)
	}
}

func TestTheSeatsThatExpireFirstAreDroppedFirst(t *testing.T) {
	t.Parallel()
	p := account.Pool{Purchases: []account.Purchase{
		{Seats: 10}, {Seats: 5, ExpiresAt: day(20)}, {Seats: 3, ExpiresAt: day(10)}, {Seats: 7, ExpiresAt: day(1)},
	}}
	rows := []struct {
		name string
		drop int
		want []account.Purchase
	}{
		{"some of the first", 2, []account.Purchase{{Seats: 1, ExpiresAt: day(10)}, {Seats: 5, ExpiresAt: day(20)}, {Seats: 10}}},
		{"the first and more", 4, []account.Purchase{{Seats: 4, ExpiresAt: day(20)}, {Seats: 10}}},
		{"those for ever last", 9, []account.Purchase{{Seats: 9}}},
		{"all", 18, []account.Purchase{}},
	}
	for _, r := range rows {
		if got := p.Drop(r.drop, day(2)).Purchases; !slices.Equal(got, r.want) {
			t.Errorf("%s: got %+v, want %+v", r.name, got, r.want)
		}
	}
	if p.Purchases[0].Seats != 10 || len(p.Purchases) != 4 {
		t.Errorf("dropping changed the pool it began with: %+v", p.Purchases)
	}
}

func TestBoughtAndOverdrawnAreHeldAndFree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var p account.Pool
		now := day(1)
		for range rapid.IntRange(0, 8).Draw(t, "purchases") {
			expires := time.Time{}
			if d := rapid.IntRange(0, 9).Draw(t, "days"); d > 0 {
				expires = now.AddDate(0, 0, d)
			}
			p = p.Buy(rapid.IntRange(1, 50).Draw(t, "seats"), now, expires)
			now = now.Add(time.Duration(rapid.IntRange(0, 72).Draw(t, "hours")) * time.Hour)
		}
		before := p.SeatsAt(rapid.IntRange(0, 100).Draw(t, "held"), now)
		if before.Bought+before.Overdrawn != before.Held+before.Free || before.Free > 0 && before.Overdrawn > 0 || before.Free < 0 {
			t.Fatalf("got %+v", before)
		}
		drop := rapid.IntRange(0, before.Free).Draw(t, "drop")
		after := p.Drop(drop, now).SeatsAt(before.Held, now)
		if after.Bought != before.Bought-drop || after.Free != before.Free-drop {
			t.Fatalf("dropped %d: got %+v from %+v", drop, after, before)
		}
	})
}
