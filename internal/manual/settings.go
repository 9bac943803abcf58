package main

import (
	"strings"

	"github.com/usher-admin/usher/internal/cli"
	"github.com/usher-admin/usher/internal/config"
)

// settingsPage is usher.yaml(5).
func settingsPage(s stamp) string {
	var r roff
	r.begin("usher.yaml", "5", "Configuration of usher", s)
	r.section("DESCRIPTION")
	r.prose("usher reads its settings from YAML: from the file of the machine, then from the person's, which counts more. " +
		"A variable counts more than both, and a flag more than the variable. " +
		"With --config FILE, or USHER_CONFIG, that file alone is read. " +
		"Below, a dot stands for a level: smtp.host is host below smtp.")
	r.macro("Pp")
	r.prose("Only its owner may be able to write the file. No secret stands in it: it names the private file that holds one. " +
		"An unknown key is an error.")
	r.section("SETTINGS")
	r.rows(settingRows(), func(name string) string { return "Cm " + argument(name) })
	r.section("FILES")
	r.rows(places()[:2], func(name string) string { return "Pa " + argument(name) })
	r.section("EXAMPLES")
	r.prose(`"usher config init" writes this file, with everything explained:`)
	r.literal(string(config.Template()))
	r.section("SEE ALSO")
	r.references([]string{"usher", "usher-config-check", "usher-config-init", "usher-config-show"})
	return r.String()
}

// settingRows lists every setting with its default, its variable and its flag.
func settingRows() (rows []cli.Row) {
	for _, k := range config.Keys() {
		text := k.Help
		if k.Default != "" {
			text += " The default is " + k.Default + "."
		}
		var others []string
		if k.Env != "" {
			others = append(others, "variable "+k.Env)
		}
		if k.Flag != "" {
			others = append(others, "flag --"+k.Flag)
		}
		if len(others) > 0 {
			text += " Also: " + strings.Join(others, ", ") + "."
		}
		rows = append(rows, cli.Row{Name: k.Name, Text: text})
	}
	return rows
}
