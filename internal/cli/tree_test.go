package cli

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/term"
)

// These tests walk the whole tree of commands: what holds for every command is
// proved of every command, also of the next one that is added.

// longestShort is the longest one-line help, in columns.
const longestShort = 72

// quietEnv is a world without terminal, environment or output.
func quietEnv(args ...string) (Env, *bytes.Buffer) {
	var talk bytes.Buffer
	return Env{
		Args: args, Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: &talk,
		Terminal:  term.Open("/dev/null"),
		LookupEnv: func(string) (string, bool) { return "", false },
		Now:       func() time.Time { return time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC) },
		Location:  time.UTC,
		Random:    strings.NewReader(""),
		Origin:    func() audit.Origin { return audit.Origin{Host: "test", LoginUID: -1} },
	}, &talk
}

func wholeTree() *cobra.Command {
	env, _ := quietEnv()
	root := newRoot(newApp(env), []string{everything})
	root.SetArgs(nil)
	return root
}

// eachCommand runs a test of its own for every command of the tree that people
// see.
func eachCommand(t *testing.T, check func(t *testing.T, cmd *cobra.Command)) {
	t.Helper()
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		if cmd.Hidden {
			return
		}
		t.Run(strings.ReplaceAll(cmd.CommandPath(), " ", "_"), func(t *testing.T) { check(t, cmd) })
		for _, child := range cmd.Commands() {
			walk(child)
		}
	}
	walk(wholeTree())
}

// words are a command's name as it is typed, without the program's.
func words(cmd *cobra.Command) []string { return strings.Fields(cmd.CommandPath())[1:] }

func TestEveryCommandIntroducesItself(t *testing.T) {
	t.Parallel()
	eachCommand(t, func(t *testing.T, cmd *cobra.Command) {
		switch length := utf8.RuneCountInString(cmd.Short); {
		case length == 0:
			t.Error("it has no one-line help")
		case length > longestShort:
			t.Errorf("its one-line help has %d columns, at most %d are allowed: %s", length, longestShort, cmd.Short)
		case strings.HasSuffix(cmd.Short, "."), strings.ToUpper(cmd.Short[:1]) != cmd.Short[:1]:
			t.Errorf("its one-line help begins with a capital and ends without a full stop: %q", cmd.Short)
		}
		if examplesOf(cmd) == "" {
			t.Error("its help has no example")
		}
		if cmd.HasSubCommands() {
			return
		}
		if cmd.Args == nil {
			t.Error("it does not check its arguments, so extra words are swallowed")
		}
		if cmd.Example == "" {
			t.Error("it has no example")
		}
	})
}

func TestEveryHelpFitsATerminal(t *testing.T) {
	t.Parallel()
	eachCommand(t, func(t *testing.T, cmd *cobra.Command) {
		var help bytes.Buffer
		cmd.SetOut(&help)
		cmd.InitDefaultHelpFlag()
		if err := cmd.Help(); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(help.String()) {
			line = strings.TrimSuffix(line, "\n")
			if columns := utf8.RuneCountInString(line); columns > helpWidth {
				t.Errorf("%d columns, at most %d are allowed: %s", columns, helpWidth, line)
			}
			if strings.ContainsAny(line, "\t\x1b") {
				t.Errorf("a tab or an escape in its help: %q", line)
			}
		}
	})
}

// People look for an example and read no further.
func TestEveryHelpBeginsWithExamples(t *testing.T) {
	t.Parallel()
	eachCommand(t, func(t *testing.T, cmd *cobra.Command) {
		var help bytes.Buffer
		cmd.SetOut(&help)
		if err := cmd.Help(); err != nil {
			t.Fatal(err)
		}
		_, rest, found := strings.Cut(help.String(), "\n\n")
		if !found || !strings.HasPrefix(rest, "Examples:\n  usher ") {
			t.Errorf("behind what it is for come no examples:\n%s", help.String())
		}
	})
}

func TestEveryFlagIsExplained(t *testing.T) {
	t.Parallel()
	eachCommand(t, func(t *testing.T, cmd *cobra.Command) {
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if strings.TrimSpace(f.Usage) == "" {
				t.Errorf("--%s has no help", f.Name)
			}
			value, _ := pflag.UnquoteUsage(f)
			if f.NoOptDefVal == "" && (value == "" || !strings.Contains(f.Usage, "`")) {
				t.Errorf("--%s takes a value and does not name it: %q", f.Name, f.Usage)
			}
		})
	})
}

func TestEveryFlagHoldsItsValueOnce(t *testing.T) {
	t.Parallel()
	eachCommand(t, func(t *testing.T, cmd *cobra.Command) {
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			_, many := f.Value.(pflag.SliceValue)
			_, guarded := f.Value.(*once)
			if !many && !guarded {
				t.Errorf("--%s can be given twice", f.Name)
			}
		})
	})
}

