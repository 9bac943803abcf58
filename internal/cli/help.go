package cli

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// helpWidth is the number of columns that every terminal has.
const helpWidth = 80

// newHelpCmd makes the help of "usher help user add". Cobra's own answers a
// mistyped name with the root's help and exit 0.
func newHelpCmd() *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND...]",
		Long:    "Show what a command is for, how it is typed and which flags it has.",
		Example: "  usher help user add\n  usher user add --help",
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			found, rest, _ := cmd.Root().Find(args) // it fails when some are left
			switch {
			case len(rest) == 0:
				found.InitDefaultHelpFlag() // so that it is listed
				return found.Help()
			case found.HasSubCommands():
				return unknownVerb(found, rest[0])
			}
			return usageError("there is no command %q below %q", rest[0], found.CommandPath()).
				Coded("usage.command").
				Hintf("%s --help", found.CommandPath())
		},
	}
}

// showHelp prints the help of a command: what it is for, how it is typed,
// examples, its verbs, its flags.
func showHelp(cmd *cobra.Command, _ []string) {
	var b strings.Builder
	text := cmd.Long
	if text == "" {
		text = cmd.Short
	}
	fmt.Fprintf(&b, "%s\n\nUsage:\n  %s\n", reflow(text), cmd.UseLine())
	if len(cmd.Aliases) > 0 {
		fmt.Fprintf(&b, "\nAlso called:\n  %s\n", strings.Join(cmd.Aliases, ", "))
	}
	if cmd.HasExample() {
		fmt.Fprintf(&b, "\nExamples:\n%s\n", cmd.Example)
	}
	writeVerbs(&b, cmd)
	writeFlags(&b, "Flags", cmd.LocalFlags())
	writeFlags(&b, "Flags of every command", cmd.InheritedFlags())
	_, _ = io.WriteString(cmd.OutOrStdout(), b.String())
}

// reflow fills the lines of every paragraph anew. Lines that are set in stay as
// they are.
func reflow(text string) string {
	var b strings.Builder
	column := 0
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) == 0 || line[0] == ' ' {
			fmt.Fprintf(&b, "\n%s", strings.TrimRight(line, "\n"))
			column = helpWidth // whatever follows begins a line
			continue
		}
		for _, word := range words {
			width := utf8.RuneCountInString(word)
			switch {
			case column == 0:
			case column+1+width > helpWidth:
				b.WriteByte('\n')
				column = 0
			default:
				b.WriteByte(' ')
				column++
			}
			b.WriteString(word)
			column += width
		}
	}
	return b.String()
}

// writeVerbs lists the commands below cmd: the root's by their groups.
func writeVerbs(b *strings.Builder, cmd *cobra.Command) {
	groups := cmd.Groups()
	if len(groups) == 0 {
		groups = []*cobra.Group{{Title: "Commands:"}}
	}
	for _, group := range groups {
		title := "\n" + group.Title + "\n"
		for _, verb := range cmd.Commands() {
			if verb.GroupID == group.ID && (verb.IsAvailableCommand() || verb.Name() == "help") {
				fmt.Fprintf(b, "%s  %-*s %s\n", title, verb.NamePadding(), verb.Name(), verb.Short)
				title = ""
			}
		}
	}
}

func writeFlags(b *strings.Builder, title string, flags *pflag.FlagSet) {
	flags.SortFlags = false
	if flags.HasAvailableFlags() {
		fmt.Fprintf(b, "\n%s:\n%s", title, flags.FlagUsagesWrapped(helpWidth))
	}
}
