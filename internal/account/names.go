package account

import (
	"strings"
	"unicode/utf8"
)

// RoleName names a role within an organisation, in lower case: names that
// differ only by case are one.
type RoleName string

// The roles every organisation has.
const (
	RoleOwner     RoleName = "owner"      // the primary admin, exactly one
	RoleAdmin     RoleName = "admin"      // of the whole organisation
	RoleSiteAdmin RoleName = "site-admin" // of his site
	RoleMember    RoleName = "member"
)

// ParseRoleName reads the name of a role, built in or not: letters a-z,
// digits and single hyphens, at most 63. The error is Invalid,
// "role.invalid".
func ParseRoleName(s string) (RoleName, error) {
	if fault := slugFault(s); fault != "" {
		return "", Errorf(Invalid, "%s is no name of a role: %s", quoted(s), fault).Coded("role.invalid").
			Hintf("a role's name has letters a-z, digits and single hyphens, such as help-desk")
	}
	return RoleName(strings.ToLower(s)), nil
}

// BuiltIn reports whether every organisation has the role, so that nobody can
// change or delete it.
func (r RoleName) BuiltIn() bool {
	switch r {
	case RoleOwner, RoleAdmin, RoleSiteAdmin, RoleMember:
		return true
	}
	return false
}

// ParseTokenName reads the name of a service token, kept in lower case: letters
// a-z, digits and single hyphens, at most 63. The error is Invalid,
// "token.invalid".
func ParseTokenName(s string) (string, error) {
	if fault := slugFault(s); fault != "" {
		return "", Errorf(Invalid, "%s is no name of a token: %s", quoted(s), fault).Coded("token.invalid").
			Hintf("a token's name has letters a-z, digits and single hyphens, such as nightly-export")
	}
	return strings.ToLower(s), nil
}

// PlanName names a licence plan within an organisation, as it was first
// written. Plans are one if their keys are.
type PlanName string

const maxPlanBytes = 63

// ParsePlanName reads the name of a plan: ASCII letters, digits, dots,
// underscores and hyphens, at most 63, the first a letter or digit. The error
// is Invalid, "plan.invalid".
func ParsePlanName(s string) (PlanName, error) {
	if fault := planFault(s); fault != "" {
		return "", Errorf(Invalid, "%s is no name of a plan: %s", quoted(s), fault).Coded("plan.invalid").
			Hintf("a plan's name has letters, digits, dots, underscores and hyphens, such as Pro-2026")
	}
	return PlanName(s), nil
}

// Key returns the name in lower case, by which plans are told apart.
func (p PlanName) Key() string { return strings.ToLower(string(p)) }

func planFault(s string) string {
	switch {
	case s == "":
		return "it is empty"
	case len(s) > maxPlanBytes:
		return "it is longer than 63 characters"
	case strings.EqualFold(s, None):
		return `"none" stands for no plan`
	}
	for i, r := range s {
		if r < utf8.RuneSelf && (isLetter(byte(r)) || isDigit(byte(r))) {
			continue
		}
		if !strings.ContainsRune("._-", r) {
			return "it may not hold " + quoted(string(r))
		}
		if i == 0 {
			return "it does not begin with a letter or digit"
		}
	}
	return ""
}
