package store

import (
	"bytes"
	"testing"

	"github.com/usher-admin/usher/internal/account"
)

// FuzzUnpack takes any value for a record: it is refused, or packed again it is
// the same. No byte of it can change unnoticed.
func FuzzUnpack(f *testing.F) {
	key := userKey(testOrg, account.UserID{1})
	f.Add(appendPlain(nil, key, []byte("payload")), 3)
	f.Add(appendLogged(nil, key, []byte("payload"), bytes.Repeat([]byte{7}, nonceSize), 300), 11)
	f.Add(appendLogged(nil, key, nil, make([]byte, nonceSize), 1<<63), 0)
	f.Fuzz(func(t *testing.T, value []byte, at int) {
		rec, ok := unpack(key, value)
		if !ok {
			return
		}
		if value[0] <= firstLogged { // which nobody writes any more
			return
		}
		again := appendPlain(nil, key, rec.payload)
		if value[0] == formLogged {
			again = appendLogged(nil, key, rec.payload, value[1:1+nonceSize], rec.event)
		}
		if !bytes.Equal(again, value) && len(again) == len(value) {
			t.Errorf("taken apart and packed again:\n got %x\nwant %x", again, value)
		}
		spoiled := bytes.Clone(value)
		spoiled[uint(at)%uint(len(spoiled))] ^= 1
		if _, ok := unpack(key, spoiled); ok {
			t.Errorf("byte %d of %x changed unnoticed", uint(at)%uint(len(spoiled)), value)
		}
	})
}

// FuzzDecode reads any payload as every kind of record: it is refused as damaged
// or read, and what follows from it can be worked out. A check that matches does
// not make a record well formed: another program may have written it.
func FuzzDecode(f *testing.F) {
	var e encoder
	e.string(1, "bo@norrsken.example")
	e.uint(9, 1)
	e.bytes(15, bytes.Repeat([]byte{1}, 16))
	f.Add(e.buf)
	f.Add([]byte{3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1})
	f.Add(bytes.Repeat([]byte{0x80}, 40))
	f.Fuzz(func(t *testing.T, payload []byte) {
		tx := &Tx{path: "fuzz"}
		ignore := derived{entry: func(_, _ []byte) {}, count: func([]byte) {}}
		for kind := range 256 {
			for _, size := range []int{0, 4, 8, 20, 24, 32, 36} {
				k := append([]byte{byte(kind)}, bytes.Repeat([]byte{1}, size)...)
				if err := tx.derive(k, payload, ignore); err != nil && account.CodeOf(err) != "db.damaged" {
					t.Errorf("kind %q: got error %v, want none or damaged", rune(kind), err)
				}
			}
		}
		for name, err := range map[string]error{
			"domain": second(tx.decodeDomain(testOrg, "norrsken.example", payload)),
			"pool":   second(tx.decodePool(testOrg, payload)),
			"role":   second(tx.decodeRole(testOrg, "auditor", payload)),
			"scope":  second(tx.decodeScopeKey(account.Scope{Org: testOrg}, payload)),
			"gone":   second(tx.decodeGone(payload)),
			"line":   second(tx.decodeLine(1, payload)),
		} {
			if err != nil && account.CodeOf(err) != "db.damaged" {
				t.Errorf("%s: got error %v, want none or damaged", name, err)
			}
		}
	})
}

func second[T any](_ T, err error) error { return err }
