// Command release makes a package of a program that is already built, as the
// release does: what goes into it stands in .goreleaser.yaml alone.
//
//	cd tools/release && go run . -version 1.2.3 -binary ../../bin/usher -o usher.deb
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/goreleaser/nfpm/v2"
	_ "github.com/goreleaser/nfpm/v2/deb" // the format
	"go.yaml.in/yaml/v3"
)

func main() {
	root := flag.String("root", "../..", "the `DIR` of .goreleaser.yaml")
	version := flag.String("version", "0.0.0", "the `VERSION` of the package")
	date := flag.String("date", "", "the `TIME` that its files bear, RFC 3339")
	binary := flag.String("binary", "bin/usher", "the program's `FILE`, below the root")
	out := flag.String("o", "bin/usher.deb", "the `FILE` to write, below the root")
	flag.Parse()
	if err := run(*root, *version, *date, *binary, *out); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(root, version, date, binary, out string) error {
	if err := os.Chdir(root); err != nil {
		return err
	}
	config, err := packageConfig(version, date, binary)
	if err != nil {
		return err
	}
	parsed, err := nfpm.ParseWithEnvMapping(strings.NewReader(config), func(string) string { return "" })
	if err != nil {
		return err
	}
	info, err := parsed.Get("deb")
	if err != nil {
		return err
	}
	info = nfpm.WithDefaults(info)
	packager, err := nfpm.Get("deb")
	if err != nil {
		return err
	}
	file, err := os.Create(filepath.Clean(out))
	if err != nil {
		return err
	}
	if err := packager.Package(info, file); err != nil {
		return err
	}
	return file.Close()
}

// packageConfig is the first package of .goreleaser.yaml, with the program among
// its contents, in the form that nfpm itself reads.
func packageConfig(version, date, binary string) (string, error) {
	text, err := os.ReadFile(".goreleaser.yaml")
	if err != nil {
		return "", err
	}
	filled := strings.ReplaceAll(string(text), `"{{ .CommitDate }}"`, date)
	var all struct {
		NFPMs []map[string]any `yaml:"nfpms"`
	}
	if err := yaml.Unmarshal([]byte(filled), &all); err != nil {
		return "", err
	}
	config := all.NFPMs[0]
	config["name"], config["version"], config["arch"], config["platform"] = config["package_name"], version, runtime.GOARCH, "linux"
	program := map[string]any{
		"src": binary, "dst": config["bindir"].(string) + "/usher",
		"file_info": map[string]any{"mode": 0o755, "mtime": date},
	}
	config["contents"] = append(config["contents"].([]any), program)
	for _, own := range []string{"id", "ids", "package_name", "file_name_template", "formats", "bindir"} {
		delete(config, own)
	}
	made, err := yaml.Marshal(config)
	return string(made), err
}
