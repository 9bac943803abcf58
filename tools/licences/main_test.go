package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whoever adds a library looks at its licence.
func TestEveryLicenceIsKnown(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "licences.txt")
	if err := run(out, "../../cmd/usher"); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"\ngo.etcd.io/bbolt ", "\nstd ", "Redistribution and use in source and binary forms", "Permission is hereby granted"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%q is missing", want)
		}
	}
}

func TestALicenceIsToldByItsWords(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, text, want string }{
		{"MIT, broken anywhere", "Permission is hereby granted, free of\n charge, to any person obtaining a copy", "MIT"},
		{"three clauses", "Redistribution and use in source and binary forms … Neither the name of", "BSD-3-Clause"},
		{"two clauses", "Redistribution and use in source and binary forms", "BSD-2-Clause"},
		{"one that would bind usher", "GNU GENERAL PUBLIC LICENSE Version 3", ""},
		{"words of nobody", "do what you like", ""},
	} {
		if got := nameOf(row.text); got != row.want {
			t.Errorf("%s: got %q, want %q", row.name, got, row.want)
		}
	}
}

func TestAModuleWithoutAKnownLicenceIsAnError(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if _, err := licencesIn(folder); err == nil {
		t.Error("got no error for a folder without a licence")
	}
	if err := os.WriteFile(filepath.Join(folder, "LICENSE"), []byte("all rights reserved"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := licencesIn(folder); err == nil || !strings.Contains(err.Error(), "LICENSE") {
		t.Errorf("got %v, want an error that names the file", err)
	}
}
