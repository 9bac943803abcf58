package config

import (
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/usher-admin/usher/internal/account"
)

func TestMistakesInAFileAreNamedWithTheirLine(t *testing.T) {
	tests := []struct {
		name, file, message, hint string
	}{
		{"a slip in a key", "lang: en\nsmtp:\n  hots: mail.example.org\n",
			`usher.yaml:3: unknown key "smtp.hots"`, "did you mean smtp.host?"},
		{"a hyphen for an underscore", "smtp:\n  password-file: /x\n",
			`usher.yaml:2: unknown key "smtp.password-file"`, "did you mean smtp.password_file?"},
		{"a key in the wrong section", "base_url: https://x\n",
			`usher.yaml:1: unknown key "base_url"`, "did you mean links.base_url?"},
		{"a slip in a section", "stmp:\n  host: x\n",
			`usher.yaml:1: unknown key "stmp"`, "did you mean smtp?"},
		{"a capital letter", "DB: /x\n",
			`usher.yaml:1: unknown key "DB"`, "did you mean db?"},
		{"a slip in a directory", "directories:\n  corp:\n    bind: x\n",
			`usher.yaml:3: unknown key "directories.corp.bind"`, "known here: url, bind_dn, ca_file, help"},
		{"a key nobody knows", "favourite: blue\n",
			`usher.yaml:1: unknown key "favourite"`, "known here: db, output, wait, color, lang, smtp, links, directories"},
		{"a key that could steer a terminal", "\"a\\e[2J\": x\n",
			`usher.yaml:1: unknown key "a\x1b[2J"`, "known here: db, output, wait, color, lang, smtp, links, directories"},
		{"a key with its section in one word", "smtp.host: x\n",
			`usher.yaml:1: unknown key "smtp.host"`, `write "host:" below "smtp:", not in one word`},
		{"a merge of YAML", "smtp: &a {host: x}\nlinks:\n  <<: *a\n",
			`usher.yaml:3: unknown key "links.<<"`, "known here: base_url"},
		{"a key twice", "lang: en\noutput: csv\nlang: fr\n",
			"usher.yaml:3: lang stands twice, also on line 1", ""},
		{"a section twice", "smtp: {host: x}\nsmtp: {port: 25}\n",
			"usher.yaml:2: smtp stands twice, also on line 1", ""},
		{"a directory twice", "directories:\n  corp: {url: ldap://x}\n  CORP: {url: ldap://y}\n",
			"usher.yaml:3: directories.corp stands twice, also on line 2", ""},
		{"an empty directory", "directories:\n  corp:\n",
			"usher.yaml:2: directories.corp is empty", "give it a url, or delete the line"},
		{"a reference", "lang: &l en\noutput: *l\n",
			"usher.yaml:2: output refers to another value; write it out", ""},
		{"a list for a value", "lang: [en, fr]\n",
			"usher.yaml:1: lang takes one value, not a list", ""},
		{"a value for a section", "smtp: mail.example.org\n",
			"usher.yaml:1: smtp holds keys with values, one a line", ""},
		{"a text instead of keys", "hunter2\n",
			"usher.yaml:1: the file holds keys with values, one a line", ""},
		{"a list for a key", "[a, b]: c\n",
			"usher.yaml:1: a key is a plain word", ""},
		{"two documents", "lang: en\n---\nlang: fr\n",
			"usher.yaml:2: a second document begins; one file holds one", ""},
		{"indentation that fits nowhere", "smtp:\n    host: x\n  port: 25\n",
			"usher.yaml:3: this is no YAML: did not find expected key",
			"look at the indentation and the quotes, on this line and below"},
		{"a tab", "smtp:\n\thost: x\n",
			"usher.yaml:2: this is no YAML: found character that cannot start any token",
			"indent with spaces, not tabs; a value that begins with a special character stands in quotes"},
		{"a key deeper than the one above", "smtp:\n  host: x\n    port: 25\n",
			"usher.yaml:3: this is no YAML: mapping values are not allowed in this context",
			"look at the indentation and the quotes, on this line and below"},
		{"a forgotten colon", "lang: en\nsmtp\n  host: x\n",
			"usher.yaml:2: this is no YAML: could not find expected ':'",
			"look at the indentation and the quotes, on this line and below"},
		{"a quote that does not end", "lang: en\nsmtp:\n  host: \"x\n  port: 25\n",
			"usher.yaml:3: this is no YAML: found unexpected end of stream",
			"look at the indentation and the quotes, on this line and below"},
		{"a brace that does not end", "lang: en\nsmtp: {host: x\n",
			"usher.yaml:2: this is no YAML: did not find expected ',' or '}'",
			"look at the indentation and the quotes, on this line and below"},
		{"a value that begins with a special character", "smtp:\n  from: @example.org\n",
			"usher.yaml:2: this is no YAML: found character that cannot start any token",
			"indent with spaces, not tabs; a value that begins with a special character stands in quotes"},
		{"a reference to nothing, which may be a password", "smtp:\n  password: *hunter2\n",
			"usher.yaml: this is no YAML: a value refers to one that is not there", "a value that begins with * stands in quotes"},
		{"a header of a text that is none", "lang: en\ndb: |hunter2\n",
			"usher.yaml:2: this is no YAML: did not find expected comment or line break",
			"look at the indentation and the quotes, on this line and below"},
		{"a tab among the spaces", "smtp:\n \thost: x\n",
			"usher.yaml:2: this is no YAML: found character that cannot start any token",
			"indent with spaces, not tabs; a value that begins with a special character stands in quotes"},
		{"a control character", "lang: en\ndb: \x1b[2J\n", "usher.yaml: this is no YAML: control characters are not allowed", ""},
		{"braces without end", strings.Repeat("{a: ", 100_000), "usher.yaml:1: this is no YAML: exceeded max depth of 10000",
			"look at the indentation and the quotes, on this line and below"},
		{"lists in lists", "lang:\n" + strings.Repeat("- ", 100_000), "usher.yaml:2: this is no YAML: exceeded max depth of 10000",
			"look at the indentation and the quotes, on this line and below"},
		{"keys without end", strings.Repeat("lang: en\n", 100_000), "usher.yaml:2: lang stands twice, also on line 1", ""},
		{"bytes that are no text", "lang: \xff\n", "usher.yaml: this is no YAML: invalid leading UTF-8 octet", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := parse("usher.yaml", []byte(test.file))
			wantError(t, err, account.Invalid, "config.invalid", test.message)
			var e *account.Error
			if errors.As(err, &e) && e.Hint != test.hint {
				t.Errorf("got hint %q; want %q", e.Hint, test.hint)
			}
		})
	}
}

