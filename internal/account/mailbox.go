package account

import "time"

// MailboxID names a shared mailbox for ever, like the id of a user: no mailbox
// has the id of a user.
type MailboxID UserID

// IsZero reports whether id names no mailbox.
func (id MailboxID) IsZero() bool { return id == MailboxID{} }

// String returns the canonical text of the id.
func (id MailboxID) String() string { return UserID(id).String() }

// Mailbox is an address that several users read together. It belongs to the
// organisation itself, never to a site, and its members are active while it
// has a licence.
type Mailbox struct {
	ID        MailboxID
	Org       OrgID
	Address   Email
	Name      string
	Licence   // of a plan of the kind mailbox
	CreatedAt time.Time
	UpdatedAt time.Time
}
