package store

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/usher-admin/usher/internal/account"
)

// kindWord is what people call the records of a kind.
func kindWord(kind byte) string {
	words := map[byte]string{
		keyInstance: "instance", keyLogHead: "the log's end", firstLogHead: "the log's end", keyCounter: "counter", firstCounter: "counter", keyOrganisation: "organisation", keyOrgSlug: "organisations by slug",
		keyScopeKey: "key scope", keyDomain: "domain", keySite: "site", keySiteSlug: "sites by slug", keyRole: "role", keyServiceToken: "service token",
		keyTokenHash: "tokens by hash", keyPool: "plan", keyPolicy: "password policy", keyBlocklist: "blocklist",
		keyBaseline: "baseline", keyCredential: "credential", firstFormer: "former users by address", keyAddress: "addresses", keyFacet: "users by property",
		keyMembership: "mailboxes by user", keyMember: "member", keyLink: "link", keyLine: "event", keyMailbox: "mailbox", keyName: "name of a deleted one",
		keyPersonal: "personal values of event", keySession: "session", keyUserToken: "sessions and links by user", keyUser: "user", keySecret: "stored password",
		keyTries: "wrong passwords of", keyUserEvent: "events by user", keySecretMark: "stored passwords by name", keySecretGone: "deleted stored password",
	}
	if word, known := words[kind]; known {
		return word
	}
	return "unknown kind"
}

// Where names a record by what its key says. Of hashes and marks only the
// beginning is told.
func Where(k []byte) string {
	word, rest := kindWord(k[0]), k[1:]
	switch k[0] {
	case keyUser, keyCredential, keyMailbox, keyName:
		if len(rest) == 20 {
			return word + " " + account.UserID(rest[4:]).String()
		}
	case keyMember:
		if len(rest) == 36 {
			return fmt.Sprintf("%s %s of mailbox %s", word, account.UserID(rest[20:]), account.UserID(rest[4:20]))
		}
	case keyLine, keyPersonal:
		if len(rest) == 8 {
			return fmt.Sprintf("%s %d", word, seqOf(k))
		}
	case keyCounter, firstCounter, keyDomain, keyRole, keyServiceToken, keyPool:
		if len(rest) > 4 {
			return fmt.Sprintf("%s %s of organisation %d", word, strings.Trim(string(rest[4:]), "\x00"), orgOf(k))
		}
	case keyOrganisation:
		if len(rest) == 4 {
			return fmt.Sprintf("%s %d", word, orgOf(k))
		}
	case keyAddress, keyOrgSlug:
		address, _, former := strings.Cut(string(rest), "\x00")
		if former {
			word = kindWord(firstFormer)
		}
		return word + " " + address
	case keySession, keyLink, keyTokenHash:
		return word + " " + hex.EncodeToString(rest[:min(4, len(rest))])
	}
	return strings.TrimSpace(word + " " + base64.RawURLEncoding.EncodeToString(rest[:min(24, len(rest))]))
}