func TestNameOfADirectoryIsASlug(t *testing.T) {
	for _, name := range []string{"none", "ad.example.org", "a b", "-a"} {
		_, err := parse("usher.yaml", []byte("directories:\n  \""+name+"\": {url: ldap://x}\n"))
		if account.CodeOf(err) != "config.invalid" || !strings.HasPrefix(err.Error(), "usher.yaml:2: the name of a directory: ") {
			t.Errorf("got %v for %q; want config.invalid on line 2", err, name)
		}
	}
}

func TestPasswordInAFileIsRefusedUnread(t *testing.T) {
	_, err := parse("usher.yaml", []byte("smtp:\n  host: x\n  password: hunter2\n"))
	wantError(t, err, account.Invalid, "config.secret", "usher.yaml:3: a password does not belong into a configuration file")
}

func TestFilesThatSetNothing(t *testing.T) {
	tests := []struct{ name, file string }{
		{"an empty file", ""},
		{"only comments", "# nothing\n# here\n"},
		{"an empty document", "---\n"},
		{"empty sections", "smtp:\nlinks: {}\ndirectories:\n"},
		{"keys without values", "lang:\nsmtp:\n  host:\n"},
		{"a byte order mark", "\xef\xbb\xbf# hello\n"},
		{"words for nothing", "lang: ~\ndb: null\noutput: !!null x\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			settings, err := parse("usher.yaml", []byte(test.file))
			if err != nil || len(settings) != 0 {
				t.Errorf("got %v, %v; want no settings", settings, err)
			}
		})
	}
}

func TestFileOfLinesFromWindows(t *testing.T) {
	settings, err := parse("usher.yaml", []byte("lang: en\r\nsmtp:\r\n  host: mail.example.org\r\n"))
	if err != nil || len(settings) != 2 || settings[1].value != "mail.example.org" || settings[1].source.Line != 3 {
		t.Errorf("got %v, %v; want lang and smtp.host of line 3", settings, err)
	}
}

