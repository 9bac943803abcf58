package store

import (
	"testing"

	"github.com/usher-admin/usher/internal/account"
)

// A finding says which record it is about in words that can be searched for.
func TestARecordIsNamedByWhatPeopleKnowOfIt(t *testing.T) {
	id := account.UserID{0x01, 0xa2, 15: 7}
	other := account.MailboxID{0x01, 0xa3, 15: 8}
	const named, elsewhere = "01a20000-0000-0000-0000-000000000007", "01a30000-0000-0000-0000-000000000008"
	for want, k := range map[string][]byte{
		"user " + named:       userKey(testOrg, id),
		"credential " + named: credentialKey(testOrg, id),
		"member " + named + " of mailbox " + elsewhere: memberKey(testOrg, other, id[:]),
		"event 12":                      lineKey(12),
		"role a of organisation 1":      roleKey(testOrg, "a"),
		"organisation 1":                key(keyOrganisation, orgPart(testOrg)),
		"addresses bo@norrsken.example": addressKey("bo@norrsken.example"),
		"session 01020000":              key(keySession, append([]byte{1, 2}, make([]byte, 30)...)),
		"user AQI":                      {keyUser, 1, 2}, // no whole key
	} {
		if got := Where(k); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
