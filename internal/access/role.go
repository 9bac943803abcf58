package access

import "github.com/usher-admin/usher/internal/account"

// BuiltIn returns what a built-in role permits beyond everybody's own data;
// false for another name.
func BuiltIn(role account.RoleName) (Set, bool) {
	switch role {
	case account.RoleOwner:
		return everything(), true
	case account.RoleAdmin:
		return everything().Without(NewSet(OrgDelete, OrgHandover, OrgkeyReset, LogsPrune)), true
	case account.RoleSiteAdmin:
		return siteAdmin(), true
	case account.RoleMember:
		return NewSet(SecretList, SecretShow), true
	}
	return Set{}, false
}

// siteAdmin is what an admin may do within his site.
func siteAdmin() Set {
	var s Set
	for _, p := range permissions {
		switch p.Noun() {
		case "user", "session", "invite", "password", "licence", "secret", "orgkey", "logs":
			s = s.Or(NewSet(p))
		}
	}
	return s.Without(NewSet(LicenceBuy, LicenceDrop, OrgkeyReset, LogsPrune))
}

// own is what everybody may do to himself.
func own(p Permission) bool {
	switch p {
	case UserShow, UserEdit, SessionList, SessionEnd, PasswordChange, LicenceActivate, RoleCheck, OrgkeyVerify:
		return true
	}
	return false
}

// Fits reports whether a user of a type, with or without a site, can hold a
// role: owner and admin are for hosts, site-admin for individuals of a site,
// custom roles for either, and an individual without a site is a member.
func Fits(role account.RoleName, kind account.UserType, site account.SiteID) bool {
	switch {
	case kind == account.TypeHost:
		return site == 0 && role != account.RoleSiteAdmin
	case site == 0:
		return role == account.RoleMember
	}
	return role != account.RoleOwner && role != account.RoleAdmin
}
