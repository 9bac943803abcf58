package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/usher-admin/usher/internal/account"
)

// verb is a command below a noun, by its name.
type verb struct {
	name  string
	build func(*app) *cobra.Command
}

// newGroup makes a command that only has verbs.
func newGroup(a *app, name string, verbs ...verb) *cobra.Command {
	cmd := &cobra.Command{
		Use:  name + " COMMAND",
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error { return answerGroup(cmd, args) },
	}
	addVerbs(cmd, a, verbs)
	return cmd
}

// addVerbs builds the verb that stands behind the noun. Where none does, it builds
// those that the command line names, and of the others it knows the names; where
// it names none, somebody looks at them all.
func addVerbs(cmd *cobra.Command, a *app, verbs []verb) {
	second := slices.IndexFunc(verbs, func(v verb) bool { return len(a.typed) > 1 && v.name == a.typed[1] })
	if second >= 0 {
		cmd.AddCommand(verbs[second].build(a))
		return
	}
	named := slices.ContainsFunc(verbs, func(v verb) bool { return slices.Contains(a.typed, v.name) })
	for _, v := range verbs {
		if named && !slices.Contains(a.typed, v.name) {
			cmd.AddCommand(&cobra.Command{Use: v.name, Annotations: unbuilt(), Run: func(*cobra.Command, []string) {}})
			continue
		}
		cmd.AddCommand(v.build(a))
	}
}

// unbuiltNote marks a command of which only the name is there.
const unbuiltNote = "usher_unbuilt"

func unbuilt() map[string]string { return map[string]string{unbuiltNote: ""} }

// whole returns a command with all that is below it. Words that look like a verb
// and are none, such as an organisation called "list", leave the others unbuilt.
func (a *app) whole(cmd *cobra.Command) *cobra.Command {
	lacks := func(c *cobra.Command) bool { _, lacks := c.Annotations[unbuiltNote]; return lacks }
	if !slices.ContainsFunc(cmd.Commands(), lacks) {
		return cmd
	}
	path := strings.Fields(cmd.CommandPath())[1:]
	found, _, err := newRoot(a, []string{everything}).Find(path)
	if err != nil {
		return cmd
	}
	return found
}

// answerGroup shows the help of a group, or says which verb may have been
// meant.
func answerGroup(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return cmd.Help()
	}
	return unknownVerb(cmd, args[0])
}

// nounFirst returns an example of what to type for a verb without its noun, ""
// where that is not the mistake.
func nounFirst(cmd *cobra.Command, word string) string {
	if cmd.HasParent() {
		return ""
	}
	switch word {
	case "add", "list", "show", "edit", "delete", "suspend", "resume", "unlock", "import", "export":
		return "usher user " + word
	}
	return ""
}

func unknownVerb(cmd *cobra.Command, verb string) error {
	err := usageError("unknown command %q for %q", verb, cmd.CommandPath()).Coded("usage.command")
	var known []string
	for _, c := range cmd.Commands() {
		if !c.Hidden {
			known = append(known, c.Name())
		}
	}
	if near := nounFirst(cmd, verb); near != "" {
		return err.Hintf("a noun stands before it: %s", near)
	}
	if near := meant(verb, known); near != "" {
		return err.Hintf("did you mean: %s %s?", cmd.CommandPath(), near)
	}
	return err.Hintf("known are %s; see %s --help", strings.Join(known, ", "), cmd.CommandPath())
}

// The checks of arguments name what is missing or too much.

func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		if secret := secretWay(cmd); secret != "" {
			return usageError("%s takes no argument", cmd.CommandPath()).Hintf("secrets never stand in an argument: use --%s", secret)
		}
		return usageError("%s takes no argument, and %q is one", cmd.CommandPath(), args[0]).Hintf("%s --help", cmd.CommandPath())
	}
	return nil
}

// exactly demands the arguments of the given names.
func exactly(names ...string) cobra.PositionalArgs { return between(len(names), names...) }

// between demands the first few of the named arguments and allows the others.
func between(least int, names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < least {
			return usageError("%s needs %s", cmd.CommandPath(), names[len(args)]).Hintf("%s", firstExample(cmd))
		}
		if len(args) > len(names) {
			return tooMuch(cmd, strings.Join(names, " "), args[len(names)])
		}
		for i := least; i < len(args); i++ {
			if args[i] == "" {
				return errEmptyArgument(cmd, names[i])
			}
		}
		return nil
	}
}

// tooMuch is the error of an argument behind those that a command takes. Where it
// may be a secret, which was typed instead of being given at the prompt, it is not
// repeated: what is printed may go into a log, or a mail of cron.
func tooMuch(cmd *cobra.Command, takes, surplus string) error {
	if secret := secretWay(cmd); secret != "" {
		if _, err := account.ParseEmail(surplus); err != nil {
			return usageError("%s takes %s, and nothing behind it", cmd.CommandPath(), takes).
				Hintf("secrets never stand in an argument: use --%s", secret)
		}
	}
	return usageError("%s takes %s, and %q is too much", cmd.CommandPath(), takes, surplus).Hintf("%s", firstExample(cmd))
}

// secretWay is the flag by which a command reads a secret from standard input, ""
// for one that reads none.
func secretWay(cmd *cobra.Command) (flag string) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if strings.HasSuffix(f.Name, "-stdin") {
			flag = f.Name
		}
	})
	return flag
}

// errEmptyArgument is the error of an argument that might be left out and is
// nothing: most likely a variable that nobody set, by which somebody was meant.
func errEmptyArgument(cmd *cobra.Command, name string) error {
	return usageError("%s: %s is empty", cmd.CommandPath(), name).Coded("usage.empty").
		Hintf("%s --help", cmd.CommandPath())
}

// atMostOne allows one argument.
func atMostOne(name string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > 1 {
			return tooMuch(cmd, "one "+name, args[1])
		}
		if len(args) == 1 && args[0] == "" {
			return errEmptyArgument(cmd, name)
		}
		return nil
	}
}

// some demands at least one argument.
func some(name string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return usageError("%s needs at least one %s", cmd.CommandPath(), name).Hintf("%s", firstExample(cmd))
		}
		return nil
	}
}

// firstExample returns the first line of a command's examples.
func firstExample(cmd *cobra.Command) string {
	line, _, _ := strings.Cut(strings.TrimSpace(cmd.Example), "\n")
	return strings.TrimSpace(line)
}
