package cli

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/usher-admin/usher/internal/account"
)

// addGlobalFlags adds the flags of every command. Each has its variable, and
// most their place in the configuration file.
func addGlobalFlags(root *cobra.Command, a *app) {
	f := root.PersistentFlags()
	f.SortFlags = false
	f.StringVar(&a.flags.db, "db", "", "the database `FILE` (USHER_DB)")
	f.StringVar(&a.flags.config, "config", "", "the configuration `FILE` (USHER_CONFIG)")
	f.StringVar(&a.flags.org, "org", "", "the organisation, by its `SLUG` (USHER_ORG)")
	f.StringVarP(&a.flags.output, "output", "o", "", "form of the result: `table|json|jsonl|csv` (USHER_OUTPUT)")
	f.StringSliceVar(&a.flags.columns, "columns", nil, "print only these columns: `COLUMN,...` (USHER_COLUMNS)")
	addSwitch(f, &a.flags.noHeaders, "no-headers", "", "tables and CSV without a header (USHER_NO_HEADERS)")
	addSwitch(f, &a.flags.quiet, "quiet", "q", "print ids or addresses only (USHER_QUIET)")
	addSwitch(f, &a.flags.yes, "yes", "y", "say yes to what would be asked (USHER_YES)")
	f.StringVar(&a.flags.wait, "wait", "", "how long to wait for the database: `DURATION`, 5s by default (USHER_WAIT)")
	addSwitch(f, &a.flags.noColor, "no-color", "", "no colour (USHER_NO_COLOR, NO_COLOR)")
}

// addReasonFlag adds the flag of commands that stand in the log and change
// nothing, such as looking at a secret.
func addReasonFlag(cmd *cobra.Command, a *app) {
	cmd.Flags().StringVar(&a.flags.reason, "reason", "", "say why, for the log: `TEXT` (USHER_REASON)")
}

// addChangeFlags adds the flags of commands that change something.
func addChangeFlags(cmd *cobra.Command, a *app) {
	addReasonFlag(cmd, a)
	cmd.Flags().BoolVar(&a.flags.dryRun, "dry-run", false, "do it all and take it back: show what would happen")
}

// addKeyFlag adds the flag of commands that may need an organisation key.
func addKeyFlag(cmd *cobra.Command, a *app) {
	cmd.Flags().StringVar(&a.flags.orgKeyFile, "org-key-file", "", "read the organisation key from `FILE` (USHER_ORG_KEY_FILE)")
}

// addSystemKeyFlag adds the flag of commands of the system user.
func addSystemKeyFlag(cmd *cobra.Command, a *app) {
	cmd.Flags().StringVar(&a.flags.systemKeyFile, "system-key-file", "", "read the system key from `FILE` (USHER_SYSTEM_KEY_FILE)")
}

// once is a flag's value that refuses to be set a second time, and to nothing.
type once struct {
	pflag.Value
	set   bool
	empty bool // it may be set to nothing
}

// several is the value of a flag that may be repeated. None of its values is
// nothing.
type several struct {
	pflag.Value
	pflag.SliceValue
}

var (
	errTwice = errors.New("given twice")
	errEmpty = errors.New("empty")
)

// Set sets the value the first time.
func (o *once) Set(s string) error {
	switch {
	case o.set:
		return errTwice
	case s == "" && !o.empty:
		return errEmpty
	}
	o.set = true
	return o.Value.Set(s)
}

// decimal is the value of a flag that is a number. The parser's own would take
// 020 for sixteen.
type decimal struct{ pflag.Value }

// Set sets the number.
func (d decimal) Set(s string) error {
	n, err := strconv.Atoi(s)
	if err != nil {
		return err
	}
	return d.Value.Set(strconv.Itoa(n))
}

// Set adds to the values.
func (l *several) Set(s string) error {
	if s == "" {
		return errEmpty
	}
	return l.Value.Set(s)
}

