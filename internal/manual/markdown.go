package main

import (
	"fmt"
	"strings"

	"github.com/usher-admin/usher/internal/cli"
)

// referencePages writes the reference: a page for each noun, one for what holds
// for every command, and a list of them all.
func referencePages() files {
	pages := files{}
	var index strings.Builder
	all := cli.Reference()
	index.WriteString("# Reference\n\n" + made + "\n")
	for _, e := range all {
		if e.Path == "usher" {
			pages["every-command.md"] = everyCommandPage(e)
			listCommands(&index, e)
			continue
		}
		words := strings.Fields(e.Path)
		name := words[1] + ".md"
		if len(words) == 2 {
			pages[name] = "# " + e.Path + "\n\n" + made
		}
		pages[name] += commandSection(e)
	}
	pages["README.md"] = index.String()
	return pages
}

const made = "Made from the help of the commands by `make reference`; do not edit it.\n"

func listCommands(b *strings.Builder, root cli.Entry) {
	b.WriteString("What holds for every command: [flags, output, exit codes, environment, import formats](every-command.md).\n")
	for _, group := range root.Commands {
		fmt.Fprintf(b, "\n## %s\n\n", group.Title)
		for _, row := range group.Rows {
			fmt.Fprintf(b, "- [%s](%s.md): %s\n", row.Name, row.Name, lowered(row.Text))
		}
	}
}

func everyCommandPage(root cli.Entry) string {
	var b strings.Builder
	b.WriteString("# Every command\n\n" + made)
	b.WriteString("\n## Flags\n\n")
	table(&b, "flag", root.Global)
	for _, t := range cli.Topics() {
		fmt.Fprintf(&b, "\n## %s\n\n%s.\n", strings.ReplaceAll(titled(t.Name), "-", " "), titled(t.Short))
		markdownBlocks(&b, blocks(t.Text))
	}
	return b.String()
}

func titled(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// commandSection is one command's part of its noun's page.
func commandSection(e cli.Entry) string {
	var b strings.Builder
	if strings.Count(e.Path, " ") > 1 {
		fmt.Fprintf(&b, "\n## %s\n", e.Path)
	}
	if e.Examples != "" {
		b.WriteByte('\n')
		fenced(&b, e.Examples)
	}
	markdownBlocks(&b, append(details(e.About), details(e.More)...))
	fmt.Fprintf(&b, "\nUsage: `%s`\n", e.Usage)
	if len(e.Aliases) > 0 {
		fmt.Fprintf(&b, "\nAlso called: %s\n", strings.Join(e.Aliases, ", "))
	}
	if len(e.Flags) > 0 {
		b.WriteByte('\n')
		table(&b, "flag", e.Flags)
	}
	if len(e.Columns) > 0 {
		fmt.Fprintf(&b, "\nColumns: `%s`\n", strings.Join(e.Columns, "` `"))
	}
	return b.String()
}

func markdownBlocks(b *strings.Builder, all []block) {
	for _, block := range all {
		b.WriteByte('\n')
		switch block.kind {
		case paragraph:
			b.WriteString(plainMarkdown(block.text) + "\n")
		case list:
			table(b, "", block.rows)
		case typed:
			fenced(b, block.text)
		}
	}
}

func fenced(b *strings.Builder, lines string) {
	b.WriteString("```sh\n")
	for line := range strings.SplitSeq(strings.Trim(lines, "\n"), "\n") {
		b.WriteString(strings.TrimPrefix(line, "  ") + "\n")
	}
	b.WriteString("```\n")
}

// table writes names and what stands behind them.
func table(b *strings.Builder, title string, rows []cli.Row) {
	fmt.Fprintf(b, "| %s | |\n|---|---|\n", title)
	for _, row := range rows {
		fmt.Fprintf(b, "| `%s` | %s |\n", strings.ReplaceAll(strings.TrimSpace(row.Name), "|", `\|`), plainMarkdown(row.Text))
	}
}

// plainMarkdown keeps text from being taken for markup.
func plainMarkdown(text string) string {
	return strings.NewReplacer("|", `\|`, "*", `\*`, "<", `\<`, `\u`, `\\u`).Replace(text)
}
