package config

import (
	"slices"
	"strconv"
	"strings"
)

// syntaxError turns the parser's words, "yaml: line 3: did not find …", into
// ours.
func syntaxError(path string, err error) error {
	line, text := lineOf(strings.TrimPrefix(err.Error(), "yaml: "))
	switch {
	case containsAny(text, "octet", "UTF-", "Unicode", "surrogate", "control characters"):
		// The parser does not know where.
		return fault(path, 0, "this is no YAML: %s", text)
	case strings.Contains(text, "unknown anchor"):
		// Nor here, and it repeats the value, which may be a password.
		return fault(path, 0, "this is no YAML: a value refers to one that is not there").
			Hintf("a value that begins with * stands in quotes")
	}
	if containsAny(text, parsersOwn...) {
		line++
	}
	e := fault(path, max(line, 1), "this is no YAML: %s", text)
	if strings.Contains(text, "cannot start any token") {
		return e.Hintf("indent with spaces, not tabs; a value that begins with a special character stands in quotes")
	}
	return e.Hintf("look at the indentation and the quotes, on this line and below")
}

// parsersOwn are in the errors whose lines are counted from zero: those about
// how the parts of a file fit together. They mean the beginning of the block in
// question. The first line of all is never named.
var parsersOwn = []string{
	"did not find expected <", "did not find expected node content", "did not find expected '-'", "did not find expected key",
	"did not find expected ',' or", "found undefined tag handle", "found duplicate", "found incompatible",
}

// lineOf takes the line off an error, 0 where it names none.
func lineOf(text string) (line int, rest string) {
	named, found := strings.CutPrefix(text, "line ")
	if !found {
		return 0, text
	}
	number, reason, _ := strings.Cut(named, ": ")
	line, err := strconv.Atoi(number)
	if err != nil {
		return 0, text
	}
	return line, reason
}

func containsAny(text string, parts ...string) bool {
	return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(text, part) })
}
