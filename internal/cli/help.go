package cli

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/config"
)

// newHelpCmd makes the help of "usher help user add", and of the topics. Cobra's
// own answers a mistyped name with the root's help and exit 0.
func newHelpCmd() *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND...|TOPIC]",
		Long:    "Show what a command is for, how it is typed and which flags it has; or a topic.",
		Example: "  usher help user add\n  usher help exit-codes",
		Args:    cobra.ArbitraryArgs,
		RunE:    func(cmd *cobra.Command, args []string) error { return runHelp(cmd, args) },

		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			return helpChoices(cmd, args), cobra.ShellCompDirectiveNoFileComp
		},
	}
}

// helpChoices lists the commands below those that are typed, and at the root
// the topics.
func helpChoices(cmd *cobra.Command, args []string) (list []string) {
	found, rest, _ := cmd.Root().Find(args)
	if len(rest) > 0 {
		return nil
	}
	for _, child := range found.Commands() {
		if !child.Hidden {
			list = append(list, child.Name()+"\t"+child.Short)
		}
	}
	if !found.HasParent() {
		for _, t := range Topics() {
			list = append(list, t.Name+"\t"+t.Short)
		}
	}
	return list
}

func runHelp(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		if t, known := findTopic(args[0]); known {
			if len(args) > 1 {
				return usageError("a topic stands alone, and %q is too much", args[1]).Hintf("usher help %s", args[0])
			}
			_, err := io.WriteString(cmd.OutOrStdout(), t.Text)
			return err
		}
	}
	found, rest, _ := cmd.Root().Find(args) // it fails when some are left
	switch {
	case len(rest) == 0:
		return found.Help()
	case !found.HasParent():
		return unknownTopic(found, rest[0])
	case found.HasSubCommands():
		return unknownVerb(found, rest[0])
	}
	return usageError("there is no command %q below %q", rest[0], found.CommandPath()).
		Coded("usage.command").
		Hintf("%s --help", found.CommandPath())
}

// unknownTopic says which topic or command may have been meant.
func unknownTopic(root *cobra.Command, word string) error {
	if near := nearest(word, topicNames()); near != "" {
		return usageError("unknown topic %q", word).Coded("usage.command").Hintf("did you mean: usher help %s?", near)
	}
	return unknownVerb(root, word)
}

// showHelp prints the help of a command: what it is for and examples first,
// since most people look for nothing else; then how it is typed, its verbs, its
// flags, and where there is more.
func showHelp(a *app, cmd *cobra.Command) {
	wish, _ := a.env.LookupEnv("USHER_COLOR") // help reads no file
	p := newPage(a.color(config.Config{Color: wish}))
	e := describe(a.whole(cmd))
	p.text(e.About)
	p.lines("Examples", e.Examples)
	p.lines("Usage", "  "+e.Usage)
	if e.More != "" {
		p.title("Details")
		p.text(e.More)
	}
	p.words("Also called", e.Aliases)
	for _, group := range e.Commands {
		p.list(group.Title, group.Rows, verbWidth)
	}
	p.list("Flags", e.Flags, 0)
	p.list("Flags of every command", e.Global, 0)
	p.words("Columns", e.Columns)
	if cmd.HasParent() {
		p.list("More help", []Row{{"usher help TOPIC", "exit-codes, environment, output, import-formats"}}, 0)
	} else {
		p.list("More help", furtherRows(), 0)
	}
	_, _ = io.WriteString(cmd.OutOrStdout(), p.String())
}

// projectPage is where there is more to read, and somebody to ask.
const projectPage = "https://github.com/usher-admin/usher"

// furtherRows says, at the root, where to read on.
func furtherRows() []Row {
	rows := []Row{{"usher COMMAND --help", "what a command takes, with examples"}}
	for _, t := range Topics() {
		rows = append(rows, Row{"usher help " + t.Name, t.Short})
	}
	return append(rows, Row{projectPage, "documentation; mistakes are reported there"})
}
