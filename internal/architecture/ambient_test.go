package architecture

import (
	"go/ast"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// mainFile is the one file that may take clock, randomness, streams, environment
// and exit from the process; everybody else is given them.
const mainFile = "cmd/usher/main.go"

// ambient are the names that reach for the process's surroundings; "*" is
// every name of the package.
var ambient = map[string][]string{
	"time":         {"Now", "Since", "Until"},
	"os":           {"Getenv", "LookupEnv", "Environ", "ExpandEnv", "Args", "Stdin", "Stdout", "Stderr", "Exit"},
	"fmt":          {"Print", "Printf", "Println"},
	"log":          {"*"},
	"log/slog":     {"*"},
	"crypto/rand":  {"*"},
	"math/rand":    {"*"},
	"math/rand/v2": {"*"},
}

// nothingAmbient finds uses of the surroundings outside main. Programs that do
// not ship are free: below tools altogether, inside internal in their main.go.
func nothingAmbient(tree fs.FS) ([]string, error) {
	files, err := sources(tree)
	if err != nil {
		return nil, err
	}
	var violations []string
	for _, f := range files {
		free := f.name == mainFile || within(f.folder(), "tools") ||
			isGenerator(f) && path.Base(f.name) == "main.go"
		if !free {
			violations = append(violations, ambientUses(f)...)
		}
	}
	return violations, nil
}

func ambientUses(f source) []string {
	names := importNames(f)
	var violations []string
	ast.Inspect(f.file, func(node ast.Node) bool {
		switch n := node.(type) {
		case *ast.SelectorExpr:
			left, ok := n.X.(*ast.Ident)
			if ok && isAmbient(names[left.Name], n.Sel.Name) {
				violations = append(violations, f.complain(n.Pos(), "%s.%s belongs to %s alone", left.Name, n.Sel.Name, mainFile))
			}
		case *ast.ImportSpec:
			if n.Name != nil && n.Name.Name == "." {
				violations = append(violations, f.complain(n.Pos(), "a dot import hides what is used"))
			}
		}
		return true
	})
	return violations
}

func isAmbient(imported, name string) bool {
	names := ambient[imported]
	return slices.Contains(names, name) || slices.Contains(names, "*")
}

// importNames maps the names that the file's imports go by to their paths. A
// local variable of the same name would be taken for the package; that is a
// name to avoid anyway.
func importNames(f source) map[string]string {
	names := make(map[string]string)
	for i, imported := range f.imports() {
		name := path.Base(imported)
		if isMajorVersion(name) {
			name = path.Base(path.Dir(imported))
		}
		if alias := f.file.Imports[i].Name; alias != nil {
			name = alias.Name
		}
		names[name] = imported
	}
	return names
}

// isMajorVersion reports whether an element of an import path is one like v2.
func isMajorVersion(element string) bool {
	number, found := strings.CutPrefix(element, "v")
	_, err := strconv.ParseUint(number, 10, 32)
	return found && err == nil
}

func TestNothingAmbientFindsUsesOutsideMain(t *testing.T) {
	t.Parallel()
	tryPlants(t, nothingAmbient, []plant{
		{
			name: "main takes what it hands on",
			files: map[string]string{
				"cmd/usher/main.go": "package main\nimport (\n\"os\"\n\"time\"\n)\nfunc main() { _ = time.Now; os.Exit(1) }\n",
			},
		},
		{
			name:  "a second file beside main has no right to it",
			files: map[string]string{"cmd/usher/signal.go": "package main\nimport \"os\"\nfunc leave() { os.Exit(1) }\n"},
			want:  []string{"cmd/usher/signal.go:3: os.Exit belongs to cmd/usher/main.go alone"},
		},
		{
			name: "the clock, the streams and the environment are given, not taken",
			files: map[string]string{
				"internal/cli/a.go": "package cli\nimport \"time\"\nvar started = time.Now\n",
				"internal/cli/b.go": "package cli\nimport \"fmt\"\nfunc b() { fmt.Println() }\n",
				"internal/cli/c.go": "package cli\nimport \"os\"\nfunc c() any {\nreturn []any{os.Stdout,\nos.Getenv(\"HOME\")} }\n",
			},
			want: []string{
				"internal/cli/a.go:3: time.Now belongs to cmd/usher/main.go alone",
				"internal/cli/b.go:3: fmt.Println belongs to cmd/usher/main.go alone",
				"internal/cli/c.go:4: os.Stdout belongs to cmd/usher/main.go alone",
				"internal/cli/c.go:5: os.Getenv belongs to cmd/usher/main.go alone",
			},
		},
		{
			name: "another name for the package does not hide it",
			files: map[string]string{
				"internal/keys/new.go":  "package keys\nimport random \"crypto/rand\"\nvar source = random.Reader\n",
				"internal/keys/roll.go": "package keys\nimport \"math/rand/v2\"\nfunc roll() int { return rand.Int() }\n",
				"internal/keys/wait.go": "package keys\nimport . \"time\"\nfunc wait() { Now() }\n",
			},
			want: []string{
				"internal/keys/new.go:3: random.Reader belongs to cmd/usher/main.go alone",
				"internal/keys/roll.go:3: rand.Int belongs to cmd/usher/main.go alone",
				"internal/keys/wait.go:2: a dot import hides what is used",
			},
		},
		{
			name: "other names of those packages are harmless",
			files: map[string]string{
				"internal/store/open.go": "package store\nimport (\n\"fmt\"\n\"os\"\n\"time\"\n)\n" +
					"func open(at time.Time) { fmt.Sprint(at); os.Open(\"\") }\n",
			},
		},
		{
			name: "the rest of a generator is like any other package",
			files: map[string]string{
				"internal/password/genblock/main.go": "package main\nimport \"os\"\nfunc main() { os.Exit(1) }\n",
				"internal/password/genblock/sort.go": "package main\nimport \"os\"\nfunc sort() { os.Exit(1) }\n",
				"internal/password/main.go":          "package password\nimport \"os\"\nfunc leave() { os.Exit(1) }\n",
			},
			want: []string{
				"internal/password/genblock/sort.go:3: os.Exit belongs to cmd/usher/main.go alone",
				"internal/password/main.go:3: os.Exit belongs to cmd/usher/main.go alone",
			},
		},
		{
			name: "tests and measuring programs have a clock",
			files: map[string]string{
				"internal/store/open_test.go": "package store\nimport \"time\"\nvar now = time.Now\n",
				"tools/bench/main.go":         "package main\nimport \"time\"\nvar now = time.Now\n",
			},
		},
	})
}
