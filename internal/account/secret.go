package account

import (
	"io"
	"strings"
	"time"
)

// SecretID names a stored password for ever. It is made like a UserID, and is
// no secret itself.
type SecretID [16]byte

// NewSecretID returns a fresh id made at the given time.
func NewSecretID(now time.Time, random io.Reader) (SecretID, error) {
	id, err := NewUserID(now, random)
	return SecretID(id), err
}

// ParseSecretID reads the canonical text of an id.
func ParseSecretID(s string) (SecretID, bool) {
	id, ok := ParseUserID(s)
	return SecretID(id), ok
}

// IsZero reports whether id names nothing.
func (id SecretID) IsZero() bool { return id == SecretID{} }

// String returns the canonical text of the id.
func (id SecretID) String() string { return UserID(id).String() }

// Secret is a stored password as the file keeps it. Nothing of it can be read
// without the organisation key of its scope.
type Secret struct {
	ID        SecretID
	Scope     Scope
	Mark      [16]byte // finds it by its name, without the name standing there
	Details   []byte   // its SecretDetails, sealed
	Value     []byte   // the password, sealed
	CreatedAt time.Time
	CreatedBy UserID
	UpdatedAt time.Time
	UpdatedBy UserID
}

// SecretDetails is what people note about a stored password besides its value.
type SecretDetails struct {
	Name     string // unique in its scope; names that differ only by case are one
	Username string
	URL      string // where it is used: a web page, a host, a device
	Notes    string // may have several lines
}

// maxURL is how many characters an address of a web page may have.
const maxURL = 2000

// Clean returns the details as usher keeps them. A missing name or a text that
// no field may hold is Invalid.
func (d SecretDetails) Clean() (SecretDetails, error) {
	name, err := CleanName("name", d.Name)
	if err != nil {
		return d, err
	}
	if _, isID := ParseSecretID(name); isID {
		return d, Errorf(Invalid, "the name %s reads like an id", quoted(name)).Coded("text.invalid")
	}
	clean := SecretDetails{Name: name}
	if clean.Username, err = CleanText("username", d.Username, MaxName); err != nil {
		return d, err
	}
	if clean.URL, err = CleanText("url", d.URL, maxURL); err != nil {
		return d, err
	}
	clean.Notes, err = CleanNotes("notes", d.Notes)
	return clean, err
}

// Key returns the name by which stored passwords are told apart.
func (d SecretDetails) Key() string { return strings.ToLower(d.Name) }
