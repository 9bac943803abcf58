package account

import (
	"bufio"
	"encoding/binary"
	"io"
	"time"
)

// UserIDs makes the ids of users that are made at one time, each behind the one
// before: they sort in the order they were made in, as those of other times do.
// RFC 9562, section 6.2, calls it monotonic random.
type UserIDs struct {
	last   UserID
	random io.Reader
}

// NewUserIDs returns a maker of ids for a time.
func NewUserIDs(now time.Time, random io.Reader) (*UserIDs, error) {
	first, err := NewUserID(now, random)
	first[6] &= 0xf7 // room to count up
	return &UserIDs{last: first, random: bufio.NewReaderSize(random, 512)}, err
}

// Next returns the next id.
func (u *UserIDs) Next() (UserID, error) {
	var step [4]byte
	if _, err := io.ReadFull(u.random, step[:]); err != nil {
		return UserID{}, err
	}
	// The last eight bytes are two bits of the variant and 62 that count.
	low := binary.BigEndian.Uint64(u.last[8:])&(1<<62-1) + uint64(binary.BigEndian.Uint32(step[:])) + 1
	if low >= 1<<62 { // the twelve bits behind the version take the carry
		high := binary.BigEndian.Uint16(u.last[6:]) + 1
		binary.BigEndian.PutUint16(u.last[6:], high)
	}
	binary.BigEndian.PutUint64(u.last[8:], low&(1<<62-1)|1<<63)
	return u.last, nil
}
