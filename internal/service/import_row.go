package service

import (
	"errors"
	"strings"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/password"
	"github.com/usher-admin/usher/internal/service/userfile"
)

// parse checks what a row says, field by field; every fault is noted.
func (im *importer) parse(row userfile.Row) importRow {
	for _, f := range row.Faults {
		im.result.Faults.alone.note(row.Number, ImportFault{Column: f.Column, Value: f.Value, Code: f.Code, Message: f.Message, kind: account.Invalid})
	}
	r := importRow{number: row.Number}
	if len(row.Faults) > 0 {
		return r
	}
	p := rowParser{im: im, row: row.Number}
	r.Email = parseField(p, "email", row.Email, account.ParseEmail)
	r.FirstName = parseOptional(p, "first_name", row.First, "", cleaner("first name"))
	r.LastName = parseOptional(p, "last_name", row.Last, "", cleaner("last name"))
	r.Type = parseOptional(p, "type", row.Type, im.in.Type, account.ParseUserType)
	r.Role = parseOptional(p, "role", row.Role, im.in.Role, account.ParseRoleName)
	r.Site = parseOptional(p, "site", row.Site, im.in.Site, account.ParseSlug)
	r.Locale = parseOptional(p, "locale", row.Locale, "", account.ParseLocale)
	r.Plan = parseOptional(p, "licence", row.Licence, im.in.Plan, account.ParsePlanName)
	r.Directory = parseOptional(p, "directory", row.Directory, "", cleaner("directory"))
	r.suspended = strings.EqualFold(row.Status, string(account.StatusSuspended))
	r.hash = parseHash(p, row.PasswordHash)
	return r
}

// rowParser notes what is wrong with the fields of one row.
type rowParser struct {
	im  *importer
	row int
}

func cleaner(field string) func(string) (string, error) {
	return func(s string) (string, error) { return account.CleanName(field, s) }
}

// parseField parses a text and notes the fault if it is not right.
func parseField[T any](p rowParser, field, text string, parse func(string) (T, error)) T {
	value, err := parse(text)
	if err != nil {
		p.im.noteError(p.row, field, text, err)
	}
	return value
}

// parseOptional parses a text where there is one, else takes the default.
func parseOptional[T ~string](p rowParser, field, text string, missing T, parse func(string) (T, error)) T {
	if text == "" {
		return missing
	}
	return parseField(p, field, text, parse)
}

// parseHash makes sure that a foreign hash can be verified one day. The fault
// does not repeat it.
func parseHash(p rowParser, hash string) string {
	if hash == "" {
		return ""
	}
	if _, err := password.RecogniseForeign(hash); err != nil {
		p.im.noteError(p.row, "password_hash", "", err)
	}
	return hash
}

func (im *importer) noteError(row int, field, value string, err error) {
	f := ImportFault{Column: im.reader.Column(field), Value: value, Code: "import.value", Message: err.Error(), kind: account.KindOf(err)}
	if code := account.CodeOf(err); code != "" {
		f.Code = code
	}
	im.result.Faults.alone.note(row, f)
}

// faultOf notes why a row that is right in itself could not be written.
func (im *importer) faultOf(row *importRow, err error) {
	var e *account.Error
	if !errors.As(err, &e) {
		return
	}
	noun, _, _ := strings.Cut(e.Code, ".")
	field, value := "email", row.Email.String()
	switch noun {
	case "role", "access", "owner":
		field, value = "role", string(row.Role)
	case "site":
		field, value = "site", string(row.Site)
	case "directory":
		field, value = "directory", row.Directory
	case "licence", "plan":
		field, value = "licence", string(row.Plan)
	case "key":
		field, value = "password_hash", ""
	}
	im.result.Faults.against.note(row.number, ImportFault{
		Column: im.reader.Column(field), Value: value, Code: e.Code, Message: e.Message, kind: e.Kind, overdrawn: overdrawnBy(err),
	})
}
