package account

import "time"

// LinkKind says what a link is good for.
type LinkKind string

// The kinds of link.
const (
	LinkInvite   LinkKind = "invite"   // choose the first password
	LinkPassword LinkKind = "password" // choose a new password
	LinkOrgKey   LinkKind = "orgkey"   // store the organisation key on a device
)

// Link is a single-use link that was given out. Only the hash of its token is
// known.
type Link struct {
	TokenHash [32]byte
	Kind      LinkKind
	User      UserID
	Scope     Scope
	CreatedAt time.Time
	ExpiresAt time.Time
	CreatedBy UserID // nobody where the system user made it
	Sent      bool   // by mail
	Carried   []byte // the organisation key, sealed under the token; empty: the link brings none
	Tries     Tries  // with a wrong address
}

// ServiceToken is a named credential for scripts. It can never do more than
// the one who made it may do now.
type ServiceToken struct {
	Org        OrgID
	Name       string
	TokenHash  [32]byte
	Allow      []string // the words of its permissions
	CreatedBy  UserID
	CreatedAt  time.Time
	ExpiresAt  time.Time
	LastUsedAt time.Time // kept to five minutes
	Carried    []byte    // the organisation key, sealed under the token
	Scope      Scope     // whose key is carried
}
