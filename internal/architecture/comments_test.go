package architecture

import (
	"io/fs"
	"strings"
	"testing"
)

// packagesIntroduceThemselves finds packages without a package comment, and
// comments that do not begin as documentation does.
func packagesIntroduceThemselves(tree fs.FS) ([]string, error) {
	files, err := sources(tree)
	if err != nil {
		return nil, err
	}
	introduced := make(map[string]bool)
	var violations []string
	for _, f := range files {
		if f.file.Doc == nil {
			continue
		}
		introduced[f.folder()] = true
		if want := opening(f); !strings.HasPrefix(f.file.Doc.Text(), want) {
			violations = append(violations, f.complain(f.file.Doc.Pos(), "the package comment does not begin with %q", want))
		}
	}
	for _, f := range files {
		if !introduced[f.folder()] {
			introduced[f.folder()] = true
			violations = append(violations, f.complain(f.file.Name.Pos(), "package %s has no package comment", f.file.Name.Name))
		}
	}
	return violations, nil
}

// opening returns the words a package comment begins with.
func opening(f source) string {
	if f.file.Name.Name == "main" {
		folder := f.folder()
		return "Command " + folder[strings.LastIndex(folder, "/")+1:] + " "
	}
	return "Package " + f.file.Name.Name + " "
}

func TestPackagesIntroduceThemselvesFindsTheSilentOnes(t *testing.T) {
	t.Parallel()
	tryPlants(t, packagesIntroduceThemselves, []plant{
		{
			name: "one comment a package is enough",
			files: map[string]string{
				"cmd/usher/main.go":     "// Command usher manages accounts.\npackage main\n",
				"internal/store/doc.go": "// Package store keeps records.\npackage store\n",
				"internal/store/log.go": "package store\n",
			},
		},
		{
			name: "a silent package is named once",
			files: map[string]string{
				"internal/store/log.go":  "package store\n",
				"internal/store/open.go": "package store\n",
			},
			want: []string{"internal/store/log.go:1: package store has no package comment"},
		},
		{
			name:  "a comment with a gap below it is none",
			files: map[string]string{"internal/store/log.go": "// Package store keeps records.\n\npackage store\n"},
			want:  []string{"internal/store/log.go:3: package store has no package comment"},
		},
		{
			name:  "a comment that speaks of something else",
			files: map[string]string{"internal/store/log.go": "// Opens the log.\npackage store\n"},
			want:  []string{`internal/store/log.go:1: the package comment does not begin with "Package store "`},
		},
		{
			name:  "a program is a command",
			files: map[string]string{"cmd/usher/main.go": "// Package main is usher.\npackage main\n"},
			want:  []string{`cmd/usher/main.go:1: the package comment does not begin with "Command usher "`},
		},
	})
}
