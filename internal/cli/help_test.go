package cli

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/usher-admin/usher/internal/account"
)

func TestEveryTopicFitsATerminal(t *testing.T) {
	t.Parallel()
	for _, topic := range Topics() {
		for line := range strings.Lines(topic.Text) {
			line = strings.TrimSuffix(line, "\n")
			if columns := utf8.RuneCountInString(line); columns > helpWidth || strings.Contains(line, "\t") {
				t.Errorf("%s: a tab, or %d columns where %d are allowed: %s", topic.Name, columns, helpWidth, line)
			}
		}
	}
}

// The topic of exit codes names each code once, and no other.
func TestTheTopicOfExitCodesIsComplete(t *testing.T) {
	t.Parallel()
	want := []int{0}
	for kind := account.Unexpected; kind <= account.Interrupted; kind++ {
		want = append(want, exitCode(kind))
	}
	var got []int
	for _, found := range regexp.MustCompile(`(?m)^ {1,3}(\d+)  `).FindAllStringSubmatch(exitCodesText, -1) {
		code, err := strconv.Atoi(found[1])
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, code)
	}
	slices.Sort(want)
	want = slices.Compact(want)
	if !slices.Equal(got, want) {
		t.Errorf("exit codes of the topic\n got %v\nwant %v", got, want)
	}
}

// The topic of variables names every variable the program reads, and no other.
func TestTheTopicOfVariablesIsComplete(t *testing.T) {
	t.Parallel()
	read := variablesRead(t)
	var named []string
	for _, found := range regexp.MustCompile(`(?m)^  ([A-Z_]+)(?:, ([A-Z_]+))? `).FindAllStringSubmatch(environmentText, -1) {
		named = append(named, found[1])
		if found[2] != "" {
			named = append(named, found[2])
		}
	}
	refused := []string{"USHER_SMTP_PASSWORD", "USHER_TOKEN", "USHER_ORG_KEY", "USHER_SYSTEM_KEY"} // read to be refused
	for _, name := range read {
		if !slices.Contains(named, name) && !slices.Contains(refused, name) {
			t.Errorf("usher help environment does not name %s, which is read", name)
		}
	}
	for _, name := range named {
		if name != "TZ" && !slices.Contains(read, name) { // TZ is the library's
			t.Errorf("usher help environment names %s, which nothing reads", name)
		}
	}
}

// variablesRead finds, in the sources of what ships, the texts that can only be
// names of variables.
func variablesRead(t *testing.T) []string {
	t.Helper()
	name := regexp.MustCompile(`"((?:USHER|XDG)_[A-Z_]+[A-Z]|HOME|TMPDIR|TERM|NO_COLOR|SUDO_USER)"`)
	var names []string
	for _, root := range []string{"../../cmd", ".."} {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			for _, found := range name.FindAllStringSubmatch(string(text), -1) {
				names = append(names, found[1])
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func TestAMistypedWordFindsWhatWasMeant(t *testing.T) {
	t.Parallel()
	known := []string{"add", "list", "show", "edit", "delete", "suspend", "resume", "db", "licence"}
	for _, row := range []struct{ name, word, want string }{
		{"a letter left out", "lst", "list"},
		{"two letters swapped", "eidt", "edit"},
		{"the beginning of a word", "susp", "suspend"},
		{"another tool's word", "rm", "delete"},
		{"another tool's word for a longer one", "disable", "suspend"},
		{"a spelling from overseas", "license", "licence"},
		{"a short word is no other short word", "adb", "add"},
		{"two of three letters wrong is another word", "axx", ""},
		{"nothing like it", "frobnicate", ""},
		{"nothing at all", "", ""},
	} {
		if got := meant(row.word, known); got != row.want {
			t.Errorf("%s: %q\n got %q\nwant %q", row.name, row.word, got, row.want)
		}
	}
}

func TestTextIsFilledAndLinesSetInStay(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                    "",
		"one\n":                               "one",
		"one\ntwo\n  as it is\nthree\n\nfour": "one two\n  as it is\nthree\n\nfour",
		"  as it is\n\n  and this\n\n\n" + strings.Repeat("wide ", 17): "  as it is\n\n  and this\n\n\n" + strings.Repeat("wide ", 15) + "wide\nwide",
	} {
		var got strings.Builder
		if reflow(&got, text); got.String() != want {
			t.Errorf("got %q\nwant %q", got.String(), want)
		}
	}
}
