package account

import (
	"encoding/hex"
	"time"
)

// User is one person with one address, as everybody who may see him sees him.
// What proves who he is stands in a Credential.
type User struct {
	ID         UserID
	Org        OrgID
	Site       SiteID // 0: the organisation itself
	Email      Email
	FirstName  string
	LastName   string
	Type       UserType
	Role       RoleName
	Status     Status
	Auth       Auth
	Directory  string // the directory's name when Auth is directory
	Locale     Locale
	MustChange bool // the next sign-in is for choosing a password only
	Licence
	// Released is the plan whose seat was given back when he was suspended;
	// resuming him takes one again.
	Released    PlanName
	CreatedAt   time.Time
	UpdatedAt   time.Time
	LastLoginAt time.Time
	// Born is the number of the event that tells how he was made, where his
	// record keeps it. The store sets it.
	Born uint64
}

// Scope returns the key scope whose organisation key seals the user's
// password.
func (u User) Scope() Scope { return Scope{Org: u.Org, Site: u.Site} }

// FullName returns first and last name, or the address where both are empty.
func (u User) FullName() string {
	switch {
	case u.FirstName != "" && u.LastName != "":
		return u.FirstName + " " + u.LastName
	case u.FirstName != "":
		return u.FirstName
	case u.LastName != "":
		return u.LastName
	}
	return u.Email.String()
}

// Credential is what is kept of a user's password: its hash, sealed under the
// organisation key of his scope.
type Credential struct {
	User      UserID
	Sealed    []byte
	ChangedAt time.Time
	Temporary bool      // good for one sign-in, which is for choosing another
	ExpiresAt time.Time // of a temporary one
	UsedAt    time.Time // when that sign-in was; zero: not yet
}

// Usable reports whether the password can be signed in with: a temporary one
// only once, and not for ever.
func (c Credential) Usable(now time.Time) bool {
	return !c.Temporary || c.UsedAt.IsZero() && now.Before(c.ExpiresAt)
}

// Tries counts wrong passwords since the last right one.
type Tries struct {
	Failures int
	Last     time.Time
}

// Session is one sign-in. Only the hash of its token is known.
type Session struct {
	TokenHash  [32]byte
	User       UserID
	Scope      Scope
	CreatedAt  time.Time
	LastSeenAt time.Time // kept to five minutes
	ExpiresAt  time.Time
	ProvenAt   time.Time // when the password was last given
	Host       string
	Carried    []byte // the organisation key, sealed under the token
	Restricted bool   // may do nothing but change the password
}

// SessionID is the public name of a session, the first half of its token's
// hash. It opens nothing.
type SessionID [16]byte

// ParseSessionID reads the public name of a session, 32 hexadecimal digits. The
// error is Invalid, "session.invalid".
func ParseSessionID(s string) (SessionID, error) {
	raw, err := hex.DecodeString(s)
	if err != nil || len(raw) != len(SessionID{}) {
		return SessionID{}, Errorf(Invalid, "%s is no id of a session: it has 32 hexadecimal digits", quoted(s)).
			Coded("session.invalid").
			Hintf("usher session list")
	}
	return SessionID(raw), nil
}

// String returns the 32 hexadecimal digits of the name.
func (id SessionID) String() string { return hex.EncodeToString(id[:]) }

// ID returns the session's public name.
func (s Session) ID() SessionID { return SessionID(s.TokenHash[:16]) }
