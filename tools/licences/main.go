// Command licences collects the licences of everything that usher is built of,
// and fails on one that nobody has looked at.
//
//	go run ./tools/licences -o bin/licences.txt ./cmd/usher
package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

func main() {
	out := flag.String("o", "", "the `FILE` to write")
	flag.Parse()
	if err := run(*out, flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "licences:", err)
		os.Exit(1)
	}
}

// targets are the systems that usher is built for; they need not be built of
// the same modules.
func targets() []string { return []string{"linux", "darwin"} }

func run(out, program string) error {
	modules, err := modulesOf(program)
	if err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString("usher is under the Apache License 2.0. It is built of these, under the licences that follow.\n\n")
	var faults []error
	for _, m := range modules {
		if m.Main {
			m.licences, err = licencesOfData(m.Dir)
		} else {
			m.licences, err = licencesIn(m.Dir)
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", m.Path, err))
		}
		fmt.Fprintf(&b, "%-45s %-12s %s\n", m.Path, cmp.Or(m.Version, "(lists in it)"), m.names())
	}
	for _, m := range modules {
		for _, l := range m.licences {
			fmt.Fprintf(&b, "\n%s\n%s %s: %s\n\n%s\n", strings.Repeat("-", 78), m.Path, m.Version, l.file, strings.TrimSpace(l.text))
		}
	}
	if len(faults) > 0 {
		return errors.Join(faults...)
	}
	return os.WriteFile(out, []byte(b.String()), 0o644)
}

// A module is one that something of it is compiled in.
type module struct {
	Path, Version, Dir string

	Main     bool
	licences []licence
}

// names lists the names of the module's licences, each once.
func (m *module) names() string {
	var names []string
	for _, l := range m.licences {
		if l.name != notice {
			names = append(names, l.name)
		}
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), ", ")
}

// modulesOf lists the modules that a program is built of on any system, and Go
// itself, in the order of their paths.
func modulesOf(program string) ([]*module, error) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	found := map[string]*module{"std": {Path: "std", Version: runtime.Version(), Dir: strings.TrimSpace(string(root))}}
	for _, target := range targets() {
		list := exec.Command("go", "list", "-deps", "-json=Module", program)
		list.Env = append(os.Environ(), "GOOS="+target, "CGO_ENABLED=0")
		list.Stderr = os.Stderr
		text, err := list.Output()
		if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		for decoder := json.NewDecoder(strings.NewReader(string(text))); ; {
			var p struct{ Module *module }
			if err := decoder.Decode(&p); err == io.EOF {
				break
			} else if err != nil {
				return nil, err
			}
			if p.Module != nil {
				found[p.Module.Path] = p.Module
			}
		}
	}
	var modules []*module
	for _, m := range found {
		modules = append(modules, m)
	}
	slices.SortFunc(modules, func(a, b *module) int { return strings.Compare(a.Path, b.Path) })
	return modules, nil
}

// A licence is a file that says what is allowed.
type licence struct{ file, name, text string }

// notice is a file that has to go along and grants nothing.
const notice = "NOTICE"

// licencesIn reads the licences at the top of a module. One at least must be
// there, and all must be known.
func licencesIn(folder string) (found []licence, err error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	called := regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice)`)
	granted := false
	for _, entry := range entries {
		if entry.IsDir() || !called.MatchString(entry.Name()) || strings.HasSuffix(entry.Name(), ".go") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			return nil, err
		}
		name := notice
		if !strings.HasPrefix(strings.ToUpper(entry.Name()), notice) {
			if name = nameOf(string(text)); name == "" {
				return found, fmt.Errorf("nobody has looked at its %s yet", entry.Name())
			}
			granted = true
		}
		found = append(found, licence{entry.Name(), name, string(text)})
	}
	if !granted {
		return found, errors.New("it has no licence")
	}
	return found, nil
}

// licencesOfData reads the licences of what others made and usher's own packages
// embed, such as lists: NAME.LICENSE stands beside NAME.
func licencesOfData(root string) (found []licence, err error) {
	files, err := filepath.Glob(filepath.Join(root, "internal", "*", "*.LICENSE"))
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		name := nameOf(string(text))
		if name == "" {
			return nil, fmt.Errorf("nobody has looked at %s yet", file)
		}
		relative, err := filepath.Rel(root, file)
		if err != nil {
			return nil, err
		}
		found = append(found, licence{relative, name, string(text)})
	}
	return found, err
}

// nameOf tells a licence, or all that a file holds, by sentences that no other
// has; "" for one that is not allowed here, or unknown.
func nameOf(text string) string {
	text = strings.ToLower(strings.Join(strings.Fields(text), " "))
	has := func(words string) bool { return strings.Contains(text, words) }
	if has("gnu general public license") || has("gnu lesser") || has("gnu affero") || has("server side public license") {
		return ""
	}
	var names []string
	for _, known := range []struct{ name, words string }{
		{"MIT", "permission is hereby granted, free of charge, to any person obtaining a copy"},
		{"Apache-2.0", "apache license"},
		{"MPL-2.0", "mozilla public license"},
		{"ISC", "permission to use, copy, modify, and/or distribute this software for any purpose"},
		{"BSD-3-Clause", "neither the name"},
	} {
		if has(known.words) {
			names = append(names, known.name)
		}
	}
	if has("redistribution and use in source and binary forms") && !slices.Contains(names, "BSD-3-Clause") {
		names = append(names, "BSD-2-Clause")
	}
	return strings.Join(names, " AND ")
}
