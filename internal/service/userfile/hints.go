package userfile

import (
	"fmt"
	"strings"

	"github.com/usher-admin/usher/internal/account"
)

// list returns column names for a message, quoted and not too many.
func list(names []string) string {
	var b strings.Builder
	for i, name := range names {
		if i == shownColumns {
			fmt.Fprintf(&b, " and %d more", len(names)-i)
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(`"` + safe(name) + `"`)
	}
	return b.String()
}

func missingColumn(names []string, format string, args ...any) error {
	return account.Errorf(account.Invalid, format+"; the file has %s", append(args, list(names))...).
		Coded("import.missing_column").
		Hintf("%s", mapHint(names))
}

// unknownColumn names a column that usher's form does not have, and the one
// that was probably meant.
func unknownColumn(name string) error {
	err := account.Errorf(account.Invalid, "usher's form has no column %q", safe(name)).
		Coded("import.unknown_column")
	folded := fold(name)
	if strings.Contains(folded, "password") {
		return err.Hintf("passwords in clear text are never imported: put hashes in password_hash, " +
			"or leave the column out and give --invite")
	}
	best, distance := "", len(folded)/2+1
	for _, known := range FieldNames() {
		if d := editDistance(folded, known); d < distance {
			best, distance = known, d
		}
	}
	if best != "" {
		return err.Hintf("did you mean %q? To use only some columns, name them with --map", best)
	}
	return err.Hintf("usher user template prints the columns; to use only some of a file, name them with --map")
}

// editDistance returns how many letters must be put in, taken out or changed
// to make b of a. Both are short: a column's name is cut to MaxColumnName.
func editDistance(a, b string) int {
	from, to := []rune(a), []rune(b)
	row := make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range from {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range to {
			cost := diagonal
			if x != y {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(to)]
}

// mapHint shows how --map is written, with the file's own columns where their
// meaning can be guessed.
func mapHint(names []string) string {
	hint := "usher user import FILE"
	guessed := fieldSet(0)
	for _, name := range names {
		f, ok := guess(fold(name))
		if !ok || guessed&f.set() != 0 || !shellSafe(name) {
			continue
		}
		guessed |= f.set()
		hint += " --map " + f.name() + "='" + name + "'"
	}
	if guessed&fieldEmail.set() != 0 {
		return hint
	}
	return "say which column is which: usher user import FILE --map email='COLUMN' --map first_name='COLUMN'"
}

// guess returns what a column of somebody's own list is likely to say, by the
// words people use for it in the languages of usher.
func guess(name string) (field, bool) {
	switch name {
	case "e-mail", "mail", "email", "e-mail address", "email address", "work email",
		"e-post", "epost", "e-postadress", "epostadress",
		"courriel", "adresse e-mail", "adresse électronique", "adresse de messagerie":
		return fieldEmail, true
	case "first name", "firstname", "given name", "förnamn", "tilltalsnamn", "prénom", "prenom":
		return fieldFirst, true
	case "last name", "lastname", "surname", "family name", "efternamn", "nom", "nom de famille":
		return fieldLast, true
	}
	return 0, false
}

// shellSafe reports whether a foreign name may stand between single quotes in a
// command that is shown to be typed.
func shellSafe(name string) bool {
	return safe(name) == name && !strings.ContainsAny(name, `'\`)
}
