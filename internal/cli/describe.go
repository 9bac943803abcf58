package cli

import (
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Entry is what there is to say of one command: its help, its manual page and
// its place in the reference are made of it.
type Entry struct {
	Path     string // as it is typed: "usher user add"
	Short    string // one line
	About    string // the first paragraph of what it does
	More     string // the others
	Usage    string
	Examples string // lines that are set in
	Aliases  []string
	Commands []Group // below it
	Flags    []Row   // its own
	Global   []Row   // those of every command
	Columns  []string
}

// Group is some commands under a title.
type Group struct {
	Title string
	Rows  []Row
}

// Row is a name and what stands behind it.
type Row struct{ Name, Text string }

// Reference describes every command of usher, from the top down.
func Reference() []Entry {
	root := newRoot(newApp(Env{Stdout: io.Discard, Stderr: io.Discard, LookupEnv: noVariable}), []string{everything})
	var entries []Entry
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		if cmd.Hidden {
			return
		}
		entries = append(entries, describe(cmd))
		for _, child := range cmd.Commands() {
			walk(child)
		}
	}
	walk(root)
	return entries
}

func noVariable(string) (string, bool) { return "", false }

// describe collects what there is to say of a command.
func describe(cmd *cobra.Command) Entry {
	cmd.InitDefaultHelpFlag() // the line of usage tells whether there are flags
	about, more, _ := strings.Cut(cmd.Long, "\n\n")
	if about == "" {
		about = cmd.Short + "."
	}
	return Entry{
		Path: cmd.CommandPath(), Short: cmd.Short, About: about, More: more,
		Usage: cmd.UseLine(), Examples: examplesOf(cmd), Aliases: cmd.Aliases,
		Commands: commandGroups(cmd), Flags: flagRows(cmd.LocalNonPersistentFlags()),
		Global: inheritedFlags(cmd), Columns: columnsOf(cmd),
	}
}

// examplesOf returns a command's examples; those of a group that has none are
// the first of its first verbs.
func examplesOf(cmd *cobra.Command) string {
	const most = 5
	if cmd.Example != "" || !cmd.HasParent() {
		return cmd.Example
	}
	var first []string
	for _, verb := range cmd.Commands() {
		if verb.Example != "" && !verb.Hidden && len(first) < most {
			first = append(first, firstOf(verb.Example))
		}
	}
	return strings.Join(first, "\n")
}

// firstOf returns the first of some examples, with the lines it goes on in.
func firstOf(examples string) string {
	var lines []string
	for line := range strings.SplitSeq(examples, "\n") {
		lines = append(lines, line)
		if !strings.HasSuffix(line, `\`) {
			break
		}
	}
	return strings.Join(lines, "\n")
}

// commandGroups lists the commands below cmd: the root's in their groups.
func commandGroups(cmd *cobra.Command) (groups []Group) {
	known := cmd.Groups()
	if len(known) == 0 {
		known = []*cobra.Group{{Title: "Commands"}}
	}
	for _, group := range known {
		g := Group{Title: group.Title}
		for _, verb := range cmd.Commands() {
			if verb.GroupID == group.ID && (verb.IsAvailableCommand() || verb.Name() == "help") {
				g.Rows = append(g.Rows, Row{verb.Name(), verb.Short})
			}
		}
		if len(g.Rows) > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}

// inheritedFlags lists the flags that every command has, but for those in whose
// place the command has one of its own.
func inheritedFlags(cmd *cobra.Command) []Row {
	flags := cmd.InheritedFlags()
	if !cmd.HasParent() {
		flags = cmd.PersistentFlags()
	}
	return append(flagRows(flags), Row{"-h, --help", "show this help"})
}

// flagRows lists flags in the order in which they were declared.
func flagRows(flags *pflag.FlagSet) (rows []Row) {
	flags.SortFlags = false
	flags.VisitAll(func(f *pflag.Flag) {
		if !f.Hidden && f.Name != "help" {
			rows = append(rows, flagRow(f))
		}
	})
	return rows
}

// flagRow says how a flag is typed and what it does. What stands behind a colon
// is its value and said once; a default that is no zero value is told.
func flagRow(f *pflag.Flag) Row {
	value, text := pflag.UnquoteUsage(f)
	if before, after, ok := strings.Cut(f.Usage, ": `"+value+"`"); ok {
		text = before + after
	}
	typed := "    --" + f.Name
	if f.Shorthand != "" {
		typed = "-" + f.Shorthand + ", --" + f.Name
	}
	if f.NoOptDefVal == "" {
		typed += " " + value
	}
	switch f.DefValue {
	case "", "0", "false", "[]":
	default:
		text += " (default " + f.DefValue + ")"
	}
	return Row{typed, text}
}
