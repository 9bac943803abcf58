package config

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/usher-admin/usher/internal/account"
)

// world is a machine with files, variables and flags.
type world struct {
	system, user, named string // texts of the files; "" is no file
	env                 map[string]string
	flags               map[string]string
	input               Input
}

// load writes the files and loads the configuration.
func (w *world) load(t *testing.T) (Config, error) {
	t.Helper()
	folder := t.TempDir()
	place := func(name, text string) string {
		path := filepath.Join(folder, name)
		if text != "" {
			write(t, path, text, 0o644)
		}
		return path
	}
	w.input = Input{
		Flags:      w.flags,
		LookupEnv:  lookup(w.env),
		SystemFile: place("system.yaml", w.system),
		UserFile:   place("user.yaml", w.user),
		Defaults:   Defaults{DB: "/home/anna/usher.db"},
	}
	if w.named != "" {
		w.input.ConfigFile = place("named.yaml", w.named)
	}
	return Load(w.input)
}

func write(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

func lookup(env map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, found := env[name]
		return value, found
	}
}

func TestWithoutAnySettingTheDefaultsCount(t *testing.T) {
	w := world{}
	got, err := w.load(t)
	if err != nil {
		t.Fatal(err)
	}
	want := Config{
		DB: "/home/anna/usher.db", Output: "table", Wait: 5 * time.Second, Color: "auto",
		SMTP:    SMTP{Port: 587, Security: "starttls"},
		Sources: Sources{Keys: map[string]Source{}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want -, got +:\n%s", diff)
	}
}

func TestStrongerSourceCountsMore(t *testing.T) {
	system := "output: csv\nsmtp:\n  host: system.example.org\n  username: usher\n"
	user := "output: json\nsmtp:\n  host: user.example.org\n"
	env := map[string]string{"USHER_OUTPUT": "jsonl"}
	flags := map[string]string{"output": "table"}
	tests := []struct {
		name       string
		w          world
		output     string
		source     string // with the folder taken away
		host       string
		username   string
		filesNamed []string
	}{
		{"the system's file over the default", world{system: system},
			"csv", "system.yaml:1", "system.example.org", "usher", []string{"system.yaml"}},
		{"the user's file over the system's, key by key", world{system: system, user: user},
			"json", "user.yaml:1", "user.example.org", "usher", []string{"system.yaml", "user.yaml"}},
		{"a variable over the files", world{system: system, user: user, env: env},
			"jsonl", "environment USHER_OUTPUT", "user.example.org", "usher", []string{"system.yaml", "user.yaml"}},
		{"a flag over all", world{system: system, user: user, env: env, flags: flags},
			"table", "flag --output", "user.example.org", "usher", []string{"system.yaml", "user.yaml"}},
		{"a flag over the default", world{flags: map[string]string{"output": "csv"}},
			"csv", "flag --output", "", "", nil},
		{"a named file instead of both", world{system: system, user: user, named: "smtp: {host: named.example.org}"},
			"table", "default", "named.example.org", "", []string{"named.yaml"}},
		{"a variable over a named file", world{named: "output: csv", env: env},
			"jsonl", "environment USHER_OUTPUT", "", "", []string{"named.yaml"}},
		{"an empty variable is not set", world{user: user, env: map[string]string{"USHER_OUTPUT": ""}},
			"json", "user.yaml:1", "user.example.org", "", []string{"user.yaml"}},
		{"an empty text takes back what the system set", world{system: system, user: "smtp:\n  username: \"\"\n"},
			"csv", "system.yaml:1", "system.example.org", "", []string{"system.yaml", "user.yaml"}},
		{"a key without a value sets nothing", world{system: system, user: "output:\nsmtp:\n  host:\n"},
			"csv", "system.yaml:1", "system.example.org", "usher", []string{"system.yaml", "user.yaml"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, err := test.w.load(t)
			if err != nil {
				t.Fatal(err)
			}
			source := c.Sources.Keys["output"].String()
			if i := strings.LastIndexByte(source, '/'); i >= 0 {
				source = source[i+1:]
			}
			if c.Output != test.output || source != test.source {
				t.Errorf("got output %q from %s; want %q from %s", c.Output, source, test.output, test.source)
			}
			if c.SMTP.Host != test.host || c.SMTP.Username != test.username {
				t.Errorf("got host %q, username %q; want %q, %q", c.SMTP.Host, c.SMTP.Username, test.host, test.username)
			}
			var files []string
			for _, path := range c.Sources.Files {
				files = append(files, filepath.Base(path))
			}
			if !slices.Equal(files, test.filesNamed) {
				t.Errorf("got files %q; want %q", files, test.filesNamed)
			}
		})
	}
}

func TestEveryKeyIsReadFromAFile(t *testing.T) {
	w := world{user: `
db: /srv/usher.db
output: jsonl
wait: 1m
color: never
lang: sv
smtp:
  host: "2001:db8::25"
  port: 2525
  security: none
  username: usher
  password_file: /etc/usher/pw
  from: Usher <usher@example.org>
links:
  base_url: https://usher.example.org/links/
directories:
  corp:
    url: ldaps://dc1.example.org:636
    bind_dn: CN=usher,DC=example
    ca_file: /etc/usher/ca.pem
    help: |
      Press Ctrl+Alt+Del.
      Then call 4711.
  Branch-2:
    url: ldap://dc2.example.org
`}
	got, err := w.load(t)
	if err != nil {
		t.Fatal(err)
	}
	want := Config{
		DB: "/srv/usher.db", Output: "jsonl", Wait: time.Minute, Color: "never", Lang: "sv",
		SMTP:  SMTP{"2001:db8::25", 2525, "none", "usher", "/etc/usher/pw", "Usher <usher@example.org>"},
		Links: Links{"https://usher.example.org/links"},
		Directories: map[string]Directory{
			"corp":     {"ldaps://dc1.example.org:636", "CN=usher,DC=example", "/etc/usher/ca.pem", "Press Ctrl+Alt+Del.\nThen call 4711.\n"},
			"branch-2": {URL: "ldap://dc2.example.org"},
		},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Config{}, "Sources")); diff != "" {
		t.Errorf("want -, got +:\n%s", diff)
	}
	if line := got.Sources.Keys["directories.branch-2.url"].Line; line != 25 {
		t.Errorf("got line %d for the last key; want 25", line)
	}
}

