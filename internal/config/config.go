package config

import (
	"time"

	"github.com/usher-admin/usher/internal/account"
)

// Config is what usher is set to. Load returns it checked.
type Config struct {
	DB          string               `mapstructure:"db"`          // path of the database; empty if there is no home to put it
	Output      string               `mapstructure:"output"`      // table, json, jsonl or csv
	Wait        time.Duration        `mapstructure:"wait"`        // how long to wait for the database; 0 is not at all
	Color       string               `mapstructure:"color"`       // auto, always or never
	Lang        string               `mapstructure:"lang"`        // en, fr or sv; empty is each user's own language
	SMTP        SMTP                 `mapstructure:"smtp"`        // how mail is sent
	Links       Links                `mapstructure:"links"`       // what links look like
	Directories map[string]Directory `mapstructure:"directories"` // by name, a slug
	Sources     Sources              `mapstructure:"-"`           // where all this came from
}

// SMTP is the server that takes usher's mail. Without a Host no mail is sent.
type SMTP struct {
	Host         string `mapstructure:"host"`
	Port         int    `mapstructure:"port"`     // 1 to 65535
	Security     string `mapstructure:"security"` // starttls, tls or none
	Username     string `mapstructure:"username"` // empty: without signing in
	PasswordFile string `mapstructure:"password_file"`
	From         string `mapstructure:"from"` // an address, with or without a name
}

// Links says what the links look like that are given to people.
type Links struct {
	BaseURL string `mapstructure:"base_url"` // http or https, without a slash at its end; empty: usher://
}

// Directory is a directory that keeps the passwords of some users.
type Directory struct {
	URL    string `mapstructure:"url"`     // ldap or ldaps
	BindDN string `mapstructure:"bind_dn"` // the name to sign in as, with {email} or {local} for the user
	CAFile string `mapstructure:"ca_file"` // PEM certificates to trust
	Help   string `mapstructure:"help"`    // what to tell a user who wants to change his password
}

// parseWait reads the value of the key wait.
func parseWait(s string) (time.Duration, error) { return account.ParseDuration(s) }
