package store

import (
	"context"
	"slices"
	"testing"

	"go.etcd.io/bbolt"

	"github.com/usher-admin/usher/internal/account"
)

// kindsOf returns the kinds of what a look at the whole file finds.
func (h *house) kindsOf() (kinds []string) {
	h.t.Helper()
	c, err := h.CopyAsItIs(context.Background())
	must(h.t, err)
	defer c.Close()
	found, err := c.Check()
	must(h.t, err)
	for _, f := range found {
		kinds = append(kinds, f.Kind)
	}
	slices.Sort(kinds)
	return kinds
}

// What follows from records is found wrong where it is, and put right; what does
// not is found, and stays.
func TestCheckFindsWhatIsWrongAndRepairPutsRightWhatFollows(t *testing.T) {
	member := facet{FacetRole, string(account.RoleMember)}
	for _, row := range []struct {
		name   string
		do     func(f *furnished, b *bbolt.Bucket) error
		want   []string
		repair int      // what is repaired
		left   []string // what is found then
	}{
		{"nothing", func(*furnished, *bbolt.Bucket) error { return nil }, nil, 0, nil},
		{"an entry of an index is missing", func(f *furnished, b *bbolt.Bucket) error {
			return b.Delete(addressKey(f.bo.Email))
		}, []string{"index"}, 1, nil},
		{"an entry finds another", func(f *furnished, b *bbolt.Bucket) error {
			return putPlain(b, addressKey(f.bo.Email), Holder{Org: testOrg, User: f.owner.ID}.value())
		}, []string{"index"}, 1, nil},
		{"an entry finds nobody", func(f *furnished, b *bbolt.Bucket) error {
			return putPlain(b, addressKey("nobody@norrsken.example"), Holder{Org: testOrg, User: f.gone.ID}.value())
		}, []string{"index"}, 1, nil},
		{"an entry is missing and another finds nobody", func(f *furnished, b *bbolt.Bucket) error {
			if err := b.Delete(addressKey(f.bo.Email)); err != nil {
				return err
			}
			return putPlain(b, addressKey("nobody@norrsken.example"), Holder{Org: testOrg, User: f.gone.ID}.value())
		}, []string{"index", "index"}, 2, nil},
		{"an entry is damaged", func(f *furnished, b *bbolt.Bucket) error {
			return b.Put(addressKey(f.bo.Email), []byte("not what it was"))
		}, []string{"record"}, 1, nil},
		{"a counter says too much", func(f *furnished, b *bbolt.Bucket) error {
			return putPlain(b, (&Tx{}).counterKey(testOrg, facet{FacetAll, ""}), counterPayload(9))
		}, []string{"counter"}, 1, nil},
		{"a counter is missing", func(f *furnished, b *bbolt.Bucket) error {
			return b.Delete((&Tx{}).counterKey(testOrg, facet{FacetAll, ""}))
		}, []string{"counter"}, 1, nil},
		{"a counter counts nothing", func(f *furnished, b *bbolt.Bucket) error {
			return putPlain(b, (&Tx{}).counterKey(testOrg, member), counterPayload(1))
		}, []string{"counter"}, 1, nil},
		{"a counter is damaged", func(f *furnished, b *bbolt.Bucket) error {
			return b.Put((&Tx{}).counterKey(testOrg, facet{FacetAll, ""}), []byte("not what it was"))
		}, []string{"counter", "record"}, 1, nil},
		{"a record of no kind", func(f *furnished, b *bbolt.Bucket) error {
			return putPlain(b, []byte("?"), nil)
		}, []string{"record"}, 0, []string{"record"}},
		{"a record of another form", func(f *furnished, b *bbolt.Bucket) error {
			return putPlain(b, key(keyPolicy, orgPart(testOrg)), nil)
		}, []string{"record"}, 0, []string{"record"}},
		{"a record of an event that never was", func(f *furnished, b *bbolt.Bucket) error {
			k := key(keyPolicy, orgPart(testOrg))
			return b.Put(k, appendLogged(nil, k, nil, make([]byte, nonceSize), 99))
		}, []string{"record"}, 0, []string{"record"}},
		{"an event is missing", func(f *furnished, b *bbolt.Bucket) error {
			return b.Delete(lineKey(2))
		}, []string{"log"}, 0, []string{"log"}},
		{"a plan is missing", func(f *furnished, b *bbolt.Bucket) error {
			return b.Delete(poolKey(testOrg, "basic"))
		}, []string{"seat", "seat"}, 0, []string{"seat", "seat"}},
		{"a user is damaged: what finds him stays", func(f *furnished, b *bbolt.Bucket) error {
			return b.Put(userKey(testOrg, f.bo.ID), []byte("not what it was"))
		}, []string{"record"}, 0, []string{"record"}},
		{"a user is damaged, and a mailbox is not found", func(f *furnished, b *bbolt.Bucket) error {
			if err := b.Put(userKey(testOrg, f.bo.ID), []byte("not what it was")); err != nil {
				return err
			}
			return b.Delete(addressKey(f.mailbox.Address))
		}, []string{"index", "record"}, 1, []string{"record"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			f := furnish(t)
			f.rewrite(func(b *bbolt.Bucket) error { return row.do(f, b) })
			before := contents(t, f.path)
			if got := f.kindsOf(); !slices.Equal(got, row.want) {
				t.Errorf("found %q, want %q", got, row.want)
			}
			_, repaired, err := f.Repair(context.Background(), func(tx *Tx, n int) (int, error) {
				if n == 0 {
					return 0, nil
				}
				return 0, note(tx, "db.check")
			})
			if err != nil || repaired != row.repair {
				t.Errorf("repaired %d, error %v, want %d", repaired, err, row.repair)
			}
			if got := f.kindsOf(); !slices.Equal(got, row.left) {
				t.Errorf("after the repair: found %q, want %q", got, row.left)
			}
			after := contents(t, f.path)
			for k := range before {
				if _, kept := after[k]; !kept && classOf(k[0]) == classRecord {
					t.Errorf("%s is gone", describeKey([]byte(k)))
				}
			}
		})
	}
}

