package cli

import (
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/usher-admin/usher/internal/account"
)

// Switches are the global flags that are on or off. A flag goes before its
// variable in both directions: --yes=false asks, whatever USHER_YES says.

// toggle is the value of a switch, and whether it was given.
type toggle struct{ given, on bool }

// Set sets the value.
func (t *toggle) Set(s string) error {
	on, err := strconv.ParseBool(s)
	t.given, t.on = true, on
	return err
}

// String returns the value.
func (t *toggle) String() string { return strconv.FormatBool(t.on) }

// Type tells that the flag can stand without a value.
func (t *toggle) Type() string { return "bool" }

// addSwitch adds a switch; short is its one letter, or "".
func addSwitch(f *pflag.FlagSet, t *toggle, name, short, usage string) {
	f.VarPF(t, name, short, usage).NoOptDefVal = "true"
}

// enabled reports whether a switch is on, by its flag or by its variable.
func (a *app) enabled(flag toggle, variable string) bool {
	if flag.given {
		return flag.on
	}
	value, _ := a.env.LookupEnv(variable)
	on, _ := switchedOn(value)
	return on
}

// switchedOn reads what a variable says of a switch. Nothing is off.
func switchedOn(value string) (on, known bool) {
	switch strings.ToLower(value) {
	case "1", "t", "true", "y", "yes", "on":
		return true, true
	case "", "0", "f", "false", "n", "no", "off":
		return false, true
	}
	return false, false
}

// checkSwitches refuses variables that say neither on nor off. Who wrote
// USHER_YES=ja would otherwise be asked, at night, in a script.
func (a *app) checkSwitches() error {
	for _, name := range []string{"USHER_NO_HEADERS", "USHER_QUIET", "USHER_YES", "USHER_NO_COLOR"} {
		value, _ := a.env.LookupEnv(name)
		if _, known := switchedOn(value); !known {
			return account.Errorf(account.Invalid, "environment %s: it is %q; it takes 1 or 0, true or false, yes or no, on or off", name, value).
				Coded("config.invalid")
		}
	}
	return nil
}
