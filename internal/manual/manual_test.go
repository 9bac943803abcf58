package main

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/usher-admin/usher/internal/cli"
)

// referenceFolder is where the reference is kept, seen from here.
const referenceFolder = "../../docs/reference"

var updating = flag.Bool("update", false, "write docs/reference anew")

func testStamp() stamp {
	return stamp{version: "1.2.3", date: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)}
}

// The reference in docs/ is what the generator makes of the commands now.
func TestTheReferenceIsFresh(t *testing.T) {
	t.Parallel()
	pages := referencePages()
	if *updating {
		if err := os.RemoveAll(referenceFolder); err != nil {
			t.Fatal(err)
		}
		if err := write(referenceFolder, pages); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadDir(referenceFolder)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range kept {
		if _, made := pages[entry.Name()]; !made {
			t.Errorf("docs/reference/%s is of no command: make reference", entry.Name())
		}
	}
	for name, want := range pages {
		got, err := os.ReadFile(filepath.Join(referenceFolder, name))
		if err != nil || string(got) != want {
			t.Errorf("docs/reference/%s is not what the commands say: make reference (%v)", name, err)
		}
	}
}

// mandoc finds nothing to say about any page.
func TestManualPagesAreClean(t *testing.T) {
	t.Parallel()
	mandoc, err := exec.LookPath("mandoc")
	if err != nil {
		t.Skip("mandoc is not installed: the manual pages were not checked")
	}
	folder := t.TempDir()
	pages := manualPages(testStamp())
	args := []string{"-T", "lint", "-W", "all"}
	for name, text := range pages {
		// It looks for every page that is named among all that are installed,
		// which takes long; the test below looks among those made here.
		pages[name] = regexp.MustCompile(`\bXr (\S+) \d`).ReplaceAllString(text, "Sy $1")
		args = append(args, filepath.Join(folder, name))
	}
	if err := write(folder, pages); err != nil {
		t.Fatal(err)
	}
	out, _ := exec.Command(mandoc, args...).CombinedOutput() // its exit code counts hints too
	for line := range strings.Lines(string(out)) {
		t.Error(strings.TrimSpace(line))
	}
}

func TestEveryPageThatIsNamedExists(t *testing.T) {
	t.Parallel()
	pages := manualPages(testStamp())
	if len(pages) != len(cli.Reference())+1 {
		t.Errorf("%d pages for %d commands and the configuration", len(pages), len(cli.Reference()))
	}
	for name, text := range pages {
		for _, found := range regexp.MustCompile(`(?m)^\.(?:It )?Xr (\S+) (\d)`).FindAllStringSubmatch(text, -1) {
			if _, there := pages["man"+found[2]+"/"+found[1]+"."+found[2]]; !there {
				t.Errorf("%s names %s(%s), which is not there", name, found[1], found[2])
			}
		}
	}
}

func TestPagesAreTheSameForTheSameSource(t *testing.T) {
	t.Parallel()
	if !reflect.DeepEqual(manualPages(testStamp()), manualPages(testStamp())) {
		t.Error("two runs differ")
	}
	if got := epoch("1795305600", time.Now()); got.Format(time.DateOnly) != "2026-11-22" {
		t.Errorf("SOURCE_DATE_EPOCH=1795305600 is %s", got)
	}
	if now := testStamp().date; !epoch("", now).Equal(now) {
		t.Error("without SOURCE_DATE_EPOCH it is not now")
	}
}

func TestATopicIsTakenApart(t *testing.T) {
	t.Parallel()
	got := blocks("First line\nsecond.\n\nWords:\n  table  for reading,\n         or so\n  last\n\n  usher user list\n\nEnd.\n")
	want := []block{
		{kind: paragraph, text: "First line second."},
		{kind: paragraph, text: "Words:"},
		{kind: list, rows: []cli.Row{{Name: "table", Text: "for reading, or so"}, {Name: "last"}}},
		{kind: typed, text: "usher user list"},
		{kind: paragraph, text: "End."},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestTextIsNoMarkup(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, got, want string }{
		{"a line that begins like a macro", escaped(".Sh NAME"), `\&.Sh NAME`},
		{"a backslash", escaped(`shown as \u{202e}`), `shown as \eu{202e}`},
		{"a letter beyond ASCII", escaped("Förnamn"), `F\[u00F6]rnamn`},
		{"a flag in prose", escaped("with --dry-run"), `with \-\-dry\-run`},
		{"a hyphen in prose", escaped("single-use"), "single-use"},
		{"what is copied", asTyped("jq -r '.allow'"), `jq \-r \(aq.allow\(aq`},
		{"a flag with its value", flagTag("-o, --output FORM"), `Fl o , Fl \-output Ar FORM`},
		{"a short word of a macro line", argument("TO"), `\&TO`},
		{"a bar in a Markdown table", plainMarkdown("a|b <c>"), `a\|b \<c>`},
	} {
		if row.got != row.want {
			t.Errorf("%s\n got %s\nwant %s", row.name, row.got, row.want)
		}
	}
	var r roff
	r.prose("One is done. Two is not.")
	if lines := slices.Collect(strings.Lines(r.String())); len(lines) != 2 {
		t.Errorf("two sentences stand on %d lines", len(lines))
	}
}
