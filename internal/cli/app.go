package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/config"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/service"
	"github.com/usher-admin/usher/internal/store"
)

// app is what all commands share: the world, the global flags, and what they
// lead to, made on first use.
type app struct {
	env     Env
	flags   globalFlags
	loaded  *config.Config
	loading bool // it was begun to load them, with whatever end

	typed     []string        // the words of the command line, for what is built of the tree
	systemKey *keys.SystemKey // of commands of the system user
	migration *migration      // of a file of an older schema; nil: none was begun
	patient   bool            // nobody waits: mail may take its time
	mute      bool            // a shell asks: nobody reads warnings

	done func() <-chan struct{} // of the context of the command; nil: nobody interrupts
}

func newApp(env Env) *app {
	env.Stdout = &outlet{Writer: env.Stdout}
	return &app{env: env}
}

// globalFlags are the flags of every command. What was not given is empty.
type globalFlags struct {
	db        string
	config    string
	org       string
	output    string
	columns   []string
	noHeaders toggle
	quiet     toggle
	yes       toggle
	wait      string
	noColor   toggle

	// of commands that change something
	reason string
	dryRun bool

	// of commands that may need a key
	orgKeyFile    string
	systemKeyFile string
}

// setting returns a flag's value, or the variable's where the flag was not
// given.
func (a *app) setting(flag, variable string) string {
	if flag != "" {
		return flag
	}
	value, _ := a.env.LookupEnv(variable)
	return value
}

// config loads the settings once.
func (a *app) config() (config.Config, error) {
	if a.loaded != nil {
		return *a.loaded, nil
	}
	a.loading = true
	if err := a.checkSwitches(); err != nil {
		return config.Config{}, err
	}
	places := config.Locate(a.env.LookupEnv, a.env.Root)
	given := map[string]string{}
	for name, value := range map[string]string{"db": a.flags.db, "output": a.flags.output, "wait": a.flags.wait} {
		if value != "" {
			given[name] = value
		}
	}
	loaded, err := config.Load(config.Input{
		Flags: given, LookupEnv: a.env.LookupEnv, ConfigFile: a.flags.config,
		SystemFile: places.SystemFile, UserFile: places.UserFile, Defaults: config.Defaults{DB: places.DB},
	})
	if err != nil {
		return loaded, err
	}
	a.loaded = &loaded
	return loaded, nil
}

// store names the database of the settings.
func (a *app) store() (*store.Store, error) {
	cfg, err := a.config()
	if err != nil {
		return nil, err
	}
	if cfg.DB == "" {
		return nil, account.Errorf(account.Usage, "there is no home to find a database in").
			Coded("usage.no_database").
			Hintf("name the database with --db FILE or USHER_DB")
	}
	temp := a.setting("", "TMPDIR")
	if temp == "" {
		temp = "/tmp"
	}
	return store.New(cfg.DB, store.Options{Wait: cfg.Wait, Now: a.env.Now, Random: a.env.Random, Warn: a.warn, Temp: temp, Undisturbed: a.env.Undisturbed, Migrating: a.tellMigration}), nil
}

// listen is called before something is made that has to be put away when usher is
// interrupted: whoever waits for the end of the context is told of it.
func (a *app) listen() {
	if a.done != nil {
		a.done()
	}
}

// service returns the use cases on the database of the settings, for the
// person at this device.
func (a *app) service() (*service.Service, error) {
	st, err := a.store()
	if err != nil {
		return nil, err
	}
	reason, err := optional(a.setting(a.flags.reason, "USHER_REASON"), func(s string) (string, error) { return account.CleanReason("reason", s) })
	if err != nil {
		return nil, err
	}
	cfg, err := a.config()
	if err != nil {
		return nil, err
	}
	org, err := optional(a.setting(a.flags.org, "USHER_ORG"), account.ParseSlug)
	if err != nil {
		return nil, err
	}
	return service.New(st, service.Env{
		SystemKey: a.systemKey, Org: org, LinkBase: cfg.Links.BaseURL,
		Now: a.env.Now, Random: a.env.Random, Origin: a.env.Origin,
		Device: a.device(), KeyGiven: a.orgKeyFile() != "",
		Reason: reason, DryRun: a.flags.dryRun, Hash: a.env.Hash, Warn: a.warn, Mailer: a.mailer(cfg), Directories: directories(cfg),
	}), nil
}

