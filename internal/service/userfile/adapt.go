package userfile

import (
	"bytes"
	"strings"
)

// What Microsoft and Google say in their own words, in usher's.

const statusSuspended = "suspended"

// isExample reports whether the record is the one that Entra's template brings
// along (Example: chris@contoso.com).
func (c *csvRows) isExample() bool {
	const mark = "example:"
	for _, f := range [...]field{fieldEmail, fieldDisplayName} {
		if v := c.raw(f); len(v) >= len(mark) && bytes.EqualFold(v[:len(mark)], []byte(mark)) {
			c.tally.examples++
			return true
		}
	}
	return false
}

func (c *csvRows) fillM365(row *Row) {
	if row.First == "" && row.Last == "" {
		// Which part of a display name is which cannot be told; shown together
		// they are right again.
		row.First = c.cell(fieldDisplayName)
	}
	if row.Locale == "" {
		row.Locale = localeOf(c.cell(fieldLanguage))
	}
	if c.truth(row, fieldBlocked, false) || !c.truth(row, fieldEnabled, true) {
		row.Status = statusSuspended
	}
	if when := c.cell(fieldDeleted); when != "" {
		row.fault(codeDeleted, c.layout.column(fieldDeleted), when, "deleted in the other system; take the row out")
	}
}

// localeOf returns the locale of usher for a language tag such as sv-SE, "" if
// it has none.
func localeOf(tag string) string {
	language, _, _ := strings.Cut(strings.ToLower(tag), "-")
	switch language {
	case "en", "fr", "sv":
		return language
	}
	return ""
}

// truth reads a yes or no. Spreadsheets write those in the language of whoever
// saved the file. What is neither is a fault: it decides who may sign in.
func (c *csvRows) truth(row *Row, f field, empty bool) bool {
	v := c.cell(f)
	switch strings.ToLower(v) {
	case "":
		return empty
	case "true", "yes", "1", "sant", "ja", "vrai", "oui":
		return true
	case "false", "no", "0", "falskt", "nej", "faux", "non":
		return false
	}
	row.fault(codeValue, c.layout.column(f), v, "neither yes nor no")
	return empty
}

func (c *csvRows) fillGoogle(row *Row, hash string) {
	if hash != "" {
		row.PasswordHash = hash
	}
	f := fieldNewStatus
	if c.cell(f) == "" {
		f = fieldGoogleStatus
	}
	switch v := c.cell(f); strings.ToLower(v) {
	case "", "active":
	case "suspended", "archived":
		row.Status = statusSuspended
	default:
		row.fault(codeValue, c.layout.column(f), v, "not a status: Active, Suspended or Archived")
	}
}
