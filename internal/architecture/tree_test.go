package architecture

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// module is the import path of the tree's root.
const module = "github.com/usher-admin/usher"

// A source is one Go file that may be part of what ships.
type source struct {
	name string // its path in the tree
	file *ast.File
	set  *token.FileSet
}

// folder returns the package's folder, "." at the root.
func (s source) folder() string { return path.Dir(s.name) }

// imports returns the import paths of the file.
func (s source) imports() []string {
	var paths []string
	for _, spec := range s.file.Imports {
		// The parser has already refused a path that does not unquote.
		text, _ := strconv.Unquote(spec.Path.Value)
		paths = append(paths, text)
	}
	return paths
}

// complain words a violation at a place in the file.
func (s source) complain(pos token.Pos, format string, args ...any) string {
	return fmt.Sprintf("%s:%d: %s", s.name, s.set.Position(pos).Line, fmt.Sprintf(format, args...))
}

// sources parses every Go file of the module that is no test, in the order of
// names. Build constraints are not looked at: a rule holds on every system.
func sources(tree fs.FS) ([]source, error) {
	var found []source
	err := walk(tree, func(name string) error {
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || inTestdata(name) {
			return nil
		}
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		found = append(found, source{name, file, set})
		return nil
	})
	return found, err
}

func inTestdata(name string) bool {
	return slices.Contains(strings.Split(name, "/"), "testdata")
}

// walk calls visit for every file that belongs to the project, in the order of
// names: all but git's own and what .gitignore leaves out.
func walk(tree fs.FS, visit func(name string) error) error {
	ignored, err := ignoredNames(tree)
	if err != nil {
		return err
	}
	return fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name == ".git" || ignored(name):
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case entry.Type().IsRegular():
			return visit(name)
		}
		return nil
	})
}

// ignoredNames reads .gitignore, as far as this repository uses it: "/name" is
// a path from the root, "name" and "*.suffix" hold in every folder.
func ignoredNames(tree fs.FS) (func(name string) bool, error) {
	text, err := fs.ReadFile(tree, ".gitignore")
	if errors.Is(err, fs.ErrNotExist) {
		return func(string) bool { return false }, nil
	}
	if err != nil {
		return nil, err
	}
	var patterns []string
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(strings.TrimSpace(line), "/")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if strings.HasPrefix(line, "!") || strings.Contains(line, "**") {
			return nil, fmt.Errorf(".gitignore: this test does not understand %q", line)
		}
		patterns = append(patterns, line)
	}
	return func(name string) bool {
		return slices.ContainsFunc(patterns, func(pattern string) bool { return ignores(pattern, name) })
	}, nil
}

func ignores(pattern, name string) bool {
	subject := path.Base(name)
	if strings.Contains(pattern, "/") {
		pattern, subject = strings.TrimPrefix(pattern, "/"), name
	}
	matched, err := path.Match(pattern, subject)
	return matched && err == nil
}

func TestWalkLeavesOutWhatGitIgnores(t *testing.T) {
	t.Parallel()
	tree := planted(map[string]string{
		".git/config":                "",
		".gitignore":                 "# built\n/usher\n/bin/\n*.out\n",
		"usher":                      "",
		"bin/usher":                  "",
		"cmd/usher/main.go":          "",
		"internal/store/profile.out": "",
		"docs/bin/readme.md":         "",
	})
	var got []string
	if err := walk(tree, func(name string) error { got = append(got, name); return nil }); err != nil {
		t.Fatal(err)
	}
	want := []string{".gitignore", "cmd/usher/main.go", "docs/bin/readme.md", "go.mod"}
	if !slices.Equal(got, want) {
		t.Errorf("files visited\n got %q\nwant %q", got, want)
	}
}

func TestAnIgnorePatternThatIsNotUnderstoodIsAnError(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{"!kept.out", "docs/**/built"} {
		tree := planted(map[string]string{".gitignore": pattern + "\n"})
		if err := walk(tree, func(string) error { return nil }); err == nil {
			t.Errorf("pattern %q: got no error, want one", pattern)
		}
	}
}
