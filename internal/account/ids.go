package account

import (
	"encoding/binary"
	"encoding/hex"
	"io"
	"strconv"
	"time"
)

// UserID names a user for ever; it is never given to another. It is a UUID of
// version 7, so ids sort by the time they were made. An id is not a secret.
type UserID [16]byte

// InstanceID names one database file and its copies.
type InstanceID [16]byte

// OrgID names an organisation within its instance. Numbers are given in order
// and never again; 0 is no organisation.
type OrgID uint32

// SiteID names a site within its instance. Numbers are given in order and
// never again; 0 is no site, that is the organisation itself.
type SiteID uint32

// Scope is a key scope: an organisation (Site 0) or one of its sites. Whatever
// has an organisation key is a scope.
type Scope struct {
	Org  OrgID
	Site SiteID
}

// String returns the scope in the form that names files and log lines, "1" or
// "1.4".
func (s Scope) String() string {
	text := strconv.FormatUint(uint64(s.Org), 10)
	if s.Site != 0 {
		text += "." + strconv.FormatUint(uint64(s.Site), 10)
	}
	return text
}

// NewUserID returns a fresh id made at the given time (RFC 9562 section 5.7): 48
// bits of milliseconds, the rest random but for version and variant.
func NewUserID(now time.Time, random io.Reader) (id UserID, err error) {
	binary.BigEndian.PutUint64(id[:], uint64(now.UnixMilli())<<16)
	if _, err := io.ReadFull(random, id[6:]); err != nil {
		return UserID{}, err
	}
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80
	return id, nil
}

// ParseUserID reads the canonical text of an id (8-4-4-4-12 hexadecimal
// digits).
func ParseUserID(s string) (id UserID, ok bool) {
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return UserID{}, false
	}
	var digits [32]byte
	n := copy(digits[:], s[:8])
	n += copy(digits[n:], s[9:13])
	n += copy(digits[n:], s[14:18])
	n += copy(digits[n:], s[19:23])
	copy(digits[n:], s[24:])
	_, err := hex.Decode(id[:], digits[:])
	return id, err == nil
}

// IsZero reports whether id names nobody.
func (id UserID) IsZero() bool { return id == UserID{} }

// String returns the canonical text of the id.
func (id UserID) String() string { return canonical(id) }

// Append appends the canonical text of the id. Four bytes are written at a time: a
// list of a million users has a million ids.
func (id UserID) Append(dst []byte) []byte {
	a, b, c, d := hexDigits(id[0:]), hexDigits(id[4:]), hexDigits(id[8:]), hexDigits(id[12:])
	dst = append(dst, "00000000-0000-0000-0000-000000000000"...)
	text := (*[36]byte)(dst[len(dst)-36:])
	binary.BigEndian.PutUint64(text[0:], a)
	binary.BigEndian.PutUint32(text[9:], uint32(b>>32))
	binary.BigEndian.PutUint32(text[14:], uint32(b))
	binary.BigEndian.PutUint32(text[19:], uint32(c>>32))
	binary.BigEndian.PutUint32(text[24:], uint32(c))
	binary.BigEndian.PutUint64(text[28:], d)
	return dst
}

// hexDigits returns four bytes as eight hexadecimal digits, the first in the
// highest byte: each half of a byte is moved into one of its own, and is brought
// from 0 to 15 to its digit, of which a letter stands 39 behind where it would
// follow on the 9.
func hexDigits(bytes []byte) uint64 {
	const each = 0x0101010101010101
	x := uint64(binary.BigEndian.Uint32(bytes))
	x = (x<<16 | x) & 0x0000ffff0000ffff
	x = (x<<8 | x) & 0x00ff00ff00ff00ff
	x = (x<<4 | x) & 0x0f0f0f0f0f0f0f0f
	letters := (x + each*6) >> 4 & each
	return x + each*'0' + letters*('a'-'9'-1)
}

// canonical writes the bytes of an id with hyphens.
func canonical(id [16]byte) string { return string(UserID(id).Append(make([]byte, 0, 36))) }

// NewInstanceID returns a fresh id of an instance.
func NewInstanceID(now time.Time, random io.Reader) (InstanceID, error) {
	id, err := NewUserID(now, random)
	return InstanceID(id), err
}

// String returns the canonical text of the id.
func (id InstanceID) String() string { return canonical(id) }
