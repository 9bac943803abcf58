package main

import (
	"slices"
	"strings"

	"github.com/usher-admin/usher/internal/cli"
)

// manualPages writes usher(1), a page for every command, and usher.yaml(5).
func manualPages(s stamp) files {
	pages := files{"man5/usher.yaml.5": settingsPage(s)}
	all := cli.Reference()
	for _, e := range all {
		name := pageName(e.Path)
		if e.Path == "usher" {
			pages["man1/usher.1"] = rootPage(e, s)
			continue
		}
		pages["man1/"+name+".1"] = commandPage(e, s, all)
	}
	return pages
}

// pageName returns the name of a command's page: "usher-user-add".
func pageName(path string) string { return strings.ReplaceAll(path, " ", "-") }

// begin writes the head of a page.
func (r *roff) begin(name, section, short string, s stamp) {
	r.macro("Dd %s", s.date.Format("January 2, 2006"))
	r.macro("Dt %s %s", strings.ToUpper(name), section)
	r.macro("Os")
	r.section("NAME")
	r.macro("Nm %s", name)
	r.macro("Nd %s", escaped(lowered(short)))
}

// lowered begins a one-line help with a small letter, as manuals do.
func lowered(short string) string { return strings.ToLower(short[:1]) + short[1:] }

func (r *roff) synopsis(e cli.Entry) {
	r.section("SYNOPSIS")
	r.macro("Nm %s", asTyped(e.Path))
	if rest := strings.TrimSpace(strings.TrimPrefix(e.Usage, e.Path)); rest != "" {
		r.WriteString(asTyped(rest) + "\n")
	}
}

func (r *roff) description(e cli.Entry) {
	r.section("DESCRIPTION")
	all := details(e.About)
	if e.More != "" {
		all = append(all, details(e.More)...)
	}
	r.blocks(all)
}

func (r *roff) commands(e cli.Entry) {
	for _, group := range e.Commands {
		title := strings.ToUpper(group.Title)
		r.section(title)
		r.macro("Bl -tag -width Ds")
		for _, row := range group.Rows {
			r.macro("It Xr %s 1", pageName(e.Path+" "+row.Name))
			r.prose(lowered(row.Text))
		}
		r.macro("El")
	}
}

func (r *roff) flags(title string, rows []cli.Row) {
	if len(rows) > 0 {
		r.section(title)
		r.rows(rows, flagTag)
	}
}

func (r *roff) columns(e cli.Entry) {
	if len(e.Columns) > 0 {
		r.section("COLUMNS")
		r.prose(strings.Join(e.Columns, ", ") + ".")
	}
}

func (r *roff) examples(e cli.Entry) {
	if e.Examples != "" {
		r.section("EXAMPLES")
		r.literal(e.Examples)
	}
}

// rootPage is usher(1), with what holds for every command.
func rootPage(e cli.Entry, s stamp) string {
	var r roff
	r.begin("usher", "1", e.Short, s)
	r.synopsis(e)
	r.description(e)
	if s.version != "" {
		r.macro("Pp")
		r.prose("This is the manual of usher " + s.version + ".")
	}
	r.commands(e)
	r.flags("FLAGS OF EVERY COMMAND", e.Global)
	r.flags("OPTIONS", e.Flags)
	r.section("OUTPUT")
	r.blocks(blocks(topicText("output")))
	r.section("IMPORT FORMATS")
	r.blocks(blocks(topicText("import-formats")))
	r.section("ENVIRONMENT")
	r.blocks(blocks(topicText("environment")))
	r.section("FILES")
	r.rows(places(), func(name string) string { return "Pa " + argument(name) })
	r.section("EXIT STATUS")
	r.blocks(blocks(topicText("exit-codes")))
	r.examples(e)
	r.section("SEE ALSO")
	r.macro("Xr usher.yaml 5")
	return r.String()
}

// places are the files usher works with.
func places() []cli.Row {
	return []cli.Row{
		{Name: "/etc/usher/usher.yaml", Text: "The configuration of the machine."},
		{Name: "$XDG_CONFIG_HOME/usher/usher.yaml", Text: "The configuration of a person, which counts more."},
		{Name: "/var/lib/usher/usher.db", Text: "The database of root, and the machine's."},
		{Name: "$XDG_DATA_HOME/usher/usher.db", Text: "The database of others."},
		{Name: "usher.db.lock", Text: "Beside the database: who works on it holds this file."},
		{Name: "usher.db.anchor", Text: "Beside the database: how long its log was after the last change."},
		{Name: "usher.db.sums", Text: "Beside the database: a check of each of its pages."},
		{Name: "usher.db.sums", Text: "Beside the database: a check of each of its pages, made anew where it is missing."},
		{Name: "$XDG_STATE_HOME/usher/", Text: "The session and the organisation keys that this device remembers."},
	}
}

// commandPage is the page of one command.
func commandPage(e cli.Entry, s stamp, all []cli.Entry) string {
	var r roff
	r.begin(pageName(e.Path), "1", e.Short, s)
	r.synopsis(e)
	r.description(e)
	r.commands(e)
	r.flags("OPTIONS", e.Flags)
	if len(e.Commands) == 0 {
		r.macro("Pp")
		r.prose("The flags of every command are told in usher(1).")
	}
	r.columns(e)
	r.section("EXIT STATUS")
	r.prose("Every exit code is told in usher(1).")
	r.examples(e)
	r.section("SEE ALSO")
	r.references(related(e.Path, all))
	return r.String()
}

// references lists other pages.
func (r *roff) references(names []string) {
	for i, name := range names {
		end := " ,"
		if i == len(names)-1 {
			end = ""
		}
		r.macro("Xr %s 1%s", name, end)
	}
}

// related returns the pages beside and above a command's.
func related(path string, all []cli.Entry) []string {
	names := []string{"usher"}
	parent := path[:strings.LastIndex(path, " ")]
	for _, e := range all {
		beside := strings.HasPrefix(e.Path, parent+" ") && strings.Count(e.Path, " ") == strings.Count(path, " ")
		if parent != "usher" && e.Path != path && (e.Path == parent || beside) {
			names = append(names, pageName(e.Path))
		}
	}
	slices.Sort(names)
	return names
}
