package service

import (
	"context"
	"reflect"
	"slices"
	"testing"
)

// walkOperation is one operation of the walk, under the name of its method.
type walkOperation struct {
	name   string
	weight int // how often it is done, beside the others
	do     func(*walk, context.Context) error
	spends string // kinds of records it may write although it fails: tries of passwords (w) and of links (k), a baseline of the log (b)
}

// walkOperations is the table of everything that is done.
func walkOperations() []walkOperation {
	return slices.Concat(walkOnPeople(), walkOnPlaces(), walkOnRoles(), walkOnLicences(), walkOnPasswords(), walkOnKeys(), walkOnSecrets(), walkOnSystem(), walkOnFiles())
}

// operation draws what is done next.
func (w *walk) operation() walkOperation {
	all := walkOperations()
	sum := 0
	for _, op := range all {
		sum += op.weight
	}
	n := w.draw.IntN(sum)
	for _, op := range all {
		if n -= op.weight; n < 0 {
			return op
		}
	}
	return all[0]
}

// what is an operation in words, with what it was given.
func (w *walk) what(op walkOperation) string { return op.name + w.said }

// notWalked are the methods that the walk need not do: they change nothing but
// when a session was last used.
func notWalked() []string {
	return []string{
		"CheckDatabase", "VerifyLog", // after every step
		"Init",      // before the first
		"Unnoticed", // changes nothing
		"CheckPools", "CheckRole", "CompleteAddresses", "DatabaseInfo", "ExportLogs", "ExportSecrets", "ExportUsers", "FollowLogs", "Instance", "JudgePassword",
		"ListDomains", "ListInvites", "ListMailboxes", "ListOrgs", "ListPools", "ListRoles", "ListSecrets", "ListSessions", "ListSites", "ListTokens", "ListUsers",
		"Logs", "ShowMailbox", "ShowOrg", "ShowPolicy", "ShowRole", "ShowSecret", "ShowSite", "ShowUser", "SignedInUsers", "SortUsers", "TestMail", "VerifyKey", "WhoAmI",
		"ReadBackup", "PlanRestore", // with RestoreDatabase
		"AcceptRollback", "RepairDatabase", // of a database that is not whole
	}
}

// Who adds a method that changes something adds it to the walk.
func TestTheWalkDoesEveryOperation(t *testing.T) {
	var done []string
	for _, op := range walkOperations() {
		done = append(done, op.name)
	}
	methods := reflect.TypeFor[*Service]()
	for i := range methods.NumMethod() {
		name := methods.Method(i).Name
		switch walked := slices.Contains(done, name); {
		case walked == slices.Contains(notWalked(), name):
			t.Errorf("%s is in the table of the walk: %v, and in notWalked: %v; want one of the two", name, walked, walked)
		}
	}
	for _, name := range append(done, notWalked()...) {
		if _, found := methods.MethodByName(name); !found {
			t.Errorf("there is no method %s", name)
		}
	}
}
