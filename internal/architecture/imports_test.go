package architecture

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
)

// layers are the components of usher, the top layer first. A component is a
// folder and everything below it.
var layers = [][]string{
	{"cmd"},
	{"internal/cli"},
	{"internal/service", "internal/output", "internal/term", "internal/mail", "internal/config"},
	{"internal/store", "internal/access", "internal/keys", "internal/password", "internal/audit"},
	{"internal/account", "internal/plainfile", "internal/timerslack"},
}

// outside are the components that no layer holds: nothing may import them.
var outside = []string{"internal/architecture", "internal/faults", "tools"}

// homes says where alone a library may be imported, so that it can be replaced
// there and nobody pays for it who does not use it.
var homes = []struct{ library, home string }{
	{"go.etcd.io/bbolt", "internal/store"},
	{"github.com/spf13/cobra", "internal/cli"},
	{"filippo.io/age", "internal/cli"},
	{"github.com/olekukonko/tablewriter", "internal/output"},
	{"net/smtp", "internal/mail"},
	{"github.com/emersion/go-smtp", "internal/mail/mailtest"},
	{"github.com/go-ldap/ldap", "internal/service/ldapdir"},
}

// importsPointDown finds the imports that go up, or sideways within a layer.
// Inside one component only a folder and one that holds it may know each
// other. Programs, wherever they stand, are on top and belong to nobody.
func importsPointDown(tree fs.FS) ([]string, error) {
	files, err := sources(tree)
	if err != nil {
		return nil, err
	}
	var violations []string
	for _, f := range files {
		from, program := f.folder(), f.file.Name.Name == "main"
		if !program && !placed(from) {
			violations = append(violations, f.complain(f.file.Name.Pos(),
				"%s stands in no layer: give it a place in internal/architecture/imports_test.go", from))
			continue
		}
		for i, imported := range f.imports() {
			to, ours := strings.CutPrefix(imported, module+"/")
			if !ours || mayImport(from, to, program) {
				continue
			}
			violations = append(violations, f.complain(f.file.Imports[i].Pos(), "%s may not import %s", from, to))
		}
	}
	return violations, nil
}

func mayImport(from, to string, program bool) bool {
	target, targetLayer := componentOf(to)
	if targetLayer < 0 {
		return false
	}
	if program {
		return true
	}
	own, ownLayer := componentOf(from)
	switch {
	case ownLayer < 0:
		return true
	case own == target:
		return within(from, to) || within(to, from)
	}
	return ownLayer < targetLayer
}

// componentOf returns the component a folder belongs to and its layer, -1 if
// no layer holds it.
func componentOf(folder string) (component string, layer int) {
	for i, components := range layers {
		for _, c := range components {
			if within(folder, c) {
				return c, i
			}
		}
	}
	return "", -1
}

func placed(folder string) bool {
	if _, layer := componentOf(folder); layer >= 0 {
		return true
	}
	for _, o := range outside {
		if within(folder, o) {
			return true
		}
	}
	return false
}

// within reports whether folder is parent or lies below it.
func within(folder, parent string) bool {
	return folder == parent || strings.HasPrefix(folder, parent+"/")
}

// librariesStayHome finds the imports of a library away from its home. A
// program inside internal may use any: it does not ship.
func librariesStayHome(tree fs.FS) ([]string, error) {
	files, err := sources(tree)
	if err != nil {
		return nil, err
	}
	var violations []string
	for _, f := range files {
		for i, imported := range f.imports() {
			home, wild := homeOf(imported)
			if !wild || within(f.folder(), home) || within(f.folder(), "tools") || isGenerator(f) {
				continue
			}
			violations = append(violations, f.complain(f.file.Imports[i].Pos(),
				"%s may be imported in %s alone", imported, home))
		}
	}
	return violations, nil
}

func homeOf(imported string) (home string, known bool) {
	for _, h := range homes {
		if within(imported, h.library) {
			return h.home, true
		}
	}
	return "", false
}

// isGenerator reports whether the file belongs to a program that makes
// something of this repository, such as the manual pages.
func isGenerator(f source) bool {
	return f.file.Name.Name == "main" && within(f.folder(), "internal")
}