// A value that may be a secret comes from a file or from standard input.
func TestNoFlagTakesASecret(t *testing.T) {
	t.Parallel()
	eachCommand(t, func(t *testing.T, cmd *cobra.Command) {
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			takesValue := f.NoOptDefVal == ""
			for _, word := range []string{"password", "secret", "key", "token", "link"} {
				if takesValue && slices.Contains(strings.Split(f.Name, "-"), word) && !strings.HasSuffix(f.Name, "-file") {
					t.Errorf("--%s takes a value, where others can read it", f.Name)
				}
			}
		})
	})
}

// Examples are what people copy: each must be a command line, as far as its
// words and flags go, and the first one of the command it stands at.
func TestEveryExampleCanBeTyped(t *testing.T) {
	t.Parallel()
	eachCommand(t, func(t *testing.T, cmd *cobra.Command) {
		for i, line := range exampleLines(cmd.Example) {
			shown := false
			for _, args := range exampleCalls(line) {
				found, rest, err := wholeTree().Find(args)
				if err == nil {
					err = parses(found, rest)
				}
				if err != nil {
					t.Errorf("%s: %v", line, err)
				}
				shown = shown || serves(found, cmd)
			}
			if i == 0 && !shown {
				t.Errorf("it is an example of another command: %s", line)
			}
		}
	})
}

// parses reports what a command finds wrong with its flags and arguments.
func parses(cmd *cobra.Command, rest []string) error {
	if err := cmd.ParseFlags(rest); err != nil {
		if errors.Is(err, pflag.ErrHelp) {
			return nil
		}
		return err
	}
	return cmd.Args(cmd, cmd.Flags().Args())
}

// serves reports whether a typed command is an example of cmd: it is the same
// or one below it, or the group that does what cmd does when typed alone.
func serves(typed, cmd *cobra.Command) bool {
	same := strings.HasPrefix(typed.CommandPath(), cmd.CommandPath())
	alone := typed.HasParent() && cmd.HasParent() && typed.CommandPath() == cmd.Parent().CommandPath()
	return same || alone || cmd.Name() == "help"
}

// exampleLines joins lines that end in a backslash with the next.
func exampleLines(example string) []string {
	var lines []string
	for line := range strings.Lines(strings.ReplaceAll(example, "\\\n", " ")) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	return lines
}

// exampleCalls returns the arguments of every usher in a line, each up to what
// is the shell's.
func exampleCalls(line string) (calls [][]string) {
	inCall := false
	for _, word := range shellWords(line) {
		switch {
		case word == "usher" && !inCall:
			calls, inCall = append(calls, nil), true
		case slices.Contains([]string{"|", "<", ">", ">>", "&&", ";"}, word):
			inCall = false
		case inCall:
			calls[len(calls)-1] = append(calls[len(calls)-1], word)
		}
	}
	return calls
}

// shellWords splits a line at blanks outside quotation marks.
func shellWords(line string) []string {
	var list []string
	var word strings.Builder
	quote, inWord := rune(0), false
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '"' || r == '\''):
			quote, inWord = r, true
		case quote == 0 && r == ' ':
			if inWord {
				list = append(list, word.String())
			}
			word.Reset()
			inWord = false
		default:
			word.WriteRune(r)
			inWord = true
		}
	}
	if inWord {
		list = append(list, word.String())
	}
	return list
}

// typo leaves the second letter of a word out.
func typo(word string) string { return word[:1] + word[2:] }

func TestEveryGroupAnswersAMistypedVerb(t *testing.T) {
	t.Parallel()
	eachCommand(t, func(t *testing.T, cmd *cobra.Command) {
		if !cmd.HasSubCommands() {
			return
		}
		for _, child := range cmd.Commands() {
			if child.Hidden {
				continue
			}
			env, talk := quietEnv(append(words(cmd), typo(child.Name()))...)
			code := Main(context.Background(), env)
			if code != 2 || !strings.Contains(talk.String(), "did you mean: "+cmd.CommandPath()+" ") {
				t.Errorf("%q: got exit %d and %q, want exit 2 and a suggestion", env.Args, code, talk)
			}
		}
		env, talk := quietEnv(append(words(cmd), "zzzzzzzzzz")...)
		if code := Main(context.Background(), env); code != 2 || !strings.Contains(talk.String(), "hint: ") {
			t.Errorf("%q: got exit %d and %q, want exit 2 and a hint", env.Args, code, talk)
		}
	})
}

func TestEveryCommandAnswersAMistypedFlag(t *testing.T) {
	t.Parallel()
	eachCommand(t, func(t *testing.T, cmd *cobra.Command) {
		env, talk := quietEnv(append(words(cmd), "--no-colr", "-o", "json")...)
		code := Main(context.Background(), env)
		if code != 2 || !strings.Contains(talk.String(), `"code":"usage.flag"`) || !strings.Contains(talk.String(), "did you mean --no-color?") {
			t.Errorf("%q: got exit %d and %q, want exit 2, code usage.flag and a suggestion", env.Args, code, talk)
		}
	})
}

