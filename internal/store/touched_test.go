package store

import (
	"context"
	"fmt"
	"testing"

	"github.com/usher-admin/usher/internal/account"
)

// An event is told of each record once, and what became of it last, be they few or
// many.
func TestAnEventIsToldWhatBecameOfEachRecord(t *testing.T) {
	for _, many := range []int{1, fewTouched, fewTouched + 1, 50} {
		h := newHouse(t)
		domain := func(i int) account.ApprovedDomain {
			return account.ApprovedDomain{Org: testOrg, Domain: account.Domain(fmt.Sprintf("d%02d.example", i)), ApprovedAt: at(1)}
		}
		h.change(func(tx *Tx) error {
			for i := range many {
				must(t, tx.PutDomain(domain(i)))
			}
			return nil
		})
		must(t, h.Update(context.Background(), func(tx *Tx) error {
			for i := range many {
				must(t, tx.RemoveDomain(testOrg, domain(i).Domain))
			}
			for i := 1; i < many; i += 2 { // and again
				must(t, tx.PutDomain(domain(i)))
				must(t, tx.PutDomain(domain(i)))
			}
			touched := tx.TakeTouched()
			if len(touched) != many {
				t.Errorf("of %d records: told of %d", many, len(touched))
			}
			for i, got := range touched {
				k := domainKey(testOrg, domain(i).Domain)
				want := Touched{Key: k, Gone: i%2 == 0}
				if rec, ok := unpack(k, tx.space.get(k)); ok {
					want.Hash = recordHash(k, rec.body)
				}
				if string(got.Key) != string(want.Key) || got.Hash != want.Hash || got.Gone != want.Gone {
					t.Errorf("record %d of %d: got %+v, want %+v", i, many, got, want)
				}
			}
			return note(tx, "test")
		}))
	}
}
