package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestRunKeepsWhatAPolicyCouldAllow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "passwords.json")
	const words = `["123456", "Password", "dragon", "football", "password", "pässwort", "trustno1"]`
	if err := os.WriteFile(path, []byte(words), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := run([]string{path}, &out); err != nil {
		t.Fatal(err)
	}
	if got, want := out.String(), "football\npassword\npasswort\ntrustno1\n"; got != want {
		t.Errorf("run writes %q; want %q", got, want)
	}
}

func TestRunRefuses(t *testing.T) {
	for _, args := range [][]string{nil, {"no such file"}, {"a", "b"}} {
		if err := run(args, &bytes.Buffer{}); err == nil {
			t.Errorf("run(%q) gives no error", args)
		}
	}
}
