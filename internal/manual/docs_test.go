package main

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/usher-admin/usher/internal/cli"
)

// Every command that a page names in its text exists, and so does every page
// that a page leads to.

func TestPagesNameWhatExists(t *testing.T) {
	t.Parallel()
	var known []string
	for _, e := range cli.Reference() {
		known = append(known, e.Path)
	}
	for _, topic := range cli.Topics() {
		known = append(known, "usher help "+topic.Name)
	}
	tree := os.DirFS("../..")
	eachPage(t, tree, func(name, text string) {
		for _, command := range namedCommands(text) {
			if !slices.Contains(known, command) {
				t.Errorf("%s names %q, which does not exist", name, command)
			}
		}
		for _, target := range linkedFiles(text) {
			if _, err := fs.Stat(tree, path.Join(path.Dir(name), target)); err != nil {
				t.Errorf("%s leads to %s: %v", name, target, err)
			}
		}
	})
}

// Whoever looks for a page begins at the index.
func TestEveryPageIsInTheIndex(t *testing.T) {
	t.Parallel()
	index, err := os.ReadFile("../../docs/README.md")
	if err != nil {
		t.Fatal(err)
	}
	howto, err := os.ReadFile("../../docs/howto/README.md")
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string][]string{"docs": linkedFiles(string(index)), "docs/howto": linkedFiles(string(howto))}
	eachPage(t, os.DirFS("../.."), func(name, _ string) {
		links, indexed := listed[path.Dir(name)]
		if indexed && path.Base(name) != "README.md" && !slices.Contains(links, path.Base(name)) {
			t.Errorf("%s is not listed in %s/README.md", name, path.Dir(name))
		}
	})
}

// eachPage reads every page of the project.
func eachPage(t *testing.T, tree fs.FS, visit func(name, text string)) {
	t.Helper()
	pages := 0
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) != ".md" {
			return err
		}
		text, err := fs.ReadFile(tree, name)
		pages++
		visit(name, string(text))
		return err
	})
	if err != nil || pages < 40 {
		t.Fatalf("%d pages were read: %v", pages, err)
	}
}

// namedCommands returns the commands in the code of a page's text: "usher user
// add" of "usher user add EMAIL --invite".
func namedCommands(text string) (commands []string) {
	text = regexp.MustCompile("(?ms)^```.*?^```").ReplaceAllString(text, "")
	for _, code := range regexp.MustCompile("`(usher [^`]+)`").FindAllStringSubmatch(text, -1) {
		words := regexp.MustCompile(`^usher((?: [a-z][a-z-]*)*)(?: |$)`).FindString(code[1])
		commands = append(commands, strings.TrimSpace(words))
	}
	return commands
}

// linkedFiles returns the files that a page's links lead to.
func linkedFiles(text string) (files []string) {
	for _, link := range regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`).FindAllStringSubmatch(text, -1) {
		files = append(files, link[1])
	}
	return files
}

func TestCommandsAndLinksAreFoundInText(t *testing.T) {
	t.Parallel()
	text := "`usher user add EMAIL` and `usher help exit-codes`, `usher.yaml`, `usher COMMAND`, [a](b.md#c) [d](https://e)\n```\n`usher nothing`\n```\n"
	if got, want := namedCommands(text), []string{"usher user add", "usher help exit-codes", "usher"}; !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	if got, want := linkedFiles(text), []string{"b.md"}; !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}
