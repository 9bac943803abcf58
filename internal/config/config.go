package config

import (
	"time"

	"github.com/usher-admin/usher/internal/account"
)

// Config is what usher is set to. Load returns it checked.
type Config struct {
	DB          string               // path of the database; empty if there is no home to put it
	Output      string               // table, json, jsonl or csv
	Wait        time.Duration        // how long to wait for the database; 0 is not at all
	Color       string               // auto, always or never
	Lang        string               // en, fr or sv; empty is each user's own language
	SMTP        SMTP                 // how mail is sent
	Links       Links                // what links look like
	Directories map[string]Directory // by name, a slug
	Sources     Sources              // where all this came from
}

// SMTP is the server that takes usher's mail. Without a Host no mail is sent.
type SMTP struct {
	Host         string
	Port         int    // 1 to 65535
	Security     string // starttls, tls or none
	Username     string // empty: without signing in
	PasswordFile string
	From         string // an address, with or without a name
}

// Links says what the links look like that are given to people.
type Links struct {
	BaseURL string // http or https, without a slash at its end; empty: usher://
}

// Directory is a directory that keeps the passwords of some users.
type Directory struct {
	URL    string // ldap or ldaps
	BindDN string // the name to sign in as, with {email} or {local} for the user
	CAFile string // PEM certificates to trust
	Help   string // what to tell a user who wants to change his password
}

// parseWait reads the value of the key wait.
func parseWait(s string) (time.Duration, error) { return account.ParseDuration(s) }

// text returns the field of a setting that is kept as it was written, nil for
// any other.
func (c *Config) text(key string) *string {
	switch key {
	case "db":
		return &c.DB
	case "output":
		return &c.Output
	case "color":
		return &c.Color
	case "lang":
		return &c.Lang
	case "smtp.host":
		return &c.SMTP.Host
	case "smtp.security":
		return &c.SMTP.Security
	case "smtp.username":
		return &c.SMTP.Username
	case "smtp.password_file":
		return &c.SMTP.PasswordFile
	case "smtp.from":
		return &c.SMTP.From
	case "links.base_url":
		return &c.Links.BaseURL
	}
	return nil
}

// text is that of Config for the fields of a directory.
func (d *Directory) text(field string) *string {
	switch field {
	case "url":
		return &d.URL
	case "bind_dn":
		return &d.BindDN
	case "ca_file":
		return &d.CAFile
	case "help":
		return &d.Help
	}
	return nil
}
