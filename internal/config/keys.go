package config

import "strings"

// Key is one setting, as help and documentation show it.
type Key struct {
	Name    string // as in the file, with dots: "smtp.host"
	Flag    string // the flag that sets it, without hyphens; may be empty
	Env     string // the variable that sets it; may be empty
	Default string // may be empty
	Help    string // one sentence
}

// namePart stands in a key for the name of a directory.
const namePart = "NAME"

// keys lists every setting once; the file, the environment, the template and
// the help are held against it.
var keys = [...]Key{
	{"db", "db", "USHER_DB", "", "Path of the database."},
	{"output", "output", "USHER_OUTPUT", "table", "How results are printed: table, json, jsonl or csv."},
	{"wait", "wait", "USHER_WAIT", "5s", "How long to wait for a database that is busy."},
	{"color", "no-color", "USHER_COLOR", "auto", "Colour on a terminal: auto, always or never."},
	{"lang", "", "USHER_LANG", "", "Language of mails: en, fr or sv; without it each user's own."},
	{"smtp.host", "", "USHER_SMTP_HOST", "", "The mail server; without it links are printed and no mail is sent."},
	{"smtp.port", "", "USHER_SMTP_PORT", "587", "Its port; the default is 465 with tls and 25 with none."},
	{"smtp.security", "", "USHER_SMTP_SECURITY", "starttls", "How the way to it is protected: starttls, tls or none."},
	{"smtp.username", "", "USHER_SMTP_USERNAME", "", "Who to sign in as; without it usher does not sign in."},
	{"smtp.password_file", "", "USHER_SMTP_PASSWORD_FILE", "", "Private file whose first line is the password."},
	{"smtp.from", "", "USHER_SMTP_FROM", "", "Sender of every mail."},
	{"links.base_url", "", "USHER_LINKS_BASE_URL", "", "Beginning of every link; without it links begin with usher://."},
	{"directories.NAME.url", "", "", "", "The directory: ldap:// or ldaps://."},
	{"directories.NAME.bind_dn", "", "", "", "The name to sign in to the directory as, with {email} or {local} for the user."},
	{"directories.NAME.ca_file", "", "", "", "PEM certificates that the directory is trusted by."},
	{"directories.NAME.help", "", "", "", "What to tell users who want to change their password."},
}

// Keys returns every setting, in the order of the template. The default of db
// depends on the user and is left empty.
func Keys() []Key { return append([]Key(nil), keys[:]...) }

// findKey returns the setting a name with dots stands for.
func findKey(name string) (Key, bool) {
	generic := generalise(name)
	for _, key := range keys {
		if key.Name == generic {
			return key, true
		}
	}
	return Key{}, false
}

// isSection reports whether name holds settings below it.
func isSection(name string) bool {
	prefix := generalise(name) + "."
	for _, key := range keys {
		if strings.HasPrefix(key.Name, prefix) {
			return true
		}
	}
	return false
}

// generalise puts NAME where the name of a directory stands.
func generalise(name string) string {
	rest, found := strings.CutPrefix(name, "directories.")
	if !found {
		return name
	}
	_, field, found := strings.Cut(rest, ".")
	if !found {
		return "directories." + namePart
	}
	return "directories." + namePart + "." + field
}

// isPath reports whether a setting is the path of a file.
func isPath(name string) bool {
	switch generalise(name) {
	case "db", "smtp.password_file", "directories.NAME.ca_file":
		return true
	}
	return false
}

// siblings lists the last parts of the keys that may stand beside name.
func siblings(name string) []string {
	prefix := generalise(name[:strings.LastIndexByte(name, '.')+1])
	var found []string
	for _, key := range keys {
		rest, below := strings.CutPrefix(key.Name, prefix)
		if !below {
			continue
		}
		part, _, _ := strings.Cut(rest, ".")
		if len(found) == 0 || found[len(found)-1] != part {
			found = append(found, part)
		}
	}
	return found
}
