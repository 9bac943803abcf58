package cli

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func TestArgumentWordsAreReadOffTheUseLine(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, use string
		i         int
		want      string
	}{
		{"the first argument", "show EMAIL", 0, "EMAIL"},
		{"one too many", "show EMAIL", 1, ""},
		{"none at all", "list", 0, ""},
		{"one that may be repeated", "delete EMAIL...", 7, "EMAIL"},
		{"another behind it", "join ADDRESS EMAIL...", 2, "EMAIL"},
		{"one that may be left out", "check EMAIL PERMISSION [TARGET]", 2, "TARGET"},
		{"flags are no arguments", "add NAME --email EMAIL", 1, ""},
		{"what else can be typed", "logout EMAIL... | --all [--site SITE]", 1, "EMAIL"},
		{"a hyphen", "accept [-]", 0, "-"},
		{"alternatives", "import FILE|-", 0, "FILE|-"},
	} {
		if got := argumentWord(row.use, row.i); got != row.want {
			t.Errorf("%s: argument %d of %q\n got %q\nwant %q", row.name, row.i, row.use, got, row.want)
		}
	}
}

// Every word in capitals is completed or said to be free, so that a new one is
// thought about.
func TestEveryWordIsCompletedOrFree(t *testing.T) {
	t.Parallel()
	a := newApp(Env{LookupEnv: noVariable})
	check := func(t *testing.T, cmd *cobra.Command, place, word string) {
		for alternative := range strings.SplitSeq(strings.TrimSuffix(word, ",..."), "|") {
			if alternative != "" && isSource(alternative) && a.source(cmd, alternative) == nil {
				t.Errorf("%s: source (complete_source.go) does not know %s", place, alternative)
			}
		}
	}
	eachCommand(t, func(t *testing.T, cmd *cobra.Command) {
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if word, _ := pflag.UnquoteUsage(f); f.NoOptDefVal == "" {
				check(t, cmd, "--"+f.Name, word)
			}
		})
		for i := range 3 {
			if !cmd.HasSubCommands() && cmd.ValidArgsFunction == nil {
				check(t, cmd, cmd.UseLine(), argumentWord(cmd.Use, i))
			}
		}
	})
}
