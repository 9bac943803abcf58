package architecture

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// conventionsPage lists what others agreed on for command line tools, each with
// the test that proves it of usher, or with a reason.
const conventionsPage = "docs/conventions.md"

// conventionsAreProved finds the points that name no test, or one that is not
// there, and give no reason.
func conventionsAreProved(tree fs.FS) ([]string, error) {
	page, err := fs.ReadFile(tree, conventionsPage)
	if err != nil {
		return nil, err
	}
	known, err := testNames(tree)
	if err != nil {
		return nil, err
	}
	var violations []string
	for number, line := range slices.Collect(strings.Lines(string(page))) {
		cells := strings.Split(strings.ReplaceAll(strings.TrimSpace(line), `\|`, ""), "|")
		heading := len(cells) != 5 || number < 2 || strings.HasPrefix(cells[1], " **") || strings.HasPrefix(cells[1], "---") || cells[1] == " point "
		if heading {
			continue
		}
		proofs := regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cells[3], -1)
		if len(proofs) == 0 && !strings.HasPrefix(strings.TrimSpace(cells[2]), "Why not") {
			violations = append(violations, fmt.Sprintf("%s:%d: neither a test nor a reason: %s", conventionsPage, number+1, strings.TrimSpace(cells[1])))
		}
		for _, proof := range proofs {
			if !known[proof[1]] {
				violations = append(violations, fmt.Sprintf("%s:%d: there is no test %s", conventionsPage, number+1, proof[1]))
			}
		}
	}
	return violations, nil
}

// testNames lists the tests of the tree and its scripts.
func testNames(tree fs.FS) (map[string]bool, error) {
	names := map[string]bool{}
	function := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	err := walk(tree, func(name string) error {
		switch {
		case within(name, scriptFolder):
			names[path.Base(name)] = true
		case strings.HasSuffix(name, "_test.go"):
			text, err := fs.ReadFile(tree, name)
			if err != nil {
				return err
			}
			for _, found := range function.FindAllStringSubmatch(string(text), -1) {
				names[found[1]] = true
			}
		}
		return nil
	})
	return names, err
}

func TestEveryConventionIsProvedOrReasoned(t *testing.T) {
	t.Parallel()
	violations, err := conventionsAreProved(os.DirFS(root))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range violations {
		t.Error(v)
	}
}

func TestConventionsAreProvedFindsWhatIsNot(t *testing.T) {
	t.Parallel()
	const head = "# Conventions\n\n| point | in usher | proof |\n|---|---|---|\n| **Help** | | |\n"
	const code = "package cli\nfunc TestHelp(t *testing.T) {}\n"
	row := func(name, line string, want ...string) plant {
		return plant{name: name, want: want, files: map[string]string{
			conventionsPage: head + line, "internal/cli/help_test.go": code, "testdata/script/help.txtar": "# help\n",
		}}
	}
	tryPlants(t, conventionsAreProved, []plant{
		row("a test and a script", "| Help | yes | `TestHelp` `help.txtar` |\n"),
		row("a reason", "| A pager | Why not: `a \\| b` does it | |\n"),
		row("nothing", "| Help | yes | |\n", "docs/conventions.md:6: neither a test nor a reason: Help"),
		row("a test that is gone", "| Help | yes | `TestHelps` |\n", "docs/conventions.md:6: there is no test TestHelps"),
	})
}
