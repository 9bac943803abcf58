package userfile

import "strings"

// Column names are compared without regard to letter case and to how much white
// space stands where. None of the functions here keeps a table: what runs in a
// command that imports nothing costs nothing.

// fold returns a column name for comparison.
func fold(name string) string {
	return strings.Join(strings.Fields(strings.ToLower(name)), " ")
}

// usherColumn returns what a column of usher's own files says. Fields is empty
// for those that an export has and an import has no use for.
func usherColumn(name string) (fields fieldSet, known bool) {
	name = strings.NewReplacer(" ", "_", "-", "_").Replace(fold(name))
	switch name {
	case "email":
		return fieldEmail.set(), true
	case "first_name":
		return fieldFirst.set(), true
	case "last_name":
		return fieldLast.set(), true
	case "type":
		return fieldType.set(), true
	case "role":
		return fieldRole.set(), true
	case "site":
		return fieldSite.set(), true
	case "locale":
		return fieldLocale.set(), true
	case "licence", "license", "licence.plan", "license.plan":
		return fieldLicence.set(), true
	case "status":
		return fieldStatus.set(), true
	case "directory":
		return fieldDirectory.set(), true
	case "password_hash":
		return fieldPasswordHash.set(), true
	}
	return 0, isExportOnly(name)
}

// isExportOnly reports whether usher writes the column for people to read; a
// column without a name says nothing either.
func isExportOnly(name string) bool {
	switch name {
	case "", "id", "auth", "licence.state", "must_change_password", "locked_until",
		"created_at", "updated_at", "last_login_at":
		return true
	}
	return false
}

// m365Column returns what a column of the Microsoft 365 admin center or of
// Entra says.
func m365Column(name string) fieldSet {
	name = fold(name)
	if property, ok := bracketed(name); ok {
		return entraTemplateColumn(name, property)
	}
	switch name {
	case "user principal name", "userprincipalname", "username", "user name":
		return fieldEmail.set()
	case "first name", "givenname":
		return fieldFirst.set()
	case "last name", "surname":
		return fieldLast.set()
	case "display name", "displayname":
		return fieldDisplayName.set()
	case "preferred language", "preferredlanguage":
		return fieldLanguage.set()
	case "block credential":
		return fieldBlocked.set()
	case "accountenabled", "account enabled":
		return fieldEnabled.set()
	case "soft deletion time stamp":
		return fieldDeleted.set()
	case "password":
		return fieldClearText.set()
	}
	return 0
}

// entraTemplateColumn returns what a column such as `First name [givenName]`
// says. The one that carries the property accountEnabled asks the contrary:
// `Block sign in (Yes/No) [accountEnabled] Required`.
func entraTemplateColumn(name, property string) fieldSet {
	switch property {
	case "userprincipalname":
		return fieldEmail.set()
	case "givenname":
		return fieldFirst.set()
	case "surname":
		return fieldLast.set()
	case "displayname":
		return fieldDisplayName.set()
	case "passwordprofile":
		return fieldClearText.set()
	case "accountenabled":
		if strings.HasPrefix(name, "block") {
			return fieldBlocked.set()
		}
		return fieldEnabled.set()
	}
	return 0
}

// googleColumn returns what a column of Google Workspace says. The remark in
// brackets after the name, which the download has not always, means nothing.
func googleColumn(name string) fieldSet {
	name, _, _ = strings.Cut(fold(name), " [")
	switch name {
	case "email address":
		return fieldEmail.set()
	case "first name":
		return fieldFirst.set()
	case "last name":
		return fieldLast.set()
	case "password":
		return fieldHashed.set()
	case "password hash function":
		return fieldHashFunction.set()
	case "status":
		return fieldGoogleStatus.set()
	case "new status":
		return fieldNewStatus.set()
	}
	return 0
}

// bracketed returns what stands between brackets in a folded name.
func bracketed(name string) (inner string, ok bool) {
	_, rest, ok := strings.Cut(name, "[")
	if !ok {
		return "", false
	}
	inner, _, ok = strings.Cut(rest, "]")
	return strings.TrimSpace(inner), ok
}

// recognise returns the form of a file by its column names, FormAuto if it is
// none of those known.
func recognise(names []string) Form {
	display, user := false, false
	for _, name := range names {
		switch {
		case isGoogleName(name):
			return FormGoogle
		case isM365Name(name):
			return FormM365
		}
		display = display || fold(name) == "display name"
		user = user || m365Column(name) == fieldEmail.set()
	}
	switch {
	case display && user:
		return FormM365
	case looksLikeUsher(names):
		return FormUsher
	}
	return FormAuto
}

// looksLikeUsher reports whether a file is meant to be in usher's form. It may
// lack the address or misspell a column: both are told better than by "unknown".
func looksLikeUsher(names []string) bool {
	known, email := 0, false
	for _, name := range names {
		fields, ok := usherColumn(name)
		if ok {
			known++
		}
		email = email || fields == fieldEmail.set()
	}
	return known == len(names) || email && known*2 >= len(names)
}

func isGoogleName(name string) bool {
	name = fold(name)
	remark, _ := bracketed(name)
	return remark == "required" || remark == "upload only" || remark == "read only" || name == "org unit path"
}

func isM365Name(name string) bool {
	switch name = fold(name); name {
	case "user principal name", "userprincipalname", "block credential":
		return true
	}
	property, _ := bracketed(name)
	return property == "userprincipalname" || property == "displayname"
}
