package output

import (
	"strings"

	"github.com/usher-admin/usher/internal/account"
)

// Spec describes the objects of a command: their fields in the order of a
// table, which are also the names `--columns` knows.
type Spec struct {
	Columns []Column
	Key     string // path of what --quiet prints, an id or an address; "" prints nothing
	Empty   string // what to say, beside the result, when a table has no row
}

// Column is a field of an object, as a table shows it.
type Column struct {
	Path  string // field name, dotted for what lies in a nested object
	Title string // header; made from the path if empty
	Wide  bool   // in a list's table only if asked for
	Right bool   // aligned at the right, as numbers are
	State bool   // words such as active or failed get their colour
	Cut   bool   // may be cut with … where a terminal is too narrow
	Width int    // expected width in a table too long to be measured; 0: unknown
	// Words, if there is one, says what a list's table shows people in place of
	// the value, unless the column was asked for; "" leaves the value.
	Words func(o Object) string
}

// Paths returns the paths of all columns, for completion and messages.
func (s Spec) Paths() []string {
	paths := make([]string, len(s.Columns))
	for i := range s.Columns {
		paths[i] = s.Columns[i].Path
	}
	return paths
}

// title returns the header of c.
func (c *Column) title() string {
	if c.Title != "" {
		return c.Title
	}
	words := strings.FieldsFunc(c.Path, func(r rune) bool { return r == '_' || r == '.' })
	return strings.ToUpper(strings.Join(words, " "))
}

// choose returns the columns of the given names in their order. A name is a
// path, in any letter case, or that of a nested object, which stands for all
// its columns. An unknown name, or one column twice, is an account.Usage
// error with the code "usage.column".
func (s Spec) choose(names []string) ([]Column, error) {
	chosen := make([]Column, 0, len(names))
	for _, name := range names {
		found := s.named(strings.TrimSpace(name))
		if len(found) == 0 {
			return nil, account.Errorf(account.Usage, "unknown column %q: choose from %s", name, strings.Join(s.Paths(), ", ")).
				Coded("usage.column")
		}
		for _, c := range found {
			if hasPath(chosen, c.Path) {
				return nil, account.Errorf(account.Usage, "column %q is chosen twice", c.Path).Coded("usage.column")
			}
			c.Words = nil
			chosen = append(chosen, c)
		}
	}
	return chosen, nil
}

// named returns the columns that name stands for.
func (s Spec) named(name string) []Column {
	var under []Column
	for _, c := range s.Columns {
		if strings.EqualFold(c.Path, name) {
			return []Column{c}
		}
		if n := len(name); n > 0 && len(c.Path) > n && c.Path[n] == '.' && strings.EqualFold(c.Path[:n], name) {
			under = append(under, c)
		}
	}
	return under
}

func hasPath(columns []Column, path string) bool {
	for i := range columns {
		if columns[i].Path == path {
			return true
		}
	}
	return false
}

// hasState reports whether the column of a path tells a state.
func (s Spec) hasState(path string) bool {
	for i := range s.Columns {
		if s.Columns[i].Path == path {
			return s.Columns[i].State
		}
	}
	return false
}

// narrow returns the columns a table shows when nobody chose any.
func (s Spec) narrow() []Column {
	columns := make([]Column, 0, len(s.Columns))
	for _, c := range s.Columns {
		if !c.Wide {
			columns = append(columns, c)
		}
	}
	return columns
}

// columnsOf returns a column for each field of o, those of nested objects
// dotted.
func columnsOf(o Object) []Column {
	fields := o.flat()
	columns := make([]Column, len(fields))
	for i := range fields {
		columns[i].Path = fields[i].Name
	}
	return columns
}
