package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// /dev/stdout is a link to whatever standard output is. Were it replaced, nobody
// on the machine had one any more.
func TestAReportGoesIntoStandardOutputAndNotInItsPlace(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	at := func(name string) string { return filepath.Join(folder, name) }
	stdout, err := os.Create(at("out.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer stdout.Close()
	if _, err := stdout.WriteString("first\n"); err != nil {
		t.Fatal(err)
	}
	for name, target := range map[string]string{"stdout": "out.txt", "far": "stdout", "faults": "faults.csv"} {
		if err := os.Symlink(target, at(name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(at("faults.csv"), []byte(reportHeader), 0o600); err != nil {
		t.Fatal(err)
	}
	a := newApp(Env{Stdout: stdout, Stderr: &bytes.Buffer{}, LookupEnv: noVariable})
	for _, name := range []string{"stdout", "far", "out.txt", "faults"} {
		r, err := a.openReport(at(name))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if streamed := r.file == nil; streamed != (name != "faults") {
			t.Errorf("%s: goes into a stream: %v", name, streamed)
		}
		if _, err := r.out.Write([]byte(name + "\n")); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if r.file != nil {
			if err := r.file.CloseAtomicallyReplace(); err != nil {
				t.Error(err)
			}
		}
		r.discard()
		if info, err := os.Lstat(at(name)); err != nil || name != "out.txt" && info.Mode()&os.ModeSymlink == 0 {
			t.Errorf("%s is no link any more (%v)", name, err)
		}
	}
	for name, want := range map[string]string{"out.txt": "first\nstdout\nfar\nout.txt\n", "faults.csv": "faults\n"} {
		if text, err := os.ReadFile(at(name)); err != nil || string(text) != want {
			t.Errorf("%s: got %q, %v, want %q", name, text, err, want)
		}
	}
}
