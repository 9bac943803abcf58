package main

import (
	"debug/buildinfo"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// The bill of this very test holds what the test is built of.
func TestTheBillListsWhatIsInABinary(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1795305600")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "sbom.json")
	if err := run(out, self, "1.2.3"); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var b bill
	if err := json.Unmarshal(text, &b); err != nil {
		t.Fatal(err)
	}
	info, err := buildinfo.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	if b.BOMFormat != "CycloneDX" || b.SpecVersion != "1.6" || b.Metadata.Timestamp != "2026-11-22T00:00:00Z" {
		t.Errorf("got %+v", b)
	}
	if want := len(info.Deps) + 1; len(b.Components) != want || len(b.Dependencies[0].DependsOn) != want {
		t.Errorf("%d components and %d of them needed, want %d", len(b.Components), len(b.Dependencies[0].DependsOn), want)
	}
	if c := b.Components[0]; !strings.HasPrefix(c.PURL, "pkg:golang/std@v1.") {
		t.Errorf("the standard library is %+v", c)
	}
	if c := b.Metadata.Component; c.Version != "1.2.3" || c.Type != "application" {
		t.Errorf("the program is %+v", c)
	}
	if !reflect.DeepEqual(document(info, "1"), document(info, "1")) {
		t.Error("two documents of one binary differ")
	}
}

func TestWhatIsNoGoBinaryIsAnError(t *testing.T) {
	t.Parallel()
	if err := run(filepath.Join(t.TempDir(), "sbom.json"), "main.go", ""); err == nil {
		t.Error("got no error for a file that is no binary")
	}
}
