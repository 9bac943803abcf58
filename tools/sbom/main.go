// Command sbom writes the bill of materials of a Go binary, in CycloneDX, from
// what the compiler wrote into it.
//
//	go run ./tools/sbom -o usher.sbom.json bin/usher
package main

import (
	"debug/buildinfo"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
)

func main() {
	out := flag.String("o", "", "the `FILE` to write")
	version := flag.String("version", "", "the version of the program, where the binary does not say it")
	flag.Parse()
	if err := run(*out, flag.Arg(0), *version); err != nil {
		fmt.Fprintln(os.Stderr, "sbom:", err)
		os.Exit(1)
	}
}

func run(out, binary, version string) error {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return err
	}
	if version != "" {
		info.Main.Version = version
	}
	text, err := json.MarshalIndent(document(info, os.Getenv("SOURCE_DATE_EPOCH")), "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(out, append(text, '\n'), 0o644)
}

// A bill is a document of CycloneDX 1.6, as far as a Go binary fills one.
type bill struct {
	BOMFormat    string       `json:"bomFormat"`
	SpecVersion  string       `json:"specVersion"`
	Version      int          `json:"version"`
	Metadata     metadata     `json:"metadata"`
	Components   []component  `json:"components"`
	Dependencies []dependency `json:"dependencies"`
}

type metadata struct {
	Timestamp string    `json:"timestamp,omitempty"`
	Component component `json:"component"`
}

type component struct {
	Type       string     `json:"type"`
	Ref        string     `json:"bom-ref"`
	Name       string     `json:"name"`
	Version    string     `json:"version"`
	PURL       string     `json:"purl,omitempty"`
	Properties []property `json:"properties,omitempty"`
}

type property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type dependency struct {
	Ref       string   `json:"ref"`
	DependsOn []string `json:"dependsOn"`
}

// document lists the program, the modules in it and the standard library.
func document(info *buildinfo.BuildInfo, epoch string) bill {
	program := moduleOf(info.Main, "application")
	for _, s := range info.Settings {
		if s.Key == "GOOS" || s.Key == "GOARCH" || s.Key == "CGO_ENABLED" {
			program.Properties = append(program.Properties, property{"go:" + s.Key, s.Value})
		}
	}
	b := bill{BOMFormat: "CycloneDX", SpecVersion: "1.6", Version: 1, Metadata: metadata{timestamp(epoch), program}}
	std := debug.Module{Path: "std", Version: "v" + strings.TrimPrefix(info.GoVersion, "go")}
	var refs []string
	for _, m := range append([]*debug.Module{&std}, info.Deps...) {
		if m.Replace != nil {
			m = m.Replace
		}
		c := moduleOf(*m, "library")
		b.Components, refs = append(b.Components, c), append(refs, c.Ref)
	}
	b.Dependencies = []dependency{{program.Ref, refs}}
	return b
}

func moduleOf(m debug.Module, kind string) component {
	purl := "pkg:golang/" + m.Path + "@" + m.Version
	c := component{Type: kind, Ref: purl, Name: m.Path, Version: m.Version, PURL: purl}
	if m.Sum != "" {
		c.Properties = append(c.Properties, property{"go:sum", m.Sum})
	}
	return c
}

// timestamp is that of the source, so that two documents of one source are
// equal.
func timestamp(epoch string) string {
	seconds, err := strconv.ParseInt(epoch, 10, 64)
	if err != nil {
		return ""
	}
	return time.Unix(seconds, 0).UTC().Format(time.RFC3339)
}
