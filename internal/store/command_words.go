package store

import (
	"path/filepath"
	"strings"
)

// commandWords returns the name of a program and its first two plain words,
// "usher user import", of the zero-separated command line of a process.
func commandWords(cmdline []byte) string {
	args := strings.Split(strings.TrimRight(string(cmdline), "\x00"), "\x00")
	words := []string{filepath.Base(args[0])}
	for _, arg := range args[1:] {
		if len(words) == 3 || strings.ContainsAny(arg, "@/.=") || strings.HasPrefix(arg, "-") {
			break
		}
		words = append(words, arg)
	}
	return strings.Join(words, " ")
}
