package userfile

import (
	"strings"

	"github.com/usher-admin/usher/internal/account"
)

// Form names a kind of file.
type Form string

// The forms, by the words that `usher user import --format` takes.
const (
	FormAuto   Form = "auto"   // look at the file and decide
	FormUsher  Form = "usher"  // the columns of Template, or others named by Options.Map
	FormM365   Form = "m365"   // Microsoft 365 admin center and Entra, exports and templates
	FormGoogle Form = "google" // Google Workspace, template and download
	FormJSONL  Form = "jsonl"  // one JSON object a line, as usher exports users
)

// Forms returns every form, in the order help shows them.
func Forms() []Form {
	return []Form{FormAuto, FormUsher, FormM365, FormGoogle, FormJSONL}
}

// ParseForm reads the name of a form; "" is FormAuto. The error is of kind
// Usage and lists the choices.
func ParseForm(s string) (Form, error) {
	if s == "" {
		return FormAuto, nil
	}
	for _, f := range Forms() {
		if strings.EqualFold(s, string(f)) {
			return f, nil
		}
	}
	return "", account.Errorf(account.Usage, "unknown format %q", safe(s)).
		Coded("import.format").
		Hintf("--format takes auto, usher, m365, google or jsonl")
}
