package cli

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAByteOrderMarkIsNoPartOfASecret(t *testing.T) {
	t.Parallel()
	in := bufio.NewReader(strings.NewReader("\ufefffour grouse\r\nunder \ufeffthe spruce\n"))
	for _, want := range []string{"four grouse", "under \ufeffthe spruce"} {
		if line, err := readLine(in, "password"); err != nil || string(line) != want {
			t.Errorf("got %q, %v, want %q", line, err, want)
		}
	}
	path := filepath.Join(t.TempDir(), "nightly.token")
	if err := os.WriteFile(path, []byte("\ufeffusher_t_AAAA\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if text, err := readSecretFile(path); err != nil || text != "usher_t_AAAA" {
		t.Errorf("got %q, %v", text, err)
	}
}
