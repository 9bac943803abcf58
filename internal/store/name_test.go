package store

import (
	"reflect"
	"testing"

	"github.com/usher-admin/usher/internal/account"
)

// Who had an address before stands beside who has it, and is never taken for him.
func TestAnAddressOfBeforeIsNoAddress(t *testing.T) {
	h := newHouse(t)
	old, again, other := h.user("bo@norrsken.example"), h.user("bo@norrsken.example"), h.user("bo@norrsken.example.org")
	h.change(func(tx *Tx) error { return tx.PutUser(old) })
	h.change(func(tx *Tx) error { return tx.RemoveUser(old) })
	under := func() (found []account.Email) {
		h.look(func(tx *Tx) error {
			add := func(e account.Email) (bool, error) {
				found = append(found, e)
				return true, nil
			}
			must(t, tx.AddressesUnder("bo@", add))
			return tx.AddressesUnderBack("bo@", add)
		})
		return found
	}
	if got := under(); got != nil {
		t.Errorf("after he was deleted: got %q, want none", got)
	}
	h.look(func(tx *Tx) error {
		if _, found, err := tx.Address(old.Email); found || err != nil {
			t.Errorf("his address belongs to somebody: %t, error %v", found, err)
		}
		return nil
	})
	h.change(func(tx *Tx) error {
		must(t, tx.PutUser(other))
		return tx.PutUser(again)
	})
	want := []account.Email{again.Email, other.Email, other.Email, again.Email}
	if got := under(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	h.look(func(tx *Tx) error {
		ids, err := tx.FormerUsers(testOrg, old.Email)
		must(t, err)
		if !reflect.DeepEqual(ids, []account.UserID{old.ID}) {
			t.Errorf("of before: got %v, want %v", ids, old.ID)
		}
		if ids, err := tx.FormerUsers(testOrg+1, old.Email); len(ids) > 0 || err != nil {
			t.Errorf("in another organisation: got %v, error %v, want none", ids, err)
		}
		for k, want := range map[string]string{
			string(addressKey(old.Email)):                            "addresses bo@norrsken.example",
			string(tx.formerKey(testOrg, old.Email, old.ID[:])):      "former users by address bo@norrsken.example",
			string(tx.counterKey(testOrg, facet{FacetRole, "help"})): "counter rhelp of organisation 1",
		} {
			if got := Where([]byte(k)); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
		return nil
	})
}
