package cli

import (
	"slices"
	"strings"
)

// meant returns the known word that somebody may have meant who typed another:
// one that says the same, else the nearest; "" if there is none.
func meant(word string, known []string) string {
	for _, same := range synonyms(word) {
		if slices.Contains(known, same) {
			return same
		}
	}
	return nearest(word, known)
}

// synonyms returns what other tools call something, in usher's words.
func synonyms(word string) []string {
	switch strings.ToLower(word) {
	case "ls", "all":
		return []string{"list"}
	case "rm", "del", "remove", "drop", "destroy", "purge":
		return []string{"delete", "remove", "revoke", "drop", "end"}
	case "create", "new", "make", "mk", "register":
		return []string{"add", "init", "link"}
	case "get", "info", "view", "cat", "describe", "status":
		return []string{"show", "info", "whoami"}
	case "set", "update", "modify", "mod", "change", "rename", "mv", "move":
		return []string{"edit", "change", "transfer", "set"}
	case "disable", "block", "deactivate", "lock", "ban":
		return []string{"suspend"}
	case "enable", "unblock", "reactivate", "activate", "unsuspend":
		return []string{"resume"}
	case "kick", "signout", "sign-out", "log-out":
		return []string{"logout"}
	case "signin", "sign-in", "log-in", "auth", "su":
		return []string{"login"}
	case "log", "audit", "events", "history", "journal":
		return []string{"logs"}
	case "settings", "configure", "setup":
		return []string{"config", "init"}
	case "group", "groups", "roles", "permission", "permissions":
		return []string{"role"}
	case "passwd", "pw":
		return []string{"password"}
	case "database", "backup", "restore":
		return []string{"db"}
	case "key", "keys":
		return []string{"orgkey"}
	case "tenant", "company", "organization", "organisation", "customer":
		return []string{"org"}
	case "branch", "client", "location":
		return []string{"site"}
	case "account", "accounts", "people", "person", "member", "members":
		return []string{"user"}
	case "seat", "seats", "plan", "plans", "licences", "licenses", "subscription", "subscriptions":
		return []string{"licence"}
	case "mailboxes", "inbox", "shared":
		return []string{"mailbox"}
	case "give", "grant":
		return []string{"assign"}
	case "take", "unassign":
		return []string{"remove", "leave"}
	case "vault", "passwords":
		return []string{"secret"}
	case "man", "manual", "usage":
		return []string{"help"}
	}
	return nil
}

// meantFlag returns what to type for a flag of other tools, with its dashes; ""
// if there is nothing.
func meantFlag(name string) string {
	switch strings.ToLower(name) {
	case "json", "jsonl", "csv", "table":
		return "-o " + strings.ToLower(name)
	case "format", "fmt":
		return "--output"
	case "fields", "select", "cols":
		return "--columns"
	case "force", "f", "assume-yes", "non-interactive":
		return "--yes"
	case "noheader", "no-header":
		return "--no-headers"
	case "message", "comment", "why", "m":
		return "--reason"
	case "simulate", "check-only", "what-if", "n", "just-print":
		return "--dry-run"
	case "silent", "s":
		return "--quiet"
	case "database":
		return "--db"
	case "organisation", "organization", "tenant":
		return "--org"
	case "file", "f-file", "input":
		return "--from"
	}
	return ""
}

// nearest returns the known word that is closest to a mistyped one, "" if none
// is close: a letter is wrong, or up to a third of them in a long word. What
// begins like a known word is close to it.
func nearest(word string, known []string) string {
	best, bestDistance := "", max(1, (len(word)+1)/3)+1
	for _, k := range known {
		d := distance(word, k)
		if len(k) > 2 && len(word) > 1 && len(k) > len(word) && k[:len(word)] == word {
			d = 1
		}
		if d < bestDistance {
			best, bestDistance = k, d
		}
	}
	return best
}

// distance is the number of letters to insert, delete, replace or swap with
// their neighbour to get from a to b (optimal string alignment).
func distance(a, b string) int {
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(row[j-1]+1, last[j]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
