package store

import "github.com/usher-admin/usher/internal/account"

// choices gives the words of a closed vocabulary their numbers on disk: the
// place in the row, from 1. New words are added at the end.
type choices[T ~string] []T

var (
	userTypes     = choices[account.UserType]{account.TypeHost, account.TypeIndividual}
	statuses      = choices[account.Status]{account.StatusPending, account.StatusActive, account.StatusSuspended}
	auths         = choices[account.Auth]{account.AuthLocal, account.AuthDirectory}
	planKinds     = choices[account.PlanKind]{account.PlanUser, account.PlanMailbox}
	licenceStates = choices[account.LicenceState]{account.LicenceAssigned, account.LicenceActive}
)

func (c choices[T]) number(word T) uint64 {
	for i := range c {
		if c[i] == word {
			return uint64(i + 1)
		}
	}
	return 0
}

func (c choices[T]) name(number uint64) T {
	if number == 0 || number > uint64(len(c)) {
		return ""
	}
	return c[number-1]
}
