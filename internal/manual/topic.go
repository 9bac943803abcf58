package main

import (
	"regexp"
	"strings"

	"github.com/usher-admin/usher/internal/cli"
)

// A topic of help is plain text; blocks are what it is made of for a reader:
// paragraphs, lists of a name and what stands behind it, and lines to be typed.

type blockKind int

const (
	paragraph blockKind = iota
	list
	typed
)

type block struct {
	kind blockKind
	text string
	rows []cli.Row
}

// blocks takes a topic apart.
func blocks(text string) []block {
	var all []block
	row := regexp.MustCompile(`^ {1,4}(\S(?:.*?\S)??) {2,}(\S.*)$`)
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		last := lastOf(&all)
		found := row.FindStringSubmatch(line)
		switch {
		case line == "":
			all = append(all, block{kind: paragraph})
		case line[0] != ' ' && last.kind == paragraph:
			last.text = joined(last.text, line)
		case line[0] != ' ':
			all = append(all, block{kind: paragraph, text: line})
		case found != nil && last.kind == list:
			last.rows = append(last.rows, cli.Row{Name: found[1], Text: found[2]})
		case found != nil:
			all = append(all, block{kind: list, rows: []cli.Row{{Name: found[1], Text: found[2]}}})
		case last.kind == list && strings.HasPrefix(line, "     "):
			end := &last.rows[len(last.rows)-1]
			end.Text = joined(end.Text, strings.TrimSpace(line))
		case last.kind == list:
			last.rows = append(last.rows, cli.Row{Name: strings.TrimSpace(line)})
		case last.kind == typed:
			last.text += "\n" + strings.TrimSpace(line)
		default:
			all = append(all, block{kind: typed, text: strings.TrimSpace(line)})
		}
	}
	return withoutEmpty(all)
}

// lastOf returns the block that is being read.
func lastOf(all *[]block) *block {
	if len(*all) == 0 {
		*all = append(*all, block{kind: paragraph})
	}
	return &(*all)[len(*all)-1]
}

func joined(text, more string) string { return strings.TrimSpace(text + " " + more) }

func withoutEmpty(all []block) []block {
	var kept []block
	for _, b := range all {
		if b.text != "" || len(b.rows) > 0 {
			kept = append(kept, b)
		}
	}
	return kept
}

// topicText returns the text of a topic that is known to be there.
func topicText(name string) string {
	for _, t := range cli.Topics() {
		if t.Name == name {
			return t.Text
		}
	}
	return ""
}

// details takes the longer text of a command apart: paragraphs, and lines to be
// typed.
func details(text string) []block {
	if text == "" {
		return nil
	}
	return blocks(text)
}
