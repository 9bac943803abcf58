package account

import "time"

// Organisation is a customer account. Everything but the instance's own
// settings belongs to exactly one.
type Organisation struct {
	ID        OrgID
	Slug      Slug
	Name      string
	Owner     UserID // the primary admin; never nobody
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Site is a branch or client of an organisation, with its own users and its
// own organisation key.
type Site struct {
	ID        SiteID
	Org       OrgID
	Slug      Slug
	Name      string
	CreatedAt time.Time
	UpdatedAt time.Time
	HandedAt  time.Time // when its first admin accepted the key; zero: not yet
}

// ApprovedDomain is a mail domain whose addresses an organisation may add.
type ApprovedDomain struct {
	Org        OrgID
	Domain     Domain
	ApprovedAt time.Time
	ApprovedBy UserID
}

// ScopeKey is what is kept of the organisation key of a scope. None of it
// opens anything by itself.
type ScopeKey struct {
	Scope  Scope
	Check  [16]byte // tells a wrong key from a wrong password
	Escrow []byte   // the key sealed to the system user; empty without escrow
	Vault  []byte   // the vault key of the stored passwords, sealed under the key
}

// PasswordPolicy is what an organisation asks of new passwords beyond what usher
// does; zero fields ask nothing. Its blocklist is kept apart.
type PasswordPolicy struct {
	Org        OrgID
	MinLength  int
	MinDigits  int
	MinLower   int
	MinUpper   int
	MinSpecial int
	Message    string
	UpdatedAt  time.Time
}

// CustomRole is a role an organisation made for itself. Allow holds the words
// of its permissions, also such as this version of usher does not know.
type CustomRole struct {
	Org       OrgID
	Name      RoleName
	Allow     []string
	CreatedAt time.Time
	UpdatedAt time.Time
}
