package architecture

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// scriptFolder holds the scripts that show usher as its users see it.
const scriptFolder = "testdata/script"

// ruleCounts says how many rules usher promises under each letter: keys,
// licences, invitations, administrators, passwords.
var ruleCounts = map[byte]int{'P': 7, 'S': 10, 'G': 12, 'A': 6, 'O': 7}

// scriptsNameRules finds scripts whose first line is no heading. A heading is
// "# P3 what happens", with the rules that the script proves first, if it
// proves any; so that looking for "# P3" finds the proof.
func scriptsNameRules(tree fs.FS) ([]string, error) {
	var violations []string
	err := walk(tree, func(name string) error {
		if !within(name, scriptFolder) || path.Ext(name) != ".txtar" {
			return nil
		}
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		line, _, _ := strings.Cut(string(text), "\n")
		if wrong := faultOfHeading(line); wrong != "" {
			violations = append(violations, fmt.Sprintf("%s:1: %s", name, wrong))
		}
		return nil
	})
	return violations, err
}

// faultOfHeading returns what is wrong with a script's first line, "" if
// nothing is.
func faultOfHeading(line string) string {
	heading, commented := strings.CutPrefix(line, "# ")
	if !commented {
		return fmt.Sprintf("begins with %q, not with a heading such as \"# P3 who may send a key\"", line)
	}
	ruleLike := regexp.MustCompile(`(?i)^\W*[PSGAO]-?[0-9]{1,2}\W*$`)
	words := strings.Fields(heading)
	head := 0
	for head < len(words) && isRule(words[head]) {
		head++
	}
	if head == len(words) {
		return fmt.Sprintf("the heading %q does not say what happens", line)
	}
	if i := slices.IndexFunc(words[head:], ruleLike.MatchString); i >= 0 {
		return fmt.Sprintf("%q is no rule, or does not stand first in %q", words[head+i], line)
	}
	return ""
}

// isRule reports whether a word is the id of a rule, such as P3.
func isRule(word string) bool {
	if len(word) < 2 || word[1] == '0' {
		return false
	}
	number, err := strconv.ParseUint(word[1:], 10, 8)
	return err == nil && 1 <= number && int(number) <= ruleCounts[word[0]]
}

func TestScriptsNameRulesFindsFalseHeadings(t *testing.T) {
	t.Parallel()
	const name = "testdata/script/a.txtar"
	rows := []struct {
		name, text, want string
	}{
		{"one rule", "# P3 who may send a key\nexec usher\n", ""},
		{"two rules", "# S1 S10 seats come before people\n", ""},
		{"no rule to prove", "# a backup is a copy that opens\n", ""},
		{"a time that is no rule", "# the 2nd of May, P256 and A4-paper\n", ""},
		{"nothing at all", "", `begins with "", not with a heading such as "# P3 who may send a key"`},
		{"a command at once", "exec usher\n", `begins with "exec usher", not with a heading such as "# P3 who may send a key"`},
		{"no blank after the sign", "#P3 keys\n", `begins with "#P3 keys", not with a heading such as "# P3 who may send a key"`},
		{"only a rule", "# P3\n", `the heading "# P3" does not say what happens`},
		{"a rule that does not exist", "# P8 keys\n", `"P8" is no rule, or does not stand first in "# P8 keys"`},
		{"no rule is numbered nought", "# S0 seats\n", `"S0" is no rule, or does not stand first in "# S0 seats"`},
		{"a small letter", "# p3 keys\n", `"p3" is no rule, or does not stand first in "# p3 keys"`},
		{"a comma between rules", "# P3, P4 keys\n", `"P3," is no rule, or does not stand first in "# P3, P4 keys"`},
		{"a rule in the middle", "# who may send, see P3\n", `"P3" is no rule, or does not stand first in "# who may send, see P3"`},
	}
	var plants []plant
	for _, r := range rows {
		p := plant{name: r.name, files: map[string]string{name: r.text}}
		if r.want != "" {
			p.want = []string{name + ":1: " + r.want}
		}
		plants = append(plants, p)
	}
	tryPlants(t, scriptsNameRules, plants)
}

func TestOnlyScriptsAreRead(t *testing.T) {
	t.Parallel()
	tryPlants(t, scriptsNameRules, []plant{{
		name: "other files have no heading",
		files: map[string]string{
			"testdata/script/README.md": "no heading",
			"internal/cli/a.txtar":      "no heading",
		},
	}})
}
