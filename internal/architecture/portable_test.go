package architecture

import (
	"go/ast"
	"go/build/constraint"
	"io/fs"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// differencesHaveTheirFile finds what holds on one system only and stands in a
// file that is built for all: a path that only Linux has, a question for the
// name of the system. Each system has a file of its own instead, so that both
// sides can be read and the compiler sees the right one.
func differencesHaveTheirFile(tree fs.FS) ([]string, error) {
	files, err := sources(tree)
	if err != nil {
		return nil, err
	}
	var violations []string
	for _, f := range files {
		if within(f.folder(), "tools") || isGenerator(f) || ofOneSystem(f) {
			continue
		}
		ast.Inspect(f.file, func(node ast.Node) bool {
			switch n := node.(type) {
			case *ast.BasicLit:
				if text, err := strconv.Unquote(n.Value); err == nil && regexp.MustCompile(`^/(proc|sys)/`).MatchString(text) {
					violations = append(violations, f.complain(n.Pos(), "%s is there on Linux alone: give each system a file", text))
				}
			case *ast.SelectorExpr:
				if left, ok := n.X.(*ast.Ident); ok && left.Name == "runtime" && (n.Sel.Name == "GOOS" || n.Sel.Name == "GOARCH") {
					violations = append(violations, f.complain(n.Pos(), "it asks for the system: give each system a file"))
				}
			}
			return true
		})
	}
	return violations, nil
}

// ofOneSystem reports whether a file is built for some systems only.
func ofOneSystem(f source) bool {
	for _, group := range f.file.Comments {
		for _, comment := range group.List {
			if group.Pos() < f.file.Package && constraint.IsGoBuild(comment.Text) {
				return true
			}
		}
	}
	name := strings.TrimSuffix(f.name, ".go")
	return strings.HasSuffix(name, "_linux") || strings.HasSuffix(name, "_darwin")
}

func TestDifferencesHaveTheirFile(t *testing.T) {
	t.Parallel()
	tryPlants(t, differencesHaveTheirFile, []plant{
		{
			name: "each system has a file",
			files: map[string]string{
				"internal/store/a_linux.go": "package store\nconst locks = \"/proc/locks\"\n",
				"internal/store/a_other.go": "//go:build !linux\n\npackage store\nconst locks = \"/sys/none\"\n",
				"internal/store/a.go":       "package store\nconst about = \"see /proc/locks\"\n",
			},
		},
		{
			name: "a path and a question in a file for all",
			files: map[string]string{
				"internal/store/a.go": "package store\nimport \"runtime\"\nconst locks = \"/proc/locks\"\nvar mac = runtime.GOOS == \"darwin\"\n",
			},
			want: []string{
				"internal/store/a.go:3: /proc/locks is there on Linux alone: give each system a file",
				"internal/store/a.go:4: it asks for the system: give each system a file",
			},
		},
	})
}