func TestEveryVariableSetsItsKey(t *testing.T) {
	values := map[string]string{
		"USHER_DB": "/srv/usher.db", "USHER_OUTPUT": "csv", "USHER_WAIT": "0", "USHER_COLOR": "always", "USHER_LANG": "fr",
		"USHER_SMTP_HOST": "mail.example.org", "USHER_SMTP_PORT": "26", "USHER_SMTP_SECURITY": "tls", "USHER_SMTP_USERNAME": "usher",
		"USHER_SMTP_PASSWORD_FILE": "pw", "USHER_SMTP_FROM": "usher@example.org", "USHER_LINKS_BASE_URL": "http://localhost:8080",
	}
	for _, key := range Keys() {
		if key.Env != "" && values[key.Env] == "" {
			t.Errorf("the test knows no value for %s", key.Env)
		}
	}
	w := world{env: values}
	got, err := w.load(t)
	if err != nil {
		t.Fatal(err)
	}
	want := Config{
		DB: "/srv/usher.db", Output: "csv", Color: "always", Lang: "fr",
		SMTP:  SMTP{"mail.example.org", 26, "tls", "usher", "pw", "usher@example.org"},
		Links: Links{"http://localhost:8080"},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Config{}, "Sources")); diff != "" {
		t.Errorf("want -, got +:\n%s", diff)
	}
	if n := len(got.Sources.Keys); n != len(values) {
		t.Errorf("got %d sources; want %d", n, len(values))
	}
}

