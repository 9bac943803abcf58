package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// report collects the figures of a run.
type report struct {
	users   int
	when    time.Time
	missing []string // peers, with the way to get them
	load    string
	lines   []string
}

// add puts the figures of a row into the table; a row that failed says why.
func (r *report) add(row string, figures []figure, err error) {
	for _, f := range figures {
		r.lines = append(r.lines, fmt.Sprintf("| %s | %s | %s | %s | %s%s | %s | %s |",
			f.what, f.ours, f.against, f.theirs, number(f.value), f.unit, f.bound(), f.verdict()))
	}
	if err != nil {
		text := strings.NewReplacer("|", "/", "\n", " ").Replace(err.Error())
		r.lines = append(r.lines, fmt.Sprintf("| %s | not measured: %s | | | | | |", row, clip(text, 200)))
	}
}

func number(v float64) string {
	if v >= 100 {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.3g", v)
}

func clip(text string, longest int) string {
	if runes := []rune(text); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return text
}

// table returns the report as Markdown.
func (r *report) table() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %d users, %s/%s, %d processors, load average %s when it ended.\n",
		r.when.UTC().Format("2006-01-02 15:04 MST"), r.users, runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), r.load)
	for _, m := range r.missing {
		fmt.Fprintf(&b, "Not measured against %s\n", m)
	}
	b.WriteString("\n| what | usher | against | took | ratio or value | goal | met |\n|---|---|---|---|---|---|---|\n")
	for _, line := range r.lines {
		b.WriteString(line + "\n")
	}
	return b.String()
}

// The figures stand between these lines of the page; the rest is written by
// hand.
const (
	beginMark = "<!-- figures: written by make bench -->\n"
	endMark   = "<!-- end of figures -->\n"
)

// writeInto puts the report between the marks of a page.
func (r *report) writeInto(path string) error {
	page, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, found := strings.Cut(string(page), beginMark)
	_, after, closed := strings.Cut(rest, endMark)
	if !found || !closed {
		return fmt.Errorf("%s has no place for figures: the lines %q and %q", path, beginMark, endMark)
	}
	return os.WriteFile(path, []byte(before+beginMark+"\n"+r.table()+"\n"+endMark+after), 0o600)
}

// loadAverage says how busy the machine is with other things.
func loadAverage() string {
	data, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	first, _, _ := strings.Cut(string(data), " ")
	return first
}
