package config

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"unicode/utf8"

	"github.com/usher-admin/usher/internal/account"
)

// uncommented takes away the hash that stands directly before a key. Words
// have a blank between.
func uncommented() string {
	return regexp.MustCompile(`(?m)^( *)#(\w)`).ReplaceAllString(template, "$1$2")
}

func TestTemplateSetsNothing(t *testing.T) {
	settings, err := parse("usher.yaml", Template())
	if err != nil || len(settings) != 0 {
		t.Errorf("got %v, %v; want no settings", settings, err)
	}
}

func TestTemplateWithoutHashesLoadsAndListsEveryKey(t *testing.T) {
	w := world{user: uncommented()}
	c, err := w.load(t)
	if err != nil {
		t.Fatal(err)
	}
	given := map[string]string{}
	for _, entry := range c.Entries() {
		if entry.Source.Kind == FromFile {
			given[generalise(entry.Key)] = entry.Value
		}
	}
	for _, key := range Keys() {
		value, found := given[key.Name]
		if !found || value == "" {
			t.Errorf("the template lacks %s", key.Name)
		}
		if key.Default != "" && value != key.Default {
			t.Errorf("got %s: %s in the template; want the default %s", key.Name, value, key.Default)
		}
		if key.Env != "" && !strings.Contains(template, key.Env) {
			t.Errorf("the template does not name %s", key.Env)
		}
		if key.Flag != "" && !strings.Contains(template, "flag --"+key.Flag) {
			t.Errorf("the template does not name --%s", key.Flag)
		}
	}
}

func TestTemplateFitsEightyColumns(t *testing.T) {
	for i, line := range strings.Split(template, "\n") {
		if n := utf8.RuneCountInString(line); n > 80 || strings.HasSuffix(line, " ") || strings.Contains(line, "\t") {
			t.Errorf("got line %d of %d columns: %q; want at most 80 and no blank at its end", i+1, n, line)
		}
	}
}

func TestWriteMakesAFileForItsReaders(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o077))
	tests := []struct {
		name         string
		mode, folder os.FileMode
	}{
		{"for one user", 0o600, 0o700},
		{"for everybody, whatever the mask", 0o644, 0o755},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a", "usher", "usher.yaml")
			if err := Write(path, test.mode); err != nil {
				t.Fatal(err)
			}
			for path, want := range map[string]os.FileMode{path: test.mode, filepath.Dir(path): test.folder} {
				info, err := os.Stat(path)
				if err != nil || info.Mode().Perm() != want {
					t.Errorf("got %v, %v for %s; want %v", info.Mode().Perm(), err, path, want)
				}
			}
			data, err := os.ReadFile(path)
			if err != nil || string(data) != template {
				t.Errorf("got %d bytes, %v; want the template", len(data), err)
			}
		})
	}
}

func TestWriteNeverOverwrites(t *testing.T) {
	folder := t.TempDir()
	path, link := filepath.Join(folder, "usher.yaml"), filepath.Join(folder, "link.yaml")
	write(t, path, "lang: sv\n", 0o600)
	if err := os.Symlink(filepath.Join(folder, "nowhere"), link); err != nil {
		t.Fatal(err)
	}
	wantError(t, Write(path, 0o600), account.Conflict, "config.exists", "the configuration file "+path+" exists already")
	wantError(t, Write(link, 0o600), account.Conflict, "config.exists", "the configuration file "+link+" exists already")
	if data, err := os.ReadFile(path); err != nil || string(data) != "lang: sv\n" {
		t.Errorf("got %q, %v; want the file untouched", data, err)
	}
}

func TestWriteSaysWhyItCannot(t *testing.T) {
	path := filepath.Join(os.DevNull, "usher.yaml")
	wantError(t, Write(path, 0o600), account.Invalid, "config.unwritable", "cannot write the configuration file "+path+": not a directory")
}
