package main

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/usher-admin/usher/internal/mail/mailtest"
	"github.com/usher-admin/usher/internal/service/ldapdir/ldaptest"
)

// The pages for people are run as they stand: the commands of their console
// blocks, in one shell, and what they show is held against what they show there.

// scenePage is the page with which every how-to page begins.
const scenePage = "../../docs/howto/README.md"

// pagesForPeople lists what is run, and what stands before it.
func pagesForPeople(t *testing.T) []string {
	t.Helper()
	pages, err := filepath.Glob("../../docs/howto/*.md")
	if err != nil || len(pages) < 10 {
		t.Fatalf("found only %d how-to pages: %v", len(pages), err)
	}
	return append(pages, "../../README.md", "../../docs/tutorial.md", "../../docs/log.md", "../../docs/keys.md")
}

func TestPages(t *testing.T) {
	t.Parallel()
	bin := installSelf(t)
	for _, name := range pagesForPeople(t) {
		t.Run(strings.ReplaceAll(strings.TrimPrefix(name, "../../"), "/", "_"), func(t *testing.T) {
			t.Parallel()
			text := readPage(t, name)
			steps := consoleSteps(text)
			if len(steps) == 0 {
				t.Fatal("nothing on this page is run")
			}
			var before []step
			if filepath.Dir(name) == filepath.Dir(scenePage) && name != scenePage {
				before = consoleSteps(readPage(t, scenePage))
			}
			shown := runPage(t, bin, worldOf(t, text), append(before, steps...))[len(before):]
			if os.Getenv("USHER_UPDATE") != "" {
				updatePage(t, name, text, steps, shown)
				return
			}
			for i, s := range steps {
				next := ""
				if i+1 < len(steps) {
					next = steps[i+1].command
				}
				if fault := s.fault(shown[i], next); fault != "" {
					t.Errorf("line %d: $ %s\n%s", s.line, s.command, fault)
				}
			}
		})
	}
}