func TestPortFollowsFromTheSecurity(t *testing.T) {
	tests := []struct {
		name, file string
		want       int
	}{
		{"nothing is set", "lang: en", 587},
		{"starttls", "smtp: {security: starttls}", 587},
		{"tls", "smtp: {security: tls}", 465},
		{"none", "smtp: {security: none}", 25},
		{"a port that is set stays", "smtp: {security: tls, port: 587}", 587},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := world{user: test.file}
			c, err := w.load(t)
			if err != nil || c.SMTP.Port != test.want {
				t.Errorf("got port %d, %v; want %d", c.SMTP.Port, err, test.want)
			}
		})
	}
}

func TestPathsInAFileStartAtItsFolder(t *testing.T) {
	w := world{
		user: "db: data/usher.db\nsmtp: {password_file: ~/pw}\ndirectories: {corp: {ca_file: ../ca.pem}}",
		env:  map[string]string{"HOME": "/home/anna"},
	}
	c, err := w.load(t)
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Dir(w.input.UserFile)
	if want := filepath.Join(folder, "data/usher.db"); c.DB != want {
		t.Errorf("got db %q; want %q", c.DB, want)
	}
	if want := "/home/anna/pw"; c.SMTP.PasswordFile != want {
		t.Errorf("got password_file %q; want %q", c.SMTP.PasswordFile, want)
	}
	if want := filepath.Join(filepath.Dir(folder), "ca.pem"); c.Directories["corp"].CAFile != want {
		t.Errorf("got ca_file %q; want %q", c.Directories["corp"].CAFile, want)
	}
	w.flags = map[string]string{"db": "here.db"}
	if c, err := w.load(t); err != nil || c.DB != "here.db" {
		t.Errorf("got db %q, %v from a flag; want it as it was typed", c.DB, err)
	}
}

func TestNamedFileHasToExist(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing.yaml")
	tests := []struct {
		name string
		in   Input
	}{
		{"named by the flag", Input{ConfigFile: missing, LookupEnv: lookup(nil)}},
		{"named by the variable", Input{LookupEnv: lookup(map[string]string{"USHER_CONFIG": missing})}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Load(test.in)
			wantError(t, err, account.NotFound, "config.missing", "there is no configuration file "+missing)
		})
	}
	t.Run("the flag counts more than the variable", func(t *testing.T) {
		if _, err := Load(Input{ConfigFile: os.DevNull, LookupEnv: lookup(map[string]string{"USHER_CONFIG": missing})}); err != nil {
			t.Errorf("got %v; want the file of the flag to be read", err)
		}
	})
}

func TestFileThatOthersCanWriteIsRefused(t *testing.T) {
	tests := []struct {
		name  string
		mode  os.FileMode
		wrong bool
	}{
		{"private", 0o600, false},
		{"readable by all", 0o644, false},
		{"read-only", 0o444, false},
		{"writable by the group", 0o664, true},
		{"writable by others", 0o602, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "usher.yaml")
			write(t, path, "lang: en", test.mode)
			_, err := Load(Input{SystemFile: path, LookupEnv: lookup(nil)})
			if !test.wrong {
				if err != nil {
					t.Errorf("got %v; want no error", err)
				}
				return
			}
			wantError(t, err, account.Invalid, "config.permission", "others than its owner can write the configuration file "+path)
		})
	}
}

func TestFileThatCannotBeReadIsAnError(t *testing.T) {
	folder := t.TempDir()
	for _, in := range []Input{{SystemFile: folder}, {UserFile: folder}, {ConfigFile: folder}} {
		in.LookupEnv = lookup(nil)
		_, err := Load(in)
		wantError(t, err, account.Invalid, "config.unreadable", "cannot read the configuration file "+folder+": is a directory")
	}
	_, err := Load(Input{UserFile: filepath.Join(os.DevNull, "usher.yaml"), LookupEnv: lookup(nil)})
	if err != nil {
		t.Errorf("got %v for a file in a folder that is none; want it to be missing", err)
	}
}

