package cli

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// What docs/conventions.md promises of every command and no other test proves.

// Things of two kinds stand side by side only where speech has an order for
// them.
func TestArgumentsAreFew(t *testing.T) {
	t.Parallel()
	spoken := []string{"usher licence transfer", "usher mailbox join", "usher mailbox leave", "usher role check"}
	eachCommand(t, func(t *testing.T, cmd *cobra.Command) {
		if argumentWord(cmd.Use, 0) != "" && !cmd.HasSubCommands() && !strings.HasSuffix(argumentWordRaw(cmd.Use, 0), "...") &&
			argumentWord(cmd.Use, 1) != "" && !slices.Contains(spoken, cmd.CommandPath()) {
			t.Errorf("%q takes arguments of two kinds: make one of them a flag", cmd.UseLine())
		}
	})
}

// argumentWordRaw is a word of a Use line with its dots.
func argumentWordRaw(use string, i int) string {
	words := strings.Fields(use)[1:]
	return strings.Trim(words[i], "[]")
}

func TestShortFlagsAreFew(t *testing.T) {
	t.Parallel()
	common := "oqyhnf"
	eachCommand(t, func(t *testing.T, cmd *cobra.Command) {
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if f.Shorthand != "" && !strings.Contains(common, f.Shorthand) {
				t.Errorf("-%s of --%s is not one of the common short flags: %s", f.Shorthand, f.Name, common)
			}
		})
	})
}

// One thing has one word everywhere, and no two commands are a letter apart.
func TestVerbsAreOfOneVocabulary(t *testing.T) {
	t.Parallel()
	foreign := []string{"create", "new", "ls", "get", "rm", "destroy", "update", "modify", "describe", "info-all", "enable", "disable"}
	eachCommand(t, func(t *testing.T, cmd *cobra.Command) {
		if slices.Contains(foreign, cmd.Name()) {
			t.Errorf("%s: elsewhere usher has another word for that", cmd.CommandPath())
		}
		for _, a := range cmd.Commands() {
			for _, b := range cmd.Commands() {
				if a != b && distance(a.Name(), b.Name()) < 2 {
					t.Errorf("%s and %s are taken for each other", a.CommandPath(), b.CommandPath())
				}
			}
		}
	})
}

func TestAPanicIsOneLineThatCanBeReported(t *testing.T) {
	t.Parallel()
	env, talk := quietEnv("whoami")
	env.LookupEnv = func(name string) (string, bool) {
		if name == "HOME" {
			panic("there is no place like it")
		}
		return "", false
	}
	code := Main(context.Background(), env)
	lines := strings.Split(strings.TrimSpace(talk.String()), "\n")
	if code != 1 || len(lines) != 2 || !strings.Contains(lines[0], "a mistake in usher itself at internal/cli/") ||
		!strings.Contains(lines[1], projectPage) {
		t.Errorf("got exit %d and %q, want exit 1, the place, and where to report it", code, lines)
	}
}
