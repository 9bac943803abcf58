package userfile

import "math/bits"

// field is something a column can say about a person.
type field uint8

// What a Row holds comes first; what follows is only worked with on the way
// to it.
const (
	fieldEmail field = iota
	fieldFirst
	fieldLast
	fieldType
	fieldRole
	fieldSite
	fieldLocale
	fieldLicence
	fieldStatus
	fieldDirectory
	fieldPasswordHash

	fieldDisplayName  // used where first and last name are empty
	fieldLanguage     // a language tag such as sv-SE
	fieldBlocked      // yes: may not sign in
	fieldEnabled      // no: may not sign in
	fieldDeleted      // when the person was deleted
	fieldGoogleStatus // Active, Suspended, Archived
	fieldNewStatus    // the same, and it wins
	fieldHashFunction // how the password of the next one is hashed
	fieldHashed       // a hash or a clear-text password, as fieldHashFunction says
	fieldClearText    // a clear-text password: counted, never read

	fieldCount
)

// rowFields is how many of the fields stand in a Row.
const rowFields = int(fieldPasswordHash) + 1

// fieldSet is a set of fields.
type fieldSet uint32

func (f field) set() fieldSet { return 1 << f }

// next takes the first field out of a set that is not empty.
func (s *fieldSet) next() field {
	f := field(bits.TrailingZeros32(uint32(*s)))
	*s &^= f.set()
	return f
}

// FieldNames returns the names of what a Row holds, as usher's own files and
// the left side of `--map` spell them.
func FieldNames() []string {
	return []string{
		"email", "first_name", "last_name", "type", "role", "site",
		"locale", "licence", "status", "directory", "password_hash",
	}
}

// name returns the field's name; what is not in a Row has none.
func (f field) name() string {
	if int(f) >= rowFields {
		return ""
	}
	return FieldNames()[f]
}

// at returns where the row keeps the field.
func (r *Row) at(f field) *string {
	switch f {
	case fieldEmail:
		return &r.Email
	case fieldFirst:
		return &r.First
	case fieldLast:
		return &r.Last
	case fieldType:
		return &r.Type
	case fieldRole:
		return &r.Role
	case fieldSite:
		return &r.Site
	case fieldLocale:
		return &r.Locale
	case fieldLicence:
		return &r.Licence
	case fieldStatus:
		return &r.Status
	case fieldDirectory:
		return &r.Directory
	default:
		return &r.PasswordHash
	}
}
