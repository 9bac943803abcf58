package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The package is made, installed below a folder of its own, used, installed once
// more, removed and purged, by dpkg itself. USHER_DEB names one that is made
// already, such as that of a release.

func TestThePackageIsInstalledUsedAndRemoved(t *testing.T) {
	for _, tool := range []string{"dpkg", "dpkg-deb"} {
		if _, err := exec.LookPath(tool); err != nil || os.Geteuid() != 0 {
			t.Skip("dpkg and root are needed: the package was not installed")
		}
	}
	m := newMachine(t, packageToTry(t))
	m.dpkg("--install", m.deb)
	m.hasItsFiles()
	m.isUsed()
	m.keepsAnEditedConfiguration()
	m.dpkg("--remove", "usher")
	m.lacks("usr/bin/usher", "usr/share/man/man1/usher.1.gz", "lib/systemd/system/usher-backup.timer")
	m.has("etc/usher/usher.yaml", "var/lib/usher/usher.db")
	m.dpkg("--purge", "usher")
	m.lacks("etc/usher")
	m.has("var/lib/usher/usher.db")
}

// lintian finds nothing but what the package itself excuses, with a reason.
func TestLintianFindsNothingNew(t *testing.T) {
	lintian, err := exec.LookPath("lintian")
	if err != nil {
		t.Skip("lintian is not installed: the package was not looked at")
	}
	out, err := exec.Command(lintian, "--allow-root", "--fail-on", "error,warning", packageToTry(t)).CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	excuses, err := os.ReadFile("lintian-overrides")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(excuses), "\nusher: "); n > 7 {
		t.Errorf("%d excuses are no short list", n)
	}
}

