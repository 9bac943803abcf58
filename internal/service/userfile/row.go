package userfile

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Row is what a file says about one person: the texts as they stand there, with
// white space trimmed, "" where the file says nothing. A row with Faults is not
// to be imported; its texts are there for messages only.
//
// The texts of a row may share memory: whoever keeps one for long clones it.
type Row struct {
	Number       int // the line of the file the record begins on, from 1
	Email        string
	First        string
	Last         string
	Type         string
	Role         string
	Site         string
	Locale       string
	Licence      string
	Status       string
	Directory    string
	PasswordHash string
	Faults       []Fault
}

// Format writes the row for any verb as its number and address: a hash of a
// password does not get into a log by accident.
func (r Row) Format(w fmt.State, _ rune) {
	_, _ = fmt.Fprintf(w, "row %d (%s)", r.Number, safe(r.Email))
}

// Size returns how many bytes the row's texts have.
func (r *Row) Size() int {
	return len(r.Email) + len(r.First) + len(r.Last) + len(r.Type) + len(r.Role) + len(r.Site) + len(r.Locale) +
		len(r.Licence) + len(r.Status) + len(r.Directory) + len(r.PasswordHash)
}

// Fault is one reason why a row cannot be imported.
type Fault struct {
	Column  string // the column as the file spells it; "" when the whole row is meant
	Value   string // what stands there, short and safe to show; never a password
	Code    string // stable, for scripts: "import.columns"
	Message string // lower case, no full stop
}

// The codes of faults.
const (
	codeColumns   = "import.columns"    // more or fewer cells than columns
	codeQuote     = "import.quote"      // quotation marks that do not pair
	codeTooLong   = "import.too_long"   // a cell or line beyond the limit
	codeEncoding  = "import.encoding"   // bytes that are no text
	codeValue     = "import.value"      // a word this form does not have
	codeHash      = "import.hash"       // a hash that is none
	codeDeleted   = "import.deleted"    // the person was deleted over there
	codeJSON      = "import.json"       // no JSON object, or not text where text belongs
	codeDuplicate = "import.duplicated" // one JSON key twice
)

// detach gives the row texts of its own, so that nothing keeps what else stood
// in the record.
func (r *Row) detach() {
	for f := range fieldPasswordHash + 1 {
		text := r.at(f)
		*text = strings.Clone(*text)
	}
}

func (r *Row) fault(code, column, value, format string, args ...any) {
	if len(r.Faults) == MaxFaults {
		return
	}
	r.Faults = append(r.Faults, Fault{
		Column:  safe(column),
		Value:   safe(value),
		Code:    code,
		Message: fmt.Sprintf(format, args...),
	})
}

// safe returns foreign text as it may stand in a message: at most shownRunes
// characters, and those that a terminal would act on written as \u{1b}.
func safe(s string) string {
	if len(s) <= shownRunes && plain(s) {
		return s
	}
	var b strings.Builder
	shown := 0
	for _, r := range s {
		if shown++; shown > shownRunes {
			b.WriteString("…")
			break
		}
		if r == utf8.RuneError || unicode.IsPrint(r) {
			b.WriteRune(r)
			continue
		}
		b.WriteString(`\u{` + strconv.FormatInt(int64(r), 16) + `}`)
	}
	return b.String()
}

func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}
