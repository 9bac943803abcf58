package config

import (
	"strconv"
	"strings"

	"github.com/usher-admin/usher/internal/account"
)

// Input is all that settings can come from.
type Input struct {
	Flags      map[string]string                // by the name of the key; only those given
	LookupEnv  func(name string) (string, bool) // the environment; an empty variable counts as not set
	ConfigFile string                           // the one file to read, from --config; else USHER_CONFIG counts
	SystemFile string                           // read first, may be missing
	UserFile   string                           // read over it, may be missing; "" is none
	Defaults   Defaults
}

// Defaults holds the defaults that depend on who runs usher where.
type Defaults struct {
	DB string
}

// setting is one value that somebody gave.
type setting struct {
	key    string
	value  string
	source Source
}

// Load reads the files and brings all settings together. Each value given is
// checked, also one that another overrides. The error is Usage, "usage.value",
// for a flag; NotFound, "config.missing", for a file that was named; else
// Invalid: "config.invalid" for what a file or a variable says, "config.secret"
// for a secret in it, "config.permission" for a file others can write,
// "config.unreadable".
func Load(in Input) (Config, error) {
	files, err := readFiles(in)
	if err != nil {
		return Config{}, err
	}
	above, err := readAbove(in)
	if err != nil {
		return Config{}, err
	}
	return merge(in.Defaults, files, above)
}

// readAbove returns the settings that count more than files, the weakest
// first.
func readAbove(in Input) ([]setting, error) {
	settings, err := readEnvironment(in.LookupEnv)
	if err != nil {
		return nil, err
	}
	flags, err := readFlags(in.Flags)
	if err != nil {
		return nil, err
	}
	settings = append(settings, flags...)
	for _, s := range settings {
		if err := s.check(); err != nil {
			return nil, err
		}
	}
	return settings, nil
}

// merge puts the layers over each other. Each later one overrides.
func merge(defaults Defaults, files []file, above []setting) (Config, error) {
	c := Config{DB: defaults.DB, Sources: Sources{Keys: map[string]Source{}}}
	for _, key := range keys {
		if key.Default == "" {
			continue
		}
		if err := c.set(key.Name, key.Default); err != nil {
			return Config{}, err
		}
	}
	for _, f := range files {
		c.Sources.Files = append(c.Sources.Files, f.path)
		if err := c.take(f.settings); err != nil {
			return Config{}, err
		}
	}
	if err := c.take(above); err != nil {
		return Config{}, err
	}
	if _, given := c.Sources.Keys["smtp.port"]; !given {
		c.SMTP.Port = usualPort(c.SMTP.Security)
	}
	c.Links.BaseURL = strings.TrimRight(c.Links.BaseURL, "/")
	return c, nil
}

// take puts a layer over what stands in c.
func (c *Config) take(layer []setting) error {
	for _, s := range layer {
		if err := c.set(s.key, s.value); err != nil {
			return err
		}
		c.Sources.Keys[s.key] = s.source
	}
	return nil
}

// set puts one value into its field. It was checked before, so what does not
// fit is a mistake in the program.
func (c *Config) set(key, value string) (err error) {
	switch {
	case key == "wait":
		c.Wait, err = parseWait(value)
	case key == "smtp.port":
		c.SMTP.Port, err = strconv.Atoi(value)
	case strings.HasPrefix(key, "directories."):
		err = c.setDirectory(key, value)
	default:
		err = put(c.text(key), key, value)
	}
	return err
}

// setDirectory is set for the field of a directory, which is made by its first
// value.
func (c *Config) setDirectory(key, value string) error {
	name, field, _ := strings.Cut(strings.TrimPrefix(key, "directories."), ".")
	directory := c.Directories[name]
	if err := put(directory.text(field), key, value); err != nil {
		return err
	}
	if c.Directories == nil {
		c.Directories = map[string]Directory{}
	}
	c.Directories[name] = directory
	return nil
}

// put fills a field, unless the struct lacks it.
func put(field *string, key, value string) error {
	if field == nil {
		return account.Errorf(account.Unexpected, "no field holds the setting %q", key)
	}
	*field = value
	return nil
}

// refuseSecrets refuses a secret where the name of its file belongs. It would be
// ignored otherwise, so that somebody else might act than was meant, and stay
// readable for every child process.
func refuseSecrets(lookup func(string) (string, bool)) error {
	for _, secret := range [...]struct{ what, name string }{
		{"a password", "USHER_SMTP_PASSWORD"},
		{"a token", "USHER_TOKEN"},
		{"a key", "USHER_ORG_KEY"},
		{"a key", "USHER_SYSTEM_KEY"},
	} {
		if value, _ := lookup(secret.name); value != "" {
			return account.Errorf(account.Invalid, "%s does not belong into the environment (%s)", secret.what, secret.name).
				Coded("config.secret").Hintf("put it into a file that only you can read and name that in %s_FILE", secret.name)
		}
	}
	return nil
}

// readEnvironment returns the settings in variables.
func readEnvironment(lookup func(string) (string, bool)) ([]setting, error) {
	if err := refuseSecrets(lookup); err != nil {
		return nil, err
	}
	var settings []setting
	for _, key := range keys {
		if key.Env == "" {
			continue
		}
		if value, _ := lookup(key.Env); value != "" {
			settings = append(settings, setting{key.Name, value, Source{Kind: FromEnvironment, Name: key.Env}})
		}
	}
	return settings, nil
}

// readFlags returns the settings in flags. A flag that sets none would be
// ignored silently, so a mistake in the program is an error.
func readFlags(flags map[string]string) ([]setting, error) {
	var settings []setting
	for name, value := range flags {
		key, known := findKey(name)
		if !known || key.Flag == "" {
			return nil, account.Errorf(account.Unexpected, "no flag sets %q", name)
		}
		settings = append(settings, setting{name, value, Source{Kind: FromFlag, Name: key.Flag}})
	}
	return settings, nil
}

// usualPort returns the port a mail server listens on for each way of
// protecting the connection.
func usualPort(security string) int {
	switch security {
	case "tls":
		return 465
	case "none":
		return 25
	}
	return 587
}
