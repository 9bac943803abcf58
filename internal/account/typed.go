package account

import "strings"

// Hints name commands to type, and a shell reads them first.

// Typed returns a text as it is typed into a shell: in quotes where the shell
// would take it apart, as with o'brien@norrsken.example.
func Typed(s string) string {
	switch {
	case s != "" && strings.IndexFunc(s, special) < 0:
		return s
	case !strings.ContainsRune(s, '\''):
		return "'" + s + "'"
	case !strings.ContainsAny(s, "\"$`\\!"):
		return `"` + s + `"`
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// special reports whether a shell may take r for anything but itself.
func special(r rune) bool {
	return r < 0x80 && !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%_+=:,./-", r)
}

// typedArgs quotes the addresses among what a hint is made of.
func typedArgs(args []any) []any {
	for i, arg := range args {
		if e, ok := arg.(Email); ok {
			args[i] = Typed(e.String())
		}
	}
	return args
}
