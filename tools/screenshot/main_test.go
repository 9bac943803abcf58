package main

import (
	"encoding/xml"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestAScreenIsReadAsATerminalShowsIt(t *testing.T) {
	t.Parallel()
	lines := screenLines([]byte("a \x1b[1mbold\x1b[0m \x1b[32mgreen\x1b[0m\r\n\x1b[2K\r\n" + strings.Repeat("x", columns+1)))
	if len(lines) != 4 {
		t.Fatalf("got %d lines: %q", len(lines), lines)
	}
	want := line{{"", "a "}, {"b", "bold"}, {"", " "}, {"c32", "green"}}
	for i, s := range want {
		if lines[0][i] != s {
			t.Errorf("got %q, want %q", lines[0][i], s)
		}
	}
	if lines[1].text() != "" || lines[3].text() != "x" {
		t.Errorf("got %q and %q", lines[1].text(), lines[3].text())
	}
}

func TestPagesKeepTogetherWhatBelongsTogether(t *testing.T) {
	t.Parallel()
	all := pages(screenLines([]byte("\n== one\na\n\n== two\nb\n\n\n== three\n" + strings.Repeat("c\n", rows))))
	var got []int
	for _, page := range all {
		got = append(got, len(page))
	}
	if want := []int{5, rows, 1}; !slices.Equal(got, want) || all[0][3].text() != "== two" || all[1][0].text() != "== three" {
		t.Errorf("got pages of %v lines, want %v: %q", got, want, all)
	}
}

func TestThePictureIsWellFormed(t *testing.T) {
	t.Parallel()
	decoder := xml.NewDecoder(strings.NewReader(draw(pages(screenLines([]byte("$ usher <x> & \"y\"\n\x1b[31mred\x1b[0m\n"))))))
	texts := 0
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "text" {
			texts++
		}
	}
	if texts != 2 {
		t.Errorf("%d lines are drawn, want 2", texts)
	}
}

func TestACommandThatFailsLeavesNoPicture(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "x.svg")
	if err := run(out, []string{"sh", "-c", "exit 3"}); err == nil {
		t.Error("got no error")
	}
}
