package config

import (
	"fmt"
	"slices"
	"strconv"
)

// SourceKind says what a value came from.
type SourceKind uint8

// What a value can come from, the weakest first.
const (
	FromDefault SourceKind = iota
	FromFile
	FromEnvironment
	FromFlag
)

// Source is where a value came from.
type Source struct {
	Kind SourceKind
	Name string // the file's path, the variable, the flag without hyphens
	Line int    // in the file; 0 is unknown
}

// String returns the source as people read it: "default",
// "/etc/usher/usher.yaml:12", "environment USHER_DB" or "flag --db".
func (s Source) String() string {
	switch {
	case s.Kind == FromFlag:
		return "flag --" + s.Name
	case s.Kind == FromEnvironment:
		return "environment " + s.Name
	case s.Kind == FromDefault:
		return "default"
	case s.Line == 0:
		return s.Name
	}
	return fmt.Sprintf("%s:%d", s.Name, s.Line)
}

// Sources says where the values of a Config came from.
type Sources struct {
	Files []string          // the files that were read, the weakest first
	Keys  map[string]Source // by the name of the key; what is not there is a default
}

// Entry is one setting with its value, for `config show`. The values are what
// somebody wrote into a file: make them safe before they are shown.
type Entry struct {
	Key    string
	Value  string
	Source Source
}

// Entries returns every setting in the order of Keys, directories by their
// names. There is no secret among them.
func (c Config) Entries() []Entry {
	var entries []Entry
	add := func(key, value string) {
		entries = append(entries, Entry{key, value, c.Sources.Keys[key]})
	}
	add("db", c.DB)
	add("output", c.Output)
	add("wait", c.Wait.String())
	add("color", c.Color)
	add("lang", c.Lang)
	add("smtp.host", c.SMTP.Host)
	add("smtp.port", strconv.Itoa(c.SMTP.Port))
	add("smtp.security", c.SMTP.Security)
	add("smtp.username", c.SMTP.Username)
	add("smtp.password_file", c.SMTP.PasswordFile)
	add("smtp.from", c.SMTP.From)
	add("links.base_url", c.Links.BaseURL)
	for _, name := range c.directoryNames() {
		directory := c.Directories[name]
		add("directories."+name+".url", directory.URL)
		add("directories."+name+".bind_dn", directory.BindDN)
		add("directories."+name+".ca_file", directory.CAFile)
		add("directories."+name+".help", directory.Help)
	}
	return entries
}

func (c Config) directoryNames() []string {
	names := make([]string, 0, len(c.Directories))
	for name := range c.Directories {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
