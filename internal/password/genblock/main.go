// Command genblock makes the embedded blocklist from the list of common
// passwords of the npm package @zxcvbn-ts/language-common:
//
//	go run ./internal/password/genblock src/passwords.json >internal/password/blocklist.txt
//
// The file holds one JSON array of strings. Entries that no policy could allow,
// because they are too short, are left out.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/usher-admin/usher/internal/password"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "genblock: error:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	if len(args) != 1 {
		return fmt.Errorf("give the path of passwords.json, got %d arguments", len(args))
	}
	data, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	lines, err := blocklist(data)
	if err != nil {
		return err
	}
	_, err = out.Write(lines)
	return err
}

// blocklist returns the entries of a JSON array that a policy could allow,
// folded and sorted as the package searches them.
func blocklist(data []byte) ([]byte, error) {
	var words []string
	if err := json.Unmarshal(data, &words); err != nil {
		return nil, err
	}
	list, err := password.NewList([]byte(strings.Join(words, "\n")))
	if err != nil {
		return nil, err
	}
	var kept []byte
	for line := range strings.Lines(string(list.Bytes())) {
		if utf8.RuneCountInString(strings.TrimSuffix(line, "\n")) >= password.LowestMinLength {
			kept = append(kept, line...)
		}
	}
	return kept, nil
}