// packageToTry makes the package as the release does, of the program in bin.
func packageToTry(t *testing.T) string {
	t.Helper()
	if made := os.Getenv("USHER_DEB"); made != "" {
		return made
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	deb := filepath.Join(t.TempDir(), "usher.deb")
	err = run("../..", "0.0.1", "2026-11-22T00:00:00Z", "bin/usher", deb)
	if back := os.Chdir(here); err != nil || back != nil {
		t.Fatalf("make build and tools/release/prepare.sh come first: %v", err)
	}
	return deb
}

// A machine is a folder that dpkg takes for one.
type machine struct {
	t         *testing.T
	root, deb string
}

func newMachine(t *testing.T, deb string) machine {
	t.Helper()
	root := t.TempDir()
	for _, folder := range []string{"info", "updates", "triggers"} {
		if err := os.MkdirAll(filepath.Join(root, "var/lib/dpkg", folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(root, "var/lib/dpkg/status"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	return machine{t, root, deb}
}

func (m machine) path(name string) string { return filepath.Join(m.root, name) }

// dpkg runs dpkg on the machine; its scripts run outside and know that they do.
func (m machine) dpkg(args ...string) {
	m.t.Helper()
	args = append([]string{"--root=" + m.root, "--force-script-chrootless,confold", "--log=" + m.path("dpkg.log")}, args...)
	if out, err := exec.Command("dpkg", args...).CombinedOutput(); err != nil {
		m.t.Fatalf("dpkg %q: %v\n%s", args, err, out)
	}
}

func (m machine) has(names ...string) {
	m.t.Helper()
	for _, name := range names {
		if _, err := os.Stat(m.path(name)); err != nil {
			m.t.Errorf("it is not there: %v", err)
		}
	}
}

func (m machine) lacks(names ...string) {
	m.t.Helper()
	for _, name := range names {
		if _, err := os.Lstat(m.path(name)); err == nil {
			m.t.Errorf("%s is still there", name)
		}
	}
}

// hasItsFiles looks at what lies where, and who may read it.
func (m machine) hasItsFiles() {
	m.t.Helper()
	for name, mode := range map[string]fs.FileMode{
		"usr/bin/usher": 0o755, "etc/usher/usher.yaml": 0o644,
		"var/lib/usher": 0o700 | fs.ModeDir, "var/lib/usher/backups": 0o700 | fs.ModeDir,
		"usr/share/man/man1/usher.1.gz": 0o644, "usr/share/man/man1/usher-user-add.1.gz": 0o644, "usr/share/man/man5/usher.yaml.5.gz": 0o644,
		"usr/share/bash-completion/completions/usher": 0o644, "usr/share/zsh/vendor-completions/_usher": 0o644,
		"usr/share/fish/vendor_completions.d/usher.fish": 0o644,
		"lib/systemd/system/usher-backup.service":        0o644, "lib/systemd/system/usher-checkpoint.timer": 0o644,
		"usr/share/doc/usher/copyright": 0o644, "usr/share/doc/usher/licences.txt.gz": 0o644,
	} {
		info, err := os.Stat(m.path(name))
		if err != nil {
			m.t.Errorf("%v", err)
		} else if info.Mode() != mode {
			m.t.Errorf("%s has mode %v, want %v", name, info.Mode(), mode)
		}
	}
	m.lacks("etc/systemd/system/timers.target.wants") // off until somebody wants it
}

// isUsed makes a database where the package has a place for it, and runs what
// the units run.
func (m machine) isUsed() {
	m.t.Helper()
	m.shell("umask 077; echo 'a reindeer crosses the road at dawn' | usher init --org Norrsken --email anna@norrsken.example --password-stdin -q")
	m.shell("usher user add bo@norrsken.example -q")
	if out := m.shell("usher config check -o json --config '" + m.path("etc/usher/usher.yaml") + "'"); !strings.Contains(out, `"ok":true`) {
		m.t.Errorf("the configuration: %s", out)
	}
	if out := m.shell(m.started("usher-checkpoint.service")); !strings.Contains(out, `"size":2`) {
		m.t.Errorf("the checkpoint: %s", out)
	}
	if m.knows("usher db backup --help") {
		m.shell(m.started("usher-backup.service"))
		if made, err := filepath.Glob(m.path("var/lib/usher/backups/usher-*.db")); err != nil || len(made) != 1 {
			m.t.Errorf("backups made: %q, %v", made, err)
		}
	}
}

// started is the command of a unit, as systemd would run it, with the machine's
// folders.
func (m machine) started(unit string) string {
	m.t.Helper()
	text, err := os.ReadFile(m.path("lib/systemd/system/" + unit))
	if err != nil {
		m.t.Fatal(err)
	}
	found := regexp.MustCompile(`(?m)^ExecStart=(.*)$`).FindStringSubmatch(string(text))
	if found == nil {
		m.t.Fatalf("%s starts nothing", unit)
	}
	return strings.NewReplacer("%%", "%", "$$", "$", "/usr/bin/usher", "usher", "/var/lib/usher", m.path("var/lib/usher")).Replace(found[1])
}

// shell runs a command with the machine's usher, as a service has it: with next
// to no environment.
func (m machine) shell(command string) string {
	m.t.Helper()
	out, err := m.command(command).CombinedOutput()
	if err != nil {
		m.t.Fatalf("%s: %v\n%s", command, err, out)
	}
	return string(out)
}

func (m machine) command(command string) *exec.Cmd {
	cmd := exec.Command("sh", "-c", command)
	cmd.Env = []string{
		"PATH=" + m.path("usr/bin") + ":/usr/bin:/bin", "USHER_DB=" + m.path("var/lib/usher/usher.db"),
		"USHER_STATE_DIR=" + m.path("device"),
	}
	return cmd
}

func (m machine) knows(command string) bool {
	out, err := m.command(command).CombinedOutput()
	return err == nil && strings.Contains(string(out), "usher db backup FILE")
}

// keepsAnEditedConfiguration installs the package again, as an upgrade does.
func (m machine) keepsAnEditedConfiguration() {
	m.t.Helper()
	config := m.path("etc/usher/usher.yaml")
	const edited = "wait: 30s\n"
	if err := os.WriteFile(config, []byte(edited), 0o644); err != nil {
		m.t.Fatal(err)
	}
	m.dpkg("--install", m.deb)
	if text, err := os.ReadFile(config); err != nil || string(text) != edited {
		m.t.Errorf("an upgrade made %q of the configuration (%v)", text, err)
	}
}
