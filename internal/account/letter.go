package account

import (
	"fmt"
	"io"
	"time"
)

// LetterKind says what a letter is about. The words stand in the log.
type LetterKind string

// What usher writes to people about.
const (
	LetterInvitation        LetterKind = "invitation"
	LetterPasswordReset     LetterKind = "password_reset"
	LetterTemporaryPassword LetterKind = "temporary_password"
	LetterPasswordChanged   LetterKind = "password_changed"
	LetterDirectoryPassword LetterKind = "directory_password" // to who asked for a reset of a password kept elsewhere
	LetterOrgKey            LetterKind = "organisation_key"
	LetterSignIn            LetterKind = "sign_in"
	LetterAddressChanged    LetterKind = "address_changed"
	LetterRoleChanged       LetterKind = "role_changed"
	LetterLicence           LetterKind = "licence_assigned"
	LetterRecovery          LetterKind = "system_key_used" // to the owner: somebody broke glass
	LetterTest              LetterKind = "test"
)

// LetterKinds returns every kind of letter.
func LetterKinds() []LetterKind {
	return []LetterKind{
		LetterInvitation, LetterPasswordReset, LetterTemporaryPassword, LetterPasswordChanged, LetterDirectoryPassword,
		LetterOrgKey, LetterSignIn, LetterAddressChanged, LetterRoleChanged, LetterLicence, LetterRecovery, LetterTest,
	}
}

// Letter is what a mail says to somebody, before it is put into words. Which
// fields count depends on its kind; empty ones are left out of the text.
type Letter struct {
	Kind    LetterKind
	To      Email  // where it goes
	Name    string // whom it greets; "" nobody by name
	Locale  Locale
	Org     string // the organisation's name
	By      string // who caused it, by name or address; "" nobody in particular
	Account Email  // the address that signs in

	Link      string // good once; a secret
	Expires   time.Time
	BringsKey bool // the link brings the organisation key

	Old, New  string // what was changed, from and to: an address, a role
	Plan      string
	Active    bool   // the licence can be used already
	Directory string // where the password is kept
	Help      string // what the configuration says about changing it there
	Action    string // what was done with the system key, as the log calls it
	Reason    string // why, as it was given
	Must      bool   // he chooses a password of his own at the next sign-in
}

// String names the letter without what it says, which may hold a link.
func (l Letter) String() string { return fmt.Sprintf("[letter %s]", l.Kind) }

// Format writes String for every verb.
func (l Letter) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, l.String()) }
