package config

import (
	"reflect"
	"strings"
	"time"

	"github.com/go-viper/mapstructure/v2"
	"github.com/spf13/viper"

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
	v := viper.NewWithOptions()
	setDefaults(v, defaults)
	sources := Sources{Keys: map[string]Source{}}
	for _, f := range files {
		if err := v.MergeConfigMap(f.tree()); err != nil {
			return Config{}, account.Errorf(account.Unexpected, "cannot merge %s: %w", f.path, err)
		}
		sources.Files = append(sources.Files, f.path)
		for _, s := range f.settings {
			sources.Keys[s.key] = s.source
		}
	}
	for _, s := range above {
		v.Set(s.key, s.value)
		sources.Keys[s.key] = s.source
	}
	return decode(v, sources)
}

func setDefaults(v *viper.Viper, defaults Defaults) {
	for _, key := range keys {
		if key.Default != "" {
			v.SetDefault(key.Name, key.Default)
		}
	}
	v.SetDefault("db", defaults.DB)
}

// readEnvironment returns the settings in variables. A password there would be
// ignored otherwise, and stay readable for every child process.
func readEnvironment(lookup func(string) (string, bool)) ([]setting, error) {
	const secret = "USHER_SMTP_PASSWORD"
	if value, _ := lookup(secret); value != "" {
		return nil, account.Errorf(account.Invalid, "a password does not belong into the environment (%s)", secret).
			Coded("config.secret").Hintf("put it into a file that only you can read and name that in %s_FILE", secret)
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

// decode turns what was merged into the struct. ErrorUnused finds a key of the
// table that the struct lacks; what a person mistypes was found before, with
// its line.
func decode(v *viper.Viper, sources Sources) (Config, error) {
	c := Config{Sources: sources}
	strict := func(d *mapstructure.DecoderConfig) { d.ErrorUnused = true }
	if err := v.Unmarshal(&c, viper.DecodeHook(decodeWait), strict); err != nil {
		return Config{}, account.Errorf(account.Unexpected, "cannot read the settings: %w", err)
	}
	if _, given := sources.Keys["smtp.port"]; !given {
		c.SMTP.Port = usualPort(c.SMTP.Security)
	}
	c.Links.BaseURL = strings.TrimRight(c.Links.BaseURL, "/")
	return c, nil
}

func decodeWait(_, to reflect.Type, value any) (any, error) {
	text, isText := value.(string)
	if to != reflect.TypeFor[time.Duration]() || !isText {
		return value, nil
	}
	return parseWait(text)
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
