package service

import (
	"slices"
	"strings"

	"github.com/usher-admin/usher/internal/access"
)

// LogActions returns the actions that this version of usher writes into the
// log: whatever can be permitted, for a refused attempt is an event too, and
// what needs no permission or the system key.
func LogActions() []string {
	list := []string{
		"init", "login", "logout", "prove", "clock.backwards",
		"invite.accept", "orgkey.accept", "password.redeem", "password.forgot",
		"mail.send", "mail.test", "org.add", "org.list",
		"recover.password", "recover.owner", "recover.unlock", "recover.orgkey", "recover.system-key",
		string(actionRepair), string(actionMigrate), string(actionRestore),
	}
	for _, p := range access.All() {
		list = append(list, string(p))
	}
	return list
}

// knownAction reports whether this version of usher writes an action, or one of
// its noun.
func knownAction(action string) bool {
	return slices.ContainsFunc(LogActions(), func(known string) bool { return ofAction(known, action) })
}

// ofAction reports whether an action is the one that is asked for, or of the
// noun that is.
func ofAction(action, asked string) bool {
	return action == asked || strings.HasPrefix(action, asked+".")
}