// TestTextsAreTakenAsTheyWereWritten holds what stands in a file against what
// is read, in every way to write a text.
func TestTextsAreTakenAsTheyWereWritten(t *testing.T) {
	tests := []struct{ file, value string }{
		{"no", "no"}, {"0x1F", "0x1F"}, {"1_000", "1_000"}, {"007", "007"}, {"1e3", "1e3"}, {"2026-11-29", "2026-11-29"}, {".inf", ".inf"},
		{"TRUE", "TRUE"}, {"'null'", "null"}, {`""`, ""}, {"''", ""}, {"'it''s'", "it's"}, {`"a\u00e9\x41\n"`, "aéA\n"}, {`C:\dir\new`, `C:\dir\new`},
		{"https://x:8/#y", "https://x:8/#y"}, {"x # a comment", "x"}, {"x#y", "x#y"}, {`"x # y"`, "x # y"}, {"x\t# a comment\twith a tab", "x"},
		{"\tx\t", "x"}, {"CN={email},OU=x", "CN={email},OU=x"}, {"Usher <u@x>", "Usher <u@x>"}, {"&a x", "x"}, {"!!str 12", "12"}, {"! x", "x"},
		{"two\n  lines", "two lines"}, {"\"two\n  lines\"", "two lines"}, {"'two\n\n  lines'", "two\nlines"}, {"\n  below", "below"},
		{"|\n  one\n\n  two\n", "one\n\ntwo\n"}, {"|-\n  one\n   two\n", "one\n two"}, {"|+\n  one\n\n", "one\n\n"}, {">\n  one\n  two\n\n  three\n", "one two\nthree\n"},
		{">-\n  one\n  two", "one two"}, {"|2\n    one\n", "  one\n"}, {"| # a comment\n  # none\n", "# none\n"},
	}
	for _, test := range tests {
		for _, end := range []string{"\n", "\r\n", "\r"} {
			text := strings.ReplaceAll("lang: en\ndb: "+test.file, "\n", end)
			settings, err := parse("usher.yaml", []byte(text))
			if err != nil || len(settings) != 2 || settings[1].value != test.value || settings[1].source.Line != 2 {
				t.Errorf("got %v, %v for %q; want db %q of line 2", settings, err, text, test.value)
			}
		}
	}
}

func TestLinesAreCountedOverTextsOfSeveral(t *testing.T) {
	for _, text := range []string{"|\n  one\n\n  two\n\n", ">-\n  one\n\n", "\"one\n  two\n\n  three\"\n", "'one\n  two'  # three\n", "one\n  two\n\n  three\n", "# none\n# none\n", "{\n  url: ldap://x\n  }\n"} {
		for _, end := range []string{"\n", "\r\n"} {
			file := strings.ReplaceAll("directories:\n  a:\n    help: "+strings.ReplaceAll(text, "\n", "\n      ")+"\n  b: x\n", "\n", end)
			_, err := parse("usher.yaml", []byte(file))
			want := strings.Count(file, "\n")
			if strings.HasPrefix(text, "{") {
				want = 3
			}
			if err == nil || !strings.HasPrefix(err.Error(), "usher.yaml:"+strconv.Itoa(want)+": directories.") {
				t.Errorf("got %v for %q; want a mistake on line %d", err, file, want)
			}
		}
	}
}

func TestManyDirectoriesAreRead(t *testing.T) {
	var b strings.Builder
	b.WriteString("directories:\n")
	for i := range 500 {
		fmt.Fprintf(&b, "  d%d: # one of many\n    url: ldaps://dc%d.example.org\n    bind_dn: CN=x\n    help: |\n      Press it.\n      Twice.\n", i, i)
	}
	settings, err := parse("usher.yaml", []byte(b.String()))
	if err != nil || len(settings) != 1500 {
		t.Errorf("got %d settings, %v; want 1500", len(settings), err)
	}
}

func TestHugeFileIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "usher.yaml")
	write(t, path, strings.Repeat("#", maxFileBytes+1), 0o600)
	_, err := Load(Input{SystemFile: path, LookupEnv: lookup(nil)})
	wantError(t, err, account.Invalid, "config.invalid", "the configuration file "+path+" is larger than 1 MiB")
}

// Whatever stands in a file, reading it ends, with settings that can be used
// or with an error that names the file.
func FuzzLoadYAML(f *testing.F) {
	f.Add(template)
	f.Add(strings.ReplaceAll(template, "#", ""))
	f.Add("smtp: {host: x, port: 25}\ndirectories: {a: {url: 'ldap://x'}}")
	f.Add("a: &a [*a, *a]\n<<: *a\n? {b: c}\n: !!binary aGk=\n--- |\n x")
	f.Add("smtp:\n  <<: {host: x}\nlang: !!null x\n")
	f.Fuzz(func(t *testing.T, text string) {
		const path = "/etc/usher/usher.yaml"
		read, err := interpret(path, []byte(text), "/etc/usher", "/home/anna")
		if err != nil {
			if account.KindOf(err) != account.Invalid || !strings.HasPrefix(err.Error(), path) {
				t.Errorf("got %v; want an error that names the file", err)
			}
			return
		}
		c, err := merge(Defaults{DB: "/x"}, []file{read}, nil)
		if err != nil {
			t.Fatalf("got %v; want what was checked to be taken", err)
		}
		for _, entry := range c.Entries() {
			name := generalise(entry.Key)
			if entry.Source.Kind == FromFile && complaint(name, entry.Value) != "" {
				t.Errorf("got %s = %q; want a value it takes", entry.Key, entry.Value)
			}
		}
	})
}
