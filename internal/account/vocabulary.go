package account

import "strings"

// UserType says for whom a user works.
type UserType string

// The types of user.
const (
	TypeHost       UserType = "host"       // for the whole organisation
	TypeIndividual UserType = "individual" // for himself, or for one site
)

// ParseUserType reads a type of user; another word is Invalid, "type.invalid".
func ParseUserType(s string) (UserType, error) {
	return choose("type", s, TypeHost, TypeIndividual)
}

// Status says where a user stands between invitation and suspension.
type Status string

// What a user's status can be.
const (
	StatusPending   Status = "pending" // has no password yet
	StatusActive    Status = "active"
	StatusSuspended Status = "suspended"
)

// ParseStatus reads a status; another word is Invalid, "status.invalid".
func ParseStatus(s string) (Status, error) {
	return choose("status", s, StatusPending, StatusActive, StatusSuspended)
}

// Auth says who keeps a user's password.
type Auth string

// Where a password can be kept.
const (
	AuthLocal     Auth = "local"     // by usher
	AuthDirectory Auth = "directory" // by a directory such as Active Directory
)

// ParseAuth reads who keeps a password; another word is Invalid,
// "auth.invalid".
func ParseAuth(s string) (Auth, error) {
	return choose("auth", s, AuthLocal, AuthDirectory)
}

// Locale is the language somebody is written to in.
type Locale string

// The languages usher writes in.
const (
	LocaleEnglish Locale = "en"
	LocaleFrench  Locale = "fr"
	LocaleSwedish Locale = "sv"
)

// ParseLocale reads a language; another is Invalid, "locale.invalid".
func ParseLocale(s string) (Locale, error) {
	return choose("locale", s, LocaleEnglish, LocaleFrench, LocaleSwedish)
}

// PlanKind says who can hold a licence of a plan.
type PlanKind string

// The kinds of plan.
const (
	PlanUser    PlanKind = "user"
	PlanMailbox PlanKind = "mailbox" // a shared mailbox
)

// ParsePlanKind reads a kind of plan; another word is Invalid,
// "kind.invalid".
func ParsePlanKind(s string) (PlanKind, error) {
	return choose("kind", s, PlanUser, PlanMailbox)
}

// LicenceState says how far a licence has come with its holder.
type LicenceState string

// The states of a licence that is held.
const (
	LicenceAssigned LicenceState = "assigned" // holds a seat, not in use yet
	LicenceActive   LicenceState = "active"
)

// ParseLicenceState reads a state; another word is Invalid, "state.invalid".
func ParseLicenceState(s string) (LicenceState, error) {
	return choose("state", s, LicenceAssigned, LicenceActive)
}

// Outcome says how something ended that stands in the log.
type Outcome string

// How a logged action can end.
const (
	OutcomeOK     Outcome = "ok"
	OutcomeDenied Outcome = "denied" // the actor was not allowed
	OutcomeFailed Outcome = "failed"
)

// ParseOutcome reads an outcome; another word is Invalid, "outcome.invalid".
func ParseOutcome(s string) (Outcome, error) {
	return choose("outcome", s, OutcomeOK, OutcomeDenied, OutcomeFailed)
}

// choose returns the choice that s is, or the error that lists them all.
func choose[T ~string](noun, s string, choices ...T) (T, error) {
	for _, choice := range choices {
		if string(choice) == s {
			return choice, nil
		}
	}
	var list strings.Builder
	for i, choice := range choices {
		switch {
		case i == 0:
		case i == len(choices)-1:
			list.WriteString(" or ")
		default:
			list.WriteString(", ")
		}
		list.WriteString(string(choice))
	}
	return "", Errorf(Invalid, "unknown %s %s: it is one of %s", noun, quoted(s), list.String()).Coded(noun + ".invalid")
}