// guardValues makes every flag that holds one value refuse a second, and every
// flag that names something refuse to name nothing: in a script that is a
// variable nobody set, and --site "$SITE" would reach everybody.
func guardValues(flags *pflag.FlagSet) {
	flags.SortFlags = false // sorting makes a list
	flags.VisitAll(func(f *pflag.Flag) {
		switch v := f.Value.(type) {
		case *once, *several:
		case pflag.SliceValue:
			f.Value = &several{f.Value, v}
		default:
			if v.Type() == "int" {
				v = decimal{v}
			}
			f.Value = &once{Value: v, empty: clears(f.Name)}
		}
	})
}

// clears reports whether a flag may be set to nothing: it holds a text, which
// can be taken away, or looked for.
func clears(flag string) bool {
	switch flag {
	case "first", "last", "name", "username", "url", "notes", "message", "blocklist", "match", "reason":
		return true
	}
	return false
}

// flagError turns the parser's errors into usage errors that say what to type.
func flagError(cmd *cobra.Command, err error) error {
	if err == pflag.ErrHelp { //nolint:errorlint // the parser's own contract
		return err
	}
	var unknown *pflag.NotExistError
	var invalid *pflag.InvalidValueError
	var missing *pflag.ValueRequiredError
	path := cmd.CommandPath()
	switch {
	case errors.As(err, &unknown):
		return unknownFlag(cmd, unknown)
	case errors.As(err, &invalid) && errors.Is(err, errTwice):
		return usageError("--%s is given twice", invalid.GetFlag().Name).Coded("usage.twice").Hintf("%s --help", path)
	case errors.As(err, &invalid) && errors.Is(err, errEmpty):
		return usageError("--%s is empty", invalid.GetFlag().Name).Coded("usage.empty").
			Hintf("say what it is, or leave the flag out; a variable that is not set looks like this")
	case errors.As(err, &invalid) && invalid.GetFlag().Value.Type() == "bool": // it may be a secret, for --password-stdin
		return usageError("--%s takes no value", invalid.GetFlag().Name).Hintf("%s --help", path)
	case errors.As(err, &invalid):
		return usageError("--%s cannot be %q", invalid.GetFlag().Name, invalid.GetValue()).Hintf("%s --help", path)
	case errors.As(err, &missing):
		return usageError("%s needs a value", typedFlag(missing.GetSpecifiedName())).Hintf("%s --help", path)
	}
	return usageError("%s", err).Hintf("%s --help", path)
}

func unknownFlag(cmd *cobra.Command, e *pflag.NotExistError) error {
	name := e.GetSpecifiedName()
	dashes := "--"
	if e.GetSpecifiedShortnames() != "" {
		dashes = "-"
	}
	err := usageError("unknown flag %s%s of %s", dashes, name, cmd.CommandPath()).Coded("usage.flag")
	var known []string
	visit := func(f *pflag.Flag) { known = append(known, f.Name) }
	cmd.Flags().VisitAll(visit)
	cmd.InheritedFlags().VisitAll(visit)
	for _, k := range known {
		if strings.HasPrefix(k, name+"-stdin") || strings.HasPrefix(k, name+"-file") {
			return err.Hintf("secrets never stand in an argument: use --%s", k)
		}
	}
	if near := meantFlag(name); near != "" && hasFlag(cmd, near) {
		return err.Hintf("did you mean %s?", near)
	}
	if near := nearest(name, known); near != "" {
		return err.Hintf("did you mean --%s?", near)
	}
	return err.Hintf("%s --help", cmd.CommandPath())
}

// hasFlag reports whether a command has a flag, typed with its dashes.
func hasFlag(cmd *cobra.Command, typed string) bool {
	typed, _, _ = strings.Cut(typed, " ")
	if name, long := strings.CutPrefix(typed, "--"); long {
		return cmd.Flag(name) != nil
	}
	return cmd.Root().PersistentFlags().ShorthandLookup(strings.TrimPrefix(typed, "-")) != nil
}

func usageError(format string, args ...any) *account.Error {
	return account.Errorf(account.Usage, "%s", fmt.Sprintf(format, args...)).Coded("usage")
}

// typedFlag is a flag as it was typed: -o, or --output.
func typedFlag(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}
