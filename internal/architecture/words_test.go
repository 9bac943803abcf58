package architecture

import (
	"bytes"
	"fmt"
	"io/fs"
	"testing"
)

// foreignWords are what ties a file to the machine or network it was written
// on. They are put together here so that this file does not hold them.
func foreignWords() []string {
	return []string{
		"/wo" + "rk/",
		"/ro" + "ot/",
		"proxy.gol" + "ang.org",
		"sum.gol" + "ang.org",
		"registry.npm" + "js.org",
		"deb.deb" + "ian.org",
	}
}

// noForeignWords finds those words in any file of the project, whatever its
// kind. A path counts only where it begins: "net/root/" is none.
func noForeignWords(tree fs.FS) ([]string, error) {
	words := foreignWords()
	var violations []string
	err := walk(tree, func(name string) error {
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		for _, word := range words {
			if at := findWord(text, []byte(word)); at >= 0 {
				line := 1 + bytes.Count(text[:at], []byte("\n"))
				violations = append(violations, fmt.Sprintf("%s:%d: holds %q", name, line, word))
			}
		}
		return nil
	})
	return violations, err
}

// findWord returns where word first stands by itself in text, -1 if nowhere.
func findWord(text, word []byte) int {
	for from := 0; ; {
		at := bytes.Index(text[from:], word)
		if at < 0 {
			return -1
		}
		at += from
		if at == 0 || !continuesName(text[at-1]) {
			return at
		}
		from = at + 1
	}
}

// continuesName reports whether a path or host that goes on after c began
// before it.
func continuesName(c byte) bool {
	return c == '_' || c == '.' || c == '}' || c == ')' ||
		'0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func TestNoForeignWordsFindsThemInAnyFile(t *testing.T) {
	t.Parallel()
	var (
		words  = foreignWords()
		path   = words[0]
		home   = words[1]
		mirror = words[2]
	)
	tryPlants(t, noForeignWords, []plant{
		{
			name:  "a path of this machine in a script",
			files: map[string]string{"testdata/script/login.txtar": "# P1 in\nexec usher --db " + path + "usher.db\n"},
			want:  []string{fmt.Sprintf("testdata/script/login.txtar:2: holds %q", path)},
		},
		{
			name:  "a home folder inside binary data",
			files: map[string]string{"testdata/db/1.db": "\x00\x01" + home + "\xff"},
			want:  []string{fmt.Sprintf("testdata/db/1.db:1: holds %q", home)},
		},
		{
			name:  "a registry in the continuous integration",
			files: map[string]string{".ci/run": "#!/bin/bash\nGOPROXY=https://" + mirror + "\n"},
			want:  []string{fmt.Sprintf(".ci/run:2: holds %q", mirror)},
		},
		{
			name:  "an innocent first does not hide a guilty second",
			files: map[string]string{"docs/a.md": "net" + home + "a\n" + home + "b\n"},
			want:  []string{fmt.Sprintf("docs/a.md:2: holds %q", home)},
		},
		{
			name: "the same letters inside a longer path are none",
			files: map[string]string{
				"docs/a.md": "look at net" + path + "flow and $HOME" + home + "file\n",
			},
		},
		{
			name: "what git ignores is not the project's",
			files: map[string]string{
				".gitignore": "/bin/\n",
				"bin/usher":  home,
			},
		},
	})
}

func TestEveryForeignWordIsFound(t *testing.T) {
	t.Parallel()
	for _, word := range foreignWords() {
		got, err := noForeignWords(planted(map[string]string{"a.txt": "x " + word + " y"}))
		if err != nil || len(got) != 1 {
			t.Errorf("word %q: got violations %q and error %v, want one violation", word, got, err)
		}
	}
}
