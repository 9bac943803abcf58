package secretfile

import (
	"strconv"
	"strings"

	"github.com/usher-admin/usher/internal/account"
)

// The fields of a stored password.
const (
	fieldName = iota
	fieldUsername
	fieldURL
	fieldNotes
	fieldValue
	fieldCount

	fieldNone = -1 // nothing usher keeps
	fieldOwn  = -2 // what an export of usher has besides
)

// columns says in which cell of a record each field stands; -1: in none.
type columns struct {
	at    [fieldCount]int
	count int
}

// fieldOf returns the field that a column holds, by the names that usher,
// browsers and password managers give it.
func fieldOf(column string) int {
	words := strings.NewReplacer("_", " ", "-", " ", "\ufeff", "").Replace(strings.ToLower(column))
	switch strings.Join(strings.Fields(words), " ") {
	case "name", "title", "account":
		return fieldName
	case "username", "user name", "user", "login", "login name", "login username":
		return fieldUsername
	case "url", "uri", "website", "web site", "address", "login uri", "login url":
		return fieldURL
	case "notes", "note", "extra", "comments", "comment", "description":
		return fieldNotes
	case "value", "password", "login password", "secret":
		return fieldValue
	case "id", "updated at", "updated by":
		return fieldOwn
	}
	return fieldNone
}

// readHeader finds the fields among the names of the columns.
func readHeader(header []string) (columns, []string, error) {
	c := columns{at: [fieldCount]int{-1, -1, -1, -1, -1}, count: len(header)}
	var ignored []string
	for i, name := range header {
		field := fieldOf(name)
		if field == fieldNone {
			ignored = append(ignored, shown(name))
		}
		if field < 0 {
			continue
		}
		if c.at[field] >= 0 {
			return c, nil, account.Errorf(account.Invalid, "two columns mean the same: %s and %s", shown(header[c.at[field]]), shown(name)).
				Coded("import.duplicate_column").
				Hintf("take one of them out of the file")
		}
		c.at[field] = i
	}
	if c.at[fieldName] < 0 || c.at[fieldValue] < 0 {
		return c, nil, account.Errorf(account.Invalid, "the file has no column for the name or none for the value").
			Coded("import.missing_column").
			Hintf("the first line names the columns: name,username,url,notes,value")
	}
	return c, ignored, nil
}

// shown returns the name of a column, short and in quotes.
func shown(name string) string {
	const most = 60
	if runes := []rune(name); len(runes) > most {
		name = string(runes[:most])
	}
	return strconv.Quote(name)
}

// row turns a record into a row.
func (c columns) row(record []string, line int) Row {
	return Row{
		Line: line,
		Details: account.SecretDetails{
			Name: account.UnguardFormula(c.cell(record, fieldName)), Username: account.UnguardFormula(c.cell(record, fieldUsername)),
			URL: account.UnguardFormula(c.cell(record, fieldURL)), Notes: account.UnguardFormula(c.cell(record, fieldNotes)),
		},
		Value:   c.cell(record, fieldValue),
		Surplus: len(record) > c.count,
	}
}

func (c columns) cell(record []string, field int) string {
	if at := c.at[field]; at >= 0 && at < len(record) {
		return strings.Clone(record[at])
	}
	return ""
}
