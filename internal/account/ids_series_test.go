package account

import (
	"bytes"
	"crypto/rand"
	"testing"
	"time"
)

func TestIDsOfOneTimeSortInTheOrderTheyAreMade(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	ids, err := NewUserIDs(now, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	var last UserID
	for range 10_000 {
		last = wantNext(t, ids, last)
	}
	later, err := NewUserID(now.Add(time.Millisecond), rand.Reader)
	if err != nil || bytes.Compare(last[:], later[:]) >= 0 {
		t.Errorf("%s, %v is not behind %s", later, err, last)
	}
}

// wantNext takes the next id and makes sure that it stands behind the last one
// and is a UUID of version 7.
func wantNext(t *testing.T, ids *UserIDs, last UserID) UserID {
	t.Helper()
	id, err := ids.Next()
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Compare(last[:], id[:]) >= 0 {
		t.Fatalf("%s is not behind %s", id, last)
	}
	if id[6]>>4 != 7 || id[8]>>6 != 2 {
		t.Fatalf("%s is no UUID of version 7", id)
	}
	return id
}

func TestIDsCountOnWhereTheirLastBytesAreFull(t *testing.T) {
	var last UserID
	last[6], last[8] = 0x70, 0xbf
	for i := 9; i < 16; i++ {
		last[i] = 0xff
	}
	next := wantNext(t, &UserIDs{last: last, random: rand.Reader}, last)
	if next[7] != 1 {
		t.Errorf("after %s comes %s, want a carry", last, next)
	}
}

func TestIDsNeedRandomness(t *testing.T) {
	if _, err := NewUserIDs(time.Now(), bytes.NewReader(nil)); err == nil {
		t.Error("ids without randomness are no error")
	}
	if id, err := (&UserIDs{random: bytes.NewReader(nil)}).Next(); err == nil {
		t.Errorf("%s was made without randomness", id)
	}
}
