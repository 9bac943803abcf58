package architecture

import (
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// root is the folder of go.mod, seen from this package.
const root = "../.."

// A rule lists its violations in a tree, each as "file: what is wrong".
type rule func(tree fs.FS) ([]string, error)

// rules are what every commit keeps.
var rules = []struct {
	name  string
	check rule
}{
	{"imports point down", importsPointDown},
	{"each library has one home", librariesStayHome},
	{"only main touches the surroundings", nothingAmbient},
	{"no file names a machine or a registry", noForeignWords},
	{"every package says what it is", packagesIntroduceThemselves},
	{"scripts name rules that exist", scriptsNameRules},
	{"what differs between systems has a file of each", differencesHaveTheirFile},
}

func TestTheRepositoryKeepsItsRules(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat(root + "/go.mod"); err != nil {
		t.Fatalf("this test does not stand where it thinks: %v", err)
	}
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			violations, err := r.check(os.DirFS(root))
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range violations {
				t.Error(v)
			}
		})
	}
}

func TestAnUnreadableFileIsAnErrorNotAPass(t *testing.T) {
	t.Parallel()
	tree := planted(map[string]string{"internal/store/open.go": "package store\nfunc {"})
	for _, check := range []rule{importsPointDown, librariesStayHome, nothingAmbient, packagesIntroduceThemselves} {
		if got, err := check(tree); err == nil {
			t.Errorf("got violations %q and no error, want an error for a file that does not parse", got)
		}
	}
}

// A plant is a tree and the violations a rule must find in it; none means
// that the rule must let it pass.
type plant struct {
	name  string
	files map[string]string
	want  []string
}

// tryPlants runs a rule on each plant and reports what it missed or made up.
func tryPlants(t *testing.T, check rule, plants []plant) {
	t.Helper()
	for _, p := range plants {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			got, err := check(planted(p.files))
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, p.want) {
				t.Errorf("violations found\n got %s\nwant %s", listed(got), listed(p.want))
			}
		})
	}
}

// planted returns a tree with the module file of usher and the given files.
func planted(files map[string]string) fs.FS {
	tree := fstest.MapFS{"go.mod": {Data: []byte("module " + module + "\n")}}
	for name, text := range files {
		tree[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return tree
}

func listed(lines []string) string {
	if len(lines) == 0 {
		return "(none)"
	}
	return fmt.Sprintf("%d:\n\t%s", len(lines), strings.Join(lines, "\n\t"))
}