func TestPasswordInTheEnvironmentIsRefused(t *testing.T) {
	for name, what := range map[string]string{"USHER_SMTP_PASSWORD": "a password", "USHER_TOKEN": "a token", "USHER_ORG_KEY": "a key", "USHER_SYSTEM_KEY": "a key"} {
		w := world{env: map[string]string{name: "hunter2"}}
		_, err := w.load(t)
		wantError(t, err, account.Invalid, "config.secret", what+" does not belong into the environment ("+name+")")
		w = world{env: map[string]string{name: ""}}
		if _, err := w.load(t); err != nil {
			t.Errorf("%s is empty: got %v", name, err)
		}
	}
}

func TestFlagThatSetsNothingIsAFaultOfTheProgram(t *testing.T) {
	for _, name := range []string{"no-color", "smtp.host", "x"} {
		w := world{flags: map[string]string{name: "x"}}
		if _, err := w.load(t); err == nil || account.KindOf(err) != account.Unexpected {
			t.Errorf("got %v for %q; want an unexpected error", err, name)
		}
	}
}

// The struct, the table of keys and the entries are three lists of one thing.
func TestEveryKeyHasAFieldOfItsOwnAndAnEntry(t *testing.T) {
	var c Config
	want := map[string]string{}
	for i, key := range Keys() {
		value := strconv.Itoa(i + 1)
		if key.Name == "wait" {
			value = "1m1s"
		}
		if err := c.set(key.Name, value); err != nil {
			t.Errorf("%s: %v", key.Name, err)
		}
		want[key.Name] = value
		if key.Help == "" || !strings.HasSuffix(key.Help, ".") {
			t.Errorf("got help %q for %s; want a sentence", key.Help, key.Name)
		}
	}
	got := map[string]string{}
	for _, entry := range c.Entries() {
		got[entry.Key] = entry.Value
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("keys -, entries +:\n%s", diff)
	}
	if fields := countFields(reflect.TypeFor[Config]()) - countFields(reflect.TypeFor[Sources]()); fields != len(want) {
		t.Errorf("got %d fields for %d keys", fields, len(want))
	}
}

// countFields counts the values that a struct holds, those of structs and of
// maps of structs in it too.
func countFields(t reflect.Type) int {
	switch {
	case t.Kind() == reflect.Map:
		return countFields(t.Elem())
	case t.Kind() != reflect.Struct || t == reflect.TypeFor[Source]():
		return 1
	}
	count := 0
	for i := range t.NumField() {
		count += countFields(t.Field(i).Type)
	}
	return count
}

func TestEntriesShowValuesAndSources(t *testing.T) {
	w := world{
		user:  "directories: {b: {url: ldap://b}, a: {url: ldap://a}}",
		flags: map[string]string{"wait": "90s", "color": "never"},
	}
	c, err := w.load(t)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	var order []string
	for _, entry := range c.Entries() {
		got[entry.Key] = entry.Value + " from " + entry.Source.String()
		order = append(order, entry.Key)
	}
	want := map[string]string{
		"wait": "1m30s from flag --wait", "color": "never from flag --no-color", "smtp.port": "587 from default",
		"directories.a.url": "ldap://a from " + w.input.UserFile + ":1", "directories.a.help": " from default",
	}
	maps.DeleteFunc(got, func(key, _ string) bool { _, wanted := want[key]; return !wanted })
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want -, got +:\n%s", diff)
	}
	if order[0] != "db" || order[12] != "directories.a.url" || order[16] != "directories.b.url" {
		t.Errorf("got order %q; want that of Keys, directories by name", order)
	}
}

func wantError(t *testing.T, err error, kind account.Kind, code, message string) {
	t.Helper()
	if err == nil || account.KindOf(err) != kind || account.CodeOf(err) != code || err.Error() != message {
		t.Errorf("got %v (kind %d, %q)\nwant %s (kind %d, %q)", err, account.KindOf(err), account.CodeOf(err), message, kind, code)
	}
	var e *account.Error
	if errors.As(err, &e) && strings.Contains(e.Message+e.Hint, "hunter2") {
		t.Errorf("got %q, %q; want the secret left out", e.Message, e.Hint)
	}
}
