// Package access answers whether an actor may act on a target. It reads
// nothing and stores nothing: who asks brings both along.
package access

import (
	"sort"
	"strings"

	"github.com/usher-admin/usher/internal/account"
)

// Permission names what a command may do: "user.add". The same word stands in
// roles, in tokens and in the log.
type Permission string

// What there is to permit. Commands that need no permission (login, whoami,
// config …) and the system user's (recover …) are not here.
const (
	OrgShow     Permission = "org.show"
	OrgEdit     Permission = "org.edit"
	OrgDelete   Permission = "org.delete"
	OrgHandover Permission = "org.handover"

	SiteAdd    Permission = "site.add"
	SiteList   Permission = "site.list"
	SiteShow   Permission = "site.show"
	SiteEdit   Permission = "site.edit"
	SiteDelete Permission = "site.delete"

	DomainApprove Permission = "domain.approve"
	DomainList    Permission = "domain.list"
	DomainRevoke  Permission = "domain.revoke"

	RoleList   Permission = "role.list"
	RoleShow   Permission = "role.show"
	RoleAdd    Permission = "role.add"
	RoleEdit   Permission = "role.edit"
	RoleDelete Permission = "role.delete"
	RoleCheck  Permission = "role.check"

	UserAdd     Permission = "user.add"
	UserList    Permission = "user.list"
	UserShow    Permission = "user.show"
	UserEdit    Permission = "user.edit"
	UserDelete  Permission = "user.delete"
	UserSuspend Permission = "user.suspend"
	UserResume  Permission = "user.resume"
	UserUnlock  Permission = "user.unlock"
	UserLogout  Permission = "user.logout"
	UserImport  Permission = "user.import"
	UserExport  Permission = "user.export"

	SessionList Permission = "session.list"
	SessionEnd  Permission = "session.end"

	LicenceBuy      Permission = "licence.buy"
	LicenceDrop     Permission = "licence.drop"
	LicenceList     Permission = "licence.list"
	LicenceAssign   Permission = "licence.assign"
	LicenceChange   Permission = "licence.change"
	LicenceRemove   Permission = "licence.remove"
	LicenceTransfer Permission = "licence.transfer"
	LicenceActivate Permission = "licence.activate"
	LicenceCheck    Permission = "licence.check"

	MailboxAdd    Permission = "mailbox.add"
	MailboxList   Permission = "mailbox.list"
	MailboxShow   Permission = "mailbox.show"
	MailboxDelete Permission = "mailbox.delete"
	MailboxJoin   Permission = "mailbox.join"
	MailboxLeave  Permission = "mailbox.leave"

	InviteLink   Permission = "invite.link"
	InviteList   Permission = "invite.list"
	InviteRevoke Permission = "invite.revoke"

	PasswordChange Permission = "password.change"
	PasswordReset  Permission = "password.reset"
	PasswordPolicy Permission = "password.policy"

	OrgkeyShow   Permission = "orgkey.show"
	OrgkeySend   Permission = "orgkey.send"
	OrgkeyVerify Permission = "orgkey.verify"
	OrgkeyRotate Permission = "orgkey.rotate"
	OrgkeyReset  Permission = "orgkey.reset"

	SecretAdd    Permission = "secret.add"
	SecretList   Permission = "secret.list"
	SecretShow   Permission = "secret.show"
	SecretEdit   Permission = "secret.edit"
	SecretDelete Permission = "secret.delete"
	SecretImport Permission = "secret.import"
	SecretExport Permission = "secret.export"

	TokenAdd    Permission = "token.add"
	TokenList   Permission = "token.list"
	TokenRevoke Permission = "token.revoke"

	LogsList   Permission = "logs.list"
	LogsExport Permission = "logs.export"
	LogsPrune  Permission = "logs.prune"
)

// permissions is every permission, in the order of their bits in a Set. The
// order is not kept on disk.
var permissions = [...]Permission{
	OrgShow, OrgEdit, OrgDelete, OrgHandover,
	SiteAdd, SiteList, SiteShow, SiteEdit, SiteDelete,
	DomainApprove, DomainList, DomainRevoke,
	RoleList, RoleShow, RoleAdd, RoleEdit, RoleDelete, RoleCheck,
	UserAdd, UserList, UserShow, UserEdit, UserDelete, UserSuspend, UserResume, UserUnlock, UserLogout, UserImport, UserExport,
	SessionList, SessionEnd,
	LicenceBuy, LicenceDrop, LicenceList, LicenceAssign, LicenceChange, LicenceRemove, LicenceTransfer, LicenceActivate, LicenceCheck,
	MailboxAdd, MailboxList, MailboxShow, MailboxDelete, MailboxJoin, MailboxLeave,
	InviteLink, InviteList, InviteRevoke,
	PasswordChange, PasswordReset, PasswordPolicy,
	OrgkeyShow, OrgkeySend, OrgkeyVerify, OrgkeyRotate, OrgkeyReset,
	SecretAdd, SecretList, SecretShow, SecretEdit, SecretDelete, SecretImport, SecretExport,
	TokenAdd, TokenList, TokenRevoke,
	LogsList, LogsExport, LogsPrune,
}

// All returns every permission in the order of the commands.
func All() []Permission { return append([]Permission(nil), permissions[:]...) }

// Noun returns the first half of the permission, "user".
func (p Permission) Noun() string {
	noun, _, _ := strings.Cut(string(p), ".")
	return noun
}

// Parse reads a permission. An unknown word is Invalid, "permission.invalid",
// and the hint lists those of the same noun.
func Parse(s string) (Permission, error) {
	p := Permission(strings.ToLower(strings.TrimSpace(s)))
	if p.bit() >= 0 {
		return p, nil
	}
	var near []string
	for _, q := range permissions {
		if q.Noun() == p.Noun() {
			near = append(near, string(q))
		}
	}
	if len(near) == 0 {
		near = nouns()
	}
	sort.Strings(near)
	return "", account.Errorf(account.Invalid, "unknown permission %q", s).
		Coded("permission.invalid").
		Hintf("known: %s", strings.Join(near, ", "))
}

func nouns() []string {
	var list []string
	for _, q := range permissions {
		if word := q.Noun() + ".…"; len(list) == 0 || list[len(list)-1] != word {
			list = append(list, word)
		}
	}
	return list
}

// bit returns the permission's place in a Set, -1 for an unknown one.
func (p Permission) bit() int {
	for i := range permissions {
		if permissions[i] == p {
			return i
		}
	}
	return -1
}

// changesUser reports whether the permission acts on a user in a way that the
// law of the stronger forbids: it changes him, shuts him out or speaks for him.
func (p Permission) changesUser() bool {
	switch p {
	case UserShow, UserList, UserExport, SessionList, LicenceList, LicenceCheck, InviteList, RoleCheck, LogsList, LogsExport,
		LicenceActivate, OrgkeySend, MailboxJoin, MailboxLeave:
		return false
	}
	return true
}