func TestImportsPointDownFindsWhatGoesUpOrSideways(t *testing.T) {
	t.Parallel()
	tryPlants(t, importsPointDown, []plant{
		{
			name: "every layer may import the ones below it",
			files: map[string]string{
				"cmd/usher/main.go":           importing("main", "internal/cli", "internal/account"),
				"internal/cli/user.go":        importing("cli", "internal/service", "internal/output"),
				"internal/service/user.go":    importing("service", "internal/store", "internal/access"),
				"internal/store/open.go":      importing("store", "internal/account"),
				"internal/account/account.go": importing("account"),
			},
		},
		{
			name:  "the store knows nothing of the service",
			files: map[string]string{"internal/store/open.go": importing("store", "internal/service")},
			want:  []string{"internal/store/open.go:3: internal/store may not import internal/service"},
		},
		{
			name:  "the vocabulary imports none of the others",
			files: map[string]string{"internal/account/ids.go": importing("account", "internal/audit")},
			want:  []string{"internal/account/ids.go:3: internal/account may not import internal/audit"},
		},
		{
			name:  "service hears of mail through an interface only",
			files: map[string]string{"internal/service/invite.go": importing("service", "internal/mail")},
			want:  []string{"internal/service/invite.go:3: internal/service may not import internal/mail"},
		},
		{
			name:  "packages on one level do not know each other",
			files: map[string]string{"internal/keys/seal.go": importing("keys", "internal/account", "internal/password")},
			want:  []string{"internal/keys/seal.go:4: internal/keys may not import internal/password"},
		},
		{
			name: "a parent may import its child",
			files: map[string]string{
				"internal/service/import.go":       importing("service", "internal/service/userfile"),
				"internal/service/userfile/csv.go": importing("userfile", "internal/account"),
			},
		},
		{
			name: "two children of one parent do not know each other",
			files: map[string]string{
				"internal/service/userfile/csv.go": importing("userfile", "internal/service/bulk"),
				"internal/service/bulk/bulk.go":    importing("bulk"),
			},
			want: []string{"internal/service/userfile/csv.go:3: internal/service/userfile may not import internal/service/bulk"},
		},
		{
			name:  "a child is no freer than its parent",
			files: map[string]string{"internal/store/codec/codec.go": importing("codec", "internal/audit")},
			want:  []string{"internal/store/codec/codec.go:3: internal/store/codec may not import internal/audit"},
		},
		{
			name:  "a name that begins like another is not below it",
			files: map[string]string{"internal/storeroom/room.go": importing("storeroom")},
			want: []string{"internal/storeroom/room.go:1: internal/storeroom stands in no layer: " +
				"give it a place in internal/architecture/imports_test.go"},
		},
		{
			name:  "nobody imports the rules",
			files: map[string]string{"internal/cli/user.go": importing("cli", "internal/architecture")},
			want:  []string{"internal/cli/user.go:3: internal/cli may not import internal/architecture"},
		},
		{
			name: "a program of this repository is above them all, wherever it stands",
			files: map[string]string{
				"internal/manual/main.go": importing("main", "internal/cli"),
			},
		},
		{
			name:  "nobody imports a program's folder",
			files: map[string]string{"internal/cli/user.go": importing("cli", "cmd/usher")},
			want:  []string{"internal/cli/user.go:3: internal/cli may not import cmd/usher"},
		},
		{
			name:  "a test may import what its package may not",
			files: map[string]string{"internal/store/open_test.go": importing("store", "internal/service")},
		},
	})
}

func TestLibrariesStayHomeFindsThemElsewhere(t *testing.T) {
	t.Parallel()
	const bolt = "package store\nimport \"go.etcd.io/bbolt\"\n"
	const cobra = "package %s\nimport \"github.com/spf13/cobra/doc\"\n"
	tryPlants(t, librariesStayHome, []plant{
		{
			name: "at home they are welcome",
			files: map[string]string{
				"internal/store/engine.go":        bolt,
				"internal/store/check/check.go":   bolt,
				"internal/service/damage_test.go": bolt,
				"internal/cli/root.go":            fmt.Sprintf(cobra, "cli"),
			},
		},
		{
			name:  "the service does not reach round the store",
			files: map[string]string{"internal/service/user.go": bolt},
			want:  []string{"internal/service/user.go:2: go.etcd.io/bbolt may be imported in internal/store alone"},
		},
		{
			name:  "a package of a library is the library too",
			files: map[string]string{"internal/output/help.go": fmt.Sprintf(cobra, "output")},
			want:  []string{"internal/output/help.go:2: github.com/spf13/cobra/doc may be imported in internal/cli alone"},
		},
		{
			name:  "a generator of documents may use what it documents",
			files: map[string]string{"internal/cli/manual/main.go": fmt.Sprintf(cobra, "main")},
		},
		{
			name:  "the shipped program is no generator",
			files: map[string]string{"cmd/usher/main.go": fmt.Sprintf(cobra, "main")},
			want:  []string{"cmd/usher/main.go:2: github.com/spf13/cobra/doc may be imported in internal/cli alone"},
		},
	})
}

// importing returns a Go file that imports folders of the module, the first of
// them on line 3.
func importing(name string, folders ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "package %s\n\n", name)
	for _, folder := range folders {
		fmt.Fprintf(&b, "import _ %q\n", module+"/"+folder)
	}
	return b.String()
}
