package cli

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Completion follows the words that help shows: what stands for an argument in
// a Use line, or for a flag's value, says what can be typed there. A word in
// capitals names a source (complete_source.go), another is to be typed as it is;
// "a|b" are alternatives, "X,..." is a list, "X..." may be repeated.
//
// A shell asks while somebody types: nothing is asked back, nobody is waited
// for, and whatever fails leaves the line as it is.

// addCompletion lets the commands that were built say how a line goes on.
func addCompletion(a *app, cmd *cobra.Command) {
	register := func(f *pflag.Flag) {
		word, _ := pflag.UnquoteUsage(f)
		if f.NoOptDefVal == "" {
			_ = cmd.RegisterFlagCompletionFunc(f.Name, func(cmd *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
				return a.goOn(cmd, word, nil, typed)
			})
		}
	}
	cmd.LocalFlags().VisitAll(register)
	if cmd.ValidArgsFunction == nil && !cmd.HasSubCommands() {
		cmd.ValidArgsFunction = func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			return a.goOn(cmd, argumentWord(cmd.Use, len(args)), args, typed)
		}
	}
	for _, child := range cmd.Commands() {
		addCompletion(a, child)
	}
}

// argumentWord returns what stands for the i-th argument in a Use line, "" if
// nothing does. Flags end it.
func argumentWord(use string, i int) string {
	var words []string
	for _, word := range strings.Fields(use)[1:] {
		word = strings.Trim(word, "[]")
		if word == "|" || strings.HasPrefix(word, "-") && word != "-" {
			break
		}
		words = append(words, word)
	}
	switch {
	case i < len(words):
		return strings.TrimSuffix(words[i], "...")
	case len(words) > 0 && strings.HasSuffix(words[len(words)-1], "..."):
		return strings.TrimSuffix(words[len(words)-1], "...")
	}
	return ""
}

// goOn returns what a word, of which a part is typed, can become. What was
// given before it is not offered again.
func (a *app) goOn(cmd *cobra.Command, word string, given []string, typed string) ([]string, cobra.ShellCompDirective) {
	how := cobra.ShellCompDirectiveNoFileComp
	before := ""
	word, isList := strings.CutSuffix(word, ",...")
	if isList {
		i := strings.LastIndexByte(typed, ',') + 1
		before, typed = typed[:i], typed[i:]
		given = strings.Split(before, ",")
		how |= cobra.ShellCompDirectiveNoSpace
	}
	var found []string
	for alternative := range strings.SplitSeq(word, "|") {
		if alternative == "FILE" {
			return nil, cobra.ShellCompDirectiveDefault
		}
		for _, choice := range a.choices(cmd, alternative, typed) {
			value, _, _ := strings.Cut(choice, "\t")
			if strings.HasPrefix(value, typed) && !slices.Contains(given, value) {
				found = append(found, before+choice)
			}
		}
	}
	if strings.HasSuffix(word, "=COLUMN") {
		how |= cobra.ShellCompDirectiveNoSpace
	}
	return found, how
}

// choices returns what an alternative of a word stands for.
func (a *app) choices(cmd *cobra.Command, alternative, typed string) []string {
	if alternative == "" || !isSource(alternative) {
		return []string{alternative}
	}
	from := a.source(cmd, alternative)
	if from == nil {
		return nil
	}
	list, err := from(cmd.Context(), typed)
	if err != nil {
		return nil // the command itself will say what is wrong
	}
	return list
}

// isSource reports whether a word of help is no literal.
func isSource(word string) bool { return word[0] >= 'A' && word[0] <= 'Z' }

// source finds the choices for a word of which a part is typed.
type source func(ctx context.Context, typed string) ([]string, error)
