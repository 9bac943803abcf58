package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// This file looks into JSON that usher printed.

// cmdJSON is "json [-stderr] PATH [WANT]": what stands at a dotted path of the
// last standard output must be WANT, or just be there. "! json PATH" wants
// nothing there. Numbers index arrays, -1 is the last element, len their number.
// WANT is a text as it is or any other value as JSON; /WANT/ is a pattern.
func cmdJSON(ts *testscript.TestScript, neg bool, args []string) {
	source := "stdout"
	if len(args) > 0 && args[0] == "-stderr" {
		source, args = "stderr", args[1:]
	}
	value, err := parseJSON(ts.ReadFile(source))
	if err != nil {
		ts.Fatalf("%s is no JSON: %v", source, err)
	}
	assertJSON(ts, neg, value, args)
}

// cmdJSONLines is json on JSON Lines, taken for an array.
func cmdJSONLines(ts *testscript.TestScript, neg bool, args []string) {
	lines := []any{}
	for line := range strings.Lines(ts.ReadFile("stdout")) {
		value, err := parseJSON(line)
		if err != nil {
			ts.Fatalf("line %d is no JSON: %v", len(lines)+1, err)
		}
		lines = append(lines, value)
	}
	assertJSON(ts, neg, lines, args)
}

func parseJSON(text string) (value any, err error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&value); err != nil {
		return nil, err
	}
	if d.More() {
		return nil, fmt.Errorf("something stands behind the first value")
	}
	return value, nil
}

func assertJSON(ts *testscript.TestScript, neg bool, value any, args []string) {
	if len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: json PATH [WANT]")
	}
	got, err := lookup(value, args[0])
	switch {
	case neg && len(args) == 1 && err != nil:
		return
	case neg && len(args) == 1:
		ts.Fatalf("%s is there: %s", args[0], spell(got))
	case err != nil:
		ts.Fatalf("%s: %v", args[0], err)
	case len(args) == 1:
		return
	}
	same, err := matches(spell(got), args[1])
	ts.Check(err)
	if same == neg {
		ts.Fatalf("%s is %s, want %s%s", args[0], spell(got), map[bool]string{true: "anything but "}[neg], args[1])
	}
}

// lookup follows a dotted path.
func lookup(value any, path string) (any, error) {
	if path == "." {
		return value, nil
	}
	for step := range strings.SplitSeq(path, ".") {
		switch v := value.(type) {
		case map[string]any:
			next, ok := v[step]
			if !ok {
				return nil, fmt.Errorf("no field %q", step)
			}
			value = next
		case []any:
			next, err := element(v, step)
			if err != nil {
				return nil, err
			}
			value = next
		default:
			return nil, fmt.Errorf("nothing below %s to look for %q in", spell(value), step)
		}
	}
	return value, nil
}

func element(list []any, step string) (any, error) {
	if step == "len" {
		return json.Number(strconv.Itoa(len(list))), nil
	}
	i, err := strconv.Atoi(step)
	if err != nil {
		return nil, fmt.Errorf("%q is no index", step)
	}
	if i < 0 {
		i += len(list)
	}
	if i < 0 || i >= len(list) {
		return nil, fmt.Errorf("index %s of %d elements", step, len(list))
	}
	return list[i], nil
}

// spell writes a text as it is and any other value as JSON.
func spell(value any) string {
	if text, ok := value.(string); ok {
		return text
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return err.Error()
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// matches compares with a pattern, an object or array however it is spelt, or
// the text.
func matches(got, want string) (bool, error) {
	if strings.HasPrefix(want, "{") || strings.HasPrefix(want, "[") {
		value, err := parseJSON(want)
		return spell(value) == got, err
	}
	if len(want) > 2 && want[0] == '/' && want[len(want)-1] == '/' {
		return regexp.MatchString(want[1:len(want)-1], got)
	}
	return got == want, nil
}
