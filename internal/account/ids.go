package account

import (
	"io"
	"strconv"
	"time"

	"github.com/gofrs/uuid/v5"
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

// NewUserID returns a fresh id made at the given time.
func NewUserID(now time.Time, random io.Reader) (UserID, error) {
	id, err := uuid.NewGenWithOptions(uuid.WithRandomReader(random)).NewV7AtTime(now)
	return UserID(id), err
}

// ParseUserID reads the canonical text of an id (8-4-4-4-12 hexadecimal
// digits).
func ParseUserID(s string) (UserID, bool) {
	if len(s) != 36 {
		return UserID{}, false
	}
	id, err := uuid.FromString(s)
	return UserID(id), err == nil
}

// IsZero reports whether id names nobody.
func (id UserID) IsZero() bool { return id == UserID{} }

// String returns the canonical text of the id.
func (id UserID) String() string { return uuid.UUID(id).String() }

// NewInstanceID returns a fresh id of an instance.
func NewInstanceID(now time.Time, random io.Reader) (InstanceID, error) {
	id, err := NewUserID(now, random)
	return InstanceID(id), err
}

// String returns the canonical text of the id.
func (id InstanceID) String() string { return uuid.UUID(id).String() }