// A record that fits its check and that nobody can decode is found, and neither
// gives nor takes away what follows from others.
func TestNothingFollowsFromWhatCannotBeDecoded(t *testing.T) {
	f := furnish(t)
	f.broken = true
	whole := contents(t, f.path)
	for k, value := range whole {
		switch k[0] {
		case keyOrganisation, keySite, keyServiceToken, keyName, keySecret, keySession, keyLink, keyUser, keyMailbox:
		default:
			continue // nothing follows from it
		}
		f.rewrite(func(b *bbolt.Bucket) error {
			return b.Put([]byte(k), harms([]byte(k), []byte(value))["cannot be decoded"])
		})
		if got := f.kindsOf(); !slices.Contains(got, "record") || slices.Contains(got, "index") || slices.Contains(got, "counter") {
			t.Errorf("%s: found %q, want the record alone", Where([]byte(k)), got)
		}
		_, repaired, err := f.Repair(context.Background(), func(*Tx, int) (int, error) { return 0, nil })
		if err != nil || repaired != 0 {
			t.Errorf("%s: repaired %d, error %v, want nothing to repair", Where([]byte(k)), repaired, err)
		}
		f.rewrite(func(b *bbolt.Bucket) error { return b.Put([]byte(k), []byte(value)) })
	}
}

func putPlain(b *bbolt.Bucket, k, payload []byte) error {
	return b.Put(k, appendPlain(nil, k, payload))
}

func TestInfoOfADamagedCounterIsAnError(t *testing.T) {
	h := newHouse(t)
	h.rewrite(func(b *bbolt.Bucket) error {
		return b.Put((&Tx{}).counterKey(testOrg, facet{FacetAll, ""}), []byte("not what it was"))
	})
	_, err := h.Info(context.Background())
	wantError(t, err, account.Unopenable, "db.damaged")
}
