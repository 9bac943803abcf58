package architecture

import (
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

// securityPage says who gets what, and names a proof in every row of a table
// that has a column for it.
const securityPage = "docs/security.md"

// securityIsProved finds rows of the security page that name no proof, and
// proofs that are not there.
func securityIsProved(tree fs.FS) ([]string, error) {
	page, err := fs.ReadFile(tree, securityPage)
	if err != nil {
		return nil, err
	}
	known, err := testNames(tree)
	if err != nil {
		return nil, err
	}
	known["TestName"], known["name.txtar"] = true, true // which explain the others
	named := regexp.MustCompile("`(Test\\w+|\\w+\\.txtar)`")
	var violations []string
	number, inTable, proves := 0, false, false
	for line := range strings.Lines(string(page)) {
		number++
		row := strings.HasPrefix(line, "|")
		if row && !inTable {
			proves = strings.Contains(line, "| proof |")
		}
		proofs := named.FindAllStringSubmatch(line, -1)
		if row && inTable && proves && len(proofs) == 0 && !strings.HasPrefix(line, "|---") {
			violations = append(violations, fmt.Sprintf("%s:%d: no proof is named", securityPage, number))
		}
		for _, p := range proofs {
			if !known[p[1]] {
				violations = append(violations, fmt.Sprintf("%s:%d: there is no test %s", securityPage, number, p[1]))
			}
		}
		inTable = row
	}
	return violations, nil
}

func TestEveryLineOfTheSecurityPageIsProved(t *testing.T) {
	t.Parallel()
	violations, err := securityIsProved(os.DirFS(root))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range violations {
		t.Error(v)
	}
}

func TestSecurityIsProvedFindsWhatIsNot(t *testing.T) {
	t.Parallel()
	const head = "# Security\n\n| what | proof |\n|---|---|\n"
	row := func(name, line string, want ...string) plant {
		return plant{name: name, want: want, files: map[string]string{
			securityPage: head + line, "internal/keys/key_test.go": "package keys\nfunc TestKey(t *testing.T) {}\n", "testdata/script/key.txtar": "# key\n",
		}}
	}
	tryPlants(t, securityIsProved, []plant{
		row("a test and a script", "| it holds | `TestKey`, `key.txtar` |\n"),
		row("a table without proofs", "| it holds | `TestKey` |\n\n| what | kept as |\n|---|---|\n| key | nowhere |\n"),
		row("nothing", "| it holds | |\n", "docs/security.md:5: no proof is named"),
		row("a test that is gone", "| it holds | `TestKeys` |\n", "docs/security.md:5: there is no test TestKeys"),
		row("a script that is gone", "as `keys.txtar` shows\n", "docs/security.md:5: there is no test keys.txtar"),
	})
}
