package cli

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A killed process leaves a file that may hold a key where the next one finds it,
// not in the folder that all share.
func TestNothingOfADeviceIsMadeInTheSharedFolder(t *testing.T) {
	shared, home := t.TempDir(), t.TempDir()
	t.Setenv("TMPDIR", shared)
	long := time.Now().Add(-time.Hour)
	if err := os.Chtimes(shared, long, long); err != nil {
		t.Fatal(err)
	}
	if err := writeRemembered(home, sessionFile, "usher_s_AAAA"); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(home, sessionFile))
	if err != nil || string(text) != "usher_s_AAAA\n" {
		t.Errorf("got %q, %v", text, err)
	}
	if info, err := os.Stat(shared); err != nil || info.ModTime().After(long.Add(time.Minute)) {
		t.Errorf("something was made in the shared folder (%v)", err)
	}
}
