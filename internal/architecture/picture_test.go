package architecture

import (
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
)

// picturePage shows the packages that ship and what they import. Its picture
// and its table are made of the source: USHER_UPDATE=1 go test ./internal/architecture
const picturePage = "docs/architecture.md"

// Between these two lines of the page stands what is made.
const (
	pictureBegins = "<!-- made from the imports: begin -->\n"
	pictureEnds   = "<!-- made from the imports: end -->\n"
)

func TestThePictureMatchesTheImports(t *testing.T) {
	t.Parallel()
	files, err := sources(os.DirFS(root))
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(path.Join(root, picturePage))
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(page), pictureBegins)
	_, after, ends := strings.Cut(rest, pictureEnds)
	if !found || !ends {
		t.Fatalf("%s has no place for the picture", picturePage)
	}
	want := before + pictureBegins + drawn(files) + pictureEnds + after
	if os.Getenv("USHER_UPDATE") != "" {
		if err := os.WriteFile(path.Join(root, picturePage), []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(page) != want {
		t.Errorf("the picture in %s is not that of the imports: USHER_UPDATE=1 go test ./internal/architecture", picturePage)
	}
}

// A houseplan is what ships: each package with what it imports of the others,
// and the first sentence about it.
type houseplan struct {
	imports map[string][]string
	about   map[string]string
}

// planOf collects the packages that cmd/usher needs, itself among them.
func planOf(files []source) houseplan {
	all := houseplan{map[string][]string{}, map[string]string{}}
	for _, f := range files {
		if f.file.Doc != nil {
			all.about[f.folder()] = firstSentence(f.file.Doc.Text())
		}
		for _, imported := range f.imports() {
			if to, ours := strings.CutPrefix(imported, module+"/"); ours && !slices.Contains(all.imports[f.folder()], to) {
				all.imports[f.folder()] = append(all.imports[f.folder()], to)
			}
		}
	}
	shipped := houseplan{map[string][]string{}, all.about}
	todo := []string{path.Dir(mainFile)}
	for len(todo) > 0 {
		next := todo[0]
		todo = todo[1:]
		if _, done := shipped.imports[next]; !done {
			shipped.imports[next] = slices.Sorted(slices.Values(all.imports[next]))
			todo = append(todo, all.imports[next]...)
		}
	}
	return shipped
}

func firstSentence(comment string) string {
	sentence, _, _ := strings.Cut(strings.Join(strings.Fields(comment), " "), ". ")
	words := strings.SplitN(strings.TrimSuffix(sentence, "."), " ", 3)
	return words[len(words)-1]
}

// drawn writes the picture, of components, and the table, of packages.
func drawn(files []source) string {
	plan := planOf(files)
	var b strings.Builder
	b.WriteString("```mermaid\nflowchart TD\n")
	for i, layer := range layers {
		fmt.Fprintf(&b, "  subgraph layer%d[\" \"]\n", i+1)
		for _, component := range layer {
			fmt.Fprintf(&b, "    %s\n", shortName(component))
		}
		b.WriteString("  end\n")
	}
	for _, edge := range componentEdges(plan) {
		fmt.Fprintf(&b, "  %s\n", edge)
	}
	b.WriteString("```\n\n| package | what it is | imports |\n|---|---|---|\n")
	for _, folder := range slices.Sorted(maps.Keys(plan.imports)) {
		var names []string
		for _, to := range plan.imports[folder] {
			names = append(names, shortName(to))
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", folder, strings.ReplaceAll(plan.about[folder], "|", `\|`), strings.Join(names, ", "))
	}
	return b.String()
}

func shortName(folder string) string { return strings.TrimPrefix(folder, "internal/") }

// componentEdges lists who imports whom, from the top down, each once.
func componentEdges(plan houseplan) (edges []string) {
	for _, layer := range layers {
		for _, component := range layer {
			var targets []string
			for folder, imported := range plan.imports {
				if own, _ := componentOf(folder); own != component {
					continue
				}
				for _, to := range imported {
					if target, _ := componentOf(to); target != component {
						targets = append(targets, shortName(target))
					}
				}
			}
			slices.Sort(targets)
			for _, target := range slices.Compact(targets) {
				edges = append(edges, shortName(component)+" --> "+target)
			}
		}
	}
	return edges
}

func TestThePictureShowsWhatShips(t *testing.T) {
	t.Parallel()
	tree := planted(map[string]string{
		"cmd/usher/main.go":           "// Command usher keeps people.\npackage main\nimport _ \"" + module + "/internal/cli\"\n",
		"internal/cli/a.go":           "// Package cli has the commands. More.\npackage cli\nimport _ \"" + module + "/internal/service/names\"\n",
		"internal/service/names/a.go": "// Package names knows names.\npackage names\n",
		"internal/mail/a.go":          "package mail\n",
	})
	files, err := sources(tree)
	if err != nil {
		t.Fatal(err)
	}
	got := drawn(files)
	for _, want := range []string{
		"  cmd --> cli\n", "  cli --> service\n",
		"| `internal/cli` | has the commands | service/names |\n",
		"| `internal/service/names` | knows names |  |\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
	if strings.Contains(got, "`internal/mail`") {
		t.Errorf("it shows what nothing imports:\n%s", got)
	}
}
