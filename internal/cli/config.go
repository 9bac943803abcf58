package cli

import (
	"io/fs"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/config"
	"github.com/usher-admin/usher/internal/output"
)

func newConfigCmd(a *app) *cobra.Command {
	return newGroup(a, "config",
		verb{"init", newConfigInitCmd}, verb{"show", newConfigShowCmd}, verb{"check", newConfigCheckCmd})
}

func newConfigInitCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "init",
		Short: "Write a configuration file with everything explained",
		Long: `Write a commented configuration file: root's to /etc/usher/usher.yaml, others'
to their own, or to the FILE of --config. A file that exists is never
overwritten.`,
		Example:     "  usher config init\n  usher config init --config ./usher.yaml",
		Args:        noArgs,
		Annotations: prints(pathSpec()),
		RunE:        func(*cobra.Command, []string) error { return runConfigInit(a) },
	}
}

func runConfigInit(a *app) error {
	places := config.Locate(a.env.LookupEnv, a.env.Root)
	path, mode := places.UserFile, userConfigMode
	if a.env.Root {
		path, mode = places.SystemFile, systemConfigMode
	}
	if named := a.setting(a.flags.config, "USHER_CONFIG"); named != "" {
		path, mode = named, userConfigMode
	}
	p := output.New(a.env.Stdout, output.Options{Format: a.plainFormat(), Columns: a.flags.columns, Quiet: a.quiet()})
	if err := p.Check(pathSpec()); err != nil {
		return err
	}
	if path == "" {
		return usageError("there is no home for a configuration file").Hintf("name one with --config FILE")
	}
	if err := config.Write(path, mode); err != nil {
		return err
	}
	return p.One(pathSpec(), output.Object{{Name: "path", Value: output.String(path)}})
}

const (
	userConfigMode   fs.FileMode = 0o600
	systemConfigMode fs.FileMode = 0o644 // it holds no secret, and every user's usher reads it
)

// plainFormat is the form wanted where the configuration cannot be asked.
func (a *app) plainFormat() output.Format {
	form, err := output.ParseFormat(a.setting(a.flags.output, "USHER_OUTPUT"))
	if err != nil {
		return output.FormatTable
	}
	return form
}

func pathSpec() output.Spec {
	return output.Spec{Key: "path", Columns: []output.Column{{Path: "path"}}}
}

func newConfigShowCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:         "show",
		Short:       "Show every setting and where it comes from",
		Example:     "  usher config show\n  usher config show -o json",
		Args:        noArgs,
		Annotations: prints(settingSpec()),
		RunE:        func(*cobra.Command, []string) error { return runConfigShow(a) },
	}
}

func settingSpec() output.Spec {
	return output.Spec{Key: "key", Columns: []output.Column{{Path: "key"}, {Path: "value"}, {Path: "source"}}}
}

func runConfigShow(a *app) error {
	p, err := a.printer(settingSpec())
	if err != nil {
		return err
	}
	cfg, err := a.config()
	if err != nil {
		return err
	}
	return printList(a, p, settingSpec(), cfg.Entries(), func(e config.Entry) output.Object {
		return output.Object{
			{Name: "key", Value: output.String(e.Key)},
			{Name: "value", Value: output.StringOrNull(e.Value)},
			{Name: "source", Value: output.String(e.Source.String())},
		}
	})
}

func newConfigCheckCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "Check the settings and the files they name",
		Long: `Check the settings and the files they name. Exit 10 if something will not work;
nobody is connected to and nothing is changed. With -q only the keys of what is
wrong are printed.`,
		Example:     "  usher config check",
		Args:        noArgs,
		Annotations: prints(verdictSpec()),
		RunE:        func(*cobra.Command, []string) error { return runConfigCheck(a) },
	}
}

func runConfigCheck(a *app) error {
	p, err := a.printer(verdictSpec())
	if err != nil {
		return err
	}
	cfg, err := a.config()
	if err != nil {
		return err
	}
	var findings []output.Object
	for _, f := range config.Check(cfg) {
		findings = append(findings, output.Object{
			{Name: "key", Value: output.String(f.Key)},
			{Name: "message", Value: output.String(f.Message)},
			{Name: "hint", Value: output.StringOrNull(f.Hint)},
		})
	}
	err = a.printFindings(p, "key", findings)
	if err != nil || len(findings) == 0 {
		return err
	}
	return account.Errorf(account.Finding, "the check has findings: %d", len(findings)).Coded("config.findings")
}
