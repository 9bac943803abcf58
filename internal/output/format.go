package output

import "github.com/usher-admin/usher/internal/account"

// Format is the form results are printed in, as `--output` names it.
type Format string

// The formats there are.
const (
	FormatTable Format = "table" // for people; the one taken when none is named
	FormatJSON  Format = "json"  // one value: an object, or an array of them
	FormatJSONL Format = "jsonl" // an object a line
	FormatCSV   Format = "csv"   // RFC 4180, but with plain line feeds
)

// Formats returns the names of the formats, for help and completion.
func Formats() []string {
	return []string{string(FormatTable), string(FormatJSON), string(FormatJSONL), string(FormatCSV)}
}

// ParseFormat returns the format of a name. An unknown one is an
// account.Usage error with the code "usage.choice".
func ParseFormat(name string) (Format, error) {
	switch f := Format(name); f {
	case FormatTable, FormatJSON, FormatJSONL, FormatCSV:
		return f, nil
	}
	return "", account.Errorf(account.Usage, "unknown output format %q: choose table, json, jsonl or csv", name).
		Coded("usage.choice")
}