// Errors of arguments are prepared by usher: they have a kind, and a hint that
// says what to type.
func TestEveryCheckOfArgumentsIsPrepared(t *testing.T) {
	t.Parallel()
	eachCommand(t, func(t *testing.T, cmd *cobra.Command) {
		if cmd.Run != nil || cmd.RunE == nil {
			t.Error("it does not end through RunE, so its errors are not prepared")
		}
		for _, count := range []int{0, 1, 2, 3, 50} {
			err := cmd.Args(cmd, slices.Repeat([]string{"word"}, count))
			var known *account.Error
			switch {
			case err == nil:
			case !errors.As(err, &known) || known.Kind != account.Usage:
				t.Errorf("%d arguments: got %v, want an error of usage", count, err)
			case known.Hint == "":
				t.Errorf("%d arguments: %q has no hint", count, err)
			}
		}
	})
}

// Only the branches that a command line names are built; what was built must
// lead everywhere.
func TestEveryCommandIsReached(t *testing.T) {
	t.Parallel()
	eachCommand(t, func(t *testing.T, cmd *cobra.Command) {
		for _, before := range [][]string{nil, {"-o", "json"}, {"--db", "x.db", "-q"}} {
			args := append(before, words(cmd)...)
			env, _ := quietEnv(args...)
			found, _, err := newRoot(newApp(env), args).Find(args)
			if err != nil || found.CommandPath() != cmd.CommandPath() || found.RunE == nil {
				t.Errorf("%q leads to %q, %v", args, found.CommandPath(), err)
			}
		}
	})
}

// readsOnly are the verbs that change nothing.
func readsOnly() []string {
	return []string{"check", "checkpoint", "completion", "export", "help", "info", "list", "logs", "show", "template", "test", "verify", "version", "whoami"}
}

// Whatever changes something can say why and can be tried first, but for the
// commands the contract excepts.
func TestEveryChangeTakesReasonAndDryRun(t *testing.T) {
	t.Parallel()
	excepted := []string{"init", "login", "logout", "recover", "db", "config", "mail"}
	eachCommand(t, func(t *testing.T, cmd *cobra.Command) {
		name := words(cmd)
		if cmd.HasSubCommands() || slices.Contains(readsOnly(), cmd.Name()) || slices.Contains(excepted, name[0]) {
			return
		}
		for _, flag := range []string{"reason", "dry-run"} {
			if cmd.Flags().Lookup(flag) == nil {
				t.Errorf("it has no --%s", flag)
			}
		}
	})
}

// A wrong column is refused before anything is asked, opened or changed.
func TestEveryCommandRefusesAnUnknownColumnFirst(t *testing.T) {
	t.Parallel()
	printsNoColumns := []string{"usher completion", "usher help", "usher user template"}
	eachCommand(t, func(t *testing.T, cmd *cobra.Command) {
		if cmd.HasSubCommands() || slices.Contains(printsNoColumns, cmd.CommandPath()) {
			return
		}
		args := exampleCalls(exampleLines(cmd.Example)[0])[0]
		env, talk := quietEnv(append(args, "--columns", "zzz")...)
		if code := Main(context.Background(), env); code != 2 || !strings.Contains(talk.String(), `unknown column "zzz"`) {
			t.Errorf("%q: got exit %d and %q, want exit 2 and that there is no such column", env.Args, code, talk)
		}
		if want := "choose from " + strings.Join(columnsOf(cmd), ", ") + "\n"; !strings.Contains(talk.String(), want) {
			t.Errorf("its Annotations are not prints(what it prints):\n got %q\nwant %s", talk, want)
		}
	})
}

// A command line builds what it names: each command is there when it is typed,
// with its flags and its help, and not only by its name.
func TestEveryCommandIsBuiltWhenItIsNamed(t *testing.T) {
	t.Parallel()
	eachCommand(t, func(t *testing.T, cmd *cobra.Command) {
		path := strings.Fields(cmd.CommandPath())[1:]
		env, _ := quietEnv()
		found, rest, err := newRoot(newApp(env), path).Find(path)
		if err != nil || len(rest) > 0 || found.Use != cmd.Use || found.Short != cmd.Short {
			t.Errorf("got %q (%q, %v), want %q", found.Use, rest, err, cmd.Use)
		}
	})
}

func TestHelpShowsWhatAWordLeftUnbuilt(t *testing.T) {
	t.Parallel()
	var plain, odd strings.Builder
	for out, args := range map[*strings.Builder][]string{
		&plain: {"user", "--help"},
		&odd:   {"user", "--org", "list", "--help"},
	} {
		env, _ := quietEnv(args...)
		env.Stdout = out
		if code := Main(context.Background(), env); code != 0 {
			t.Errorf("%q: exit %d", args, code)
		}
	}
	if odd.String() != plain.String() {
		t.Errorf("got\n%s\nwant\n%s", odd.String(), plain.String())
	}
}