// printer returns the way results are printed, checked against what the
// command prints, so that a wrong column is refused before anything is done.
func (a *app) printer(spec output.Spec) (*output.Printer, error) {
	return a.printerTo(a.env.Stdout, a.env.StdoutTerminal, spec)
}

// printerTo is printer for results that may go to a file.
func (a *app) printerTo(w io.Writer, terminal bool, spec output.Spec) (*output.Printer, error) {
	cfg, err := a.config()
	if err != nil {
		return nil, err
	}
	form, err := output.ParseFormat(cfg.Output)
	if err != nil {
		return nil, err
	}
	columns := a.flags.columns
	if text, ok := a.env.LookupEnv("USHER_COLUMNS"); ok && len(columns) == 0 && text != "" {
		columns = strings.Split(text, ",")
	}
	p := output.New(w, output.Options{
		Format: form, Columns: columns, NoHeaders: a.enabled(a.flags.noHeaders, "USHER_NO_HEADERS"), Quiet: a.quiet(),
		Terminal: terminal, Color: terminal && a.color(cfg), Width: a.env.Width, Location: a.env.Location, Talk: a.env.Stderr,
	})
	return p, p.Check(spec)
}

func (a *app) quiet() bool { return a.enabled(a.flags.quiet, "USHER_QUIET") }

// color decides about colour: the flag, NO_COLOR, a dumb terminal, the setting.
func (a *app) color(cfg config.Config) bool {
	if a.enabled(a.flags.noColor, "USHER_NO_COLOR") || cfg.Color == "never" {
		return false
	}
	if cfg.Color == "always" {
		return true
	}
	if value, ok := a.env.LookupEnv("NO_COLOR"); ok && value != "" {
		return false
	}
	kind, _ := a.env.LookupEnv("TERM")
	return a.env.StdoutTerminal && kind != "dumb"
}

// say writes talk to standard error, unless quiet is wanted or errors are JSON.
func (a *app) say(format string, args ...any) {
	if !a.quiet() && !a.wantsJSON() {
		_, _ = fmt.Fprintf(a.env.Stderr, format+"\n", args...)
	}
}

// warn writes a warning to standard error.
func (a *app) warn(text string) {
	if !a.wantsJSON() && !a.mute {
		_, _ = fmt.Fprintf(a.env.Stderr, "usher: warning: %s\n", output.Safe(text))
	}
}

// confirm asks before something is lost. It needs no answer with --yes and in
// a dry run.
func (a *app) confirm(ctx context.Context, question string) error {
	return a.confirmed(ctx, question, "--dry-run")
}

// confirmed is confirm for a command with another flag to look first.
func (a *app) confirmed(ctx context.Context, question, look string) error {
	if a.enabled(a.flags.yes, "USHER_YES") || a.flags.dryRun {
		return nil
	}
	if !a.env.Terminal.Available() {
		return account.Errorf(account.Usage, "there is no terminal to ask on: %s", question).
			Coded("usage.confirmation").
			Hintf("say yes beforehand with --yes, or look first with %s", look)
	}
	yes, err := a.env.Terminal.Confirm(ctx, output.Safe(question))
	if err != nil {
		return err
	}
	if !yes {
		return account.Errorf(account.Declined, "nothing was changed, as you wished").Coded("declined")
	}
	return nil
}

// now is the time of the command, for reading dates.
func (a *app) now() time.Time { return a.env.Now() }
