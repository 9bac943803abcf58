package store

import (
	"testing"

	"github.com/usher-admin/usher/internal/account"
)

// A change that touches a plan of one organisation is not let off for the plan of
// that name of another.
func TestSeatsAreWatchedInEachOrganisation(t *testing.T) {
	h := newHouse(t)
	bo := h.user("bo@kiruna.example")
	bo.Org, bo.Plan, bo.PlanState = 2, "pro", account.LicenceAssigned
	err := h.tryChange(func(tx *Tx) error {
		if err := tx.PutPool(account.Pool{Org: testOrg, Plan: "Pro", Purchases: []account.Purchase{{Seats: 1}}}); err != nil {
			return err
		}
		return tx.PutUser(bo)
	})
	if err == nil || account.KindOf(err) != account.Unexpected {
		t.Errorf("got error %v, want the change stopped: nobody bought that seat", err)
	}
}