func readPage(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A step is one command of a page.
type step struct {
	command string
	want    string // what it shows; "" where it may show what it likes
	line    int    // where it stands
}

// consoleSteps returns the commands of a page's console blocks, in order. A
// command goes on behind a backslash, and in lines that begin with "> ".
func consoleSteps(page string) (steps []step) {
	inside, number := false, 0
	for line := range strings.Lines(page) {
		number++
		switch {
		case strings.HasPrefix(line, "```"):
			inside = strings.TrimSpace(line) == "```console"
		case !inside:
		case strings.HasPrefix(line, "$ "):
			steps = append(steps, step{command: strings.TrimSuffix(line[2:], "\n"), line: number})
		case goesOn(steps[len(steps)-1], line):
			steps[len(steps)-1].command += "\n" + strings.TrimPrefix(strings.TrimSuffix(line, "\n"), "> ")
		default:
			steps[len(steps)-1].want += line
		}
	}
	return steps
}

func goesOn(s step, line string) bool {
	return s.want == "" && (strings.HasSuffix(s.command, `\`) || strings.HasPrefix(line, "> "))
}

// A result is what a command did.
type result struct {
	text string // both streams
	code int
}

// fault says what is wrong with a step's result. A command that fails must show
// its error, or the next one its exit code.
func (s step) fault(got result, next string) string {
	told := strings.Contains(s.want, "usher: error: ") || strings.Contains(next, "$?")
	switch {
	case got.code != 0 && !told:
		return fmt.Sprintf("exit code %d, and the page does not say so:\n%s", got.code, got.text)
	case s.want != "" && !likeness(s.want).MatchString(got.text):
		return fmt.Sprintf("got:\n%s\nwant:\n%s", got.text, s.want)
	case strings.Contains(got.text, "goroutine "):
		return "a stack trace:\n" + got.text
	}
	return ""
}

// likeness is the pattern of a page's output: "…" stands for anything within a
// line, and a line of its own for any lines.
func likeness(want string) *regexp.Regexp {
	pattern := regexp.QuoteMeta(want)
	pattern = regexp.MustCompile(`(?m)^…\n`).ReplaceAllString(pattern, `(?:[^\n]*\n)*`)
	return regexp.MustCompile("^" + strings.ReplaceAll(pattern, "…", `[^\n]+`) + "$")
}

// runPage runs the commands in one bash, without a terminal, and returns what
// each did.
func runPage(t *testing.T, bin string, world []string, steps []step) []result {
	t.Helper()
	const mark = "\x01"
	var script bytes.Buffer
	script.WriteString("umask 022\n") // as most people have it
	for _, s := range steps {
		script.WriteString("{ " + s.command + "\n} 2>&1; code=$?; printf '\\001%d\\001' $code; (exit $code)\n")
	}
	script.WriteString("exit 0\n")
	shell := exec.Command("bash", "-c", script.String())
	shell.Dir = t.TempDir()
	shell.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	shell.Env = append(world, "PATH="+bin+":"+os.Getenv("PATH"), "HOME="+shell.Dir, "TZ=UTC", "LANG=C.UTF-8")
	out, err := shell.Output()
	if err != nil {
		t.Fatalf("the page's shell: %v", err)
	}
	parts := strings.Split(string(out), mark)
	if len(parts) != 2*len(steps)+1 {
		t.Fatalf("%d commands showed %d results", len(steps), len(parts)/2)
	}
	var results []result
	for pair := range slices.Chunk(parts[:2*len(steps)], 2) {
		code, err := strconv.Atoi(pair[1])
		if err != nil {
			t.Fatal(err)
		}
		results = append(results, result{pair[0], code})
	}
	return results
}

// worldOf gives a page what it says that it is run with, in a comment that
// readers do not see: "mailserver", "directory".
func worldOf(t *testing.T, page string) []string {
	t.Helper()
	found := regexp.MustCompile(`<!-- run with: (\w+) -->`).FindStringSubmatch(page)
	switch {
	case found == nil:
		return nil
	case found[1] == "mailserver":
		return withMailServer(t)
	case found[1] == "directory":
		return withDirectory(t)
	}
	t.Fatalf("there is no %s to run the page with", found[1])
	return nil
}

func withMailServer(t *testing.T) []string {
	t.Helper()
	server, err := mailtest.Start(time.Now(), rand.Reader, mailtest.Rules{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	certificate := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(certificate, server.Certificate, 0o600); err != nil {
		t.Fatal(err)
	}
	return []string{
		"SSL_CERT_FILE=" + certificate, "SSL_CERT_DIR=/nowhere", "USHER_SMTP_HOST=" + mailtest.Host,
		"USHER_SMTP_PORT=" + strconv.Itoa(server.Port), "USHER_SMTP_FROM=Usher <usher@norrsken.example>",
	}
}

func withDirectory(t *testing.T) []string {
	t.Helper()
	if !ldaptest.Available() {
		t.Skip("slapd is not installed: the page about directory users was not run")
	}
	folder := t.TempDir()
	server, err := ldaptest.Start(folder, time.Now(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	config := filepath.Join(folder, "usher.yaml")
	text := fmt.Sprintf(directorySettings, server.StartTLS, ldaptest.Template, server.CAFile)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return []string{"USHER_CONFIG=" + config}
}

// updatePage writes what was shown into the page, where something else stands
// that is not like it.
func updatePage(t *testing.T, name, text string, steps []step, shown []result) {
	t.Helper()
	lines := slices.Collect(strings.Lines(text))
	for i, s := range slices.Backward(steps) {
		if s.want == "" || likeness(s.want).MatchString(shown[i].text) {
			continue
		}
		from := s.line + strings.Count(s.command, "\n")
		lines = slices.Replace(lines, from, from+strings.Count(s.want, "\n"), withoutChance(shown[i].text))
	}
	if err := os.WriteFile(name, []byte(strings.Join(lines, "")), 0o644); err != nil {
		t.Fatal(err)
	}
}

// withoutChance puts "…" for what is different each time: the tails of links and
// keys, times, ids, roots, folders.
func withoutChance(text string) string {
	for _, chance := range []string{
		`(usher_[a-z]_)\S+`, `(U[KS]-)[0-9A-Z-]{20,}`, `()\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S*Z`,
		`()[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]+`, `()[A-Za-z0-9+/]{43}=`, `(["' ])/\S*/Test[^/]+/\d+`,
	} {
		text = regexp.MustCompile(chance).ReplaceAllString(text, "$1…")
	}
	return text
}

func TestAPageIsReadAndJudged(t *testing.T) {
	t.Parallel()
	steps := consoleSteps("```sh\n$ no\n```\n```console\n$ a \\\n    b\n$ c <<EOF\n> d\n> EOF\nout …\n```\n$ no\n")
	want := []step{{"a \\\n    b", "", 5}, {"c <<EOF\nd\nEOF", "out …\n", 7}}
	if !slices.Equal(steps, want) {
		t.Fatalf("got  %+v\nwant %+v", steps, want)
	}
	for _, row := range []struct {
		name, want, next string
		got              result
		fault            bool
	}{
		{"nothing shown, done", "", "", result{"x", 0}, false},
		{"nothing shown, failed", "", "", result{"x", 1}, true},
		{"failed, and the next command asks", "", "echo $?", result{"x", 10}, false},
		{"an error that is shown", "usher: error: x\n", "", result{"usher: error: x\n", 3}, false},
		{"the same", "a\n", "", result{"a\n", 0}, false},
		{"something else", "a\n", "", result{"b\n", 0}, true},
		{"something more", "a\n", "", result{"a\nb\n", 0}, true},
		{"anything within a line", "a … c\n", "", result{"a b c\n", 0}, false},
		{"nothing is not anything", "a…c\n", "", result{"ac\n", 0}, true},
		{"any lines", "a\n…\nc\n", "", result{"a\nb\nb\nc\n", 0}, false},
		{"no pattern of its own", "a.c\n", "", result{"abc\n", 0}, true},
	} {
		if fault := (step{want: row.want}).fault(row.got, row.next); (fault != "") != row.fault {
			t.Errorf("%s: got fault %q, want one: %t", row.name, fault, row.fault)
		}
	}
}
