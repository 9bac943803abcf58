package timerslack

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// entry is the flag of the linker that has a program begin here.
const entry = "-E github.com/usher-admin/usher/internal/timerslack.begin"

func TestTheProgramBeginsWithLateTimersAndResetsThem(t *testing.T) {
	if runtime.GOARCH != "amd64" && runtime.GOARCH != "arm64" {
		t.Skipf("there is no entry for %s", runtime.GOARCH)
	}
	began, late := told(t, "-ldflags", entry)
	if began != "3000000" {
		t.Errorf("the first thread's timers may be late by %s ns, want 3000000", began)
	}
	if late != "1" && late != "2" && late != "unknown" { // the monitor, and who waits for timers
		t.Errorf("%s threads wake late after Reset", late)
	}
}

func TestWithoutTheFlagNothingIsLate(t *testing.T) {
	if began, late := told(t); began != "50000" || late != "0" && late != "unknown" {
		t.Errorf("timers may be late by %s ns, and those of %s threads after Reset", began, late)
	}
}

// told builds the program with more flags, runs it and returns what it prints.
func told(t *testing.T, flags ...string) (began, late string) {
	t.Helper()
	program := filepath.Join(t.TempDir(), "told")
	build := exec.Command("go", append(append([]string{"build", "-o", program}, flags...), "./testdata/told")...)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	out, err := exec.Command(program).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	began, late, _ = strings.Cut(strings.TrimSpace(string(out)), " ")
	return began, late
}

func TestReleasesAreLinkedAsBuildsAre(t *testing.T) {
	for _, name := range []string{"Makefile", ".goreleaser.yaml"} {
		text, err := os.ReadFile(filepath.Join("../..", name))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), entry) {
			t.Errorf("%s does not give the linker %q", name, entry)
		}
	}
}
